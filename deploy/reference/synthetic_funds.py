"""Made-up money of the reference portfolio: one USD contribution per donor, and what each gives to which project."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from deploy.reference.draws import draw, shuffled
from deploy.reference.totals import Portfolio, Row, cents

AS_OF = date(2022, 3, 31)

DONORS = (
    ("netherlands", "NLD", 18_500_000, date(2013, 6, 14)),
    ("luxembourg", "LUX", 2_300_000, date(2013, 7, 2)),
    ("australia", "AUS", 3_200_000, date(2013, 8, 19)),
    ("denmark", "DNK", 16_200_000, date(2013, 9, 12)),
    ("norway", "NOR", 8_900_000, date(2014, 2, 6)),
    ("turkey", "TUR", 1_500_000, date(2014, 3, 27)),
    ("united-kingdom", "GBR", 15_400_000, date(2014, 5, 12)),
    ("germany", "DEU", 22_600_000, date(2014, 10, 2)),
    ("sweden", "SWE", 9_800_000, date(2015, 3, 18)),
    ("canada", "CAN", 9_400_000, date(2015, 9, 10)),
    ("switzerland", "CHE", 3_600_000, date(2016, 4, 21)),
    ("ireland", "IRL", 1_900_000, date(2016, 6, 9)),
    ("italy", "ITA", 4_700_000, date(2016, 10, 13)),
    ("belgium", "BEL", 4_100_000, date(2016, 11, 24)),
    ("austria", "AUT", 2_400_000, date(2017, 5, 4)),
    ("un-doco", "DCO", None, date(2013, 5, 23)),
)
"""Donor, code in references, USD agreed (None: what is left of the printed budget), date. All made up."""

LARGE = 8_000_000
"""From this sum on, a contribution is received in two instalments."""

RESERVED = {"denmark": Decimal(2_000_000), "united-kingdom": Decimal(1_200_000), "germany": Decimal(1_200_000)}
"""What must stay available for the named projects of 2022 that these donors fund."""

SOURCE = "Made-up contribution of the reference portfolio"


def contributions(named: Portfolio) -> list[dict[str, Any]]:
    """One made-up contribution per donor; with those received otherwise they make up the printed budget."""
    known = sum(usd for _, _, usd, _ in DONORS if usd is not None)
    left = named.printed("tf.budget") - cents(named.received("TF", AS_OF)) - known
    return [
        _contribution(donor, code, Decimal(usd) if usd is not None else left, on) for donor, code, usd, on in DONORS
    ]


def _contribution(donor: str, code: str, usd: Decimal, on: date) -> dict[str, Any]:
    number = f"{on.year}-{code}-001"
    first = cents(usd * Decimal("0.6")) if usd >= LARGE else usd
    parts = [(first, on + timedelta(days=21)), (usd - first, on + timedelta(days=386))]
    return {
        "type": "contribution",
        "reference": f"CTB-{number}",
        "donor": donor,
        "mechanism": "TF",
        "agreement_on": on.isoformat(),
        "amount": str(cents(usd)),
        "currency": "USD",
        "protection": "public",
        "is_synthetic": True,
        "receipts": [
            {
                "reference": f"RCT-{number}-{place}",
                "amount": str(cents(part)),
                "on": day.isoformat(),
                "source": SOURCE,
                "is_synthetic": True,
            }
            for place, (part, day) in enumerate(parts, 1)
            if part
        ],
    }


class _Purse:
    """What a made-up contribution still holds for made-up projects, by date."""

    def __init__(self, row: Row) -> None:
        self.reference: str = row["reference"]
        self.receipts = [(receipt["on"], Decimal(receipt["amount"])) for receipt in row["receipts"]]
        self.spent = RESERVED.get(row["donor"], Decimal(0))

    def available(self, on: str) -> Decimal:
        """What is received by a date and not given yet."""
        return sum((amount for day, amount in self.receipts if day <= on), Decimal(0)) - self.spent


def allocations(money: Sequence[Row], projects: Sequence[Row]) -> list[dict[str, Any]]:
    """What pays for each made-up project, on its first day: never more than a contribution holds on that day.

    Raises:
        ValueError: the contributions received by then do not suffice.
    """
    purses = [_Purse(row) for row in money]
    rows: list[dict[str, Any]] = []
    for on, cost, reference in sorted(_costs(projects)):
        missing = cost
        # likely the fullest purse, so that no donor's money lies idle and none runs dry early
        order = shuffled(f"{reference}:donors", purses)
        order.sort(key=lambda purse: -(purse.available(on) * (1 + draw(f"{reference}:{purse.reference}", 3))))
        for purse in order:
            part = min(missing, max(purse.available(on), Decimal(0)))
            if part > 0:
                purse.spent += part
                missing -= part
                rows.append(_allocation(purse.reference, reference, part, on))
            if not missing:
                break
        else:
            raise ValueError(f"Nothing is left on {on} for {missing} USD of {reference}.")
    return _numbered(rows)


def _costs(projects: Sequence[Row]) -> list[tuple[str, Decimal, str]]:
    """Date, USD and reference of what each project costs; a cancelled one costs its final amount, else nothing."""
    found = []
    for row in projects:
        amounts = row["amounts"]
        if row["transitions"][-1]["to"] == "cancelled":
            amounts = [one for one in amounts if one["kind"] == "final"]
        found += [(one["on"], Decimal(one["amount"]), row["reference"]) for one in amounts]
    return found


def _allocation(contribution: str, project: str, usd: Decimal, on: str) -> dict[str, Any]:
    return {
        "type": "allocation",
        "contribution": contribution,
        "project": project,
        "amount": str(usd),
        "currency": "USD",
        "on": on,
        "is_synthetic": True,
    }


def _numbered(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """References in the order of booking, per year; the hand-written ones are all of 2022."""
    numbers: dict[str, int] = {}
    for row in rows:
        year = row["on"][:4]
        numbers[year] = numbers.get(year, 0) + 1
        row["reference"] = f"ALC-{year}-{numbers[year]:03d}"
    return list(rows)
