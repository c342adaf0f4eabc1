"""What the donor wished, against the sectors and places of what the money goes to."""

from collections.abc import Mapping, Sequence

from services.funds_api.allocations.queries import Profile, Target, profile_of
from services.funds_api.allocations.schemas import AllocationCreate
from services.funds_api.contributions.agreements import agreed_on
from services.funds_api.contributions.queries import standing_agreements
from shared.errors import Fault
from shared.models import Agreement, Contribution
from shared.models.contribution import EarmarkKind
from shared.sentences import fault
from shared.unit_of_work import UnitOfWork


async def earmark_faults(
    unit: UnitOfWork, contribution: Contribution, command: AllocationCreate, target: Target
) -> list[Fault]:
    """`hard` refuses what does not meet the earmark; `soft` wants a reason for it, or where only words state it."""
    standing = await standing_agreements(unit.session, contribution.id)
    if not standing:
        return [_withdrawn(contribution)]
    agreement = agreed_on(standing, command.on)
    if agreement.earmark_kind == EarmarkKind.NONE:
        return []
    unmet = _unmet(agreement, await profile_of(unit.session, target.id, unit.recorded_at.date()))
    wish = agreement.earmark or {}
    if agreement.earmark_kind == EarmarkKind.HARD:
        return [_outside("/project", contribution, wish, target, unmet)] if unmet else []
    is_checked = bool(agreement.earmark_sectors or agreement.earmark_places)
    if (is_checked and not unmet) or command.reason or unit.reason:
        return []
    return [_outside("/reason", contribution, wish, target, unmet)]


def _withdrawn(contribution: Contribution) -> Fault:
    return fault(
        "/contribution",
        "withdrawn",
        "{reference} a été retirée : elle ne paie rien.",
        "{reference} was withdrawn: it pays nothing.",
        reference=contribution.reference,
    )


def _unmet(agreement: Agreement, profile: Profile) -> list[str]:
    """Slugs of the sectors and places of a target that the earmark leaves out; `?` where the target names none."""
    sectors, places = set(agreement.earmark_sectors), set(agreement.earmark_places)
    unmet: list[str] = []
    if sectors:
        unmet += sorted(profile.sectors - sectors) if profile.sectors else ["?"]
    if places:
        outside = sorted(slug for slug, within in profile.places.items() if not within & places)
        unmet += outside if profile.places else ["?"]
    return unmet


def _outside(
    pointer: str, contribution: Contribution, wish: Mapping[str, str], target: Target, unmet: Sequence[str]
) -> Fault:
    """An earmark, what of a project or group lies outside it, and whether a reason mends that (at `/reason`)."""
    either = next(iter(wish.values()), "")
    named = ", ".join(unmet)
    asks_reason = pointer == "/reason"
    return fault(
        pointer,
        "earmark",
        "{contribution} est affectée : « {wish_fr} »"
        + (" ; {target} en sort ({named})" if named else "")
        + (" ; dites dans reason en quoi cette allocation y répond." if asks_reason else "."),
        "{contribution} is earmarked: '{wish_en}'"
        + ("; {target} lies outside it ({named})" if named else "")
        + ("; say in reason how this allocation meets it." if asks_reason else "."),
        contribution=contribution.reference,
        wish_fr=wish.get("fr", either),
        wish_en=wish.get("en", either),
        target=target.reference,
        named=named,
    )
