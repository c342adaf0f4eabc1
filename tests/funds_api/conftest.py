"""What the tests of funds build on: a small world that the other service owns, and a fund manager's unit of work."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime

import asyncpg
import pytest
from uuid_utils.compat import uuid7

from shared.auth import system
from shared.database import write_engine
from shared.unit_of_work import UnitOfWork, unit_of_work
from tests.cluster import TEMPLATE, Cluster

Units = Callable[[], AbstractAsyncContextManager[UnitOfWork]]

RATES = (
    ("XOF", "2022-02-15", "575.704"),
    ("XOF", "2022-03-01", "583.747"),
    ("XOF", "2022-03-15", "598.610"),
    ("EUR", "2022-02-15", "0.878"),
    ("EUR", "2022-03-01", "0.890"),
    ("EUR", "2022-03-15", "0.913"),
)


@pytest.fixture
async def admin(database_url) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the database's owner, whose JSON is Python's."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
def units(engines) -> Units:
    """`async with units() as unit`: a unit of work of funds, committed at its end."""

    @asynccontextmanager
    async def unit() -> AsyncIterator[UnitOfWork]:
        async with unit_of_work(engines("funds"), system("fatou"), service="funds") as one:
            yield one

    return unit


@pytest.fixture
async def sessions(settings) -> AsyncIterator[Units]:
    """The same with a connection of its own for each of up to 32 units at once."""
    engine = write_engine(settings.model_copy(update={"pool_size": 32}), "funds")

    @asynccontextmanager
    async def unit() -> AsyncIterator[UnitOfWork]:
        async with unit_of_work(engine, system("fatou"), service="funds") as one:
            yield one

    yield unit
    await engine.dispose()


async def _build_world(url: str) -> None:
    """Mechanisms, organisations, projects of the Trust Fund and of QIP, an announcement, rate policies and rates."""
    admin = await asyncpg.connect(url)
    now = datetime(2022, 1, 1, tzinfo=UTC)
    for code in ("QIP", "TF"):
        await admin.execute(
            "INSERT INTO mechanism (code, name, is_external, position) VALUES ($1, $2, false, 0)",
            code,
            f'{{"en": "{code}"}}',
        )
    for slug in ("belgium", "denmark"):
        await admin.execute(
            "INSERT INTO organisation (id, slug, kind, version, recorded_at, protection, is_synthetic)"
            " VALUES ($1, $2, 'state', 1, $3, 'public', false)",
            uuid7(),
            slug,
            now,
        )
    for reference, mechanism, state in (
        ("TF-2022-GAO-001", "TF", "approved"),
        ("TF-2022-GAO-002", "TF", "in_progress"),
        ("TF-2022-GAO-003", "TF", "cancelled"),
        ("QIP-2022-GAO-001", "QIP", "approved"),
    ):
        project_id = uuid7()
        await admin.execute(
            "INSERT INTO project (id, reference, mechanism_code, title, author, version, recorded_at, protection,"
            " is_synthetic, is_deleted) VALUES ($1, $2, $3, $4, 'awa', 1, $5, 'public', false, false)",
            project_id,
            reference,
            mechanism,
            '{"en": "A project"}',
            now,
        )
        await admin.execute(
            "INSERT INTO transition (id, project_id, to_state, value_on, precision, position, recorded_at,"
            " recorded_by, is_retraction, is_synthetic)"
            " VALUES ($1, $2, $3, '2022-01-01', 'day', 0, $4, 'awa', false, false)",
            uuid7(),
            project_id,
            state,
            now,
        )
    await admin.execute(
        "INSERT INTO announcement (id, reference, project_count, title, position, sector_slugs, place_slugs,"
        " version, recorded_at, protection, is_synthetic, is_deleted)"
        " VALUES ($1, 'ANN-2022-01', 6, $2, 0, '{}', '{}', 1, $3, 'public', false, false)",
        uuid7(),
        '{"en": "Six projects"}',
        now,
    )
    await admin.execute(
        "INSERT INTO rate_policy (id, policy, max_age_days, recorded_at, recorded_by)"
        " VALUES (uuidv7(), 'unore', 45, $1, 'awa'), (uuidv7(), 'ecb', 7, $1, 'awa')",
        now,
    )
    for currency, effective_on, value in RATES:
        await admin.execute(
            "INSERT INTO exchange_rate (id, base, quote, value, source, effective_on, document, recorded_at,"
            " recorded_by) VALUES ($1, 'USD', $2, $3::text::numeric, 'unore', $4, 'UN', $5, 'awa')",
            uuid7(),
            currency,
            value,
            date.fromisoformat(effective_on),
            now,
        )
    await admin.close()


@pytest.fixture
def database_url(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of this test's own; with the small world for those that ask for it."""
    is_asked = "world" in request.fixturenames
    name = cluster.clone(cluster.template("funds_world", _build_world) if is_asked else TEMPLATE)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def world() -> None:
    """Asks for a database that holds the small world."""
