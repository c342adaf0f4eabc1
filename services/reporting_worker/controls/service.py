"""Runs every control on the figures, the portfolio and the texts of a draft."""

from collections.abc import Mapping

from services.reporting_worker.controls import queries
from services.reporting_worker.controls.control import Control
from services.reporting_worker.controls.conversion_queries import CONVERSIONS, PRINTED_AMOUNTS, RATES
from services.reporting_worker.controls.conversions import printed_conversions, rates_loaded_late, rates_too_old
from services.reporting_worker.controls.identities import identity_controls
from services.reporting_worker.controls.money import allocated_above_cost, received_above_agreement
from services.reporting_worker.controls.money_queries import ALLOCATED_ABOVE, RECEIVED_ABOVE
from services.reporting_worker.controls.portfolio import (
    announcement_nodes,
    ceilings,
    covered_areas,
    orphan_activities,
    sensitive_places,
    women_and_men,
)
from services.reporting_worker.controls.printed import Ours, printed_controls
from services.reporting_worker.controls.prose import untranslated_control
from services.reporting_worker.figures.announcements import announcement_sums
from services.reporting_worker.figures.schemas import FigureValue
from services.reporting_worker.figures.service import View, compute_figures
from shared.database import Reader
from shared.errors import Texts
from shared.facts import Statement

Records = list[Mapping[str, object]]


async def run_controls(
    reader: Reader, view: View, texts: Mapping[str, Texts], figures: Mapping[str, FigureValue] | None = None
) -> list[Control]:
    """Every control of an edition, by key.

    Args:
        reader: a connection, in one snapshot when the controls are to agree with each other.
        view: as of which date, as known when; `since` is the first day of the edition's period.
        figures: those of the view, where the caller has them already.
        texts: all that the edition prints, by where it stands (`ACT-2022-003/long`, `foreword/1/text`).
    """
    figures = figures or await compute_figures(reader, view)
    sums = await announcement_sums(reader, view.as_of, view.known_at)
    bound = view.bound([])

    async def read(statement: Statement) -> Records:
        return await reader.fetch(*statement.asked(**bound))

    conversions = await read(CONVERSIONS)
    shown = {place.partition("/")[0] for place in texts}
    found = [
        *identity_controls(figures),
        *printed_conversions(await read(PRINTED_AMOUNTS), await read(RATES)),
        rates_too_old(conversions),
        rates_loaded_late(conversions),
        ceilings(await read(queries.CEILINGS)),
        received_above_agreement(await read(RECEIVED_ABOVE)),
        allocated_above_cost(await read(ALLOCATED_ABOVE)),
        women_and_men(await read(queries.BENEFICIARIES)),
        *covered_areas(await read(queries.COVERED_AREAS), figures),
        announcement_nodes(await read(queries.ANNOUNCEMENT_COUNTS), sums),
        sensitive_places(await read(queries.SENSITIVE)),
        orphan_activities(await read(queries.ACTIVITIES), shown),
        untranslated_control(texts),
        *printed_controls(await read(queries.PRINTED_FIGURES), Ours(figures, sums)),
    ]
    return sorted(found, key=lambda control: control.key)


__all__ = ["Control", "run_controls"]
