"""Coming in to the desk as in production, and who is not let in."""

import re
import secrets
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from joserfc.jwk import ECKey, KeySet

from deploy.desk.session import own_address
from tests.desk.authorization import CLIENT
from tests.desk.conftest import words
from tests.desk.signing_in import DESK, World, asked_of_provider, browser, is_signed_in, signs_in, world

__all__ = ["browser", "world"]


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


async def test_a_long_address_is_come_back_to(world: World, browser: httpx.AsyncClient) -> None:
    for count, is_kept in ((300, True), (3000, False)):
        resume = "/desk/projects?q=" + "-".join(secrets.token_hex(4) for _ in range(count))
        back = world.provider.code_for("moussa", await asked_of_provider(browser, resume=resume))
        answer = await browser.get(back)
        assert answer.headers["Location"] == (resume if is_kept else "/desk/projects")
