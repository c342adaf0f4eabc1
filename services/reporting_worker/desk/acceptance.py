"""Failed controls that stand: accepted once with a reason, and again wherever the same is found."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from services.reporting_worker.controls.printable import PRINTABLE
from services.reporting_worker.desk.opened import edition_for_change, refused
from services.reporting_worker.prose.extent import LENGTH
from services.reporting_worker.rendering.glyphs import named, unprintable
from shared.domain.publication import EditionAct, states_of
from shared.errors import Fault, InvalidInput, NotFound, RuleBroken, Texts
from shared.models import Edition, EditionControl
from shared.models.among import among
from shared.models.edition import ControlOutcome
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork

TOKENS = "texts.tokens"
"""The control of tokens and links: what names nothing cannot be printed, whoever accepts it."""
TO_BE_MENDED: dict[str, Texts] = {
    TOKENS: {
        "fr": "Un jeton ou un lien qui ne désigne rien ne peut pas s'imprimer ; corrigez le texte.",
        "en": "A token or link that names nothing cannot be printed; correct the text.",
    },
    PRINTABLE: {
        "fr": "Un caractère qu'aucune police du bulletin n'a ne peut pas s'imprimer ; remplacez-le.",
        "en": "A character that no font of the bulletin holds cannot be printed; replace it.",
    },
    LENGTH: {
        "fr": "Une édition si longue ne peut pas s'imprimer ; abrégez ses textes ou partagez-la.",
        "en": "An edition of that length cannot be printed; shorten its texts or divide it.",
    },
}
"""Controls whose failure would stop the print."""


class MustBeMended(Refusal, RuleBroken):
    """The control is of a kind that no reason excuses."""

    kind, fr, en = "control-must-be-mended", "{todo}", "{todo}"
    todo: Texts
    faults: Sequence[Fault]


class ReasonUnprintable(Refusal, InvalidInput):
    """No font of the bulletin holds a character of the reason."""

    fr, en = "La raison ne peut pas s'imprimer.", "The reason cannot be printed."
    faults: Sequence[Fault]


class NoFailedControl(Refusal, NotFound):
    """No control of that key has failed."""

    fr = "Aucun contrôle en échec « {key:.80} » dans l'édition {slug}."
    en = "There is no failed control '{key:.80}' in edition {slug}."
    key: str
    slug: str


def failed(control: EditionControl) -> Fault:
    """A failed control as a fault of the edition."""
    return Fault(f"/controls/{control.key}", control.message, "control_failed")


async def accept_control(unit: UnitOfWork, edition_id: UUID, key: str, reason: Texts) -> EditionControl:
    """Let a failed control stand, with the reason that the annex prints.

    Raises:
        WrongState: the edition is approved or frozen.
        NoFailedControl: no failed control of that key.
        ReasonUnprintable: the annex could not print it.
        MustBeMended: without it the edition cannot be printed.
    """
    edition = await edition_for_change(unit, edition_id)
    if edition.state not in states_of(EditionAct.EDIT):
        raise refused(edition, {"fr": "ses contrôles sont clos.", "en": "its controls are closed."})
    control = await unit.session.scalar(
        select(EditionControl).where(
            EditionControl.edition_id == edition.id,
            EditionControl.key == key,
            EditionControl.outcome == ControlOutcome.FAILED,
        )
    )
    if control is None:
        raise NoFailedControl(key, edition.slug)
    if key in TO_BE_MENDED:
        raise MustBeMended(TO_BE_MENDED[key], [failed(control)])
    said = " / ".join(reason.values())
    if characters := unprintable(said):
        listed = ", ".join(map(named, characters[:5]))
        todo = {"fr": f"Remplacez : {listed}.", "en": f"Replace: {listed}."}
        raise ReasonUnprintable([Fault("/reason", todo, "character_unprintable")])
    control.accepted_by, control.acceptance = unit.actor, reason
    unit.changed(edition)
    unit.record("edition.control_accepted", "edition", edition.id, after={"control": key}, reason=said)
    return control


async def carry_acceptances(unit: UnitOfWork, edition_id: UUID, kept: Iterable[EditionControl]) -> list[str]:
    """Accept what was accepted before in an edition of the series, while facts and print are the same; which keys.

    The message holds the facts and the printed value: where it is the same, nothing has changed.
    """
    waiting = {
        one.key: one
        for one in kept
        if one.outcome == ControlOutcome.FAILED and one.accepted_by is None and one.key not in TO_BE_MENDED
    }
    this = aliased(Edition)
    accepted = await unit.session.scalars(
        select(EditionControl)
        .join(Edition, Edition.id == EditionControl.edition_id)
        .join(this, this.series == Edition.series)
        .where(
            this.id == edition_id,
            EditionControl.edition_id != edition_id,
            among(EditionControl.key, waiting),
            EditionControl.outcome == ControlOutcome.FAILED,
            EditionControl.accepted_by.is_not(None),
        )
        .order_by(EditionControl.run_at)
    )
    carried = set()
    for earlier in accepted:
        one = waiting[earlier.key]
        if one.message == earlier.message:
            one.accepted_by, one.acceptance = earlier.accepted_by, earlier.acceptance
            carried.add(one.key)
    return sorted(carried)
