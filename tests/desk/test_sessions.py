"""What a session in the browser holds, how long, for whom; and how one leaves."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest
import time_machine
from cryptography.fernet import Fernet
from starlette.responses import Response

from deploy.desk.sealing import PIECE_CHARACTERS, PIECES, TooLong, put
from tests.desk.authorization import CLIENT, SECRET
from tests.desk.conftest import hidden, words
from tests.desk.signing_in import DESK, World, browser, is_signed_in, signs_in, world

__all__ = ["browser", "world"]


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


async def test_the_page_of_permissions_marks_what_the_token_gives(world: World, browser: httpx.AsyncClient) -> None:
    page = await signs_in(browser, resume="/desk/people")
    assert page.status_code == 200, words(page.text)
    assert "programme officer" in page.text


async def test_what_caches_share_bears_nobodys_session(world: World, browser: httpx.AsyncClient) -> None:
    world.provider.lifetime = 20
    await signs_in(browser)
    for address, is_shared in (("/desk/desk.css", True), ("/desk/sign-in/done", False)):
        answer = await browser.get(address)
        assert ("public" in answer.headers["Cache-Control"]) == is_shared
        assert ("Set-Cookie" in answer.headers) != is_shared
