"""The routes of a record: recorded, replaced, deleted, listed, counted, read."""

from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from shared.deletion import NameRetired, StillReferredTo
from shared.errors import Problem
from shared.keys import ReferenceText, Slug
from shared.models.words import a_row
from shared.portfolio import Part
from shared.reading.resource import Resource
from shared.recording.children import KeptForEver
from shared.recording.record import Record
from shared.recording.refusals import ReferenceTaken
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

WHOLE = "The whole content; what is left out is emptied. What bears a date and was once recorded stays."
UNREFERRED = "While other rows refer to it, 409 counts them by kind. Its name is never given to another one."


_WRITING = (ReferenceTaken, NameRetired, KeptForEver)
"""What writing a record may be refused for."""


class RecordWritten(BaseModel):
    """What was written: read it at the address in `Location`."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    key: str
    """Its reference or slug."""
    version: int


def record_routes(
    record: Record[Any, Any],
    resource: Resource,
    tag: str | None = None,
    *,
    create: str | None = None,
    replace: str = WHOLE,
    delete: str = UNREFERRED,
    needs_key: bool = False,
    refuses: tuple[type[Problem], ...] = (),
) -> APIRouter:
    """The router of a record; `create`, `replace` and `delete` say what is worth knowing of each in the contract.

    `tag` groups it with other nouns in the reference; `needs_key` where an `Idempotency-Key` is required to create one;
    `refuses` names what its own rules refuse when it is created or replaced.

    Raises:
        TypeError: what is given as a whole is not shown as a whole, so that nobody could change a part of it.
    """
    if unshown := record.content.model_fields.keys() - resource.detail.model_fields.keys():
        raise TypeError(
            f"{resource.name} do not show {', '.join(sorted(unshown))}, which who replaces one must give back."
        )
    routes = router(f"/{resource.name}", tag or resource.name)
    said = create or f"Under a {record.key[0]} of its own, which is never given to another one."
    add_create_route(routes, record, resource, said, needs_key=needs_key, refuses=refuses)
    add_edit_route(routes, record, resource, replace, refuses=refuses)
    add_delete_route(routes, record, resource, delete)
    add_resource_routes(routes, resource)
    return routes


def created(record: Record[Any, Any]) -> type[Part]:
    """What a person gives to record one: the content, and its key, which may be assigned."""
    stem = record.content.__name__.removesuffix("Content")
    key: Any = (Slug, ...)
    if record.key[0] == "reference":
        key = (ReferenceText | None, Field(None, description="Assigned when it is not given."))
    model: Any = create_model(
        f"{stem}Create",
        __base__=record.content,
        __doc__=f"A new {a_row(record.name)['en'].partition(' ')[2]}.",
        **{record.key[0]: key},
    )
    model.model_config["json_schema_extra"] = {"examples": [dict(record.example)]}
    model.model_rebuild(force=True)
    return cast("type[Part]", model)


def add_create_route(
    routes: APIRouter,
    record: Record[Any, Any],
    resource: Resource,
    said: str,
    *,
    needs_key: bool = False,
    refuses: tuple[type[Problem], ...] = (),
) -> None:
    """Add the recording of a new one."""
    Command: Any = created(record)  # noqa: N806  (a type)
    key = record.key[0]

    @routes.post(
        "",
        status_code=201,
        summary=f"Record {a_row(record.name)['en']}",
        description=said,
        name=f"create_{record.name}",
    )
    @permission(f"{resource.name}:create", needs_key=needs_key, refuses=(*_WRITING, *refuses))
    async def create(command: Command, unit: Unit) -> RecordWritten:
        return _written(record, await record.create(unit, command, getattr(command, key)))


def add_edit_route(
    routes: APIRouter,
    record: Record[Any, Any],
    resource: Resource,
    said: str,
    *,
    refuses: tuple[type[Problem], ...] = (),
) -> None:
    """Add the replacing of one's content."""
    Content: Any = record.content  # noqa: N806
    RowId: Any = Annotated[UUID, named(record.name)]  # noqa: N806

    @routes.put(
        f"/{{{record.name}}}",
        summary=f"Replace the content of {a_row(record.name)['en']}",
        description=said,
        name=f"edit_{record.name}",
    )
    @permission(f"{resource.name}:edit", if_match=True, refuses=(*_WRITING, *refuses))
    async def edit(row_id: RowId, content: Content, unit: Unit) -> RecordWritten:
        return _written(record, await record.replace(unit, row_id, content))


def add_delete_route(routes: APIRouter, record: Record[Any, Any], resource: Resource, said: str) -> None:
    """Add the deleting of one that nothing refers to."""
    RowId: Any = Annotated[UUID, named(record.name, is_ceasing=True)]  # noqa: N806

    @routes.delete(
        f"/{{{record.name}}}",
        status_code=204,
        response_class=Response,
        summary=f"Delete {a_row(record.name)['en']} that nothing refers to",
        description=said,
        name=f"delete_{record.name}",
    )
    @permission(f"{resource.name}:delete", if_match=True, refuses=(StillReferredTo,))
    async def delete(row_id: RowId, unit: Unit) -> Response:
        await record.delete(unit, row_id)
        return Response(status_code=204)


def _written(record: Record[Any, Any], row: Any) -> RecordWritten:
    return RecordWritten(id=row.id, key=getattr(row, record.key[0]), version=row.version)
