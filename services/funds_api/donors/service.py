"""Donors: organisations that contribute."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from uuid_utils.compat import uuid7

from services.funds_api.directory import Directory, look_up
from services.funds_api.donors.schemas import DonorContent, DonorCreate
from shared.deletion import delete_row, refuse_retired
from shared.errors import Conflict, Fault
from shared.models import Donor
from shared.unit_of_work import UnitOfWork


class DonorExists(Conflict):
    """The slug is taken, or the organisation is a donor already."""

    kind = "donor-exists"

    def __init__(self, slug: str, organisation: str) -> None:
        sentence = {
            "fr": f"Un bailleur « {slug} », ou un autre de l'organisation « {organisation} », existe déjà.",
            "en": f"A donor '{slug}', or another one of the organisation '{organisation}', exists already.",
        }
        super().__init__(sentence, [Fault("/slug", sentence, "donor_exists")])


async def create_donor(unit: UnitOfWork, command: DonorCreate) -> Donor:
    """Make an organisation a donor.

    Raises:
        UnknownKeys: there is no such organisation.
        DonorExists: see there.
    """
    directory = await look_up(unit.session, [command])
    organisation_id = directory.id_of("organisation", command.organisation)
    taken = await unit.session.scalar(
        select(Donor.id).where(or_(Donor.slug == command.slug, Donor.organisation_id == organisation_id))
    )
    if taken is not None:
        raise DonorExists(command.slug, command.organisation)
    return (await insert_donors(unit, [(command, False)], directory))[0]


async def insert_donors(
    unit: UnitOfWork, commands: Sequence[tuple[DonorCreate, bool]], directory: Directory
) -> list[Donor]:
    """Insert donors that do not exist yet; the flag beside each says whether it is synthetic."""
    await refuse_retired(unit.session, "donor", [command.slug for command, _ in commands])
    donors = [
        Donor(
            id=uuid7(),
            slug=command.slug,
            organisation_id=directory.id_of("organisation", command.organisation),
            is_listed_last=command.is_listed_last,
            protection=command.protection,
            is_synthetic=is_synthetic,
            recorded_at=unit.recorded_at,
            version=1,
        )
        for command, is_synthetic in commands
    ]
    unit.session.add_all(donors)
    await unit.session.flush()
    for donor in donors:
        after = {"slug": donor.slug, "organisation_id": str(donor.organisation_id)}
        unit.record("donor.created", "donor", donor.id, after=after)
    return donors


async def donor_for_change(unit: UnitOfWork, donor_id: UUID) -> Donor:
    """The donor that an address named, locked, its version compared.

    Raises:
        PreconditionRequired, PreconditionFailed: see `UnitOfWork.expect_version`.
    """
    donor = await unit.session.get_one(Donor, donor_id, with_for_update=True)
    unit.expect_version(donor)
    return donor


async def edit_donor(unit: UnitOfWork, donor_id: UUID, content: DonorContent) -> Donor:
    """Give a donor this content as a whole; with another organisation it bears that one's names.

    Raises:
        UnknownKeys: there is no such organisation.
        DonorExists: the organisation is another donor already.
    """
    donor = await donor_for_change(unit, donor_id)
    directory = await look_up(unit.session, [content])
    organisation_id = directory.id_of("organisation", content.organisation)
    other = select(Donor.id).where(Donor.organisation_id == organisation_id, Donor.id != donor.id)
    if await unit.session.scalar(other) is not None:
        raise DonorExists(donor.slug, content.organisation)
    given = {
        "organisation_id": organisation_id,
        "is_listed_last": content.is_listed_last,
        "protection": content.protection,
    }
    before = {name: getattr(donor, name) for name, value in given.items() if getattr(donor, name) != value}
    for name in before:
        setattr(donor, name, given[name])
    unit.record(
        "donor.changed", "donor", donor.id, before=before, after={name: given[name] for name in before}
    )
    unit.changed(donor)
    return donor


async def delete_donor(unit: UnitOfWork, donor_id: UUID) -> None:
    """Delete a donor that gave nothing.

    Raises:
        StillReferredTo: see there.
    """
    await delete_row(unit, "donor", await donor_for_change(unit, donor_id))
