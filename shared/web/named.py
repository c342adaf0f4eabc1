"""Rows as addresses name them: `{project}` takes the id or the reference, and is found once for every route."""

from datetime import datetime
from functools import cache
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Request
from sqlalchemy import Select, Text, Uuid, bindparam, cast, select

from shared.errors import NotFound
from shared.facts import Statement, compiled
from shared.models.naming import NAMES

MAX_NAME = 200


class NothingNamed(NotFound):
    """No row of that kind bears the name, or none that is visible to the caller."""

    def __init__(self, noun: str, name: object) -> None:
        shown = str(name)[:80]
        kind = noun.replace("_", " ")
        super().__init__(
            {
                "fr": f"« {shown} » ({kind}) n'existe pas ; donnez l'identifiant ou la référence exacte.",
                "en": f"There is no {kind} '{shown}'; give the id or the exact reference.",
            }
        )


def named(noun: str) -> Any:
    """The path parameter `{noun}`, an id or a reference as written, given to the endpoint as the row's id.

    A write looks it up inside its unit of work, a read on its pool.

    Raises:
        NothingNamed: no row is called so (404, the same whichever way it was named).
    """

    async def find(
        request: Request,
        name: Annotated[str, Path(alias=noun, description="Its id or its reference.", max_length=MAX_NAME)],
    ) -> UUID:
        value = as_id(name, noun) or name
        by_id = isinstance(value, UUID)
        if (unit := getattr(request.state, "unit", None)) is not None:
            found = await unit.session.scalar(_query(noun, value, by_id=by_id))
        else:
            asked = _statement(noun, by_id=by_id).asked(name=value, known_at=_instant(request))
            found = await request.state.reads.fetchval(*asked)
        if found is None:
            raise NothingNamed(noun, name)
        row_id: UUID = found
        return row_id

    return Depends(find)


def _instant(request: Request) -> datetime | None:
    """The `known_at` that a read asks for: what has been removed since was known by its name then."""
    try:
        given = datetime.fromisoformat(request.query_params.get("known_at", ""))
    except ValueError:
        return None  # none, `now`, or what the parameter itself refuses
    return given if given.tzinfo is not None else None


async def ids_named(reads: Any, name: str, noun: str | None = None) -> list[UUID]:
    """The ids of all rows that a name stands for, of one kind or of any; an id stands for itself."""
    if (identity := as_id(name)) is not None:
        return [identity]
    nouns = [one for one in NAMES if noun in {None, one} and _has_id(one)]
    found = [await reads.fetchval(_statement(one, by_id=False).sql, name) for one in nouns]
    return [row_id for row_id in found if row_id is not None]


def as_id(name: str, noun: str | None = None) -> UUID | None:
    """The id that a name is; None for a reference, and for a kind of row that has no ids."""
    try:
        return UUID(name) if noun is None or _has_id(noun) else None
    except ValueError:
        return None


def _has_id(noun: str) -> bool:
    return isinstance(NAMES[noun].target.type, Uuid)


def _query(noun: str, value: Any, *, by_id: bool) -> Select[Any]:
    key, target = NAMES[noun]
    return select(target).where(target == value if by_id else cast(key, Text) == value)


@cache
def _statement(noun: str, *, by_id: bool) -> Statement:
    return compiled(_query(noun, bindparam("name", type_=Uuid() if by_id else Text()), by_id=by_id))
