"""Names as registers write them, and the keys of the rows that they mean: accents, case and forms of writing do not matter."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.models import (
    Mechanism,
    Organisation,
    OrganisationAlias,
    OrganisationName,
    Place,
    PlaceAlias,
    PlaceCode,
    Sector,
)
from shared.workbooks.cells import Unread, folded

WITHIN = "/"
"""Between a place and one that lies in it: "Gao/Ansongo"."""


@dataclass(frozen=True)
class Names:
    """The keys that each name may mean, by what is named; and what each place lies in."""

    keys: Mapping[str, Mapping[str, frozenset[str]]]
    above: Mapping[str, str | None]

    def key(self, kind: str, cell: Any) -> str:
        """The one key that a name means.

        Raises:
            Unread: it means none, or several.
        """
        if kind == "place":
            return self._place(str(cell))
        return self._one(kind, cell, self._meant(kind, cell))

    def _meant(self, kind: str, cell: Any) -> frozenset[str]:
        known = self.keys[kind]
        said = folded(str(cell))
        return known.get(said) or known.get(said.lstrip("0"), frozenset())

    def _place(self, said: str) -> str:
        """A place; of several of one name that lie in each other the outermost, which holds whichever was meant."""
        outer: frozenset[str] = frozenset()
        for part in said.split(WITHIN):
            meant = self._meant("place", part)
            inside = frozenset(key for key in meant if not outer or outer & {key, *self._around(key)})
            outer = inside or self._told("place", part, meant, said)
        highest = [key for key in outer if not set(self._around(key)) & outer]
        return self._one("place", said, frozenset(highest))

    def _around(self, key: str) -> Iterable[str]:
        parent = self.above.get(key)
        while parent is not None:
            yield parent
            parent = self.above.get(parent)

    def _told(self, kind: str, part: str, meant: frozenset[str], said: str) -> frozenset[str]:
        if meant:
            raise Unread({
                "fr": f"« {said[:80]} » : « {part[:80]} » n'y est pas.",
                "en": f"'{said[:80]}': '{part[:80]}' does not lie there.",
            })  # fmt: skip
        self._one(kind, part, frozenset())
        return frozenset()

    def _one(self, kind: str, cell: Any, meant: frozenset[str]) -> str:
        if len(meant) == 1:
            return next(iter(meant))
        shown = str(cell)[:80]
        if meant:
            listed = ", ".join(sorted(meant))
            raise Unread({
                "fr": f"« {shown} » peut être : {listed} ; écrivez lequel.",
                "en": f"'{shown}' may be: {listed}; write which.",
            })  # fmt: skip
        known = self.keys[kind]
        near = sorted(
            {key for name in get_close_matches(folded(shown), known, n=3, cutoff=0.75) for key in known[name]}
        )
        also = {"fr": f" ; vouliez-vous dire : {', '.join(near)} ?", "en": f"; did you mean: {', '.join(near)}?"}
        raise Unread({
            "fr": f"« {shown} » n'est pas connu" + (also["fr"] if near else " ; enregistrez-le d'abord."),
            "en": f"'{shown}' is not known" + (also["en"] if near else "; record it first."),
        })  # fmt: skip


async def names(session: AsyncSession) -> Names:
    """All names of mechanisms, places, sectors and organisations: some thousands."""
    keys = {
        "mechanism": await _of(session, select(Mechanism.code, Mechanism.name)),
        "sector": await _of(session, select(Sector.slug, Sector.name)),
        "place": await _of(
            session,
            select(Place.slug, Place.name),
            select(Place.slug, PlaceAlias.alias).join(PlaceAlias, PlaceAlias.place_id == Place.id),
            select(Place.slug, PlaceCode.code).join(PlaceCode, PlaceCode.place_id == Place.id),
        ),
        "organisation": await _of(
            session,
            select(Organisation.slug, Organisation.acronym),
            select(Organisation.slug, OrganisationName.name).join(
                OrganisationName, OrganisationName.organisation_id == Organisation.id
            ),
            select(Organisation.slug, OrganisationAlias.alias).join(
                OrganisationAlias, OrganisationAlias.organisation_id == Organisation.id
            ),
        ),
    }
    by_id = {row.id: row for row in (await session.execute(select(Place.id, Place.slug, Place.parent_id))).all()}
    above = {row.slug: by_id[row.parent_id].slug if row.parent_id in by_id else None for row in by_id.values()}
    return Names(keys, above)


async def _of(session: AsyncSession, *queries: Any) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for query in queries:
        for key, said in (await session.execute(query)).all():
            texts = said.values() if isinstance(said, dict) else [said]
            for name in (key, *texts):
                if name:
                    found[folded(str(name))].add(key)
                    found[folded(str(name)).lstrip("0")].add(key)
    found.pop("", None)
    return {name: frozenset(meant) for name, meant in found.items()}
