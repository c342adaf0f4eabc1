"""Completes the reference portfolio: made-up projects, titled and marked as such, that yield the printed totals.

Nothing is drawn at random: counts and sums are what the printed figures leave after the named projects, and the
rest follows from seeded draws. Every fact made here is `is_synthetic`.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from deploy.reference.draws import day_between, draw, pick, shuffled, spread
from deploy.reference.project_rows import CANCELLED_FINAL, Draft, project_rows, region_letters
from deploy.reference.synthetic_funds import allocations, contributions
from deploy.reference.totals import Portfolio, Row, cents

AS_OF = date(2022, 3, 31)
LAST_OPENING = date(2021, 12, 31)
LATE_COMPLETION = date(2022, 1, 15)
LATE_COMPLETIONS = 2
"""Two QIPs were completed on that day: 658 were on 31 December 2021, 660 on 31 January 2022."""

NEW_REGIONS = {"menaka": 2016, "taoudenit": 2016}
"""Regions with the year from which projects may lie in them (governors since 19 January 2016)."""

QIP_CENTS = (1_800_000, 4_980_000)
TF_MILLS = (60_000_000, 780_000_000)
"""Least and greatest made-up amount: QIP in cents (ceiling 50,000 USD), TF in thousandths of a dollar."""

FP_PROJECTS = (
    (2017, ("tombouctou", "gao", "kidal"), "fp-state-authority", "512400.00", "handed_over"),
    (2018, ("tombouctou", "menaka", "kidal"), "fp-authorities-support", "468945.00", "completed"),
    (2020, ("taoudenit", "gao"), "fp-capacity-building", None, "in_progress"),
)
"""Year, places, sector, USD (None: what is left of the printed budget) and present state of the made-up FP."""


def complete(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The made-up rows that complete the named ones: projects, contributions, allocations."""
    named = Portfolio(tuple(rows))
    numbers = _highest_numbers(named)
    qips = _priced_qips(named, _qip_drafts(named))
    tfs = _priced_tfs(named, _tf_drafts(named))
    projects = [
        *project_rows(named, qips, numbers),
        *(tf_rows := project_rows(named, tfs, numbers)),
        *project_rows(named, _fp_priced(named), numbers),
    ]
    money = contributions(named)
    return [*projects, *money, *allocations(money, tf_rows)]


def _slots(named: Portfolio, mechanism: str, bucket: str) -> list[str]:
    """One area for each project that the printed map has and the named projects leave open, in a drawn order."""
    held = named.by_area(mechanism, bucket, AS_OF)
    printed = {
        row["scope"]["area"]: int(row["value"])
        for row in named.of("printed_figure")
        if row["key"] == f"{mechanism.lower()}.projects"
    }
    open_slots = [area for area, number in printed.items() for _ in range(number - held[area])]
    return shuffled(f"{mechanism}:areas", open_slots)


def _qip_drafts(named: Portfolio) -> list[Draft]:
    held = named.counts("QIP", AS_OF)
    done = int(named.printed("qip.completed")) - held["completed"]
    drafts = []
    for index, area in enumerate(_slots(named, "QIP", "total")):
        key = f"QIP:{index}"
        if index < done - LATE_COMPLETIONS:
            start = day_between(f"{key}:start", date(2013, 7, 8), date(2021, 6, 30))
            steps = _finished(key, start, 90 + draw(f"{key}:days", 91))
        elif index < done:
            start = day_between(f"{key}:start", date(2021, 7, 20), date(2021, 9, 30))
            steps = (("in_progress", start, None), ("completed", LATE_COMPLETION, None))
        else:
            start = day_between(f"{key}:start", date(2020, 10, 1), LAST_OPENING)
            steps = (("in_progress", start, None),)
        drafts.append(_draft(named, key, "QIP", area, steps))
    return drafts


def _tf_drafts(named: Portfolio) -> list[Draft]:
    held = named.counts("TF", AS_OF)
    done = int(named.printed("tf.completed")) - held["completed"]
    ongoing = int(named.printed("tf.ongoing")) - held["ongoing"]
    drafts = []
    for index, area in enumerate(_slots(named, "TF", "approved")):
        key = f"TF:{index}"
        if index < done:
            start = day_between(f"{key}:start", date(2013, 10, 1), date(2020, 12, 31))
            steps = _finished(key, start, 180 + draw(f"{key}:days", 181))
        elif index < done + ongoing:
            start = day_between(f"{key}:start", date(2020, 6, 1), date(2021, 12, 15))
            steps = (("in_progress", start, None), *_suspension(index - done, start))
        else:
            steps = _cancelled(key, index - done - ongoing)
        drafts.append(_draft(named, key, "TF", area, steps))
    return drafts


def _finished(key: str, start: date, days: int) -> tuple[tuple[str, date, str | None], ...]:
    """In progress, then completed; some are handed over at once, some closed later."""
    end = start + timedelta(days=days)
    way = draw(f"{key}:way", 10)
    if way < 3:
        return (("in_progress", start, None), ("handed_over", end, None))
    closing = end + timedelta(days=45)
    if way < 5 and closing <= LAST_OPENING:
        return (("in_progress", start, None), ("completed", end, None), ("closed", closing, None))
    return (("in_progress", start, None), ("completed", end, None))


def _suspension(index: int, start: date) -> tuple[tuple[str, date, str | None], ...]:
    """Two of the ongoing projects stand suspended."""
    if index >= 2:
        return ()
    return (("suspended", min(start + timedelta(days=60), LAST_OPENING), "Made-up fact: access to the site was cut"),)


def _cancelled(key: str, index: int) -> tuple[tuple[str, date, str | None], ...]:
    """Cancelled after approval; the first one after its start, so that it has a final amount."""
    start = day_between(f"{key}:start", date(2016, 2, 1), date(2020, 6, 30))
    end = start + timedelta(days=150)
    reason = "Made-up fact: cancelled after approval, the partner withdrew"
    if index == 0:
        return (
            ("approved", start, None),
            ("in_progress", start + timedelta(days=30), None),
            ("cancelled", end, "Made-up fact: cancelled after approval, the site became inaccessible"),
        )
    return (("approved", start, None), ("cancelled", end, reason))


def _draft(
    named: Portfolio, key: str, mechanism: str, area: str, steps: tuple[tuple[str, date, str | None], ...]
) -> Draft:
    region, places = _places(named, key, area, steps[0][1])
    return Draft(key, mechanism, steps, places, region, _sectors(named, key, mechanism))


def _places(named: Portfolio, key: str, area: str, on: date) -> tuple[str, tuple[str, ...]]:
    """A region of the area that existed on the day, and one of its cercles, at times two."""
    (row,) = [row for row in named.of("reporting_area") if row["slug"] == area]
    letters = region_letters(named)
    regions = [slug for slug in row["places"] if slug in letters and on.year > NEW_REGIONS.get(slug, 0)]
    # the older region of a pair is the larger: it gets three draws of four
    region = regions[0] if draw(f"{key}:region", 4) < 3 else pick(f"{key}:either", regions)
    cercles = [
        place["slug"]
        for place in named.of("place")
        if place["kind"] == "cercle" and place.get("parent") == region and "valid_from" not in place
    ]
    if region == "mali" or not cercles:
        return region, (region,)
    chosen = shuffled(f"{key}:cercles", cercles)
    return region, tuple(chosen[: 2 if draw(f"{key}:two", 12) == 0 else 1])


def _sectors(named: Portfolio, key: str, mechanism: str) -> tuple[tuple[str, str], ...]:
    """One sector, or two of unequal weight, from the mechanism's own list."""
    slugs = [row["slug"] for row in named.of("sector") if row["mechanism"] == mechanism]
    first, second, *_ = shuffled(f"{key}:sectors", slugs)
    return ((first, "70"), (second, "30")) if draw(f"{key}:share", 8) == 0 else ((first, "100"),)


def _priced_qips(named: Portfolio, drafts: Sequence[Draft]) -> list[tuple[Draft, Decimal]]:
    left = named.printed("qip.budget") - cents(named.cost("QIP", "total", AS_OF))
    parts = spread("QIP:amounts", int(left * 100), len(drafts), *QIP_CENTS)
    return [(draft, Decimal(part) / 100) for draft, part in zip(drafts, parts, strict=True)]


def _priced_tfs(named: Portfolio, drafts: Sequence[Draft]) -> list[tuple[Draft, Decimal]]:
    """Costs that, with the allocations to the named projects, make up the printed sum to the thousandth."""
    priced = [draft for draft in drafts if draft.state != "cancelled"]
    left = named.printed("tf.allocated") - named.allocated(AS_OF) - CANCELLED_FINAL
    parts = iter(spread("TF:amounts", int(left * 1000), len(priced), *TF_MILLS))
    return [
        (draft, Decimal(150_000) if draft.state == "cancelled" else Decimal(next(parts)) / 1000) for draft in drafts
    ]


def _fp_priced(named: Portfolio) -> list[tuple[Draft, Decimal]]:
    known = sum((Decimal(usd) for *_, usd, _ in FP_PROJECTS if usd), Decimal(0))
    left = named.printed("fp.budget") - cents(named.cost("FP", "total", AS_OF)) - known
    priced: list[tuple[Draft, Decimal]] = []
    for year, places, sector, usd, state in FP_PROJECTS:
        start = date(year, 9, 1)
        steps: tuple[tuple[str, date, str | None], ...] = (("in_progress", start, None),)
        if state != "in_progress":
            steps = (*steps, (state, date(year + 2, 6, 30), None))
        draft = Draft(f"FP:{year}", "FP", steps, places, "mali", ((sector, "100"),))
        priced.append((draft, Decimal(usd) if usd else left))
    return priced


def _highest_numbers(named: Portfolio) -> Counter[str]:
    """The highest number given per mechanism, year and region."""
    found: Counter[str] = Counter()
    for row in named.of("project"):
        prefix, _, number = row["reference"].rpartition("-")
        found[prefix] = max(found[prefix], int(number))
    return found
