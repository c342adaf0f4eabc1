"""An edition opened for a change: locked, its version compared; and what its state allows."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select

from services.reporting_worker.composition.collecting import EditionNotFound
from shared.domain.publication import EditionAct, EditionState, ImpossibleAct, after
from shared.errors import Conflict, Texts
from shared.models import Edition
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork


class WrongState(Refusal, Conflict):
    """The edition's state does not allow this."""

    kind, shown = "edition-state", ("state",)
    title: ClassVar[Texts] = {"fr": "L'état de l'édition ne le permet pas", "en": "The edition's state forbids this"}
    fr = "L'édition {slug} est {state} ; {todo}"
    en = "Edition {slug} is {state}; {todo}"
    slug: str
    state: EditionState
    todo: Texts


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
    EditionAct.SUPERSEDE: {"fr": "seule une édition figée se révise.", "en": "only a frozen edition is revised."},
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
        raise refused(edition, _TODO[act]) from problem


def refused(edition: Edition, todo: Texts) -> WrongState:
    """The refusal that names the state in which the edition is, and what to do."""
    return WrongState(edition.slug, EditionState(edition.state), todo)


async def edition_for_change(unit: UnitOfWork, edition_id: UUID) -> Edition:
    """The edition, locked until the unit ends, its version compared with the request's.

    Raises:
        EditionNotFound: there is none of that id.
    """
    edition = (
        await unit.session.execute(select(Edition).where(Edition.id == edition_id).with_for_update())
    ).scalar_one_or_none()
    if edition is None:
        raise EditionNotFound(edition_id)
    unit.expect_version(edition, current={"slug": edition.slug, "state": edition.state})
    return edition
