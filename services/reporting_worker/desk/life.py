"""From draft to frozen: handed in, approved by another person, sent back, frozen; each act checked by the table of acts."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from services.reporting_worker.desk.acceptance import failed
from services.reporting_worker.desk.opened import edition_for_change, refused, state_after
from services.reporting_worker.press.freezing import FREEZE
from shared.domain.publication import IS_OVER, EditionAct, EditionState
from shared.errors import Conflict, Fault, Forbidden
from shared.jobs import is_under_way
from shared.models import Edition, EditionControl
from shared.models.edition import ControlOutcome
from shared.refusal import Refusal
from shared.two_persons import OF_EDITIONS, hands_in
from shared.unit_of_work import UnitOfWork


class AuthorMayNotApprove(Refusal, Forbidden):
    """Approval is another person's act than writing, changing, accepting or submitting."""

    kind = "author-may-not-approve"
    fr = "Vous avez écrit, modifié ou soumis l'édition {slug}, ou accepté un de ses contrôles ; une autre personne doit l'approuver."
    en = "You wrote, changed or submitted edition {slug}, or accepted one of its controls; another person must approve it."
    slug: str


class ControlsOpen(Refusal, Conflict):
    """Controls have not been run, or failed ones are neither mended nor accepted."""

    kind = "controls-open"


class ControlsNotRun(ControlsOpen):
    """Nobody has asked for the controls since the last change."""

    fr = "Les contrôles n'ont pas été passés ; demandez-les d'abord."
    en = "The controls have not been run; ask for them first."


class ControlsFailed(ControlsOpen):
    """Failed controls are neither mended nor accepted; each is a fault."""

    fr = "Des contrôles ont échoué ; corrigez, ou acceptez chacun avec une raison."
    en = "Controls have failed; mend, or accept each with a reason."
    faults: Sequence[Fault]


def _still_open(controls: Iterable[EditionControl]) -> list[EditionControl]:
    """Those that failed and that nobody has accepted."""
    return [one for one in controls if one.outcome == ControlOutcome.FAILED and one.accepted_by is None]


async def submit_edition(unit: UnitOfWork, edition_id: UUID) -> Edition:
    """Hand a draft in for review.

    Raises:
        WrongState: it is no draft.
        ControlsOpen: its controls have not been run.
    """
    edition = await edition_for_change(unit, edition_id)
    state = state_after(edition, EditionAct.SUBMIT)
    for one in _still_open(await _controls(unit, edition)):  # for another person to accept, or to send back
        unit.warn(failed(one))
    edition.freeze_failure = edition.freeze_failed_at = None
    return _moved(unit, edition, state, "edition.submitted")


async def approve_edition(unit: UnitOfWork, edition_id: UUID) -> Edition:
    """Approve an edition in review, as somebody whose hand was not in it since its last approval.

    Raises:
        WrongState: it is not in review.
        AuthorMayNotApprove: the approver wrote, changed or submitted it, or accepted one of its controls.
        ControlsOpen: a failed control is neither mended nor accepted.
    """
    edition = await edition_for_change(unit, edition_id)
    state = state_after(edition, EditionAct.APPROVE)
    if unit.actor in {edition.author, *await hands_in(unit.session, OF_EDITIONS, [edition.id])}:
        raise AuthorMayNotApprove(edition.slug)
    if open_ones := _still_open(await _controls(unit, edition)):
        raise ControlsFailed([failed(one) for one in open_ones])
    edition.approved_by, edition.approved_at = unit.actor, unit.recorded_at
    return _moved(unit, edition, state, "edition.approved")


async def return_edition(unit: UnitOfWork, edition_id: UUID, comment: str) -> Edition:
    """Make an edition a draft again before it is frozen: withdrawn by somebody who wrote it, or sent back by another.

    Raises:
        WrongState: it is a draft already, frozen, or being frozen.
    """
    edition = await edition_for_change(unit, edition_id)
    state = state_after(edition, EditionAct.RETURN)
    await _refuse_while_freezing(unit, edition)
    is_withdrawn = unit.actor in {edition.author, *await hands_in(unit.session, OF_EDITIONS, [edition.id])}
    before, edition.state = edition.state, state
    edition.approved_by = edition.approved_at = None
    unit.changed(edition)
    unit.record(
        "edition.withdrawn" if is_withdrawn else "edition.sent_back",
        "edition",
        edition.id,
        before={"state": before},
        after={"state": edition.state},
        reason=comment,
    )
    return edition


async def _refuse_while_freezing(unit: UnitOfWork, edition: Edition) -> None:
    if await is_under_way(unit.session, _freezing_of(edition)):
        raise refused(edition, {"fr": "elle est en train d'être figée.", "en": "it is being frozen already."})


def _freezing_of(edition: Edition) -> str:
    """What names the work; each attempt at it is a job of its own."""
    return f"{FREEZE}:{edition.id}:{edition.version}"


async def ask_freeze(unit: UnitOfWork, edition_id: UUID) -> tuple[Edition, UUID]:
    """Enqueue the freezing of an approved edition; the edition and the job's id.

    Raises:
        WrongState: it is not approved, or already frozen, or its freezing is under way.
    """
    edition = await edition_for_change(unit, edition_id)
    if edition.state in IS_OVER:
        raise refused(
            edition,
            {
                "fr": "elle ne se fige qu'une fois : créez une révision pour la corriger.",
                "en": "it is frozen only once: create a revision to correct it.",
            },
        )
    state_after(edition, EditionAct.FREEZE)
    await _refuse_while_freezing(unit, edition)
    job_id = unit.enqueue(
        "reporting",
        FREEZE,
        f"{_freezing_of(edition)}:{uuid7()}",
        {"edition_id": str(edition.id), "version": edition.version},
    )
    unit.record("edition.freeze_asked", "edition", edition.id, after={"job_id": str(job_id)})
    return edition, job_id


async def _controls(unit: UnitOfWork, edition: Edition) -> Sequence[EditionControl]:
    found = (await unit.session.scalars(select(EditionControl).where(EditionControl.edition_id == edition.id))).all()
    if not found:
        raise ControlsNotRun
    return found


def _moved(unit: UnitOfWork, edition: Edition, state: EditionState, action: str) -> Edition:
    before = edition.state
    edition.state = state
    unit.changed(edition)
    unit.record(action, "edition", edition.id, before={"state": before}, after={"state": state})
    return edition
