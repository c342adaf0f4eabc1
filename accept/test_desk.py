"""Three officers' days at the desk of a demo, in a real browser, judged by axe: what they print is kept as evidence.

`make accept`: needs Chromium (taken from apt where it is missing), node with npm, and the package indexes of pip and npm.
"""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import until_ready

HERE = Path(__file__).parent / "desk"
PLAYWRIGHT = "playwright==1.65.2"
PIP = (
    (sys.executable, "-m", "pip")
    if importlib.util.find_spec("pip")
    else ("python3", "-m", "pip", "--python", sys.executable)
)


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(one) for one in command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a demo of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    log = tmp_path / "demo.log"
    home = Path(tempfile.mkdtemp(prefix="djoliba-accept-"))
    home.chmod(0o711)  # root's servers run as nobody
    command = [sys.executable, "-m", "deploy.embedded.run", "demo", "--port", str(port)]
    with log.open("wb") as output:
        environment = {**os.environ, "DJOLIBA_HOME": str(home / "home")}
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"
    try:
        until_ready(url, process, log)
        while "In other terminals" not in log.read_text(encoding="utf-8", errors="replace"):
            assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        yield url
    finally:
        process.send_signal(2)
        process.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def test_three_officers_live_their_day_in_a_browser(demo: str, tmp_path: Path) -> None:
    assert shutil.which("npm"), "make accept needs node with npm"
    if not shutil.which("chromium"):
        run("apt-get", "install", "--yes", "--quiet", "chromium", folder=tmp_path)
    shutil.copytree(HERE, tmp_path / "desk")
    folder, tools, pictures = tmp_path / "desk", tmp_path / "tools", tmp_path / "pictures"
    pictures.mkdir()
    run("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", folder=folder)
    run(*PIP, "install", "--quiet", "--target", tools, PLAYWRIGHT, folder=folder)
    axe = folder / "node_modules" / "axe-core" / "axe.min.js"
    said = run(sys.executable, "days.py", demo, axe, pictures, folder=folder, PYTHONPATH=str(tools))
    print(said)
    assert "the three days: ok" in said
    assert len(list(pictures.glob("*.png"))) >= 30
