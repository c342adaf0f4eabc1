"""What people call rows: per noun, the column of the key that they write, and the one that other tables refer to."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    Text,
    any_,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from shared.models.activity import Activity, Announcement
from shared.models.base import Deletable
from shared.models.calendar import CalendarFeed
from shared.models.contribution import Contribution
from shared.models.delivery import Delivery, Platform
from shared.models.edition import Edition, StandingText
from shared.models.journal import JournalEntry
from shared.models.noun import nouns
from shared.models.project import Project
from shared.models.proposal import Proposal
from shared.models.rate import ExchangeRate
from shared.models.reference import Mechanism


class Naming(NamedTuple):
    """How rows of one kind are named."""

    key: InstrumentedAttribute[Any]
    """Their reference, slug or code, never given to another row; unique but where rows are versions of one thing."""
    target: InstrumentedAttribute[Any]
    """What other tables refer to: the id, or for mechanisms the code itself."""
    merged_into: InstrumentedAttribute[Any] | None = None
    """Of doubles that were merged, the row that is meant instead."""

    @property
    def stands(self) -> ColumnElement[bool]:
        """Whether the row was not deleted; statements of `shared.facts` see no deleted row in any case."""
        model = self.target.class_
        return ~model.is_deleted if issubclass(model, Deletable) else true()

    @property
    def may_cease(self) -> bool:
        """Whether a name may come to stand for another row, or for none, while that row stays."""
        return self.merged_into is not None or issubclass(self.target.class_, Deletable)

    @property
    def meant(self) -> SQLColumnExpression[Any]:
        """What a name stands for: the row that bears it, or the one that this was merged into."""
        own: SQLColumnExpression[Any] = self.target
        return own if self.merged_into is None else func.coalesce(self.merged_into, own)

    @property
    def key_meant(self) -> SQLColumnExpression[Any]:
        """The key of the row that a name stands for."""
        return _key_meant(self)

    def key_asked(self, key: SQLColumnExpression[Any]) -> ScalarSelect[Any]:
        """The key that is meant by one that somebody asks for; NULL where no row bears it."""
        name, meant = self._name_and_meant()
        return select(meant).where(name == key).scalar_subquery()

    def keys_asked(self, keys: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
        """The keys that are meant by those that somebody asks for, as an array; NULL where no row bears any of them."""
        name, meant = self._name_and_meant()
        # without the cast, ANY would compare with the rows of the subquery and not with the members of its array
        return cast(select(func.array_agg(meant)).where(name == any_(keys)).scalar_subquery(), ARRAY(Text))

    def keys_of_doubles(self, keys: SQLColumnExpression[Any]) -> Select[Any]:
        """Of the keys asked for, those of rows that were merged into others, each with the key that is meant."""
        assert self.merged_into is not None
        return select(self.key, self.key_meant).where(self.key == any_(keys), self.merged_into.is_not(None))

    def _name_and_meant(self) -> tuple[SQLColumnExpression[Any], SQLColumnExpression[Any]]:
        assert self.merged_into is not None
        row, kept = aliased(self.merged_into.class_), aliased(self.merged_into.class_)
        name: SQLColumnExpression[Any] = getattr(row, self.key.name)
        other = getattr(kept, self.key.name)
        joined = select(other).where(kept.id == getattr(row, self.merged_into.key)).scalar_subquery()
        return name, func.coalesce(joined, name)


@cache  # an alias of a wide table takes a millisecond to make
def _key_meant(naming: Naming) -> SQLColumnExpression[Any]:
    own: SQLColumnExpression[Any] = naming.key
    if naming.merged_into is None:
        return own
    kept = aliased(naming.merged_into.class_)
    key = select(getattr(kept, naming.key.name)).where(kept.id == naming.merged_into).scalar_subquery()
    return func.coalesce(key, own)


def _plain(model: Any) -> Naming:
    key = model.slug if hasattr(model, "slug") else model.reference
    return Naming(key, model.id, getattr(model, "merged_into_id", None))


NAMES: Mapping[str, Naming] = {
    **{model.__tablename__: _plain(model) for model in nouns()},
    "mechanism": Naming(Mechanism.code, Mechanism.code),
    "project": Naming(Project.reference, Project.id, Project.merged_into_id),
    "activity": Naming(Activity.reference, Activity.id),
    "announcement": Naming(Announcement.reference, Announcement.id),
    "contribution": Naming(Contribution.reference, Contribution.id),
    "allocation": Naming(JournalEntry.reference, JournalEntry.id),
    "entry": Naming(JournalEntry.reference, JournalEntry.id),
    "proposal": Naming(Proposal.id, Proposal.id),
    "exchange_rate": Naming(ExchangeRate.id, ExchangeRate.id),
    "edition": Naming(Edition.slug, Edition.id),
    "standing_text": Naming(StandingText.key, StandingText.id),
    "platform": Naming(Platform.slug, Platform.id),
    "delivery": Naming(Delivery.idem_key, Delivery.id),
    "calendar_feed": Naming(CalendarFeed.id, CalendarFeed.id),
}
"""Every noun: the path parameter of an address (`/v1/projects/{project}`), the type in a body's reference and the
subject in the audit."""
