"""Donors: organisations that contribute."""

from typing import Any

from pydantic import Field
from sqlalchemy import select

from shared.errors import Conflict
from shared.keys import Flag, OrganisationSlug
from shared.models import Donor
from shared.models.base import Protection
from shared.models.naming import NAMES
from shared.portfolio import Part
from shared.recording.record import Action, Record
from shared.recording.routes import record_routes
from shared.refusal import Refusal
from shared.resources.donors import DONORS
from shared.unit_of_work import UnitOfWork


class DonorContent(Part):
    """Which organisation gives, and how it is listed; its name stays with the organisation."""

    organisation: OrganisationSlug = Field(description="The organisation's slug.", examples=["denmark"])
    is_listed_last: Flag = Field(False, description="After the alphabet, as UN DOCO is.")
    protection: Protection = Protection.INTERNAL


class DonorExists(Refusal, Conflict):
    """The organisation is a donor already."""

    kind, at = "donor-exists", "/organisation"
    fr = "L'organisation « {organisation} » est déjà un bailleur : {slug}."
    en = "The organisation '{organisation}' is a donor already: {slug}."
    slug: str
    organisation: str


async def _admit(unit: UnitOfWork, _action: Action, row: Any, content: DonorContent | None) -> None:
    """An organisation is one donor."""
    if content is None:
        return
    organisation = NAMES["organisation"]
    meant = select(organisation.meant).where(organisation.key == content.organisation).scalar_subquery()
    held = select(Donor.slug).where(Donor.organisation_id == meant)
    other = await unit.session.scalar(held if row is None else held.where(Donor.id != row.id))
    if other is not None:
        raise DonorExists(other, content.organisation)


DONOR = Record(Donor, DonorContent, admit=_admit, example={"slug": "denmark", "organisation": "denmark"})
donors = record_routes(
    DONOR,
    DONORS,
    create="The organisation exists already; the donor bears its name of the day.",
    replace="Its organisation, its place in lists, its protection; the slug stays.",
    refuses=(DonorExists,),
    delete="While contributions refer to it, 409 counts them. Its slug is never given to another one.",
)
