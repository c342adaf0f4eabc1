"""Printed figures, standing texts and editions from a file: recorded once, versioned, or refused."""

from datetime import date

import pytest
from sqlalchemy import select

from services.reporting_worker.imports.schemas import EditionRow, PrintedFigureRow, StandingTextRow
from services.reporting_worker.imports.service import (
    EditionIsNoDraft,
    OtherEdition,
    PrintedOtherwise,
    import_rows,
    known_references,
)
from shared.auth import system
from shared.models import Edition, EditionItem, StandingText
from shared.unit_of_work import unit_of_work

FIGURE = {
    "type": "printed_figure", "document": "bulletin-1", "key": "qip.budget", "scope": {"chart": "by-area"},
    "value": "28100000", "unit": "USD", "printed": "28,1 M USD", "decimals": 1, "magnitude": 6,
    "as_of": "2022-03-31",
}  # fmt: skip
TEXT = {"type": "standing_text", "key": "qip.mechanism", "text": {"fr": "Un texte", "en": "A text"}}
EDITION = {
    "type": "edition", "slug": "2022-02", "series": "bulletin", "number": "2022-02",
    "title": {"fr": "Bulletin", "en": "Bulletin"}, "period_start": "2022-02-01", "period_end": "2022-03-31",
    "as_of": "2022-03-31", "languages": ["fr", "en"],
    "items": [
        {"section": "qip", "kind": "standing_text", "standing_text": "qip.mechanism"},
        {"section": "qip", "kind": "text", "text": {"fr": "b", "en": "b"}, "parameters": {"also": ["ACT-1"]}},
        {"section": "contact", "kind": "contact", "standing_text": "qip.mechanism"},
    ],
}  # fmt: skip


@pytest.fixture
def load(engines):
    async def load(*rows):
        async with unit_of_work(engines("reporting"), system("load"), service="reporting") as unit:
            return dict(await import_rows(unit, rows))

    return load


@pytest.fixture
def read(engines):
    async def read(statement):
        async with engines("reporting").connect() as connection:
            return (await connection.execute(statement)).all()

    return read


async def test_a_printed_figure_is_recorded_once_and_never_overwritten(load):
    row = PrintedFigureRow.model_validate(FIGURE)
    assert await load(row) == {"created": 1}
    assert await load(row) == {"unchanged": 1}
    with pytest.raises(PrintedOtherwise):
        await load(PrintedFigureRow.model_validate({**FIGURE, "value": "28200000"}))
    assert await load(PrintedFigureRow.model_validate({**FIGURE, "scope": {}})) == {"created": 1}


async def test_a_changed_standing_text_becomes_its_next_version(load, read):
    assert await load(StandingTextRow.model_validate(TEXT)) == {"created": 1}
    assert await load(StandingTextRow.model_validate(TEXT)) == {"unchanged": 1}
    changed = StandingTextRow.model_validate({**TEXT, "text": {"fr": "Mieux", "en": "Better"}})
    assert await load(changed) == {"changed": 1}
    versions = await read(select(StandingText.version, StandingText.text).order_by(StandingText.version))
    assert [tuple(one) for one in versions] == [(1, TEXT["text"]), (2, {"fr": "Mieux", "en": "Better"})]


async def test_an_edition_is_a_draft_with_its_items_in_printed_order(load, read):
    await load(StandingTextRow.model_validate(TEXT))
    assert await load(EditionRow.model_validate(EDITION)) == {"created": 1}
    assert await load(EditionRow.model_validate(EDITION)) == {"unchanged": 1}
    ((state, author, protection),) = await read(select(Edition.state, Edition.author, Edition.protection))
    assert (state, author, protection) == ("draft", "system:load", "public")
    items = await read(select(EditionItem.section, EditionItem.kind).order_by(EditionItem.position))
    assert [tuple(one) for one in items] == [("qip", "standing_text"), ("qip", "text"), ("contact", "contact")]


async def test_a_draft_is_replaced_and_a_period_is_not(load, read):
    await load(StandingTextRow.model_validate(TEXT))
    await load(EditionRow.model_validate(EDITION))
    changed = EditionRow.model_validate({**EDITION, "items": EDITION["items"][:1]})
    assert await load(changed) == {"changed": 1}
    assert len(await read(select(EditionItem.id))) == 1
    with pytest.raises(OtherEdition):
        await load(EditionRow.model_validate({**EDITION, "period_start": "2022-01-01"}))


async def test_an_edition_that_left_its_draft_state_is_kept(load, engines):
    await load(StandingTextRow.model_validate(TEXT))
    await load(EditionRow.model_validate(EDITION))
    async with unit_of_work(engines("reporting"), system("test"), service="reporting") as unit:
        edition = await unit.session.scalar(select(Edition))
        edition.state = "in_review"
    assert await load(EditionRow.model_validate(EDITION)) == {"unchanged": 1}
    with pytest.raises(EditionIsNoDraft):
        await load(EditionRow.model_validate({**EDITION, "as_of": "2022-03-30"}))


async def test_the_keys_held_are_told_to_the_loader(load, engines):
    await load(StandingTextRow.model_validate(TEXT), EditionRow.model_validate(EDITION))
    async with unit_of_work(engines("reporting"), system("test"), service="reporting") as unit:
        known = await known_references(
            unit.session, {"standing_text": {"qip.mechanism", "none"}, "edition": {"2022-02"}, "place": {"mali"}}
        )
    assert known == {"standing_text": {"qip.mechanism"}, "edition": {"2022-02"}}


@pytest.mark.parametrize(
    "changed",
    [
        {"period_end": "2022-01-31"},
        {"languages": ["fr", "fr"]},
        {"languages": []},
        {"items": [{"section": "qip", "kind": "activity"}]},
        {"items": [{"section": "qip", "kind": "text"}]},
        {"items": [{"section": "qip", "kind": "standing_text"}]},
        {"as_of": "2022-02-30"},
    ],
)
def test_an_edition_that_contradicts_itself_is_refused(changed):
    with pytest.raises(ValueError, match="EditionRow"):
        EditionRow.model_validate(EDITION | changed)
    assert EditionRow.model_validate(EDITION).as_of == date(2022, 3, 31)
