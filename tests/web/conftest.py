"""A small application that uses everything the shell offers, on this test's own database."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from uuid_utils.compat import uuid7

from shared.errors import Fault
from shared.fields import AmountText, DecimalText, LineText, PastDateText, PercentageText, TextsField
from shared.settings import Settings
from shared.web.app import create_app
from shared.web.route import ANONYMOUS, Caller, Reads, Unit, permission, router


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    amount: AmountText
    share: PercentageText = Field(default=...)


class Command(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: TextsField
    amount: AmountText
    on: PastDateText
    rate: DecimalText | None = None
    note: LineText | None = None
    parts: list[Part] = []
    count: int = Field(default=1, strict=True, ge=1)


def things() -> Any:
    routes = router("/projects", "projects")

    @routes.get("", summary="List")
    @permission("projects:read")
    async def list_things(
        reads: Reads, limit: Annotated[int, Query(ge=1, le=500)] = 50, status: str | None = None
    ) -> dict[str, int]:
        """List."""
        return {"limit": await reads.fetchval("SELECT $1::int", limit)}

    @routes.get("/public", summary="Public")
    @permission(ANONYMOUS)
    async def read_public(reads: Reads, as_of: PastDateText | None = None) -> dict[str, str]:
        """Public."""
        return {"role": await reads.fetchval("SELECT current_user::text")}

    @routes.get("/whoami", summary="Who")
    @permission("projects:read")
    async def read_caller(caller: Caller) -> dict[str, str]:
        """Who."""
        return {"subject": caller.subject}

    @routes.get("/broken", summary="Broken")
    @permission(ANONYMOUS)
    async def read_broken(reads: Reads) -> None:
        """Broken."""
        raise RuntimeError("the password=hunter2 stands at postgresql://app:hunter2@db/x")

    @routes.get("/forbidden-table", summary="Table")
    @permission(ANONYMOUS)
    async def read_table(reads: Reads) -> int:
        """Table."""
        return int(await reads.fetchval("SELECT count(*) FROM project"))

    @routes.post("", status_code=201, summary="Create")
    @permission("projects:create")
    async def create_thing(command: Command, unit: Unit) -> Command:
        """Create."""
        unit.record("project.created", "project", uuid7(), after={"amount": str(command.amount)})
        return command

    @routes.post("/doubtful", status_code=201, summary="Doubtful")
    @permission("projects:create")
    async def create_doubtful(command: Command, unit: Unit) -> Command:
        """Doubtful."""
        unit.record("project.created", "project", uuid7())
        for _ in range(2):
            unit.warn(Fault("/title", {"fr": "Semble double.", "en": "Looks doubled."}, "likely_duplicate"))
        return command

    @routes.post("/silent", summary="Silent")
    @permission("projects:create")
    async def create_silently(unit: Unit) -> None:
        """Silent."""

    return routes


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app("projects", settings, [things()])


Client = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def client(
    app: FastAPI, serve: Callable[[Any], Awaitable[httpx.AsyncClient]], token_for: Callable[..., str]
) -> httpx.AsyncClient:
    """A programme officer at the small application."""
    started = await serve(app)
    started.headers["Authorization"] = f"Bearer {token_for('programme_officer', 'awa')}"
    return started


GOOD = {"title": {"fr": "École", "en": "School"}, "amount": "64636472", "on": "2022-02-24"}
