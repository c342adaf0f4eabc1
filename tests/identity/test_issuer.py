"""The development issuer: private, shared by the processes of one installation, and never in production."""

import gzip
import http.server
import json
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from shared.auth import KEYS_MAX_BYTES, InvalidToken, KeysUnavailable, Verifier, published_keys
from shared.identity import MisconfiguredIdentity
from shared.issuer import DevelopmentIssuer
from shared.settings import Settings
from shared.web.app import create_app
from tests.identity.keys import AUDIENCE, ISSUER, jwk, token

BuildSettings = Callable[..., Settings]


@pytest.fixture
def build(tmp_path: Path) -> BuildSettings:
    def settings(**changed: object) -> Settings:
        fields = {"DATABASE_URL": "postgresql://nowhere/x", "REDIS_URL": "redis://nowhere"}
        return Settings(**{**fields, "environment": "test", "development_keys": tmp_path / "keys", **changed})

    return settings


async def test_its_tokens_are_accepted_under_the_same_settings(build: BuildSettings) -> None:
    issuer = DevelopmentIssuer.from_settings(build())
    given = issuer.token(["approver", "viewer"], "awa", name="Awa", sponsor="civil-affairs")
    principal = await Verifier.from_settings(build()).verify(f"Bearer {given}")
    assert (principal.subject, principal.name, principal.sponsor) == ("awa", "Awa", "civil-affairs")
    assert principal.roles == {"approver", "viewer"}
    assert not principal.is_service


async def test_its_tokens_for_programs_carry_scopes(build: BuildSettings) -> None:
    given = DevelopmentIssuer.from_settings(build()).token("service", "sync", scopes=["projects:read"])
    principal = await Verifier.from_settings(build()).verify(f"Bearer {given}")
    assert principal.is_service
    assert principal.scopes == {"projects:read"}


def test_refuses_production(build: BuildSettings) -> None:
    with pytest.raises(MisconfiguredIdentity, match="does not start when DJOLIBA_ENVIRONMENT is production"):
        DevelopmentIssuer.from_settings(build(environment="production"))


def test_production_refuses_to_trust_the_development_issuer(build: BuildSettings) -> None:
    for changed in ({}, {"jwks_url": "https://login.example.org/keys"}):
        with pytest.raises(MisconfiguredIdentity, match="DJOLIBA_JWKS_URL"):
            create_app("projects", build(environment="production", **changed), [])
    with pytest.raises(MisconfiguredIdentity):
        published_keys(build(environment="production", development_keys=None))
    create_app(
        "projects",
        build(environment="production", development_keys=None, jwks_url="https://login.example.org/keys"),
        [],
    )


def test_needs_a_folder(build: BuildSettings) -> None:
    with pytest.raises(MisconfiguredIdentity, match="DJOLIBA_DEVELOPMENT_KEYS"):
        DevelopmentIssuer.from_settings(build(development_keys=None))


def test_its_folder_is_for_its_owner_only(build: BuildSettings, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    DevelopmentIssuer.from_settings(build())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "private.pem").stat().st_mode) == 0o600
    assert "d" not in json.loads((folder / "jwks.json").read_text())["keys"][0]


async def test_processes_that_start_together_share_one_key(build: BuildSettings) -> None:
    with ThreadPoolExecutor(8) as pool:
        issuers = list(pool.map(lambda _: DevelopmentIssuer.from_settings(build()), range(8)))
    verifier = Verifier.from_settings(build())
    for number, issuer in enumerate(issuers):
        principal = await verifier.verify(f"Bearer {issuer.token('viewer', f'person-{number}')}")
        assert principal.subject == f"person-{number}"


async def test_another_installation_s_token_is_refused(build: BuildSettings, tmp_path: Path) -> None:
    stranger = DevelopmentIssuer.from_settings(build(development_keys=tmp_path / "other"))
    DevelopmentIssuer.from_settings(build())
    with pytest.raises(InvalidToken):
        await Verifier.from_settings(build()).verify(f"Bearer {stranger.token('admin')}")


def test_an_unknown_role_is_a_mistake_of_the_caller(build: BuildSettings) -> None:
    with pytest.raises(ValueError, match="emperor"):
        DevelopmentIssuer.from_settings(build()).token("emperor")


LOOPBACK = ("127.0.0.0/8",)
KEYS = json.dumps({"keys": [jwk("ES256", "k1")]}).encode()
ANSWERS = {
    "/keys": (200, {}, KEYS),
    "/compressed": (200, {"Content-Encoding": "gzip"}, gzip.compress(KEYS)),
    "/moved": (302, {"Location": "/keys"}, b""),
    "/long": (200, {}, KEYS + b" " * KEYS_MAX_BYTES),
    "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(KEYS + b" " * 10_000_000)),
    "/half": (200, {"Content-Encoding": "gzip"}, gzip.compress(KEYS)[:-9]),
    "/other": (200, {"Content-Encoding": "br"}, KEYS),
    "/deep": (200, {}, b"[" * 100_000),
    "/page": (200, {}, b"<html>Please sign in</html>"),
    "/down": (503, {}, b""),
}


@pytest.fixture
def provider() -> Iterator[str]:
    """A provider's key endpoint, with its good and bad days."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = ANSWERS[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("path", ["/keys", "/compressed"])
async def test_keys_are_read_from_a_provider_in_a_network_that_is_named(
    build: BuildSettings, provider: str, path: str
) -> None:
    settings = build(jwks_url=provider + path, identity_networks=LOOPBACK, issuer=ISSUER, audience=AUDIENCE)
    assert (await Verifier.from_settings(settings).verify(f"Bearer {token()}")).subject == "awa"


@pytest.mark.parametrize("path", sorted(ANSWERS.keys() - {"/keys", "/compressed"}))
async def test_what_is_no_key_set_of_reasonable_size_is_no_key(build: BuildSettings, provider: str, path: str) -> None:
    settings = build(jwks_url=provider + path, identity_networks=LOOPBACK, issuer=ISSUER, audience=AUDIENCE)
    with pytest.raises(KeysUnavailable):
        await Verifier.from_settings(settings).verify(f"Bearer {token()}")


@pytest.mark.parametrize("networks", [(), ("10.0.0.0/8",), ("::1/128",)])
async def test_no_provider_is_asked_in_a_network_that_is_not_named(
    build: BuildSettings, provider: str, networks: tuple[str, ...]
) -> None:
    address = provider.replace("http:", "https:") if not networks else provider
    settings = build(jwks_url=f"{address}/keys", identity_networks=networks, issuer=ISSUER, audience=AUDIENCE)
    with pytest.raises(KeysUnavailable):
        await Verifier.from_settings(settings).verify(f"Bearer {token()}")


async def test_a_proxy_of_the_environment_is_not_obeyed(
    build: BuildSettings, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    settings = build(jwks_url=f"{provider}/keys", identity_networks=LOOPBACK, issuer=ISSUER, audience=AUDIENCE)
    assert (await Verifier.from_settings(settings).verify(f"Bearer {token()}")).subject == "awa"


def test_keys_over_plain_http_need_a_network_that_is_named(build: BuildSettings) -> None:
    with pytest.raises(MisconfiguredIdentity, match="DJOLIBA_IDENTITY_NETWORKS"):
        published_keys(build(jwks_url="http://login.example.org/keys"))
