"""The rules of an edition's life: draft, review, approval by another person, freezing, revision."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import delete, inspect, select
from uuid_utils.compat import uuid7

from services.reporting_worker.desk.schemas import EditionCreate, EditionUpdate, ItemCommand, Revision
from services.reporting_worker.desk.section_key import refuse_unknown_sections
from services.reporting_worker.press.freezing import FREEZE
from services.reporting_worker.standing_texts.service import refuse_unknown_texts
from shared.domain.publication import IS_OVER, EditionAct, EditionState, ImpossibleAct, after
from shared.errors import Conflict, Fault, Forbidden, InvalidInput, NotFound, Texts
from shared.models import Edition, EditionControl, EditionItem, Job
from shared.models.base import Protection
from shared.models.edition import ControlOutcome
from shared.sentences import sentence
from shared.two_persons import Approval, hands_in
from shared.unit_of_work import UnitOfWork


class EditionExists(Conflict):
    """The slug, or the number and revision, is taken."""

    kind = "edition-exists"


class WrongState(Conflict):
    """The edition's state does not allow this."""

    kind = "edition-state"
    title: ClassVar[Texts] = {
        "fr": "L'état de l'édition ne le permet pas",
        "en": "The edition's state forbids this",
    }


class AuthorMayNotApprove(Forbidden):
    """Approval is another person's act than writing, changing, accepting or submitting."""

    kind = "author-may-not-approve"


class ControlsOpen(Conflict):
    """Controls have not been run, or failed ones are neither mended nor accepted."""

    kind = "controls-open"


APPROVAL = Approval(
    "edition",
    "edition.approved",
    frozenset({
        "edition.controls_run", "edition.sent_back", "edition.freeze_asked", "edition.freezing_failed",
        "edition.frozen", "edition.superseded",
    }),
)  # fmt: skip
"""Whose hand was in an edition, as the audit tells it."""


_TODO: Mapping[EditionAct, Texts] = {
    EditionAct.EDIT: {
        "fr": "seul un brouillon se modifie : créez une révision.",
        "en": "only a draft is edited: create a revision.",
    },
    EditionAct.SUBMIT: {"fr": "seul un brouillon se soumet.", "en": "only a draft is handed in."},
    EditionAct.APPROVE: {"fr": "soumettez-la d'abord à la relecture.", "en": "hand it in for review first."},
    EditionAct.RETURN: {
        "fr": "seule une édition en relecture ou approuvée se renvoie.",
        "en": "only one in review or approved is sent back.",
    },
    EditionAct.FREEZE: {"fr": "faites-la d'abord approuver.", "en": "have it approved first."},
    EditionAct.SUPERSEDE: {
        "fr": "seule une édition figée se révise.",
        "en": "only a frozen edition is revised.",
    },
}
"""What to do instead of an act that the state does not allow."""


def state_after(edition: Edition, act: EditionAct) -> EditionState:
    """The state in which an act would leave the edition (`shared.domain.publication`).

    Raises:
        WrongState: the state that it is in does not allow the act.
    """
    try:
        return after(edition.state, act)
    except ImpossibleAct as problem:
        raise wrong_state(edition, _TODO[act]) from problem


def wrong_state(edition: Edition, todo: Texts) -> WrongState:
    """The refusal that names the state in which the edition is, and what to do."""
    told = sentence(
        "L'édition {slug} est {state} ; {todo}",
        "Edition {slug} is {state}; {todo}",
        slug=edition.slug,
        state=EditionState(edition.state),
        todo=todo,
    )
    return WrongState(told, extra={"state": edition.state})


async def edition_for_change(unit: UnitOfWork, edition_id: UUID) -> Edition:
    """The edition, locked until the unit ends, its version compared with the request's.

    Raises:
        NotFound: there is none of that id.
    """
    edition = (
        await unit.session.execute(select(Edition).where(Edition.id == edition_id).with_for_update())
    ).scalar_one_or_none()
    if edition is None:
        raise NotFound({"fr": f"Aucune édition {edition_id}.", "en": f"There is no edition {edition_id}."})
    unit.expect_version(edition, current={"slug": edition.slug, "state": edition.state})
    return edition


def _period_in_order(command: EditionCreate) -> None:
    if command.period_end < command.period_start:
        raise InvalidInput(
            {"fr": "La période finit avant de commencer.", "en": "The period ends before it starts."},
            faults=[
                Fault(
                    "/period_end",
                    sentence(
                        "Donnez une date à partir du {start}.",
                        "Give a date from {start} on.",
                        start=command.period_start,
                    ),
                )
            ],
        )


async def create_edition(unit: UnitOfWork, command: EditionCreate) -> Edition:
    """A new draft with its items; its figures, pages and documents are public, its controls are printed.

    Raises:
        EditionExists: the slug or the number is taken.
        InvalidInput: the period ends before it starts.
    """
    _period_in_order(command)
    taken = await unit.session.scalar(
        select(Edition.slug).where(
            (Edition.slug == command.slug)
            | ((Edition.series == command.series) & (Edition.number == command.number))
        )
    )
    if taken is not None:
        raise EditionExists(
            {
                "fr": f"Le bulletin {command.number} existe déjà ({taken}) ; révisez-le ou prenez un autre numéro.",
                "en": f"Bulletin {command.number} exists already ({taken}); revise it or take another number.",
            }
        )
    edition = Edition(
        id=uuid7(),
        recorded_at=unit.recorded_at,
        protection=Protection.PUBLIC,
        author=unit.actor,
        state=EditionState.DRAFT,
        version=1,
        revision=1,
        **command.model_dump(exclude={"items"}),
    )
    unit.session.add(edition)
    await unit.session.flush()
    await _add_items(unit, edition, command.items)
    unit.etag = '"1"'
    unit.record("edition.created", "edition", edition.id, after=command.model_dump(mode="json"))
    return edition


async def _add_items(unit: UnitOfWork, edition: Edition, items: Sequence[ItemCommand]) -> None:
    await refuse_unknown_sections(unit.session, edition.series, [item.section for item in items])
    await refuse_unknown_texts(unit.session, [item.standing_text for item in items])
    for position, item in enumerate(items):
        values = item.model_dump()
        unit.session.add(
            EditionItem(
                id=uuid7(),
                edition_id=edition.id,
                position=position,
                standing_text_key=values.pop("standing_text"),
                activity_reference=values.pop("activity"),
                **values,
            )
        )


async def update_edition(unit: UnitOfWork, edition_id: UUID, command: EditionUpdate) -> Edition:
    """Change a draft; its controls must be run again.

    Raises:
        WrongState: it is no draft any more.
    """
    edition = await edition_for_change(unit, edition_id)
    state = state_after(edition, EditionAct.EDIT)
    changes = command.model_dump(exclude={"items"}, exclude_none=True)
    before = {name: getattr(edition, name) for name in changes}
    for name, value in changes.items():
        setattr(edition, name, value)
    if command.items is not None:
        await unit.session.execute(delete(EditionItem).where(EditionItem.edition_id == edition.id))
        await _add_items(unit, edition, command.items)
    await unit.session.execute(delete(EditionControl).where(EditionControl.edition_id == edition.id))
    edition.state = state
    unit.changed(edition)
    unit.record(
        "edition.changed",
        "edition",
        edition.id,
        before=before,
        after=command.model_dump(mode="json", exclude_none=True),
    )
    return edition


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
        unit.warn(Fault(f"/controls/{one.key}", one.message, "control_failed"))
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
    if unit.actor in {edition.author, *await hands_in(unit.session, APPROVAL, [edition.id])}:
        raise AuthorMayNotApprove(
            {
                "fr": f"Vous avez écrit, modifié ou soumis l'édition {edition.slug}, ou accepté un de ses contrôles ; "
                "une autre personne doit l'approuver.",
                "en": f"You wrote, changed or submitted edition {edition.slug}, or accepted one of its controls; "
                "another person must approve it.",
            }
        )
    if open_ones := _still_open(await _controls(unit, edition)):
        raise ControlsOpen(
            {
                "fr": "Des contrôles ont échoué ; corrigez, ou acceptez chacun avec une raison.",
                "en": "Controls have failed; mend, or accept each with a reason.",
            },
            faults=[Fault(f"/controls/{one.key}", one.message, "control_failed") for one in open_ones],
        )
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
    is_withdrawn = unit.actor in {edition.author, *await hands_in(unit.session, APPROVAL, [edition.id])}
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
    key = _freezing_key(edition)
    if await unit.session.scalar(
        select(Job.id).where(Job.key.startswith(key, autoescape=True), Job.state.in_(["pending", "leased"]))
    ):
        raise wrong_state(
            edition, {"fr": "elle est en train d'être figée.", "en": "it is being frozen already."}
        )


def _freezing_key(edition: Edition) -> str:
    return f"{FREEZE}:{edition.id}:{edition.version}"


async def ask_freeze(unit: UnitOfWork, edition_id: UUID) -> tuple[Edition, UUID]:
    """Enqueue the freezing of an approved edition; the edition and the job's id.

    Raises:
        WrongState: it is not approved, or already frozen, or its freezing is under way.
    """
    edition = await edition_for_change(unit, edition_id)
    if edition.state in IS_OVER:
        raise wrong_state(
            edition,
            {
                "fr": "elle ne se fige qu'une fois : créez une révision pour la corriger.",
                "en": "it is frozen only once: create a revision to correct it.",
            },
        )
    state_after(edition, EditionAct.FREEZE)
    await _refuse_while_freezing(unit, edition)
    key = _freezing_key(edition)
    attempt = uuid7()
    job_id = unit.enqueue(
        "reporting",
        FREEZE,
        key if not await unit.session.scalar(select(Job.id).where(Job.key == key)) else f"{key}:{attempt}",
        {"edition_id": str(edition.id), "version": edition.version},
    )
    unit.record("edition.freeze_asked", "edition", edition.id, after={"job_id": str(job_id)})
    return edition, job_id


async def revise_edition(unit: UnitOfWork, edition_id: UUID, command: Revision) -> Edition:
    """A draft that will supersede a frozen edition, with the same items and the errata to print.

    Raises:
        WrongState: the edition is not frozen.
        EditionExists: the slug is taken, or a revision of it exists already.
    """
    old = await edition_for_change(unit, edition_id)
    state_after(old, EditionAct.SUPERSEDE)
    taken = await unit.session.scalar(
        select(Edition.slug).where((Edition.slug == command.slug) | (Edition.supersedes_id == old.id))
    )
    if taken is not None:
        raise EditionExists(
            {
                "fr": f"La révision {taken} existe déjà ; modifiez-la.",
                "en": f"Revision {taken} exists already; edit it.",
            }
        )
    copied = (
        "series", "number", "title", "period_start", "period_end", "as_of", "languages", "names", "protection",
    )  # fmt: skip
    revision = Edition(
        id=uuid7(),
        recorded_at=unit.recorded_at,
        slug=command.slug,
        revision=old.revision + 1,
        author=unit.actor,
        state=EditionState.DRAFT,
        version=1,
        supersedes_id=old.id,
        errata=command.errata,
        **{name: getattr(old, name) for name in copied},
    )
    unit.session.add(revision)
    await unit.session.flush()
    items = await unit.session.scalars(select(EditionItem).where(EditionItem.edition_id == old.id))
    kept = set(inspect(EditionItem).column_attrs.keys()) - {"id", "edition_id"}
    for item in items:
        values: dict[str, Any] = {name: getattr(item, name) for name in kept}
        unit.session.add(EditionItem(id=uuid7(), edition_id=revision.id, **values))
    unit.etag = '"1"'
    unit.record(
        "edition.revised", "edition", revision.id, after={"supersedes": old.slug, "errata": command.errata}
    )
    return revision


async def _controls(unit: UnitOfWork, edition: Edition) -> Sequence[EditionControl]:
    found = (
        await unit.session.scalars(select(EditionControl).where(EditionControl.edition_id == edition.id))
    ).all()
    if not found:
        raise ControlsOpen(
            {
                "fr": "Les contrôles n'ont pas été passés ; demandez-les d'abord.",
                "en": "The controls have not been run; ask for them first.",
            }
        )
    return found


def _moved(unit: UnitOfWork, edition: Edition, state: EditionState, action: str) -> Edition:
    before = edition.state
    edition.state = state
    unit.changed(edition)
    unit.record(action, "edition", edition.id, before={"state": before}, after={"state": state})
    return edition
