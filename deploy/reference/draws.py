"""Seeded draws: the same key gives the same number on every machine, whatever was drawn before."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

SEED = "djoliba reference portfolio 1"
Item = TypeVar("Item")


def draw(key: str, upto: int) -> int:
    """A whole number from 0 to `upto` - 1."""
    return int.from_bytes(hashlib.sha256(f"{SEED}:{key}".encode()).digest()[:8]) % upto


def pick(key: str, items: Sequence[Item]) -> Item:
    """One of the items."""
    return items[draw(key, len(items))]


def shuffled(key: str, items: Sequence[Item]) -> list[Item]:
    """The items in a drawn order."""
    order = sorted(range(len(items)), key=lambda index: (draw(f"{key}:{index}", 1 << 60), index))
    return [items[index] for index in order]


def day_between(key: str, first: date, last: date) -> date:
    """A date from `first` to `last`."""
    return first + timedelta(days=draw(key, (last - first).days + 1))


def spread(key: str, total: int, count: int, low: int, high: int) -> list[int]:
    """`count` whole numbers from `low` to `high` that add up to `total`.

    Raises:
        ValueError: no such numbers exist.
    """
    if not low * count <= total <= high * count:
        raise ValueError(f"{total} cannot be spread over {count} parts from {low} to {high}.")
    parts = [low + draw(f"{key}:{index}", high - low + 1) for index in range(count)]
    while missing := total - sum(parts):
        step = max(1, abs(missing) // count) * (1 if missing > 0 else -1)
        for index, part in enumerate(parts):
            if not (missing := total - sum(parts)):
                break
            moved = part + (step if abs(step) <= abs(missing) else missing)
            parts[index] = min(high, max(low, moved))
    return parts
