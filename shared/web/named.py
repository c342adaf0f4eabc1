"""Rows as addresses name them: `{project}` takes the id or the reference, and is found once for every route."""

from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Path, Request
from sqlalchemy import Select, Text, Uuid, bindparam, case, cast, null, select

from shared.database import Reader
from shared.errors import NotFound, Texts
from shared.facts import Statement, compiled
from shared.locks import hold_names, lock_names
from shared.models.naming import NAMES
from shared.refusal import Refusal

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


class MovedTo(Refusal):
    """The row is the double of another one, at whose address the same request belongs (308)."""

    kind, status, header, shown = "merged", 308, ("Location", "{location}"), ("merged_into",)
    title: ClassVar[Texts] = {"fr": "Fusionné", "en": "Merged"}
    fr = "« {name:.80} » ({noun}) a été fusionné avec « {merged_into} » ; adressez-vous à celui-ci."
    en = "The {noun} '{name:.80}' was merged into '{merged_into}'; address that one."
    noun: str
    name: str
    merged_into: str
    location: str


def named(noun: str, *, is_ceasing: bool = False) -> Any:
    """The path parameter `{noun}`, an id or a reference as written, given to the endpoint as the row's id.

    A write looks it up inside its unit of work, a read on its pool. What a name stands for stays so until the write
    ends; a write that changes it says `is_ceasing`.

    Raises:
        NothingNamed: no row is called so (404, the same whichever way it was named).
        MovedTo: the row that is called so was merged into another one (308).
    """

    async def find(
        request: Request,
        name: Annotated[str, Path(alias=noun, description="Its id or its reference.", max_length=MAX_NAME)],
    ) -> UUID:
        value = as_id(name, noun) or name
        by_id = isinstance(value, UUID)
        if (unit := getattr(request.state, "unit", None)) is not None:
            if NAMES[noun].may_cease:
                await (lock_names if is_ceasing else hold_names)(unit.session)
            query = _query(noun, value, by_id=by_id).where(NAMES[noun].stands)
            found = (await unit.session.execute(query)).first()
        else:
            asked = _statement(noun, by_id=by_id).asked(name=value, known_at=_instant(request))
            found = await request.state.reads.fetchrow(*asked)
        if found is None:
            raise NothingNamed(noun, name)
        row_id, kept = found
        if kept is not None:
            raise MovedTo(noun.replace("_", " "), name, kept, _address(request, noun, kept))
        identity: UUID = row_id
        return identity

    return Depends(find)


def _instant(request: Request) -> datetime | None:
    """The `known_at` that a read asks for: what has been removed since was known by its name then."""
    try:
        given = datetime.fromisoformat(request.query_params.get("known_at", ""))
    except ValueError:
        return None  # none, `now`, or what the parameter itself refuses
    return given if given.tzinfo is not None else None


async def ids_named(reads: Reader, name: str, noun: str | None = None) -> list[UUID]:
    """The ids of all rows that a name stands for, of one kind or of any, deleted ones too; an id stands for itself."""
    if (identity := as_id(name)) is not None:
        return [identity]
    nouns = [one for one in NAMES if noun in {None, one} and _has_id(one)]
    found = [await reads.fetch(_statement(one, by_id=False).bare, name) for one in nouns]
    return [row[0] for rows in found for row in rows]


def as_id(name: str, noun: str | None = None) -> UUID | None:
    """The id that a name is; None for a reference, and for a kind of row that has no ids."""
    try:
        return UUID(name) if noun is None or _has_id(noun) else None
    except ValueError:
        return None


def _has_id(noun: str) -> bool:
    return isinstance(NAMES[noun].target.type, Uuid)


def _address(request: Request, noun: str, kept: str) -> str:
    """The address of the request with another row's key in place of the name that it bears."""
    parts = {name: quote(str(value), safe="") for name, value in {**request.path_params, noun: kept}.items()}
    query = f"?{request.url.query}" if request.url.query else ""
    path: str = request.scope["route"].path_format.format(**parts)
    return path + query


def _query(noun: str, value: Any, *, by_id: bool) -> Select[Any]:
    """The row's own target, and the key of the row that it was merged into, if it was; of versions the last one first."""
    naming = NAMES[noun]
    key, target = naming.key, naming.target
    kept = null() if naming.merged_into is None else case((naming.merged_into.is_not(None), naming.key_meant))
    is_called = target == value if by_id else cast(key, Text) == value
    return select(target, cast(kept, Text)).where(is_called).order_by(target.desc())


@cache
def _statement(noun: str, *, by_id: bool) -> Statement:
    return compiled(_query(noun, bindparam("name", type_=Uuid() if by_id else Text()), by_id=by_id))
