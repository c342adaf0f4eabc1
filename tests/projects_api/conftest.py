"""What the tests of projects build on: a small register, rates, and desks from which people work over HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest
from uuid_utils.compat import uuid7

from services.projects_api.imports.schemas import ROWS
from services.projects_api.imports.service import import_rows
from shared.auth import system
from shared.database import write_engine
from shared.models import ExchangeRate, RatePolicy
from shared.settings import Settings
from shared.unit_of_work import UnitOfWork, unit_of_work

Units = Callable[..., AbstractAsyncContextManager[UnitOfWork]]

REGISTER: Sequence[dict[str, Any]] = (
    {"type": "mechanism", "code": "QIP", "name": {"fr": "Projets à impact rapide"}, "since": 2013},
    {"type": "mechanism", "code": "TF", "name": {"fr": "Fonds fiduciaire"}},
    {
        "type": "policy",
        "mechanism": "QIP",
        "kind": "ceiling",
        "value": "50000",
        "currency": "USD",
        "valid_from": "2013-07-01",
        "source": "DPKO/DFS 2017.16",
    },
    {"type": "sector", "slug": "qip-water", "mechanism": "QIP", "name": {"fr": "Eau"}},
    {"type": "sector", "slug": "qip-health", "mechanism": "QIP", "name": {"fr": "Santé"}},
    {"type": "place", "slug": "bourem", "kind": "cercle", "name": {"fr": "Bourem"}, "parent": "gao"},
    {"type": "place", "slug": "gao", "kind": "region", "name": {"fr": "Gao"}, "parent": "mali"},
    {"type": "place", "slug": "mali", "kind": "country", "name": {"fr": "Mali"}},
    {"type": "reporting_area", "slug": "gao-menaka", "name": {"fr": "Gao / Ménaka"}, "places": ["gao"]},
    {
        "type": "organisation",
        "slug": "cad",
        "kind": "mission_section",
        "acronym": {"fr": "CAD"},
        "names": [{"name": {"fr": "Division des affaires civiles"}, "valid_from": "2013-07-01"}],
    },
    {
        "type": "organisation",
        "slug": "pad",
        "kind": "mission_section",
        "names": [{"name": {"fr": "Division des affaires politiques"}, "valid_from": "2013-07-01"}],
    },
    {
        "type": "organisation",
        "slug": "turkiye",
        "kind": "state",
        "names": [
            {"name": {"fr": "Turquie"}, "valid_from": "2013-07-01"},
            {"name": {"fr": "Türkiye"}, "valid_from": "2022-06-03"},
        ],
    },
)


def rows_of(*rows: dict[str, Any]) -> list[Any]:
    """Rows of a portfolio file, validated."""
    return [ROWS[row["type"]].model_validate(row) for row in rows]


@pytest.fixture
def units(engines) -> Units:
    """`async with units("awa") as unit`: a unit of work of projects, committed at its end."""

    @asynccontextmanager
    async def unit(subject: str = "register") -> AsyncIterator[UnitOfWork]:
        async with unit_of_work(engines("projects"), system(subject), service="projects") as one:
            yield one

    return unit


@pytest.fixture
async def admin(database_url) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the database's owner."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def build_register(url: str) -> None:
    """The small register, and UN rates of XOF from 15 February to 15 March 2022, at most 45 days old."""
    settings = Settings(DATABASE_URL=url, REDIS_URL="redis://localhost", environment="test")
    projects, funds = write_engine(settings, "projects"), write_engine(settings, "funds")
    async with unit_of_work(projects, system("register"), service="projects") as unit:
        await import_rows(unit, rows_of(*REGISTER))
    async with unit_of_work(funds, system("rates"), service="funds") as unit:
        policy = {"recorded_at": unit.recorded_at, "recorded_by": unit.actor}
        unit.session.add(RatePolicy(policy="unore", max_age_days=45, **policy))
        for on, value in (("2022-02-15", "575.704"), ("2022-03-01", "583.747"), ("2022-03-15", "598.610")):
            unit.session.add(
                ExchangeRate(
                    id=uuid7(),
                    base="USD",
                    quote="XOF",
                    value=Decimal(value),
                    source="unore",
                    effective_on=date.fromisoformat(on),
                    document="test",
                    recorded_at=unit.recorded_at,
                    recorded_by=unit.actor,
                )
            )
    for engine in (projects, funds):
        await engine.dispose()


@pytest.fixture
def database_url(cluster) -> Iterator[str]:
    """A database of this test's own that holds the register."""
    name = cluster.clone(cluster.template("projects_register", build_register))
    yield cluster.url(name)
    cluster.drop(name)


@dataclass
class Desk:
    """A caller, who reads a project's ETag before each change, as clients must."""

    client: httpx.AsyncClient
    etag: str | None = None
    """What it holds on to instead, see `holding`."""

    async def holding(self, project: str) -> "Desk":
        """The same caller with the version that the project has now, for racers who must all have read it."""
        return Desk(self.client, (await self.client.get(f"/v1/projects/{project}")).headers["ETag"])

    async def get(self, path: str) -> Any:
        """The representation, which must be there."""
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def create(self, **fields: Any) -> str:
        """A new project's id."""
        body = {
            "mechanism": "QIP",
            "title": {"fr": "Forage solaire"},
            "identified_on": "2022-02-01",
            "places": ["bourem"],
            "roles": [{"kind": "sponsor", "organisation": "cad", "is_lead": True}],
            **fields,
        }
        answer = await self.client.post("/v1/projects", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def send(self, method: str, path: str, body: Any, **headers: str) -> httpx.Response:
        """A change of `/v1/projects/<id>...`, with the ETag of the project that it changes."""
        etag = self.etag or (await self.holding(path.split("/")[3])).etag
        return await self.client.request(
            method, path, json=body, headers={"If-Match": etag, "Idempotency-Key": str(uuid7()), **headers}
        )

    async def move(self, project: str, to: str, on: str, **fields: Any) -> httpx.Response:
        """A transition."""
        return await self.send("POST", f"/v1/projects/{project}/transitions", {"to": to, "on": on, **fields})

    async def amount(self, project: str, **fields: Any) -> httpx.Response:
        """An amount, by default an approved one of 25,112,500 XOF on 14 March 2022."""
        body = {"kind": "approved", "amount": "25112500", "currency": "XOF", "on": "2022-03-14", **fields}
        return await self.send("POST", f"/v1/projects/{project}/amounts", body)


Desks = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def desks(clients) -> Desks:
    """`await desks("approver", "awa")`: a desk on the small register."""

    async def desk(role: str = "programme_officer", subject: str = "moussa", **claims: Any) -> Desk:
        return Desk(await clients("projects", role, subject, **claims))

    return desk


@pytest.fixture
async def under_review(desks) -> tuple[Desk, Desk, str]:
    """An officer, an approver, and a project with sponsor and place that the officer brought under review."""
    officer, approver = await desks(), await desks("approver", "awa")
    project = await officer.create()
    for to, on in (("submitted", "2022-02-10"), ("under_review", "2022-02-20")):
        answer = await officer.move(project, to, on)
        assert answer.status_code == 201, answer.text
    return officer, approver, project
