"""What people call the rows of a table, whose they are, and who records them: said once, at the table.

Names, addresses, permissions, grants and words of a plain record follow from it (`shared.models.naming`, `shared.paths`,
`shared.permissions`, `shared.models.OWNERS`, `shared.models.words`). A noun with rules of its own says them where these
stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from shared.identity import Role
from shared.models.base import Base
from shared.settings import Service

Mode = Literal["append", "update", "free"]
"""`append`: INSERT only; `update`: INSERT and UPDATE; `free`: also DELETE (links of drafts, erasable persons)."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """What the rows of a table are called, and whose they are."""

    fr: str
    """One of them and several: `véhicule|véhicules`."""
    en: str
    owner: Service
    """Who writes it; every service reads it."""
    is_feminine: bool = False
    """Whether its French word is."""
    mode: Mode = "free"
    meanings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What its members mean in the contract, in French and English, beyond those that all rows have."""


@dataclass(frozen=True, kw_only=True)
class Noun(Named):
    """A kind of record that is recorded, changed and deleted by people of certain roles."""

    path: str
    """The plural of its addresses and permissions (`/v1/vehicles`, `vehicles:edit`)."""
    writers: tuple[Role, ...]
    """The roles that create, edit and delete it, beside administrators."""
    readers: tuple[Role, ...] | None = None
    """The roles that read it; None for all."""


def named() -> Mapping[type[Any], Named]:
    """Every table that says what its rows are called, by its mapped class."""
    mapped = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda one: one.__tablename__)
    return {one: one.__noun__ for one in mapped if hasattr(one, "__noun__")}


def nouns() -> Mapping[type[Any], Noun]:
    """Those of plain records."""
    return {model: noun for model, noun in named().items() if isinstance(noun, Noun)}
