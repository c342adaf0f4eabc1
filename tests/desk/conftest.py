"""A desk on the small register: the whole origin, as an officer's browser meets it."""

import html
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from deploy.embedded.origin import create_origin
from shared.settings import Settings
from tests.projects_api.conftest import build_register
from tests.web.test_origin import started

Enter = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def browser(settings: Settings, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that reads English and has signed in nowhere."""
    await build_register(database_url)
    async with started(create_origin(settings)) as client:
        client.headers["Accept-Language"] = "en"
        yield client


@pytest.fixture
async def enter(browser: httpx.AsyncClient) -> Enter:
    """`await enter("moussa")`: the browser after that person has signed in."""

    async def signed_in(person: str = "moussa") -> httpx.AsyncClient:
        answer = await browser.post("/desk/sign-in", data={"person": person})
        assert answer.status_code == 303, answer.text
        return browser

    return signed_in


def hidden(page: str) -> dict[str, str]:
    """What the form of a page bears that nobody types."""
    form = page[page.rindex('<form method="post"') :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in found}


def words(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
