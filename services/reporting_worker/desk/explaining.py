"""How the figures of a frozen edition differ from those known now, row by row."""

from uuid import UUID

from services.reporting_worker.desk.reading import frozen_edition
from services.reporting_worker.desk.schemas import DifferenceRead
from services.reporting_worker.figures.explain import explain
from services.reporting_worker.figures.service import View
from shared.cutoff import cut_off
from shared.database import Pool, at_one_instant


async def explain_edition(reads: Pool, edition_id: UUID, cutoff_wait_seconds: float) -> DifferenceRead:
    """The difference between the cut-off of the freezing and a cut-off taken now.

    Raises:
        NotFound: there is no such edition.
        NotFrozen: it has no cut-off yet.
        CutOffBlocked: an older transaction holds back the cut-off of now.
    """
    edition = await frozen_edition(reads, edition_id)
    now = await cut_off(reads, cutoff_wait_seconds)
    before = View(edition.as_of, edition.known_at, since=edition.period_start)
    after = View(edition.as_of, now, since=edition.period_start)
    async with at_one_instant(reads) as connection:
        figures = await explain(connection, before, after)
    return DifferenceRead(
        slug=edition.slug, as_of=edition.as_of, known_at=edition.known_at, compared_at=now, figures=figures
    )
