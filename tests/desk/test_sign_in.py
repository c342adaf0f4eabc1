"""Signing in at the desk as in production: a provider at a port, the desk's own application, the real API behind it."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import httpx
import pytest
import time_machine
from cryptography.fernet import Fernet
from joserfc.jwk import ECKey, KeySet
from starlette.responses import Response

from deploy.desk.process import create_app
from deploy.desk.sealing import PIECE_CHARACTERS, PIECES, TooLong, put
from deploy.desk.session import own_address
from deploy.desk.settings import DeskSettings
from deploy.embedded.origin import create_origin
from shared.egress import LOOPBACK
from shared.settings import Settings
from tests.desk.conftest import hidden, words
from tests.desk.provider import CLIENT, SECRET, IdentityProvider, Served
from tests.projects_api.conftest import build_register
from tests.web.test_origin import started

DESK = "https://desk.example.org"


@dataclass
class World:
    """A desk, its provider, its API; and browsers."""

    served: Served
    api: httpx.ASGITransport
    folder: Path
    stack: AsyncExitStack
    said: Callable[[], str]
    """What was logged."""
    pages: list[str] = field(default_factory=list)
    """Whatever browsers were given to show."""

    @property
    def provider(self) -> IdentityProvider:
        return self.served.provider

    def keys(self, *keys: bytes) -> None:
        (self.folder / "keys").write_bytes(b"\n".join(keys))

    async def desk(self) -> httpx.ASGITransport:
        """One replica of the desk."""
        (self.folder / "secret").write_text(SECRET)
        settings = DeskSettings(
            environment="test", public_url=DESK, issuer=self.provider.issuer, desk_api_url="http://origin",
            desk_client_id=CLIENT, desk_client_secret_file=self.folder / "secret", desk_keys_file=self.folder / "keys",
        )  # fmt: skip
        network = await self.stack.enter_async_context(httpx.AsyncHTTPTransport())
        return httpx.ASGITransport(create_app(settings, api=self.api, identity=network))

    async def browser(self, desk: httpx.ASGITransport) -> httpx.AsyncClient:
        async def shown(answer: httpx.Response) -> None:
            self.pages.append((await answer.aread()).decode())

        return await self.stack.enter_async_context(
            httpx.AsyncClient(
                base_url=DESK, mounts={DESK: desk}, headers={"Accept-Language": "en"}, trust_env=False,
                event_hooks={"response": [shown]},
            )
        )  # fmt: skip


@pytest.fixture
async def world(
    settings_for: Callable[..., Settings],
    database_url: str,
    redis_url: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> AsyncIterator[World]:
    await build_register(database_url)
    served = Served(DESK)
    settings = settings_for(
        database_url, redis_url, jwks_url=f"{served.provider.issuer}/keys", issuer=served.provider.issuer,
        identity_networks=LOOPBACK, development_keys=None,
    )  # fmt: skip
    origin = create_origin(settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(served.stop)
        await stack.enter_async_context(started(origin))
        logged: list[str] = []

        def said() -> str:
            logged.extend(capfd.readouterr())
            return "".join(logged)

        world = World(served, httpx.ASGITransport(origin), tmp_path, stack, said)  # type: ignore[arg-type]
        world.keys(Fernet.generate_key())
        yield world


@pytest.fixture
async def browser(world: World) -> httpx.AsyncClient:
    """A browser that has signed in nowhere."""
    return await world.browser(await world.desk())


async def signs_in(browser: httpx.AsyncClient, subject: str = "moussa", resume: str = "/desk/sign-in/done") -> Any:
    """What the browser shows after somebody has signed in."""
    form = await browser.get("/desk/sign-in/start", params={"resume": resume}, follow_redirects=True)
    return await browser.post(form.url, data={"subject": subject}, follow_redirects=True)


async def is_signed_in(browser: httpx.AsyncClient) -> bool:
    return "You have signed in" in (await browser.get("/desk/sign-in/done")).text


async def asked_of_provider(browser: httpx.AsyncClient, **parameters: str) -> dict[str, str]:
    """What the desk asks of the provider for a sign-in that begins."""
    answer = await browser.get("/desk/sign-in/start", params=parameters)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


async def test_one_comes_to_the_page_that_one_asked_for(world: World, browser: httpx.AsyncClient) -> None:
    asked = await browser.get("/desk/offices?slug__in=head-gao")
    link = re.search(r'href="(/desk/sign-in/start[^"]*)"', asked.text)
    assert link
    form = await browser.get(link[1].replace("&amp;", "&"), follow_redirects=True)
    assert str(form.url).startswith(world.provider.issuer)
    page = await browser.post(form.url, data={"subject": "moussa"}, follow_redirects=True)
    assert page.url == f"{DESK}/desk/offices?slug__in=head-gao"
    assert page.status_code == 200, words(page.text)
    assert "Moussa" in words(page.text)


async def test_the_provider_is_asked_for_a_code_with_pkce_a_state_and_a_nonce(browser: httpx.AsyncClient) -> None:
    first, second = [await asked_of_provider(browser) for _ in range(2)]
    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256"
    assert first["scope"] == "openid profile"
    assert first["redirect_uri"] == f"{DESK}/desk/sign-in/back"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]


async def test_who_is_known_to_the_provider_is_not_asked_again(browser: httpx.AsyncClient) -> None:
    await signs_in(browser)
    browser.cookies.delete("djoliba_desk", domain="desk.example.org", path="/desk")
    assert not await is_signed_in(browser)
    page = await browser.get("/desk/sign-in/start?resume=/desk/sign-in/done", follow_redirects=True)
    assert "You have signed in" in page.text


async def test_another_state_or_none_lets_nobody_in(world: World, browser: httpx.AsyncClient) -> None:
    asked = await asked_of_provider(browser)
    good = world.provider.code_for("moussa", asked)
    for state in ("", "&state=", f"&state={'0' * 43}", f"&state={asked['state'][:12]}{'0' * 31}"):
        page = await browser.get(good.partition("&state=")[0] + state)
        assert page.status_code == 400
        assert "Start again" in page.text
    assert not await is_signed_in(browser)


async def test_an_answer_for_another_browser_lets_nobody_in(world: World, browser: httpx.AsyncClient) -> None:
    theirs = world.provider.code_for("moussa", await asked_of_provider(browser))
    victim = await world.browser(await world.desk())
    assert (await victim.get(theirs)).status_code == 400
    assert not await is_signed_in(victim)


async def test_a_code_works_once(world: World, browser: httpx.AsyncClient) -> None:
    asked = await asked_of_provider(browser, resume="/desk/sign-in/done")
    attempt = {name: value for name, value in browser.cookies.items() if name.startswith("djoliba_sign_in")}
    back = world.provider.code_for("moussa", asked)
    assert (await browser.get(back)).status_code == 303
    assert (await browser.get(back)).status_code == 400, "the browser has forgotten the attempt"
    browser.cookies.clear()
    for name, value in attempt.items():
        browser.cookies.set(name, value, domain="desk.example.org", path="/desk")
    assert (await browser.get(back)).status_code == 400, "and the provider has forgotten the code"
    assert not await is_signed_in(browser)


async def test_a_code_that_somebody_else_had_asked_for_is_refused_by_pkce(
    world: World, browser: httpx.AsyncClient
) -> None:
    stolen = world.provider.code_for("fatou", await asked_of_provider(browser))
    asked = await asked_of_provider(browser)
    mixed = world.provider.code_for("moussa", asked).partition("&state=")[2]
    assert (await browser.get(f"{stolen.partition('&state=')[0]}&state={mixed}")).status_code == 400
    assert not await is_signed_in(browser)


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"identity_claims": {"iss": "https://elsewhere.example.org"}},
        {"identity_claims": {"aud": "another-client"}},
        {"identity_claims": {"aud": [CLIENT, "another-client"], "azp": "another-client"}},
        {"identity_claims": {"exp": 1_000_000_000}},
        {"identity_claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
        {"keys": KeySet([ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})])},
    ],
    ids=["nonce", "issuer", "audience", "party", "expired", "token hash", "signature"],
)
async def test_an_identity_that_does_not_hold_lets_nobody_in(
    world: World, browser: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    await browser.get("/desk/sign-in/start")
    if "keys" in wrong:
        await signs_in(browser)  # the good keys are known
        browser.cookies.clear()
    for name, value in wrong.items():
        setattr(world.provider, name, value)
    page = await signs_in(browser)
    assert page.status_code == 400
    assert "did not succeed" in page.text
    assert not await is_signed_in(browser)


async def test_keys_that_the_provider_has_changed_are_read_again(world: World, browser: httpx.AsyncClient) -> None:
    await signs_in(browser)
    browser.cookies.clear()
    world.provider.keys = KeySet([ECKey.generate_key("P-256", {"kid": "two", "use": "sig", "alg": "ES256"})])
    # the API fetches keys every ten seconds at most, and that of the desk is what is asked for here
    verified = await signs_in(browser)
    assert "the API does not take the access token" in world.said()
    assert "id_token" not in world.said()
    assert verified.status_code == 400


async def test_a_token_that_the_api_does_not_take_ends_in_a_page_and_not_in_a_circle(
    world: World, browser: httpx.AsyncClient
) -> None:
    world.provider.audience = "another-api"
    page = await signs_in(browser)
    assert page.status_code == 400
    assert "did not succeed" in page.text
    assert "the API does not take the access token" in world.said()


async def test_an_answer_of_another_provider_lets_nobody_in(world: World, browser: httpx.AsyncClient) -> None:
    for issuer, status in (("https://elsewhere.example.org", 400), (world.provider.issuer, 303)):
        back = world.provider.code_for("moussa", await asked_of_provider(browser))
        answer = await browser.get(f"{back}&iss={quote(issuer, safe='')}")
        assert answer.status_code == status
        assert "code-" not in answer.text


async def test_a_person_whom_the_provider_does_not_let_in_may_try_again(browser: httpx.AsyncClient) -> None:
    asked = await asked_of_provider(browser, resume="/desk/projects")
    page = await browser.get(f"/desk/sign-in/back?error=access_denied&state={asked['state']}")
    assert page.status_code == 400
    assert "/desk/sign-in/start?resume=%2Fdesk%2Fprojects" in page.text


async def test_a_token_that_is_about_to_end_is_renewed_unseen(world: World, browser: httpx.AsyncClient) -> None:
    world.provider.lifetime = 20
    await signs_in(browser)
    first = browser.cookies["djoliba_desk"]
    world.provider.lifetime = 3600
    assert await is_signed_in(browser)
    assert browser.cookies["djoliba_desk"] != first
    asked = world.provider.asked["token"]
    assert await is_signed_in(browser)
    assert world.provider.asked["token"] == asked, "a fresh one is not renewed"


async def test_forms_outlive_a_renewed_token(world: World, browser: httpx.AsyncClient) -> None:
    world.provider.lifetime = 20
    await signs_in(browser)
    asked = world.provider.asked["token"]
    pages = [(await browser.get("/desk/sign-in/done")).text for _ in range(2)]
    assert world.provider.asked["token"] == asked + 2
    assert hidden(pages[0]) == hidden(pages[1]) != {}


async def test_pages_asked_for_at_once_renew_once(world: World, browser: httpx.AsyncClient) -> None:
    world.provider.lifetime = 20
    await signs_in(browser)
    asked, world.provider.lifetime = world.provider.asked["token"], 3600
    found = await asyncio.gather(*(browser.get("/desk/sign-in/done") for _ in range(5)))
    assert all("You have signed in" in one.text for one in found)
    assert world.provider.asked["token"] == asked + 1


async def test_a_renewal_that_is_refused_ends_the_session(world: World, browser: httpx.AsyncClient) -> None:
    world.provider.lifetime = 20
    await signs_in(browser)
    world.provider.renewable.clear()
    page = await browser.get("/desk/projects")
    assert page.status_code == 401
    assert "Your session has ended" in page.text
    assert "djoliba_desk" not in browser.cookies


async def test_what_was_typed_outlives_the_session(world: World, browser: httpx.AsyncClient) -> None:
    await signs_in(browser)
    form = hidden((await browser.get("/desk/offices/new")).text)
    browser.cookies.clear()
    long = "Chef du bureau de Gao. " * 5_000
    asked = await browser.post("/desk/offices/new", data={**form, "/slug": "head-gao", "/title/fr": long})
    assert 'target="_blank"' in asked.text
    too_early = await browser.post("/desk/sign-in", data=hidden(asked.text))
    assert long.strip() in too_early.text
    assert "You have signed in" in (await signs_in(browser)).text, "in the other tab"
    back = await browser.post("/desk/sign-in", data=hidden(too_early.text))
    assert back.status_code == 200, words(back.text)
    assert long.strip() in back.text
    sent = await browser.post("/desk/offices/new", data={**hidden(back.text), "/slug": "head-gao", "/title/fr": "Chef"})
    assert sent.status_code == 303, words(sent.text)


async def test_no_session_is_longer_than_a_working_day(browser: httpx.AsyncClient) -> None:
    await signs_in(browser)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=8, minutes=1)):
        assert not await is_signed_in(browser)


async def test_a_provider_that_is_down_is_said_so(world: World, browser: httpx.AsyncClient) -> None:
    other = await world.browser(await world.desk())
    await signs_in(browser)
    await world.served.stop()
    page = await other.get("/desk/sign-in/start")
    assert page.status_code == 503
    assert "identity provider does not answer" in page.text
    assert await is_signed_in(browser), "who has signed in works on"


async def test_a_token_that_cannot_be_renewed_now_keeps_the_session_for_later(
    world: World, browser: httpx.AsyncClient
) -> None:
    world.provider.lifetime = 60
    await signs_in(browser)
    await world.served.stop()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
        page = await browser.post("/desk/offices/new", data={"/slug": "head-gao"})
    assert page.status_code == 503
    assert "identity provider does not answer" in page.text
    assert 'value="head-gao"' in page.text
    assert "djoliba_desk" in browser.cookies


async def test_who_signs_out_is_out_here_and_at_the_provider(world: World, browser: httpx.AsyncClient) -> None:
    await signs_in(browser)
    page = (await browser.get("/desk/sign-in/done")).text
    leaving = await browser.post("/desk/sign-out", data=hidden(page))
    assert 'content="0; url=/desk/sign-out/onward"' in leaving.text
    assert "djoliba_desk" not in browser.cookies
    assert not world.provider.renewable, "the refresh token is revoked"
    left = await browser.get("/desk/sign-out/onward", follow_redirects=True)
    assert left.url == f"{DESK}/desk/sign-out/done"
    assert "You have signed out" in left.text
    form = await browser.get("/desk/sign-in/start", follow_redirects=True)
    assert str(form.url).startswith(world.provider.issuer), "and asks who one is"


async def test_nobody_is_signed_out_by_another_site(browser: httpx.AsyncClient) -> None:
    await signs_in(browser)
    await browser.post("/desk/sign-out", data={"csrf": "0" * 64})
    onward = await browser.get("/desk/sign-out/onward")
    assert onward.headers["Location"] == "/desk/sign-out/done", "the provider is not asked"
    assert await is_signed_in(browser)


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example.org/desk", "//evil.example.org/desk", "/\\evil.example.org", "/desk/..//evil.example.org",
        "/desk/../admin", "/desk/%2e%2e/admin", "/deskevil", "\t//evil.example.org", "/desk\r\nX: y", "javascript:alert(1)",
        "/desk@evil.example.org", "/desk#x", "", "desk",
    ],
)  # fmt: skip
async def test_nobody_is_led_to_another_site(world: World, browser: httpx.AsyncClient, foreign: str) -> None:
    back = world.provider.code_for("moussa", await asked_of_provider(browser, resume=foreign))
    assert (await browser.get(back)).headers["Location"] == "/desk"
    assert own_address(foreign) == "/desk"


@pytest.mark.parametrize("own", ["/desk", "/desk/projects?q=a%2Fb&place__in=gao", "/desk/projects/QIP-2022-MNK-014"])
def test_addresses_of_the_desk_are_gone_on_to(own: str) -> None:
    assert own_address(own) == own


async def test_a_cookie_that_was_changed_is_nobodys(browser: httpx.AsyncClient) -> None:
    await signs_in(browser)
    sealed = browser.cookies["djoliba_desk"]
    for changed in (sealed[:-8] + "AAAAAAA=", sealed[:50] + "x" + sealed[51:], "1.", "9.x", "²." + sealed[2:], "x"):
        answer = await browser.get("/desk/sign-in/done", headers={"Cookie": f"djoliba_desk={quote(changed)}"})
        assert answer.status_code == 200
        assert "You have signed in" not in answer.text


async def test_a_sealed_attempt_is_no_session(browser: httpx.AsyncClient) -> None:
    await browser.get("/desk/sign-in/start")
    attempt = next(value for name, value in browser.cookies.items() if name.startswith("djoliba_sign_in"))
    browser.cookies.set("djoliba_desk", f"1.{attempt}", domain="desk.example.org", path="/desk")
    assert not await is_signed_in(browser)


async def test_replicas_share_sessions_and_keys_are_changed_without_ending_them(world: World) -> None:
    old, new = Fernet.generate_key(), Fernet.generate_key()
    world.keys(old)
    browser, sealed = await world.browser(await world.desk()), {}
    await signs_in(browser)
    sealed = dict(browser.cookies.items())
    for keys, is_kept in (((old,), True), ((new, old), True), ((new,), False)):
        world.keys(*keys)
        replica = await world.browser(await world.desk())
        for name, value in sealed.items():
            replica.cookies.set(name, value, domain="desk.example.org", path="/desk")
        assert await is_signed_in(replica) == is_kept


async def test_a_form_of_another_session_is_not_taken(world: World, browser: httpx.AsyncClient) -> None:
    await signs_in(browser)
    form = hidden((await browser.get("/desk/offices/new")).text)
    other = await world.browser(await world.desk())
    await signs_in(other)
    typed = {"/slug": "head-gao", "/title/fr": "Chef"}
    answer = await other.post("/desk/offices/new", data={**form, **typed})
    assert answer.status_code != 303
    assert (await other.get("/desk/offices/head-gao")).status_code == 404
    assert (await browser.post("/desk/offices/new", data={**form, **typed})).status_code == 303


async def test_cookies_are_for_the_server_alone(browser: httpx.AsyncClient) -> None:
    asked = [await browser.get(f"/desk/sign-in{page}?language=en") for page in ("", "/start")]
    back = await signs_in(browser)
    set_by = [one for answer in asked for one in answer.headers.get_list("Set-Cookie")]
    for answer in back.history:
        if answer.url.host == "desk.example.org":
            set_by += answer.headers.get_list("Set-Cookie")
    kept = [one for one in set_by if "Max-Age=0" not in one]
    assert len(kept) >= 3
    for one in kept:
        attributes = {part.strip().lower() for part in one.split(";")[1:]}
        assert {"httponly", "secure", "samesite=lax", "path=/desk"} <= attributes
        assert len(one) < 4096


async def test_long_tokens_are_cut_over_several_cookies_and_joined(world: World, browser: httpx.AsyncClient) -> None:
    world.provider.extra_claims = {"groups": [secrets.token_hex(16) for _ in range(150)]}
    world.provider.lifetime = 20
    assert "You have signed in" in (await signs_in(browser)).text
    assert "djoliba_desk_1" in browser.cookies
    world.provider.extra_claims = {}
    assert await is_signed_in(browser)
    assert await is_signed_in(browser), "renewed, and shorter"
    assert "djoliba_desk_1" not in browser.cookies


async def test_what_cookies_do_not_hold_is_left_out_if_it_only_makes_leaving_smoother(
    world: World, browser: httpx.AsyncClient
) -> None:
    world.provider.identity_claims = {"groups": [secrets.token_hex(16) for _ in range(800)]}
    page = await signs_in(browser)
    assert "You have signed in" in page.text
    await browser.post("/desk/sign-out", data=hidden(page.text))
    onward = await browser.get("/desk/sign-out/onward")
    assert "id_token_hint" not in onward.headers["Location"]
    assert f"client_id={CLIENT}" in onward.headers["Location"]


def test_what_no_cookies_hold_is_refused() -> None:
    with pytest.raises(TooLong):
        put(Response(), {}, "name", "x" * (PIECE_CHARACTERS * PIECES + 1), is_secure=True)


async def test_no_token_stands_in_a_page_or_in_a_log(world: World, browser: httpx.AsyncClient) -> None:
    world.provider.lifetime = 20
    await signs_in(browser, resume="/desk/offices")
    page = (await browser.get("/desk/offices/new")).text
    await browser.post("/desk/offices/new", data={**hidden(page), "/slug": "x"})
    await browser.post("/desk/sign-out", data=hidden(page))
    onward = await browser.get("/desk/sign-out/onward")
    assert "id_token_hint" in onward.headers["Location"]
    told = "".join(world.pages) + world.said()
    assert world.pages
    for secret in ("eyJ", "refresh-", SECRET, "gAAAA"):
        assert secret not in told
