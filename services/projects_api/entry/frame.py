"""What entries are judged against: first years of mechanisms, sectors, places through time, rates held, region letters."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Texts
from shared.facts.rates import FUNCTIONAL

REGION_LETTERS = "reference"
"""The scheme under which a place's code is the letters that references bear for it (`MNK`)."""


@dataclass(frozen=True)
class HeldPlace:
    """A place, and when it exists."""

    slug: str
    name: Texts
    parent: str | None = None
    successor: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def existed(self, first: date, last: date) -> bool:
        """Whether it was valid on some day between the two."""
        return (self.valid_from is None or self.valid_from <= last) and (
            self.valid_to is None or first <= self.valid_to
        )


@dataclass
class Frame:
    """The frame as far as it was read; what is not here is not judged."""

    since: dict[str, int | None] = field(default_factory=dict)
    """First year by mechanism."""
    sectors: dict[str, str] = field(default_factory=dict)
    """Mechanism by sector."""
    places: dict[str, HeldPlace] = field(default_factory=dict)
    rates: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    """The lowest and the highest rate to the USD held of a currency, of any date."""
    regions: set[str] = field(default_factory=set)
    """The letters that references bear for places."""

    def above(self, slug: str) -> Iterator[str]:
        """The places that a place lies in, nearest first."""
        seen = {slug}
        place = self.places.get(slug)
        while place is not None and place.parent is not None and place.parent not in seen:
            seen.add(place.parent)
            yield place.parent
            place = self.places.get(place.parent)

    def instead_of(self, place: HeldPlace, on: date) -> list[HeldPlace]:
        """What stood on a date where a place did not: those that it follows or that follow it, else its namesakes."""
        existing = [other for other in self.places.values() if other.existed(on, on)]
        kin = [other for other in existing if other.successor == place.slug or other.slug == place.successor]
        last = last_word(place.slug)
        return kin or [other for other in existing if last_word(other.slug) == last]


def last_word(slug: str) -> str:
    """What the slugs of namesakes end with: `menaka` and `cercle-menaka`."""
    return slug.rpartition("-")[2]


_FRAME = text("""
WITH RECURSIVE above AS (
    SELECT id, parent_id FROM place WHERE slug = ANY(:places)
    UNION SELECT place.id, place.parent_id FROM place JOIN above ON place.id = above.parent_id
), named AS (
    SELECT place.slug, place.name, parent.slug AS parent, successor.slug AS successor,
           place.valid_from, place.valid_to
    FROM place
        LEFT JOIN place AS parent ON parent.id = place.parent_id
        LEFT JOIN place AS successor ON successor.id = place.successor_id
    WHERE CAST(:places AS text[]) IS NULL
        OR cardinality(:places) > 0 AND (
            place.id IN (SELECT id FROM above)
            OR successor.slug = ANY(:places)
            OR place.id IN (SELECT successor_id FROM place WHERE slug = ANY(:places))
            OR substring(place.slug FROM '[^-]+$') IN (
                SELECT substring(slug FROM '[^-]+$') FROM unnest(CAST(:places AS text[])) AS slug))
), held AS (
    SELECT quote, min(value) AS lowest, max(value) AS highest FROM exchange_rate
    WHERE base = :functional AND (CAST(:currencies AS text[]) IS NULL OR quote = ANY(:currencies))
    GROUP BY quote
)
SELECT (SELECT jsonb_object_agg(code, since) FROM mechanism) AS since,
       (SELECT jsonb_object_agg(slug, mechanism_code) FROM sector) AS sectors,
       (SELECT jsonb_agg(named) FROM named) AS places,
       (SELECT jsonb_object_agg(quote, jsonb_build_array(lowest::text, highest::text)) FROM held) AS rates,
       (SELECT jsonb_agg(DISTINCT code) FROM place_code WHERE scheme = :letters) AS regions
""").bindparams(
    bindparam("places", type_=ARRAY(Text)),
    bindparam("currencies", type_=ARRAY(Text)),
    functional=FUNCTIONAL,
    letters=REGION_LETTERS,
)
"""In one round trip. The places named come with those above, before and after them, and with their namesakes."""


async def read_frame(
    session: AsyncSession, places: Iterable[str] | None = None, currencies: Iterable[str] | None = None
) -> Frame:
    """The frame as it is held now, with what matters to the places and currencies named; without names, all of it."""
    wanted = {"places": _listed(places), "currencies": _listed(currencies)}
    found = (await session.execute(_FRAME, wanted)).one()
    return Frame(
        since=found.since or {},
        sectors=found.sectors or {},
        places={one["slug"]: _place(one) for one in found.places or ()},
        rates={currency: (Decimal(low), Decimal(high)) for currency, (low, high) in (found.rates or {}).items()},
        regions=set(found.regions or ()),
    )


def _listed(names: Iterable[str] | None) -> list[str] | None:
    return None if names is None else sorted(set(names))


def _place(held: Mapping[str, Any]) -> HeldPlace:
    dates = {name: held[name] and date.fromisoformat(held[name]) for name in ("valid_from", "valid_to")}
    return HeldPlace(**{**held, **dates})
