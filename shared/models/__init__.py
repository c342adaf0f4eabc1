"""Every table of the one schema, and who may write which: grants are generated from `OWNERS` and `MECHANISM`."""

from dataclasses import dataclass

from shared.models.activity import (
    Activity,
    ActivityProject,
    Announcement,
    AnnouncementProject,
    Link,
    Monitoring,
    QuotedFigure,
)
from shared.models.all_tables import MODULES
from shared.models.base import Base
from shared.models.calendar import CalendarFeed
from shared.models.contribution import Agreement, Contribution, Donor
from shared.models.delivery import Attempt, Delivery, Platform, PlatformSecret, Receipt
from shared.models.edition import (
    Artefact,
    Edition,
    EditionArtefact,
    EditionControl,
    EditionItem,
    PrintedFigure,
    StandingText,
)
from shared.models.journal import Account, AccountBalance, JournalEntry, Posting
from shared.models.mechanism import Audit, Installation, Job, JobLane, Outbox, RetiredName, StoredAnswer
from shared.models.noun import Mode, named
from shared.models.organisation import Office, Organisation, OrganisationAlias, OrganisationName, Person, Role
from shared.models.place import Place, PlaceAlias, PlaceCode, ReportingArea, ReportingAreaPlace
from shared.models.project import (
    Amount,
    BeneficiaryCount,
    Output,
    PlaceAssignment,
    PlaceShare,
    Project,
    SectorAssignment,
    SectorShare,
    Transition,
)
from shared.models.proposal import Proposal
from shared.models.rate import ExchangeRate, RatePolicy
from shared.models.reference import Bucket, Mechanism, Policy, Sector
from shared.models.revision import REVISED, Revision
from shared.models.searched import SEARCHED
from shared.settings import Service


@dataclass(frozen=True)
class Owned:
    """A table with what its owner may do to it; every service may SELECT."""

    table: type[Base]
    mode: Mode
    columns: tuple[str, ...] = ()
    """The only columns that an UPDATE may touch, where a row is evidence and only its standing changes."""


def _owned(mode: Mode, *tables: type[Base]) -> tuple[Owned, ...]:
    return tuple(Owned(table, mode) for table in tables)


OWNERS: dict[Service, tuple[Owned, ...]] = {
    "projects": (
        *_owned("update", Mechanism, Bucket),
        *_owned("append", Policy),
        *_owned("free", PlaceCode, OrganisationName),
        *_owned("update", Project, Activity, Announcement),
        *_owned("append", Transition, Amount, SectorAssignment, SectorShare, PlaceAssignment, PlaceShare),
        *_owned("append", BeneficiaryCount, ActivityProject, AnnouncementProject),
        *_owned("free", PlaceAlias, OrganisationAlias, ReportingAreaPlace, Role),
        *_owned("free", Output, QuotedFigure, Link),
        Owned(CalendarFeed, "update", ("revoked_at",)),
    ),
    "funds": (
        *_owned("update", Contribution, Proposal, Account, AccountBalance),
        *_owned("append", Agreement, ExchangeRate, RatePolicy, JournalEntry, Posting),
    ),
    "reporting": (
        *_owned("append", PrintedFigure, StandingText, Artefact, EditionArtefact, PlatformSecret),
        *_owned("update", Edition, Platform),
        Owned(
            Delivery,
            "update",
            ("state", "state_since", "probe_not_before", "dead_reason", "held_reason", "schedule_from_fence"),
        ),
        Owned(Attempt, "update", ("ended_at", "outcome", "http_status", "detail")),
        Owned(Receipt, "update", ("is_current",)),
        *_owned("free", EditionItem, EditionControl),
    ),
}

for _model, _noun in named().items():
    OWNERS[_noun.owner] += (Owned(_model, _noun.mode),)

MECHANISM: tuple[Owned, ...] = (
    *_owned("append", Audit, Outbox, RetiredName),
    *_owned("free", StoredAnswer),
    *_owned("update", Job, JobLane),
)
"""Written by every service. `installation` is written by a restore only, and `revision` by a trigger: by no service."""

APPEND_ONLY: tuple[type[Base], ...] = (
    Transition, Amount, SectorAssignment, SectorShare, PlaceAssignment, PlaceShare, BeneficiaryCount,
    ActivityProject, AnnouncementProject, Policy, Agreement, ExchangeRate, RatePolicy, JournalEntry, Posting, PrintedFigure, StandingText,
    Artefact, EditionArtefact, Audit, Outbox, PlatformSecret, Revision,
    *(_model for _model, _noun in named().items() if _noun.mode == "append"),
)  # fmt: skip
"""Tables whose UPDATE, DELETE and TRUNCATE the database itself refuses, whoever asks."""

__all__ = [
    "APPEND_ONLY", "MECHANISM", "MODULES", "OWNERS", "REVISED", "SEARCHED", "Account", "AccountBalance", "Activity", "ActivityProject", "Agreement", "Amount",
    "Announcement", "AnnouncementProject", "Artefact", "Attempt", "Audit", "Base", "BeneficiaryCount", "Bucket", "CalendarFeed",
    "Contribution", "Delivery", "Donor", "Edition", "EditionArtefact", "EditionControl", "EditionItem",
    "ExchangeRate", "Installation", "Job", "JobLane", "JournalEntry", "Link", "Mechanism", "Monitoring", "Office",
    "Organisation", "OrganisationAlias", "OrganisationName", "Outbox", "Output", "Owned", "Person", "Place",
    "PlaceAlias", "PlaceAssignment", "PlaceCode", "PlaceShare", "Platform", "PlatformSecret", "Policy", "Posting", "PrintedFigure",
    "Project", "Proposal", "QuotedFigure", "RatePolicy", "Receipt", "ReportingArea", "ReportingAreaPlace", "RetiredName", "Revision", "Role", "Sector",
    "SectorAssignment", "SectorShare", "StandingText", "StoredAnswer", "Transition",
]  # fmt: skip
