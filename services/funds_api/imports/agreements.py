"""What a file says of agreements: new ones are recorded, others corrected by rows that supersede; none is overwritten."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.funds_api.contributions.agreements import as_amended, as_signed, content_of, in_words, new_agreement
from services.funds_api.contributions.queries import lock_contributions, standing_agreements
from services.funds_api.contributions.service import refuse_amounts
from services.funds_api.imports.schemas import ContributionRow
from shared.models import Agreement, Contribution
from shared.recording.directory import Directory
from shared.unit_of_work import UnitOfWork


class _Filed(NamedTuple):
    """What the file says from a date on."""

    on: date
    content: dict[str, Any]
    reason: str | None = None
    source: str | None = None


async def agree_as_filed(
    unit: UnitOfWork, rows: Sequence[ContributionRow], contributions: Mapping[str, Contribution], directory: Directory
) -> set[str]:
    """Make the standing agreements say what the rows say; the references of those where something was recorded.

    The agreement itself is compared with the first that stands, an amendment with those of its date. Amendments that
    stand and are not in the file stay: they were entered by a person.
    """
    ids = [contributions[row.reference].id for row in rows]
    await lock_contributions(unit.session, ids)
    standing = await standing_agreements(unit.session, ids)
    changed = set()
    for row in rows:
        contribution = contributions[row.reference]
        if _agree(unit, contribution, _filed(row, directory), standing[contribution.id]):
            changed.add(row.reference)
    await unit.session.flush()
    return changed


def _filed(row: ContributionRow, directory: Directory) -> list[_Filed]:
    filed = [_Filed(row.agreement_on, as_signed(row, directory))]
    for one in sorted(row.amendments, key=lambda amendment: amendment.on):
        filed.append(_Filed(one.on, as_amended(filed[-1].content, one, directory), one.reason, one.source))
    refuse_amounts((row.reference, one.content["amount"], row.currency, row.mechanism) for one in filed)
    return filed


def _agree(
    unit: UnitOfWork, contribution: Contribution, filed: Sequence[_Filed], standing: Sequence[Agreement]
) -> bool:
    signed, amendments = list(standing[:1]), list(standing[1:])
    rows = list(standing)
    is_changed = False
    for place, one in enumerate(filed):
        held = signed if place == 0 else [row for row in amendments if row.value_on == one.on]
        row = held[0] if held else None
        if row is not None and place > 0:
            amendments.remove(row)
        if row is not None and (row.value_on, content_of(row)) == (one.on, one.content):
            continue
        rows.append(_recorded(unit, contribution, one, rows, row))
        is_changed = True
    return is_changed


def _recorded(
    unit: UnitOfWork,
    contribution: Contribution,
    filed: _Filed,
    standing: Sequence[Agreement],
    corrected: Agreement | None,
) -> Agreement:
    row = new_agreement(
        unit,
        contribution,
        filed.on,
        filed.content,
        standing,
        supersedes=corrected,
        reason=filed.reason or unit.reason,
        source=filed.source,
    )
    unit.session.add(row)
    unit.record(
        "contribution.corrected" if corrected else "contribution.amended",
        "contribution",
        contribution.id,
        before=in_words(corrected, contribution) if corrected else None,
        after=in_words(row, contribution),
        reason=filed.reason,
    )
    contribution.version += 1
    return row
