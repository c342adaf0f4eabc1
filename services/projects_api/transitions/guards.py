"""The guards of the lifecycle's moves: each says in both languages why a move is refused, and what to do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from services.projects_api.amounts.service import ceiling_fault, usd_at
from services.projects_api.transitions.queries import Dossier
from shared.domain.lifecycle import Guard
from shared.errors import Fault, RateMissing
from shared.models.organisation import RoleKind
from shared.sentences import sentence


def faults(guards: Iterable[Guard], dossier: Dossier, actor: str) -> list[Fault]:
    """Every reason why a move with these guards is refused to the actor now; empty when it may be made."""
    found = (_judge(guard, dossier, actor) for guard in guards)
    return [fault for fault in found if fault is not None]


def missing_rate(guards: Iterable[Guard], dossier: Dossier) -> RateMissing | None:
    """The missing rate among the reasons, so that the refusal says what to load."""
    if Guard.AMOUNT_CONVERTED not in set(guards):
        return None
    found = (dossier.rate_of_amount, dossier.rate_on_date)
    return next((one for one in found if isinstance(one, RateMissing)), None)


@dataclass(frozen=True)
class _Check:
    """A condition on the dossier and the actor, where its lack is mended, and the sentences that say so."""

    holds: Callable[[Dossier, str], bool]
    pointer: str
    fr: str
    en: str


_CHECKS: Mapping[Guard, _Check] = {
    Guard.HAS_SPONSOR: _Check(
        lambda dossier, _: RoleKind.SPONSOR in dossier.role_kinds,
        "/roles",
        "Aucune section ne parraine le projet ; ajoutez un rôle sponsor.",
        "No section sponsors the project; add a role of kind sponsor.",
    ),
    Guard.HAS_IMPLEMENTER: _Check(
        lambda dossier, _: RoleKind.IMPLEMENTER in dossier.role_kinds,
        "/roles",
        "Aucun partenaire d'exécution n'est nommé ; ajoutez un rôle implementer.",
        "No implementing partner is named; add a role of kind implementer.",
    ),
    Guard.HAS_PLACE: _Check(
        lambda dossier, _: dossier.has_place,
        "/places",
        "Aucun lieu n'est enregistré au {on} ; enregistrez-en un.",
        "No place is recorded on {on}; record one.",
    ),
    Guard.HAS_AMOUNT: _Check(
        lambda dossier, _: dossier.amount is not None,
        "/amounts",
        "Aucun montant approuvé, révisé ou final n'est en vigueur au {on} ; enregistrez-le d'abord.",
        "No approved, revised or final amount holds on {on}; record it first.",
    ),
    Guard.APPROVER_IS_ANOTHER: _Check(
        lambda dossier, actor: actor not in dossier.hands,
        "/to",
        "L'approbateur ne peut pas avoir enregistré, modifié ou soumis le projet ; demandez à une autre personne.",
        "The approver may not have recorded, changed or submitted the project; ask another person.",
    ),
}


def _judge(guard: Guard, dossier: Dossier, actor: str) -> Fault | None:
    if guard is Guard.AMOUNT_CONVERTED:
        return _conversion(dossier)
    if guard is Guard.UNDER_CEILING:
        return _ceiling(dossier)
    check = _CHECKS[guard]
    if check.holds(dossier, actor):
        return None
    return Fault(check.pointer, sentence(check.fr, check.en, on=dossier.on), guard)


def _conversion(dossier: Dossier) -> Fault | None:
    rate = missing_rate((Guard.AMOUNT_CONVERTED,), dossier)
    return None if rate is None else Fault("/amounts", rate.detail, "rate_missing")


def _ceiling(dossier: Dossier) -> Fault | None:
    """Judged as far as a value in USD is known; a missing rate is a reason of its own."""
    if dossier.amount is None or dossier.ceiling is None:
        return None
    rate = None if isinstance(dossier.rate_on_date, RateMissing) else dossier.rate_on_date
    usd = usd_at(dossier.amount, rate)
    return None if usd is None else ceiling_fault(usd, dossier.ceiling)
