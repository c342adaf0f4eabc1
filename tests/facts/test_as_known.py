"""What was known at an instant stays known, whatever is changed or removed later: every list, detail, figure and page.

The edits are drawn over all tables whose rows change in place, so that a new one is edited here without being named.
"""

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime
from typing import Any, get_args
from uuid import UUID

import asyncpg
import pytest

from services.projects_api.facts import history
from services.projects_api.mechanisms.queries import MECHANISMS
from services.reporting_worker.composition.queries import material_statements
from services.reporting_worker.controls import conversion_queries, queries
from services.reporting_worker.figures.announcements import _SUMS
from services.reporting_worker.figures.queries import FIGURES_DOCUMENT, ROW_PAGE, VALUES_DOCUMENT
from services.reporting_worker.figures.service import View, known_keys
from shared.facts import NOW, Statement
from shared.models import APPEND_ONLY, REVISED, Base, Job, JobLane
from shared.reading.statements import Shape, detail_statement, list_statement, totals_statement
from shared.resources import every_resource
from shared.settings import Service
from tests.cluster import Cluster
from tests.portfolio.reference import reference_database

RESOURCES = every_resource()
MARCH = date(2022, 3, 31)
NOBODY = {"can": "[]", "can_own": "[]", "section": None, "caller": None}


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    name = reference_database(cluster)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The database's owner, who may edit whatever a service may."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


def statements() -> dict[str, tuple[Statement, dict[str, Any]]]:
    """All that is read at an instant, by name, with the arguments beside the moment."""
    found: dict[str, tuple[Statement, dict[str, Any]]] = {}
    for one in RESOURCES:
        whole = Shape(frozenset(), one.default_order, False, True)
        found[f"{one.name} list"] = list_statement(one, whole), {"limit": 5000, **NOBODY}
        found[f"{one.name} totals"] = totals_statement(one, frozenset()), {}
        if "q" in {each.name for each in one.filters}:
            search = Shape(frozenset({"q"}), "relevance", False, True)
            found[f"{one.name} search"] = list_statement(one, search), {"limit": 500, "f_q": "gao", **NOBODY}
    keys = known_keys()
    bound = {name: value for name, value in View(MARCH).bound(keys).items() if name not in {"as_of", "known_at"}}
    found["figures"] = FIGURES_DOCUMENT, bound
    found["values"] = VALUES_DOCUMENT, bound
    page = {"limit": 5000, "after_reference": None, "after_id": None}
    for key in ("qip.budget", "tf.budget"):
        found[f"rows of {key}"] = ROW_PAGE, {**bound, **View(MARCH).bound([key]), **page}
    found["announcement sums"] = _SUMS, {}
    found["mechanisms"] = MECHANISMS, {}
    for name, statement in material_statements().items():
        found[f"material {name}"] = (
            statement,
            {
                **bound,
                "edition_id": UUID(int=0),
                "period_start": date(2022, 2, 1),
                "approved_mechanism": "TF",
                "names": [],
                "references": ["ANN-2022-003", "QIP-2022-MNK-014", "menaka", "ACT-2022-003"],
            },
        )
    for module in (queries, conversion_queries):
        for name, statement in vars(module).items():
            if isinstance(statement, Statement):
                found[f"control {name}"] = statement, bound
    return found


def as_text(rows: list[Any]) -> str:
    """Rows as text; the order of an object's members says nothing, and when an answer was read (`read_at`) is no part."""

    def plain(value: Any) -> str:
        if isinstance(value, str) and value[:1] in {"[", "{"}:
            return re.sub(r'"read_at": "[^"]*"', "", json.dumps(json.loads(value), sort_keys=True))
        return str(value)

    return "\n".join(" | ".join(plain(value) for value in row) for row in rows)


async def answers(connection: Any, known_at: datetime) -> dict[str, str]:
    """Every answer at one instant, as text; and the details and histories of one row in forty."""
    moment = {"as_of": MARCH, "known_at": known_at}
    given = {}

    async def ask(name: str, statement: Statement, **values: Any) -> list[Any]:
        rows: list[Any] = await connection.fetch(*statement.asked(**{**values, **moment}))
        given[name] = as_text(rows)
        return rows

    for name, (statement, values) in statements().items():
        await ask(name, statement, **values)
    for one in RESOURCES:
        whole = list_statement(one, Shape(frozenset(), one.default_order, False, False))
        rows = await ask(f"{one.name} list", whole, limit=5000, **NOBODY)
        for item in json.loads(rows[0]["items"])[::40]:
            row_id = UUID(item["id"])
            await ask(f"{one.name} {row_id}", detail_statement(one), row_id=row_id, **NOBODY)
            if one.name == "projects":
                await ask(f"transitions {row_id}", history.TRANSITION_HISTORY, project_id=row_id)
                await ask(f"amounts {row_id}", history.AMOUNT_HISTORY, project_id=row_id)
    return given


COLUMNS = """
SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'known_since'
"""
CHANGES = {
    "jsonb": """'{"fr": "Changé", "en": "Changed"}'""",
    "text": "{0} || '-changed'",
    "text[]": "'{changed}'",
    "boolean": "NOT {0}",
    "integer": "{0} + 1",
    "date": "{0} + 1",
}
PROTECTION = "CASE {0} WHEN 'public' THEN 'internal' ELSE 'public' END"


async def edit(connection: Any, drawn: random.Random) -> set[str]:
    """One round of edits: of each table some rows are changed in some column and some removed, where it is allowed."""
    touched = set()
    for table in sorted(model.__tablename__ for model in REVISED):
        columns = await connection.fetch(COLUMNS, table)
        for column in drawn.sample(columns, min(4, len(columns))):
            change = PROTECTION if column["name"] == "protection" else CHANGES.get(column["type"].split("(")[0])
            sample = f"SELECT ctid FROM {table} ORDER BY md5(ctid::text || '{drawn.random()}') LIMIT 12"
            # a person is erased from the past too, see below
            orders = [f"DELETE FROM {table} WHERE ctid = ANY(ARRAY({sample}))"] * (table != "person")
            if change is not None:
                value = change.replace("{0}", column["name"])
                orders.insert(0, f"UPDATE {table} SET {column['name']} = {value} WHERE ctid = ANY(ARRAY({sample}))")
            for order in orders:
                try:
                    async with connection.transaction():
                        if int((await connection.execute(order)).split()[-1]):
                            touched.add(table)
                except asyncpg.PostgresError:
                    continue  # a guard or a reference forbids it
    return touched


@pytest.mark.whole
async def test_no_answer_at_a_past_instant_is_changed_by_later_edits(owner: Any) -> None:
    drawn = random.Random(6)
    instants, before = [], []
    touched: set[str] = set()
    for _ in range(2):
        instants.append(await owner.fetchval("SELECT clock_timestamp()"))
        before.append(await answers(owner, instants[-1]))
        touched |= await edit(owner, drawn)
    assert {"project", "role", "place", "organisation_name", "announcement", "contribution"} <= touched
    for instant, known in zip(instants, before, strict=True):
        after = await answers(owner, instant)
        assert {name for name in known if known[name] != after[name]} == set()
    assert before[0]["projects list"] != before[1]["projects list"]
    assert before[0]["figures"] != before[1]["figures"]


@pytest.mark.whole
async def test_what_is_known_at_an_instant_that_has_just_passed_is_what_is_known_now(owner: Any) -> None:
    instant = await owner.fetchval("SELECT clock_timestamp()")
    now, then = await answers(owner, NOW), await answers(owner, instant)
    assert {name for name in now if now[name] != then[name]} == set()


def test_every_table_that_is_read_at_an_instant_is_only_added_to_or_revised() -> None:
    kept = {model.__tablename__ for model in (*APPEND_ONLY, *REVISED, Job, JobLane)}
    tables = {model.__tablename__ for model in Base.__subclasses__()} | set(Base.metadata.tables)
    for name, (statement, _) in statements().items():
        assert statement.tables <= kept, name
        named = set(re.findall(r"(?:FROM|JOIN) (\w+)(?: AS \w+)?", statement.sql)) & tables
        assert named <= statement.tables, name
        assert statement.as_known.sql


async def test_every_revised_table_keeps_what_it_said(owner: Any) -> None:
    found = await owner.fetch(
        "SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname = 'revised' AND tgenabled = 'O'"
    )
    assert {row["name"] for row in found} == {model.__tablename__ for model in REVISED}


async def test_revisions_are_written_by_nobody(database_url: str) -> None:
    for service in get_args(Service):
        connection = await asyncpg.connect(database_url, server_settings={"role": f"djoliba_{service}"})
        try:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("DELETE FROM revision")
        finally:
            await connection.close()


async def test_an_erased_person_is_erased_from_the_past_too(owner: Any) -> None:
    await owner.execute("INSERT INTO person (id, slug, name, version) VALUES (gen_random_uuid(), 'a', 'Awa', 1)")
    await owner.execute("UPDATE person SET name = 'Awa D.' WHERE slug = 'a'")
    held = "SELECT count(*) FROM revision WHERE table_name = 'person'"
    assert await owner.fetchval(held) == 1
    await owner.execute("DELETE FROM person WHERE slug = 'a'")
    assert await owner.fetchval(held) == 0


async def test_of_two_units_on_one_row_the_later_word_counts_from_the_later_instant(
    owner: Any, database_url: str
) -> None:
    """The first to begin waits for the other's lock: what the other wrote was then never known."""
    other = await asyncpg.connect(database_url)
    tell = "SELECT set_config('djoliba.recorded_at', clock_timestamp()::text, true)"
    change = "UPDATE mechanism SET position = $1 WHERE code = 'QIP'"
    try:
        slow, quick = owner.transaction(), other.transaction()
        await slow.start()
        await owner.execute(tell)
        await quick.start()
        await other.execute(tell)
        await other.execute(change, 51)
        waiting = asyncio.create_task(owner.execute(change, 52))
        await quick.commit()
        await waiting
        await slow.commit()
    finally:
        await other.close()
    held = await owner.fetch("SELECT content ->> 'position' AS said FROM revision WHERE table_name = 'mechanism'")
    assert "51" not in {row["said"] for row in held}
    assert await owner.fetchval("SELECT position FROM mechanism WHERE code = 'QIP'") == 52
