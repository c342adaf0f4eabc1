"""What the donor wished, against the sectors and places of what the money goes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.funds_api.allocations.queries import Profile, Target, profile_of
from services.funds_api.allocations.schemas import AllocationCreate
from services.funds_api.contributions.agreements import agreed_on
from services.funds_api.contributions.queries import standing_agreements
from shared.errors import Fault
from shared.models import Agreement, Contribution
from shared.models.contribution import EarmarkKind
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
    told = _Earmarked(contribution.reference, agreement.earmark or {}, target.reference, tuple(unmet))
    if agreement.earmark_kind == EarmarkKind.HARD:
        return [told.fault()] if unmet else []
    is_checked = bool(agreement.earmark_sectors or agreement.earmark_places)
    if (is_checked and not unmet) or command.reason or unit.reason:
        return []
    return [told.fault(asks_reason=True)]


def _withdrawn(contribution: Contribution) -> Fault:
    told = {
        "fr": f"{contribution.reference} a été retirée : elle ne paie rien.",
        "en": f"{contribution.reference} was withdrawn: it pays nothing.",
    }
    return Fault("/contribution", told, "withdrawn")


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


@dataclass(frozen=True)
class _Earmarked:
    """An earmark, and what of a project or group lies outside it."""

    contribution: str
    wish: Mapping[str, str]
    target: str
    unmet: Sequence[str]

    def fault(self, *, asks_reason: bool = False) -> Fault:
        """What is wrong, and whether a reason mends it."""
        either = next(iter(self.wish.values()), "")
        named = ", ".join(self.unmet)
        outside_fr = f" ; {self.target} en sort ({named})" if named else ""
        outside_en = f"; {self.target} lies outside it ({named})" if named else ""
        do_fr = " ; dites dans reason en quoi cette allocation y répond." if asks_reason else "."
        do_en = "; say in reason how this allocation meets it." if asks_reason else "."
        told = {
            "fr": f"{self.contribution} est affectée : « {self.wish.get('fr', either)} »{outside_fr}{do_fr}",
            "en": f"{self.contribution} is earmarked: '{self.wish.get('en', either)}'{outside_en}{do_en}",
        }
        return Fault("/reason" if asks_reason else "/project", told, "earmark")
