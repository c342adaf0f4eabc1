"""What each workbook of this service is of, and the functions of the API that record its changes."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.projects_api.amounts.service import record_amount
from services.projects_api.content.project import ProjectCreate
from services.projects_api.fact_kinds.amounts import AMOUNTS
from services.projects_api.projects.creation import create_project
from services.projects_api.projects.schemas import ProjectEdit
from services.projects_api.projects.service import edit_project
from services.projects_api.records.activities import ACTIVITY
from shared.models.project import ConversionBasis
from shared.models.rate import RateSource
from shared.resources.activities import ACTIVITIES
from shared.resources.projects import PROJECTS
from shared.unit_of_work import UnitOfWork
from shared.workbooks.book import Book, Entry, book_of_record
from shared.workbooks.columns import columns_of, key_column


def _projects(owner: UUID, version: int, shown: Mapping[str, Any]) -> Iterable[Entry]:
    content = {name: shown[name] for name in ("reference", "mechanism", "title", "summary", "protection")}
    yield Entry((str(owner),), owner, shown["reference"], version, content)


async def _edit_project(unit: UnitOfWork, entry: Entry, content: dict[str, Any], changed: frozenset[str]) -> None:
    command = ProjectEdit.model_validate({name: content[name] for name in changed})
    await edit_project(unit, entry.owner, command)


async def _create_project(unit: UnitOfWork, _: UUID | None, content: dict[str, Any]) -> None:
    await create_project(unit, ProjectCreate.model_validate(content))


def _amounts(owner: UUID, version: int, shown: Mapping[str, Any]) -> Iterable[Entry]:
    """The amounts that stand, each with the ids of those that it corrected."""
    before = {one["id"]: one["supersedes_id"] for one in shown["amounts"]}
    for one in shown["amounts"]:
        if not one["is_superseded"]:
            ids = [one["id"]]
            while (earlier := before.get(ids[0])) is not None:
                ids.insert(0, earlier)
            yield Entry(tuple(ids), owner, shown["reference"], version, _stated(one, shown["reference"]))


def _stated(one: Mapping[str, Any], project: str) -> dict[str, Any]:
    """An amount as it was stated: dollars where the document prints them, not where a rate gave them."""
    stated = {name: one[name] for name in ("kind", "amount", "currency", "qualifier", "precision", "source")}
    usd = Decimal(one["usd"]) if one["basis"] == ConversionBasis.PRINTED else None
    decimals = one["usd_decimals"]
    if usd is not None and decimals is not None:
        usd = usd.quantize(Decimal(1).scaleb(-decimals))
    return {
        **stated,
        "project": project,
        "on": one["value_on"],
        "policy": one["policy"] or RateSource.UNORE,
        "usd": None if usd is None else f"{usd:f}",
        "usd_decimals": decimals,
    }


async def _correct_amount(unit: UnitOfWork, entry: Entry, content: dict[str, Any], changed: frozenset[str]) -> None:
    if "usd" in changed:
        content["usd_decimals"] = None  # those that are written now
    await _state_amount(unit, entry.owner, {**content, "supersedes_id": entry.id})


async def _state_amount(unit: UnitOfWork, owner: UUID | None, content: dict[str, Any]) -> None:
    assert owner is not None
    del content["project"]
    await record_amount(unit, owner, AMOUNTS.command.model_validate(content))


PROJECT_BOOK = Book(
    "projects",
    "project",
    PROJECTS,
    key_column("reference", ProjectCreate),
    columns_of(
        ProjectCreate,
        leave=("reference", "places", "region"),
        fixed=("mechanism", "identified_on", "precision", "source"),
    ),
    _projects,
    _edit_project,
    _create_project,
    "projects:revise",
    "projects:create",
)
"""What a project is called and who sees it; new ones with their mechanism and the day on which they were identified."""

AMOUNT_BOOK = Book(
    "amounts",
    "amount",
    PROJECTS,
    key_column("project", AMOUNTS.command),
    columns_of(AMOUNTS.command, leave=("reason", "usd_decimals", "supersedes_id"), fixed=("kind",)),
    _amounts,
    _correct_amount,
    _state_amount,
    "projects:revise",
    "projects:revise",
    same=("kind", "on"),
)
"""The amounts that stand of the projects that the list's filters keep; an edited one is a correction."""

ACTIVITY_BOOK = book_of_record(ACTIVITY, ACTIVITIES)
