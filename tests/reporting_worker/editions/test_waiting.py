"""The console waits for a freezing no longer than there is something to wait for, and tells why it ends."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from deploy.embedded.api import Api
from deploy.embedded.edition_desk import EditionDesk
from deploy.embedded.host import CannotStart
from tests.facts.builder import Builder
from tests.reporting_worker.editions.conftest import Desk
from tests.reporting_worker.editions.test_unprintable import approved_then_spoilt, saying

pytestmark = pytest.mark.whole

Wait = Callable[[], Awaitable[str]]


@pytest.fixture
def wait(origin: str, token_for: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> Wait:
    """`await wait()`: the state that the console comes back with."""
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    console = EditionDesk(Api(origin, token_for, "en"))

    async def wait() -> str:
        return str((await asyncio.to_thread(console.until_frozen, "2022-02"))["state"])

    return wait


async def test_a_freezing_that_fails_ends_the_wait_with_the_reason(builder: Builder, desk: Desk, wait: Wait) -> None:
    await approved_then_spoilt(builder, desk)
    await desk.freeze()
    with pytest.raises(CannotStart, match="is a draft again: The edition cannot be rendered"):
        await wait()


async def test_an_edition_given_back_ends_the_wait(builder: Builder, desk: Desk, wait: Wait) -> None:
    await desk.draft(saying("Merci"))
    await desk.approved()
    answer = await desk.step("return", {"comment": "A figure is missing in the foreword."}, by=desk.approver)
    assert answer.status_code == 200, answer.text
    with pytest.raises(CannotStart, match="no longer approved"):
        await wait()


async def test_a_frozen_edition_ends_the_wait(builder: Builder, desk: Desk, wait: Wait) -> None:
    await desk.draft(saying("Merci"))
    await desk.approved()
    await desk.freeze()
    assert await wait() == "frozen"
