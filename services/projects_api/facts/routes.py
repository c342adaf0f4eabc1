"""The routes of a kind of fact of projects: recorded or corrected one at a time, and its whole history."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, create_model

from services.projects_api.entry.rules import look_up_judged
from services.projects_api.facts.history import HistoryPage, history_statement, read_history
from services.projects_api.opened import is_approved, open_project, subject_of
from shared.models.base import Precision
from shared.models.words import a_row, rows
from shared.recording.fact_kind import FactKind
from shared.recording.facts import AlreadyCorrected, CorrectionWithoutReason
from shared.resources.project_facts import HistoryRow
from shared.web.components import TAGS
from shared.web.moment import Asked
from shared.web.named import named
from shared.web.route import Reads, Unit, permission, router

HOLDS = "It holds from its date on; a correction names the one that it corrects, which stays known as it was."
ProjectId = Annotated[UUID, named("project")]


class FactWritten(BaseModel):
    """A fact as recorded."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    value_on: date
    precision: Precision
    source: str | None
    reason: str | None
    supersedes_id: UUID | None
    recorded_at: datetime
    recorded_by: str


def fact_routes(kind: FactKind[Any, Any]) -> APIRouter:
    """The router of a kind whose facts have no rules but those of every fact."""
    routes = router("/projects", kind.name if kind.name in TAGS else "projects")
    add_record_route(routes, kind)
    add_history_route(routes, kind)
    return routes


def add_record_route(routes: APIRouter, kind: FactKind[Any, Any]) -> None:
    """Add the recording of a fact, or the correction of one."""
    Command: Any = kind.command  # noqa: N806  (a type)
    Written: Any = _with_stated(f"{kind.stem}Written", FactWritten, kind)  # noqa: N806

    @routes.post(
        f"/{{project}}/{kind.name}",
        status_code=201,
        response_model=Written,
        summary=kind.summary or f"Record {a_row(kind.model.__tablename__)['en']}, or correct one",
        description=kind.said or HOLDS,
        name=f"record_{kind.name}",
    )
    @permission("projects:edit", if_match=True, refuses=(AlreadyCorrected, CorrectionWithoutReason))
    async def record(project_id: ProjectId, command: Command, unit: Unit) -> Any:
        project, _ = await open_project(unit, project_id, "projects:edit")
        await look_up_judged(unit, command, project.mechanism_code)
        subject = subject_of(project)
        is_used = await is_approved(unit.session, project_id)
        superseded = await kind.to_correct(unit, subject, command, is_used=is_used)
        prepared = await kind.prepared(unit, [command])
        row = await kind.add(unit, subject, command, superseded=superseded, prepared=prepared)
        unit.changed(project)
        return row


def add_history_route(routes: APIRouter, kind: FactKind[Any, Any]) -> None:
    """Add the history of a project's facts of the kind, corrected ones too."""
    Read: Any = _with_stated(f"{kind.stem}Read", HistoryRow, kind)  # noqa: N806
    statement = history_statement(Read, kind.model)

    @routes.get(
        f"/{{project}}/{kind.name}",
        response_model=HistoryPage[Read],
        summary=kind.listed or f"List {rows(kind.model.__tablename__)['en']} of a project",
        name=f"list_{kind.name}",
    )
    @permission("projects:read")
    async def history(project_id: ProjectId, moment: Asked, reads: Reads) -> Response:
        """All of them, corrected ones too, in the order in which they hold."""
        return await read_history(reads, statement, project_id, moment)


def _with_stated(name: str, base: type[BaseModel], kind: FactKind[Any, Any]) -> type[BaseModel]:
    """An answer that says what is stated beside what every fact says."""
    fields = kind.stated.model_fields
    own: dict[str, Any] = {one.column: (fields[one.member].rebuild_annotation(), ...) for one in kind.filled}
    return create_model(name, __base__=base, __doc__=kind.stated.__doc__, **own)
