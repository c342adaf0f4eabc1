"""What a portfolio's rows add up to at a date, in plain Python: no database, no figure's code.

The generator uses it to find what the named projects leave open; a test uses it to check the finished portfolio.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property
from typing import Any

Row = Mapping[str, Any]
Amounts = dict[str, Decimal]

EXACT = Context(prec=50, rounding=ROUND_HALF_UP)
TEN_DECIMALS = Decimal("1E-10")
COUNTED_KINDS = ("approved", "revised", "final")
"""Amount kinds of which the latest is in force (DESIGN 6)."""


@dataclass(frozen=True)
class Portfolio:
    """Rows of a portfolio, by type."""

    rows: tuple[Row, ...]

    def of(self, kind: str) -> Iterator[Row]:
        """The rows of one type, in order."""
        return (row for row in self.rows if row["type"] == kind)

    def projects(self, mechanism: str) -> list[Row]:
        """The projects of one mechanism."""
        return [row for row in self.of("project") if row["mechanism"] == mechanism]

    def printed(self, key: str, **scope: str) -> Decimal:
        """What the earlier bulletin printed for a figure, in full units."""
        (found,) = [row for row in self.of("printed_figure") if row["key"] == key and row["scope"] == scope]
        return Decimal(found["value"])

    @cached_property
    def buckets(self) -> dict[tuple[str, str], Row]:
        """The rule of each bucket by mechanism and name."""
        return {(row["mechanism"], row["bucket"]): row for row in self.of("bucket")}

    @cached_property
    def area_of_place(self) -> dict[str, str]:
        """The reporting area of every place: its own, else that of its nearest ancestor."""
        direct = {place: area["slug"] for area in self.of("reporting_area") for place in area["places"]}
        parents = {row["slug"]: row.get("parent") for row in self.of("place")}
        found = {}
        for slug in parents:
            at: str | None = slug
            while at is not None and at not in direct:
                at = parents[at]
            found[slug] = direct[at or "mali"]
        return found

    def areas(self, project: Row, as_of: date) -> set[str]:
        """The reporting areas that a project counts in, once each."""
        places = project.get("places")
        if places is None or date.fromisoformat(places["on"]) > as_of:
            return set()
        return {self.area_of_place[share["place"]] for share in places["shares"]}

    def counts(self, mechanism: str, as_of: date) -> Counter[str]:
        """How many projects stand in each bucket."""
        found: Counter[str] = Counter()
        for project in self.projects(mechanism):
            found.update(name for name in self.bucket_names(mechanism) if self.stands_in(project, name, as_of))
        return found

    def bucket_names(self, mechanism: str) -> list[str]:
        """The buckets of a mechanism."""
        return [name for owner, name in self.buckets if owner == mechanism]

    def stands_in(self, project: Row, bucket: str, as_of: date) -> bool:
        """Whether a project counts in a bucket at a date."""
        rule = self.buckets[project["mechanism"], bucket]
        held = held_states(project, as_of)
        ever = rule.get("ever_states")
        return bool(held) and held[-1] in rule["states"] and (ever is None or bool(set(held) & set(ever)))

    def by_area(self, mechanism: str, bucket: str, as_of: date) -> Counter[str]:
        """Projects of a bucket by reporting area; one in several areas counts in each."""
        found: Counter[str] = Counter()
        for project in self.projects(mechanism):
            if self.stands_in(project, bucket, as_of):
                found.update(self.areas(project, as_of))
        return found

    def cost(self, mechanism: str, bucket: str, as_of: date) -> Decimal:
        """USD of the amounts in force of a bucket's projects, and of the groups announced with one amount."""
        projects = [row for row in self.projects(mechanism) if self.stands_in(row, bucket, as_of)]
        groups = [row for row in self.of("announcement") if row.get("mechanism") == mechanism]
        return sum((self.usd_in_force(row, as_of) for row in (*projects, *groups)), Decimal(0))

    def usd_in_force(self, subject: Row, as_of: date) -> Decimal:
        """USD of the amount in force of a project or group; a cancelled project costs its final amount, else 0."""
        states = held_states(subject, as_of)
        kinds = ("final",) if states and states[-1] == "cancelled" else COUNTED_KINDS
        held = [
            one for one in subject.get("amounts", ()) if one["kind"] in kinds and date.fromisoformat(one["on"]) <= as_of
        ]
        return self.usd(max(held, key=lambda one: one["on"])) if held else Decimal(0)

    def usd(self, amount: Row) -> Decimal:
        """The USD value of an amount: as printed, or at the rate in force on its date."""
        if "usd" in amount:
            return Decimal(amount["usd"])
        if amount["currency"] == "USD":
            return Decimal(amount["amount"])
        return converted(Decimal(amount["amount"]), self.rate(amount["currency"], amount["on"]))

    def rate(self, currency: str, on: str) -> Decimal:
        """Units of a currency per USD: the UN operational rate in force on a date."""
        held = [row for row in self.of("rate") if row["quote"] == currency and row["effective_on"] <= on]
        return Decimal(max(held, key=lambda row: row["effective_on"])["value"])

    def received(self, mechanism: str, as_of: date) -> Decimal:
        """USD received on a mechanism's contributions, each receipt at the rate of its day."""
        return sum(
            (
                self.usd({**receipt, "currency": row["currency"]})
                for row in self.of("contribution")
                if row["mechanism"] == mechanism
                for receipt in row.get("receipts", ())
                if date.fromisoformat(receipt["on"]) <= as_of
            ),
            Decimal(0),
        )

    def allocated(self, as_of: date) -> Decimal:
        """USD set aside for projects and groups."""
        return sum(
            (Decimal(row["amount"]) for row in self.of("allocation") if row["on"] <= as_of.isoformat()), Decimal(0)
        )


def held_states(subject: Row, as_of: date) -> list[str]:
    """The states that a project has held by a date, in order."""
    limit = as_of.isoformat()
    return [one["to"] for one in subject.get("transitions", ()) if one["on"] <= limit]


def converted(amount: Decimal, rate: Decimal) -> Decimal:
    """A quotient rounded half-up once to ten decimals (DESIGN 5)."""
    return EXACT.divide(amount, rate).quantize(TEN_DECIMALS, context=EXACT)


def cents(value: Decimal) -> Decimal:
    """Rounded half-up to two decimals."""
    return value.quantize(Decimal("0.01"), context=EXACT)


def portfolio(rows: Iterable[Row]) -> Portfolio:
    """The portfolio that rows make."""
    return Portfolio(tuple(rows))
