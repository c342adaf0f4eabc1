"""The histories of a project's facts, corrected rows included; Postgres builds the JSON."""

from typing import Any, Generic, TypeVar
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel
from sqlalchemy import Text, Uuid, bindparam, cast, select

from services.projects_api.opened import ProjectNotFound
from shared.database import Reader
from shared.facts import Statement, compiled
from shared.models import Project
from shared.models.base import Fact
from shared.resources.project_facts import HistoryRow, amounts_of, history_of, transitions_of
from shared.web.moment import Moment

Item = TypeVar("Item")


class HistoryPage(BaseModel, Generic[Item]):
    """A history, whole."""

    items: list[Item]


def history_statement(shown: type[HistoryRow], fact: type[Fact]) -> Statement:
    """The history of one kind of fact of a project (`:project_id`)."""
    return _statement(history_of(shown, fact, Project.id))


def _statement(rows: Any) -> Statement:
    return compiled(select(cast(rows, Text)).where(Project.id == bindparam("project_id", type_=Uuid())))


TRANSITION_HISTORY = _statement(transitions_of(Project.id))
AMOUNT_HISTORY = _statement(amounts_of(Project.id))


async def read_history(reads: Reader, statement: Statement, project_id: UUID, moment: Moment) -> Response:
    """All rows of one kind of fact of a project, as JSON.

    Raises:
        ProjectNotFound: there is none.
    """
    items = await reads.fetchval(*statement.asked(project_id=project_id, **moment.bound))
    if items is None:
        raise ProjectNotFound(project_id)
    return Response(f'{{"items":{items}}}', media_type="application/json")
