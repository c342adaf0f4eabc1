"""What every table shares: ids, texts, protection, the columns of a fact, and the checks that keep numbers finite."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, MetaData, Numeric, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from uuid_utils.compat import uuid7

from shared.worded import Worded

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The one schema; `type_annotation_map` fixes how each Python type is stored."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy's own convention)
        UUID: Uuid(as_uuid=True),
        str: Text(),
        datetime: DateTime(timezone=True),
        date: Date(),
        dict[str, Any]: JSONB(none_as_null=True),
        dict[str, str]: JSONB(none_as_null=True),
    }


Id = Annotated[UUID, mapped_column(primary_key=True, default=uuid7)]
"""UUIDv7: new rows lie together in the index, and an id tells its age."""

Texts = Annotated[dict[str, str], mapped_column(JSONB(none_as_null=True))]
"""A text by language, {"fr": ..., "en": ...}; a missing language is missing, never another's words."""


class Protection(Worded, key="protection", fr="Niveau de protection", en="Protection level"):
    """Who may see a row: everybody, partners, or the mission only (the default of an import)."""

    PUBLIC = "public", "public", "public"
    PARTNERS = "partners", "partenaires", "partners"
    INTERNAL = "internal", "interne", "internal"


class Precision(Worded, key="precision", fr="Précision de la date", en="Precision of the date"):
    """How exactly a date is known; the date of a month or a period is its last day."""

    DAY = "day", "au jour", "to the day"
    MONTH = "month", "au mois", "to the month"
    PERIOD = "period", "période", "period"


class Qualifier(Worded, key="qualifier", fr="Exactitude de la quantité", en="Exactness of the quantity"):
    """How exactly a quantity is stated in its source."""

    EXACT = "exact", "exactement", "exactly"
    ABOUT = "about", "environ", "about"
    MORE_THAN = "more_than", "plus de", "more than"
    NEARLY = "nearly", "près de", "nearly"
    ESTIMATED = "estimated", "estimé à", "estimated at"


def one_of(column: str, values: Iterable[str], name: str | None = None) -> CheckConstraint:
    """A CHECK that a text column holds one of the enumeration's values (NULL passes where the column allows it)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name or f"{column}_known")


def finite(column: str, *, sign: str | None = None) -> CheckConstraint:
    """A CHECK that refuses NaN (which sorts above all numbers, so that `> 0` alone accepts it), and wants `sign` 0."""
    rule = f"{column} <> 'NaN'" if sign is None else f"{column} {sign} 0 AND {column} <> 'NaN'"
    return CheckConstraint(rule, name=f"{column}_finite")


def exactly_one(*columns: str) -> CheckConstraint:
    """A CHECK that a row belongs to exactly one of several subjects."""
    return CheckConstraint(f"num_nonnulls({', '.join(columns)}) = 1", name="one_subject")


def texts(column: str) -> CheckConstraint:
    """A CHECK that a text by language is an object with at least one language."""
    return CheckConstraint(f"jsonb_typeof({column}) = 'object' AND {column} <> '{{}}'", name=f"{column}_texts")


AMOUNT = Numeric(20, 3)
"""An amount in its own currency; the scale of its kind is checked at the edge (DESIGN 5)."""

USD = Numeric(28, 10)
"""A conversion, rounded half-up once to 10 decimals (DESIGN 5)."""

RATE = Numeric(20, 10)
"""Units of the quote currency for one unit of the base currency, as the source prints it."""


class Identified:
    """A UUIDv7 primary key."""

    id: Mapped[Id]


class Revised(Identified):
    """A row that people edit: its ETag is its `version`, raised by each change."""

    version: Mapped[int] = mapped_column(default=1)


class Versioned(Revised):
    """A mutable resource that is protected, and says when it was first recorded."""

    recorded_at: Mapped[datetime]
    """When it was first recorded: the unit of work's instant."""
    protection: Mapped[str] = mapped_column(default=Protection.INTERNAL)
    is_synthetic: Mapped[bool] = mapped_column(default=False)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (one_of("protection", Protection), *cls.checks())

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """Further constraints of the table."""
        return ()


class Mergeable:
    """A row that may turn out to be the double of another one: it stays, and its names then lead to that one."""

    @declared_attr
    @classmethod
    def merged_into_id(cls) -> Mapped[UUID | None]:
        """The row that is meant wherever this one is named; never itself a merged one."""
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"))  # type: ignore[attr-defined]


class Deletable:
    """A row to which facts belong, so that it stays when it is deleted: no read as of now or later sees it any more."""

    is_deleted: Mapped[bool] = mapped_column(default=False)


class Correctable(Identified):
    """A row that is never changed, learnt at `recorded_at` (DESIGN 4).

    A correction is a new row that supersedes an older one (at most once, so history never forks); a retraction
    supersedes and says that nothing holds in its place.
    """

    recorded_at: Mapped[datetime]
    """When we learnt it: one value per unit of work, read after the transaction id exists."""
    recorded_by: Mapped[str]
    reason: Mapped[str | None]
    is_retraction: Mapped[bool] = mapped_column(default=False)

    @declared_attr
    @classmethod
    def supersedes_id(cls) -> Mapped[UUID | None]:
        """The row that this one corrects; UNIQUE, so that a row is corrected once and history is a line."""
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"), unique=True)  # type: ignore[attr-defined]


def corrections() -> tuple[CheckConstraint, ...]:
    """What holds of every row that can be corrected."""
    return (
        CheckConstraint("NOT is_retraction OR supersedes_id IS NOT NULL", name="retraction_supersedes"),
        CheckConstraint("supersedes_id <> id", name="not_itself"),
    )


class Fact(Correctable):
    """What holds of a subject from `value_on`."""

    value_on: Mapped[date]
    """The date from which it holds; the last day of a month, period or range."""
    precision: Mapped[str] = mapped_column(default=Precision.DAY)
    position: Mapped[int] = mapped_column(default=0)
    """Order among facts of one subject that hold from the same date."""
    source: Mapped[str | None]
    """The document or person that states it."""
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    """Made up to complete the reference portfolio; refused in production."""

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (one_of("precision", Precision), *corrections(), *cls.checks())

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """Further constraints of the table."""
        return ()
