"""Clients generated from the origin's OpenAPI document compile and run against the real processes.

`make accept`: needs node with npm, and the package indexes that pip and npm are configured for.
"""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from shared.issuer import DevelopmentIssuer
from shared.settings import Settings
from tests.serving import until_ready

HERE = Path(__file__).parent
GENERATOR = "openapi-python-client==0.29.1"
# the environment may have been made without pip; then the system's works on it from outside
PIP = (
    (sys.executable, "-m", "pip")
    if importlib.util.find_spec("pip")
    else ("python3", "-m", "pip", "--python", sys.executable)
)


@dataclass(frozen=True)
class Origin:
    """A running origin and two callers' tokens."""

    url: str
    tokens: tuple[str, str]


@pytest.fixture
def origin(settings: Settings, tmp_path: Path) -> Iterator[Origin]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "DJOLIBA_ENVIRONMENT": "test",
        "DJOLIBA_DEVELOPMENT_KEYS": str(settings.development_keys),
        "DJOLIBA_OBJECT_STORE": str(tmp_path / "objects"),
        "DJOLIBA_PUBLIC_URL": url,
    }
    issuer = DevelopmentIssuer.from_settings(settings)
    command = [sys.executable, "-m", "deploy.embedded.origin", "--port", str(port)]
    with (tmp_path / "origin.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stderr=log)
        try:
            until_ready(url, process, tmp_path / "origin.log")
            yield Origin(url, (issuer.token("programme_officer", "awa"), issuer.token("fund_manager", "issa")))
        finally:
            process.terminate()
            process.wait(20)


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """Run a tool; its whole output is in the failure."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def save_document(origin: Origin, folder: Path) -> Path:
    document = httpx.get(f"{origin.url}/openapi.json", timeout=60).json()
    target = folder / "openapi.json"
    target.write_text(json.dumps(document), encoding="utf-8")
    print(f"{len(document['paths'])} paths, {len(document['components']['schemas'])} schemas")
    return target


def test_the_document_passes_the_linters_of_the_trade(origin: Origin, tmp_path: Path) -> None:
    assert shutil.which("npm"), "make accept needs node with npm"
    folder = tmp_path / "lint"
    shutil.copytree(HERE / "lint", folder)
    save_document(origin, folder)
    run("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", folder=folder)
    print(run("npx", "spectral", "lint", "openapi.json", "--fail-severity", "warn", folder=folder))
    print(run("npx", "redocly", "lint", "openapi.json", folder=folder, REDOCLY_TELEMETRY="off"))


def test_a_typescript_client_compiles_strictly_and_runs(origin: Origin, tmp_path: Path) -> None:
    assert shutil.which("npm"), "make accept needs node with npm"
    folder = tmp_path / "typescript"
    shutil.copytree(HERE / "typescript", folder)
    save_document(origin, folder)
    run("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", folder=folder)
    generate = ("npx", "openapi-typescript", "openapi.json", "--default-non-nullable", "false")
    run(*generate, "--output", "schema.ts", folder=folder)
    run("npx", "tsc", "--project", "tsconfig.json", folder=folder)
    said = run("node", "built/client.js", origin.url, *origin.tokens, folder=folder)
    assert "typescript client: ok" in said


def test_a_python_client_compiles_and_runs(origin: Origin, tmp_path: Path) -> None:
    folder = tmp_path / "python"
    folder.mkdir()
    save_document(origin, folder)
    shutil.copy(HERE / "python" / "client.py", folder)
    (folder / "generator.yaml").write_text("project_name_override: djoliba-client\n", encoding="utf-8")
    tools = folder / "tools"
    run(*PIP, "install", "--quiet", "--target", tools, GENERATOR, folder=folder)
    environment = {"PYTHONPATH": str(tools), "PATH": f"{tools / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    said = run(
        *(sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json"),
        *("--config", "generator.yaml", "--meta", "none", "--output-path", "djoliba_client"),
        folder=folder,
        **environment,
    )
    assert "warning" not in said.lower(), said
    run(sys.executable, "-m", "compileall", "-q", "djoliba_client", folder=folder)
    said = run(sys.executable, "client.py", origin.url, *origin.tokens, folder=folder, **environment)
    assert "python client: ok" in said
