"""What is probably a slip but may be so: accepted, and told."""

from collections.abc import Iterator
from decimal import Decimal

from pydantic import BaseModel

from services.projects_api.content.filed import ProjectRow
from services.projects_api.content.parts import PlacesStated
from services.projects_api.entry.frame import Frame
from services.projects_api.entry.region_letters import lettered
from services.projects_api.fact_kinds.amounts import AmountPart
from services.projects_api.fact_kinds.beneficiaries import BeneficiaryStated
from shared.domain.money import Money
from shared.errors import Fault
from shared.facts.rates import FUNCTIONAL
from shared.portfolio import parts
from shared.sentences import sentence

FAR_FROM_RATES = Decimal("1.1")
"""A printed value is doubted where the rate that it implies lies a tenth outside all rates held."""


def doubts(content: BaseModel, frame: Frame) -> Iterator[Fault]:
    """What is probably a slip but may be so, each with its place in the content."""
    for pointer, part in parts(content):
        match part:
            case ProjectRow():
                # a register brings numbers that are in use already: they are doubted, not refused
                yield from lettered(part.reference, None, part.mechanism, frame)
            case BeneficiaryStated(female_share=Decimal() as share) if 0 < share < 1:
                yield _fraction(f"{pointer}/female_share", share)
            case AmountPart(usd=Decimal() as usd):
                yield from _far_from_rates(f"{pointer}/usd", part, usd, frame)
            case PlacesStated():
                yield from _overlapping(f"{pointer}/shares", part, frame)


def _fraction(pointer: str, share: Decimal) -> Fault:
    said = sentence(
        "{share} % de femmes est moins d'une sur cent ; pour {meant} %, écrivez {meant}.",
        "{share} % women is fewer than one in a hundred; for {meant} %, write {meant}.",
        share=share,
        meant=share * 100,
    )
    return Fault(pointer, said, "share_below_one")


def _far_from_rates(pointer: str, part: AmountPart, usd: Decimal, frame: Frame) -> Iterator[Fault]:
    if part.currency not in frame.rates:
        return
    low, high = frame.rates[part.currency]
    implied = part.amount / usd
    if low / FAR_FROM_RATES <= implied <= high * FAR_FROM_RATES:
        return
    said = sentence(
        "{amount} pour {usd} font {implied} {currency} pour 1 USD ; les taux enregistrés vont de {low} à {high}. "
        "La valeur imprimée est gardée ; vérifiez le document.",
        "{amount} for {usd} make {implied} {currency} for 1 USD; the rates held go from {low} to {high}. "
        "The printed value is kept; check the document.",
        amount=Money(part.amount, part.currency),
        usd=Money(usd, FUNCTIONAL),
        implied=implied.quantize(Decimal("0.001")),
        currency=part.currency,
        low=low,
        high=high,
    )
    yield Fault(pointer, said, "usd_far_from_rates")


def _overlapping(pointer: str, part: PlacesStated, frame: Frame) -> Iterator[Fault]:
    named = {share.place for share in part.shares}
    for index, share in enumerate(part.shares):
        for wider in named.intersection(frame.above(share.place)):
            said = sentence(
                "« {slug} » se trouve dans « {wider} », qui est nommé aussi : les parts se recouvrent.",
                "'{slug}' lies in '{wider}', which is named too: the parts overlap.",
                slug=share.place,
                wider=wider,
            )
            yield Fault(f"{pointer}/{index}/place", said, "places_overlap")
