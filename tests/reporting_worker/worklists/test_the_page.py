"""What the page on worklists says to write, done: the row waits, and is mended."""

from typing import Any

import pytest

from services.reporting_worker.worklists import projects
from services.reporting_worker.worklists.declared import WORKLISTS
from tests.facts.builder import Builder
from tests.house.pages import block_of
from tests.reporting_worker.worklists.matters import project, sql
from tests.reporting_worker.worklists.test_worklists import head, rows

KEY = "projects.without_summary"


async def test_the_worklist_on_the_page_works(builder: Builder, clients: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = eval(block_of("how-to-add-a-worklist.md", "Worklist("), vars(projects))
    monkeypatch.setitem(WORKLISTS, declared.key, declared)
    officer = await clients("reporting", "programme_officer", "awa")
    await project(builder, "approved", "in_progress")
    [row] = await rows(officer, KEY)
    assert row["todo"]["en"] == "In progress since 2 February 2022, without a summary."
    assert (await head(officer, KEY))["mine"] == 1
    await sql("""UPDATE project SET summary = '{"fr": "Une école."}'""")(builder)
    assert (await head(officer, KEY))["count"] == 0
