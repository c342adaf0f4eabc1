"""The writing routes of a kind of record that is given as a whole: recorded, replaced, deleted."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.projects_api.answers import RecordWritten
from services.projects_api.editing import create_record, delete_record, replace_record
from services.projects_api.records import Kind
from shared.web.named import named
from shared.web.route import Unit, permission


def add_create_route(routes: APIRouter, name: str, kind: Kind, command: type[BaseModel]) -> None:
    """Add the recording of a new record, under the slug that it states."""
    Command: Any = command  # noqa: N806  (a type)

    @routes.post(
        "",
        status_code=201,
        summary=f"Record {_a(kind)}",
        name=f"create_{kind.name}",
    )
    @permission(f"{name}:create")
    async def create(command: Command, unit: Unit, response: Response) -> RecordWritten:
        """Under a slug of its own, which is never given to another one."""
        row = (await create_record(unit, kind, command.slug, command)).row
        response.headers["Location"] = f"/v1/{name}/{row.slug}"
        return RecordWritten(id=row.id, key=row.slug, version=row.version)


def add_edit_route(routes: APIRouter, name: str, kind: Kind, content: type[BaseModel]) -> None:
    """Add the replacing of a record's content."""
    Content: Any = content  # noqa: N806
    RowId: Any = Annotated[UUID, named(kind.name)]  # noqa: N806

    @routes.put(
        f"/{{{kind.name}}}",
        summary=f"Replace the content of {_a(kind)}",
        name=f"edit_{kind.name}",
    )
    @permission(f"{name}:edit", if_match=True)
    async def edit(row_id: RowId, content: Content, unit: Unit) -> RecordWritten:
        """The whole content; what is left out is emptied. What bears a date and was once recorded stays."""
        row = await replace_record(unit, kind, row_id, content)
        return RecordWritten(id=row.id, key=row.slug, version=row.version)


def add_delete_route(routes: APIRouter, name: str, kind: Kind) -> None:
    """Add the deleting of a record that nothing refers to."""
    RowId: Any = Annotated[UUID, named(kind.name, is_ceasing=True)]  # noqa: N806

    @routes.delete(
        f"/{{{kind.name}}}",
        status_code=204,
        response_class=Response,
        summary=f"Delete {_a(kind)} that nothing refers to",
        name=f"delete_{kind.name}",
    )
    @permission(f"{name}:delete", if_match=True)
    async def delete(row_id: RowId, unit: Unit) -> Response:
        """While other rows refer to it, 409 counts them by kind. Its name is never given to another one."""
        await delete_record(unit, kind, row_id)
        return Response(status_code=204)


def _a(kind: Kind) -> str:
    words = kind.name.replace("_", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
