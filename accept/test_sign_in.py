"""A day's sign-in at the desk, as processes start it in production, by a certified provider of another make.

`make accept`: needs node with npm, and the package index that npm is configured for.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from cryptography.fernet import Fernet

from tests.desk.conftest import hidden, words
from tests.serving import until_ready

HERE = Path(__file__).parent / "sign_in"
SECRET = "a-secret-of-the-desk"
AUDIENCE = "https://djoliba.example.org/api"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@dataclass(frozen=True)
class Running:
    """The processes of one installation."""

    provider: str
    desk: str
    log: Path
    process: subprocess.Popen[bytes]
    """That of the provider."""


@pytest.fixture
def running(settings, tmp_path: Path) -> Iterator[Running]:
    assert shutil.which("npm"), "make accept needs node with npm"
    folder = tmp_path / "provider"
    shutil.copytree(HERE, folder)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], cwd=folder, check=True)
    ports = {name: free_port() for name in ("provider", "api", "desk")}
    provider, api, desk = (f"http://127.0.0.1:{ports[name]}" for name in ("provider", "api", "desk"))
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "keys").write_bytes(Fernet.generate_key())
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "DJOLIBA_ENVIRONMENT": "test",
        "DJOLIBA_ISSUER": provider,
        "DJOLIBA_JWKS_URL": f"{provider}/jwks",
        "DJOLIBA_IDENTITY_NETWORKS": '["127.0.0.0/8"]',
        "DJOLIBA_AUDIENCE": AUDIENCE,
        "DJOLIBA_DESK_RESOURCE": AUDIENCE,
        "DJOLIBA_OBJECT_STORE": str(settings.object_store),
        "DJOLIBA_PUBLIC_URL": desk,
        "DJOLIBA_DESK_API_URL": api,
        "DJOLIBA_DESK_CLIENT_ID": "djoliba-desk",
        "DJOLIBA_DESK_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        "DJOLIBA_DESK_KEYS_FILE": str(tmp_path / "keys"),
    }
    with ExitStack() as stack:

        def start(name: str, *command: str) -> subprocess.Popen[bytes]:
            log = stack.enter_context((tmp_path / f"{name}.log").open("wb"))
            process = subprocess.Popen(command, env=environment, cwd=folder if name == "provider" else None,
                                       stdout=log, stderr=log)  # fmt: skip
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
            return process

        named = start("provider", "node", "provider.mjs", str(ports["provider"]), desk, SECRET)
        until(lambda: httpx.get(f"{provider}/.well-known/openid-configuration", trust_env=False).is_success)
        one = start("api", sys.executable, "-m", "deploy.embedded.origin", "--port", str(ports["api"]))
        until_ready(api, one, tmp_path / "api.log")
        one = start("desk", sys.executable, "-m", "deploy.embedded.cli", "desk", "--port", str(ports["desk"]))
        until_ready(desk, one, tmp_path / "desk.log")
        yield Running(provider, desk, tmp_path / "desk.log", named)


def until(is_so: Callable[[], bool]) -> None:
    while True:
        with suppress(httpx.TransportError):
            if is_so():
                return
        time.sleep(0.05)


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    headers = {"Accept-Language": "en", "Accept": "text/html"}
    with httpx.Client(headers=headers, follow_redirects=True, trust_env=False, timeout=60) as client:
        yield client


def fill(browser: httpx.Client, page: httpx.Response, **typed: str) -> httpx.Response:
    """Send the first form of a page of the provider."""
    form = re.search(r'<form[^>]*action="([^"]*)"', page.text)
    assert form, page.text
    prompt = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return browser.post(urljoin(str(page.url), unescape(form[1])), data={**dict(prompt), **typed})


def sign_in(browser: httpx.Client, running: Running, resume: str) -> httpx.Response:
    page = browser.get(f"{running.desk}/desk/sign-in/start", params={"resume": resume})
    assert "Sign-in" in words(page.text), page.text
    page = fill(browser, page, login="moussa", password="any")
    assert "Authorize" in words(page.text), page.text
    return fill(browser, page)


def test_an_officer_signs_in_works_is_renewed_and_signs_out(running: Running, browser: httpx.Client) -> None:
    page = sign_in(browser, running, "/desk/offices/new")
    assert str(page.url) == f"{running.desk}/desk/offices/new", words(page.text)
    assert "moussa of the provider" in words(page.text)

    # tokens last five seconds there, so each request renews them and the provider changes the refresh token each time
    sealed = browser.cookies["djoliba_desk"]
    typed = {"/slug": "head-gao", "/title/fr": "Chef du bureau de Gao"}
    saved = browser.post(f"{running.desk}/desk/offices/new", data={**hidden(page.text), **typed})
    assert "Saved" in words(saved.text)
    assert "head-gao" in words(saved.text)
    assert browser.cookies["djoliba_desk"] != sealed

    left = browser.post(f"{running.desk}/desk/sign-out", data=hidden_of_sign_out(saved.text))
    assert "/desk/sign-out/onward" in left.text
    asked = browser.get(f"{running.desk}/desk/sign-out/onward")
    assert str(asked.url).startswith(running.provider), words(asked.text)
    done = fill(browser, asked, logout="yes")
    assert str(done.url).startswith(f"{running.desk}/desk/sign-out/done"), words(done.text)
    assert "You have signed out" in words(done.text)
    again = browser.get(f"{running.desk}/desk/sign-in/start")
    assert "Sign-in" in words(again.text), "the provider has forgotten the session too"

    said = running.log.read_text()
    for secret in ("eyJ", SECRET, "gAAAA", "code="):
        assert secret not in said


def test_what_was_typed_outlives_the_provider(running: Running, browser: httpx.Client) -> None:
    page = sign_in(browser, running, "/desk/offices/new")
    running.process.terminate()
    running.process.wait()
    until(lambda: browser.get(f"{running.desk}/desk/offices/new").status_code == 503)
    typed = {"/slug": "head-gao", "/title/fr": "Chef du bureau de Gao"}
    answer = browser.post(f"{running.desk}/desk/offices/new", data={**hidden(page.text), **typed})
    assert answer.status_code == 503
    assert "identity provider does not answer" in words(answer.text)
    assert "Chef du bureau de Gao" in unescape(answer.text)


def hidden_of_sign_out(page: str) -> dict[str, str]:
    found = re.search(r'action="/desk/sign-out"><input type="hidden" name="csrf" value="([^"]+)"', page)
    assert found, page
    return {"csrf": found[1]}
