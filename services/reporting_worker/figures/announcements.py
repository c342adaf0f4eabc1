"""The sums of announcement trees: what a node states, and what the nodes below it add up to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from shared.database import Reader
from shared.facts import NOW, amount_in_force, announcement_tree, compiled
from shared.models import Announcement


@dataclass(frozen=True)
class AnnouncementSum:
    """Amounts by currency, in their own currencies: nothing is converted."""

    stated: Mapping[str, Decimal]
    """What the node itself states."""
    parts: Mapping[str, Decimal]
    """What the lowest nodes below it state."""


def _sums() -> Select[tuple[str, bool, str, Decimal]]:
    """reference, is_own, currency, amount: of each node its own amount, and that of the lowest nodes below."""
    tree, amount = announcement_tree(), amount_in_force()
    lower, lower_amount = aliased(tree), aliased(amount)
    has_lower = exists().where(
        lower.c.ancestor_id == tree.c.announcement_id,
        lower.c.depth > 0,
        lower_amount.c.announcement_id == lower.c.announcement_id,
    )
    is_own = tree.c.depth == 0
    return (
        select(Announcement.reference, is_own, amount.c.currency, func.sum(amount.c.amount))
        .select_from(tree)
        .join(Announcement, Announcement.id == tree.c.ancestor_id)
        .join(amount, amount.c.announcement_id == tree.c.announcement_id)
        .where(is_own | and_(~is_own, ~has_lower))
        .group_by(Announcement.reference, is_own, amount.c.currency)
    )


_SUMS = compiled(_sums())


async def announcement_sums(reader: Reader, as_of: date, known_at: datetime | None) -> dict[str, AnnouncementSum]:
    """The sums of every announcement with an amount at or below it, by reference."""
    rows = await reader.fetch(*_SUMS.asked(as_of=as_of, known_at=known_at or NOW))
    found: dict[str, tuple[dict[str, Decimal], dict[str, Decimal]]] = {}
    for reference, is_own, currency, amount in rows:
        stated, parts = found.setdefault(reference, ({}, {}))
        (stated if is_own else parts)[currency] = amount
    return {reference: AnnouncementSum(*pair) for reference, pair in found.items()}
