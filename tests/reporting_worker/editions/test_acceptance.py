"""A failed control that was accepted stays so, in later editions too, as long as it finds the same."""

from typing import Any

import pytest

from tests.facts.builder import Builder, both
from tests.reporting_worker.editions.conftest import Desk

REASON = {"reason": {"en": "The memorandum of understanding counts them so."}}


def saying(words: str) -> dict[str, Any]:
    return {"section": "foreword", "kind": "text", "text": both(words)}


async def test_a_reason_must_say_something(builder: Builder, desk: Desk) -> None:
    await desk.draft(saying("12 écoles"))
    await desk.controls()
    answer = await desk.step("controls/texts.digits/acceptance", {"reason": {"en": "ok      "}})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "reason_short"


async def test_it_stays_accepted_until_it_finds_something_else(builder: Builder, desk: Desk) -> None:
    await desk.draft(saying("12 écoles"))
    await desk.controls()
    assert (await desk.step("controls/texts.digits/acceptance", REASON)).status_code == 200
    await desk.draft(saying("12 écoles"), slug="2022-04")
    again = (await desk.controls("2022-04"))["texts.digits"]
    assert (again["outcome"], again["accepted_by"], again["acceptance"]) == ("failed", "awa", REASON["reason"])
    assert (await desk.edit("2022-04", items=[saying("13 écoles")])).status_code == 200
    assert (await desk.controls("2022-04"))["texts.digits"]["accepted_by"] is None


async def test_what_cannot_be_printed_is_never_taken_as_accepted(builder: Builder, desk: Desk) -> None:
    for slug in ("2022-02", "2022-04"):
        await desk.draft(saying("Merci 🎉"), slug=slug)
        assert (await desk.controls(slug))["texts.printable"]["accepted_by"] is None


@pytest.mark.parametrize(
    ("reason", "french", "english"),
    [
        (
            {"fr": "Ainsi imprimé alors.", "en": "Printed so then."},
            ">Accepté par la rédaction</span> Ainsi imprimé alors.</p>",
            ">Accepted by the editors</span> Printed so then.</p>",
        ),
        (
            {"en": "Printed so then."},
            '</span> <span lang="en">Printed so then.</span> (en)</p>',
            "</span> Printed so then.</p>",
        ),
    ],
)
async def test_the_annex_prints_the_reason_in_the_readers_language_or_names_its_own(
    builder: Builder, desk: Desk, reason: dict[str, str], french: str, english: str
) -> None:
    await desk.draft(saying("12 écoles"), {"section": "controls", "kind": "controls"})
    await desk.controls()
    answer = await desk.step("controls/texts.digits/acceptance", {"reason": reason})
    assert (answer.status_code, answer.json()["acceptance"]) == (200, reason)
    for language, printed in (("fr", french), ("en", english)):
        assert printed in (await desk.preview(language, "html")).text
        assert (await desk.preview(language, "pdf")).status_code == 200


async def test_a_reason_without_its_language_is_refused(builder: Builder, desk: Desk) -> None:
    await desk.draft(saying("12 écoles"))
    await desk.controls()
    answer = await desk.step("controls/texts.digits/acceptance", {"reason": "Printed so then."})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "texts_form")


async def test_who_hands_in_is_told_what_still_fails(builder: Builder, desk: Desk) -> None:
    await desk.draft(saying("12 écoles"))
    await desk.controls()
    answer = await desk.step("submission")
    assert answer.status_code == 200, answer.text
    assert "/controls/texts.digits" in {one["pointer"] for one in answer.json()["warnings"]}
