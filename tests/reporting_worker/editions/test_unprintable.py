"""What cannot be printed is named before anybody approves it; a freezing that fails gives the edition back."""

from typing import Any

import pytest
from sqlalchemy import text, update

from services.reporting_worker.controls.printable import Placed, printable_control
from services.reporting_worker.press.context import ReportingContext
from services.reporting_worker.rendering.printed_text import PrintedText
from services.reporting_worker.rendering.renderer import Renderer
from services.reporting_worker.worker import create_worker
from shared.models import EditionItem
from tests.facts.builder import Builder, both
from tests.reporting_worker.editions.conftest import Desk


def saying(words: str) -> dict[str, Any]:
    return {"section": "foreword", "kind": "text", "text": both(words)}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Merci 🎉", "🎉 (U+1F389 PARTY POPPER)"),
        ("巴马科", "巴 (U+5DF4 CJK UNIFIED IDEOGRAPH-5DF4)"),
        ("a\u0378b", "U+0378"),
    ],
)
async def test_a_control_names_item_field_and_character_and_no_reason_excuses_it(
    builder: Builder, desk: Desk, words: str, told: str
) -> None:
    await desk.draft(saying(words))
    control = (await desk.controls())["texts.printable"]
    assert control["outcome"] == "failed"
    assert f"foreword/0 text (fr): {told}" in control["message"]["en"]
    answer = await desk.step("controls/texts.printable/acceptance", {"reason": {"en": "It looks nice to us."}})
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("control-must-be-mended")
    preview = await desk.preview()
    assert preview.status_code == 422, preview.text
    assert preview.json()["type"].endswith("unprintable")


def test_a_control_sign_that_came_to_be_stored_is_named_too() -> None:
    """DEL is refused where it is entered; what was stored before is found by the control."""
    stored = Placed("foreword/0", "fr", PrintedText("text", "a\u007fb", "a\u007fb"))
    control = printable_control([stored])
    assert control.outcome == "failed"
    assert "foreword/0 text (fr): " in control.message["en"]
    assert "U+007F" in control.message["en"]


async def test_names_in_the_scripts_of_the_country_and_a_word_without_end_are_printed(
    builder: Builder, desk: Desk
) -> None:
    await desk.draft(saying("تمبكتو ߓߊ߬ߡߊ߬ߞߐ߬ ⵜⵉⵏⴱⵓⴽⵜⵓ " + "a" * 18_000))
    controls = await desk.controls()
    assert controls["texts.printable"]["outcome"] == "passed"
    assert "has no space in 18,000 characters" in controls["texts.words"]["message"]["en"]
    assert (await desk.preview()).status_code == 200


async def test_an_acceptance_that_cannot_be_printed_is_refused(builder: Builder, desk: Desk) -> None:
    await desk.draft(saying("12 écoles"))
    assert (await desk.controls())["texts.digits"]["outcome"] == "failed"
    answer = await desk.step("controls/texts.digits/acceptance", {"reason": {"en": "As printed 🎉 before."}})
    assert answer.status_code == 422
    assert "PARTY POPPER" in answer.json()["errors"][0]["detail"]


async def approved_then_spoilt(builder: Builder, desk: Desk) -> None:
    """An approved edition whose text has come to hold a sign that no font has."""
    await desk.draft(saying("Merci"))
    await desk.approved()
    async with builder.engine.begin() as connection:
        await connection.execute(update(EditionItem).values(text=both("Merci 🎉")))


async def test_a_freezing_that_fails_gives_the_edition_back_with_the_reason(builder: Builder, desk: Desk) -> None:
    await approved_then_spoilt(builder, desk)
    edition = await desk.freeze()
    assert (edition["state"], edition["approved_by"]) == ("draft", None)
    assert edition["freeze_failure"]["fr"].startswith("L'édition ne peut être mise en page")
    assert edition["freeze_failure"]["en"].startswith("The edition cannot be rendered")
    assert (await desk.edit(items=[saying("Merci")])).status_code == 200
    await desk.approved()
    edition = await desk.freeze()
    assert (edition["state"], edition["freeze_failure"]) == ("frozen", None)


async def test_a_renderer_that_dies_is_tried_again_before_the_edition_goes_back(builder: Builder, desk: Desk) -> None:
    await desk.draft(saying("Merci"))
    await desk.approved()
    assert (await desk.step("freezing")).status_code == 202
    async with create_worker(desk.settings) as worker:
        context = worker.context
        assert isinstance(context, ReportingContext)
        patient, context.renderer = context.renderer, Renderer(time_limit=0.0)
        states = []
        for _ in range(3):
            assert await worker.run_due()
            states.append((await desk.read())["state"])
            async with builder.engine.begin() as connection:
                await connection.execute(text("UPDATE job SET due_at = clock_timestamp()"))
        await context.renderer.close()
        context.renderer = patient
    assert states == ["approved", "approved", "draft"]
    assert "longer than" in (await desk.read())["freeze_failure"]["en"]
