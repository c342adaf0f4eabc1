"""The development issuer: private, shared by the processes of one installation, and never in production."""

import http.server
import json
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.auth import InvalidToken, KeysUnavailable, Verifier, published_keys
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


@pytest.fixture
def provider() -> Iterator[str]:
    """A provider's key endpoint; `/moved` redirects to it."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            moved = self.path == "/moved"
            self.send_response(302 if moved else 200)
            if moved:
                self.send_header("Location", "/keys")
            self.end_headers()
            self.wfile.write(json.dumps({"keys": [jwk("ES256", "k1")]}).encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


async def test_keys_are_read_from_the_provider(build: BuildSettings, provider: str) -> None:
    settings = build(jwks_url=f"{provider}/keys", issuer=ISSUER, audience=AUDIENCE)
    assert (await Verifier.from_settings(settings).verify(f"Bearer {token()}")).subject == "awa"


async def test_a_redirect_of_the_keys_is_not_followed(build: BuildSettings, provider: str) -> None:
    settings = build(jwks_url=f"{provider}/moved", issuer=ISSUER, audience=AUDIENCE)
    with pytest.raises(KeysUnavailable):
        await Verifier.from_settings(settings).verify(f"Bearer {token()}")
