"""What a file says of agreements: new ones are recorded, others corrected by rows that supersede; none is overwritten."""

from collections.abc import Mapping, Sequence

from services.funds_api.contributions.agreements import Agreed, as_amended, as_signed, content_of, record_agreement
from services.funds_api.contributions.queries import lock_contributions
from services.funds_api.contributions.service import refuse_amounts
from services.funds_api.imports.schemas import ContributionRow
from shared.models import Agreement, Contribution
from shared.recording.directory import Directory
from shared.recording.facts import standing_rows
from shared.unit_of_work import UnitOfWork


async def agree_as_filed(
    unit: UnitOfWork, rows: Sequence[ContributionRow], contributions: Mapping[str, Contribution], directory: Directory
) -> set[str]:
    """Make the standing agreements say what the rows say; the references of those where something was recorded.

    The agreement itself is compared with the first that stands, an amendment with those of its date. Amendments that
    stand and are not in the file stay: they were entered by a person.
    """
    ids = [contributions[row.reference].id for row in rows]
    await lock_contributions(unit.session, ids)
    standing = await standing_rows(unit.session, Agreement, "contribution_id", ids)
    changed = set()
    for row in rows:
        contribution = contributions[row.reference]
        if _agree(unit, contribution, _filed(unit, row, directory), standing[contribution.id]):
            changed.add(row.reference)
    await unit.session.flush()
    return changed


def _filed(unit: UnitOfWork, row: ContributionRow, directory: Directory) -> list[Agreed]:
    filed = [Agreed(row.agreement_on, as_signed(row, directory), unit.reason)]
    for one in sorted(row.amendments, key=lambda amendment: amendment.on):
        filed.append(Agreed(one.on, as_amended(filed[-1].content, one, directory), one.reason, one.source))
    refuse_amounts((row.reference, one.content["amount"], row.currency, row.mechanism) for one in filed)
    return filed


def _agree(
    unit: UnitOfWork, contribution: Contribution, filed: Sequence[Agreed], standing: Sequence[Agreement]
) -> bool:
    signed, amendments = list(standing[:1]), list(standing[1:])
    rows = list(standing)
    for place, one in enumerate(filed):
        held = signed if place == 0 else [row for row in amendments if row.value_on == one.on]
        row = held[0] if held else None
        if row is not None and place > 0:
            amendments.remove(row)
        if row is None or (row.value_on, content_of(row)) != (one.on, one.content):
            rows.append(record_agreement(unit, contribution, one, rows, before=row, superseded=row))
    return len(rows) > len(standing)
