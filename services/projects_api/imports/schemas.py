"""The rows of a portfolio file that this service owns; `ROWS` by their `type` (docs/portfolio-format.md).

Parents, predecessors and successors stand before the row that names them, or in the same chunk.
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from services.projects_api.contents import (
    ActivityContent,
    AnnouncementContent,
    BucketContent,
    MechanismContent,
    MonitoringContent,
    OfficeContent,
    OrganisationContent,
    PersonContent,
    PlaceContent,
    PolicyContent,
    ProjectContent,
    ReportingAreaContent,
    SectorContent,
)
from services.projects_api.facts import (
    AmountStated,
    AttachedWithOutputs,
    BeneficiaryStated,
    CountedStated,
    PlacesStated,
    SectorsStated,
    Synthetic,
    TransitionStated,
)
from shared.domain.lifecycle import ForbiddenSequence, State, Step, fold
from shared.fields import Code, ReferenceText, Slug
from shared.portfolio import Row
from shared.sentences import refusal


class SlugRow(Row):
    """A row whose key is a slug."""

    key_field: ClassVar[str | None] = "slug"
    slug: Slug


class MechanismRow(Row, MechanismContent):
    """A funding mechanism."""

    key_field: ClassVar[str | None] = "code"
    type: Literal["mechanism"]
    code: Code


class PolicyRow(Row, PolicyContent):
    """A dated rule of a mechanism; its natural key is mechanism, kind and date."""

    key_field: ClassVar[str | None] = None
    type: Literal["policy"]


class BucketRow(Row, BucketContent):
    """Which states count where; its natural key is mechanism, bucket and date."""

    key_field: ClassVar[str | None] = None
    type: Literal["bucket"]


class SectorRow(SlugRow, SectorContent):
    """A sector of one mechanism's list."""

    type: Literal["sector"]


class PlaceRow(SlugRow, PlaceContent):
    """A place."""

    type: Literal["place"]


class ReportingAreaRow(SlugRow, ReportingAreaContent):
    """An area of the bulletin's map."""

    type: Literal["reporting_area"]


class OrganisationRow(SlugRow, OrganisationContent):
    """An organisation or a section of the mission."""

    type: Literal["organisation"]


class OfficeRow(SlugRow, OfficeContent):
    """A title at an organisation or a place."""

    type: Literal["office"]


class PersonRow(SlugRow, PersonContent):
    """A named person."""

    type: Literal["person"]


class TransitionFact(TransitionStated, Synthetic):
    """A change of state as a register gives it."""


class AmountFact(AmountStated, Synthetic):
    """An amount as a register gives it."""


class SectorsFact(SectorsStated, Synthetic):
    """Sectors as a register gives them."""


class PlacesFact(PlacesStated, Synthetic):
    """Places as a register gives them."""


class BeneficiaryFact(BeneficiaryStated, Synthetic):
    """A count of people as a register gives it."""


class Counted(AttachedWithOutputs, CountedStated):
    """What projects and announcements alike hold: amounts, people, outputs, parties, quoted figures, links."""

    amounts: tuple[AmountFact, ...] = ()
    beneficiaries: tuple[BeneficiaryFact, ...] = ()


class ProjectRow(Row, Counted, ProjectContent, Synthetic):
    """A project with all its facts, in any state that the register says."""

    type: Literal["project"]
    reference: ReferenceText
    transitions: Annotated[tuple[TransitionFact, ...], Field(min_length=1)]
    sectors: SectorsFact | None = None
    places: PlacesFact | None = None

    @model_validator(mode="after")
    def _walks(self) -> Self:
        _refuse_unless_walk(self.transitions)
        return self


def _refuse_unless_walk(transitions: Sequence[TransitionFact]) -> None:
    """Refuse transitions that, in their order, are no walk through the lifecycle from one opening."""
    steps: list[Step] = []
    previous: State | None = None
    for position, one in enumerate(transitions):
        if one.from_state is not None and one.from_state != previous:
            raise refusal(
                "transition_from",
                "Une transition depuis l'état « {given} » suit l'état « {held} ».",
                "A transition from the state '{given}' follows the state '{held}'.",
                given=one.from_state,
                held=previous or "-",
            )
        if steps and one.on < steps[-1].value_on:
            raise refusal(
                "transition_order",
                "Les transitions se suivent dans l'ordre de leurs dates.",
                "Transitions stand in the order of their dates.",
            )
        steps.append(Step(one.on, position, previous, one.to_state))
        previous = one.to_state
    try:
        fold(steps)
    except ForbiddenSequence as problem:
        step = problem.step
        raise refusal(
            "forbidden_sequence",
            "« {to} » le {on} ne peut pas suivre « {held} ».",
            "'{to}' on {on} cannot follow '{held}'.",
            to=step.to_state,
            on=step.value_on,
            held=problem.state or "-",
        ) from problem


class ActivityRow(Row, ActivityContent, Synthetic):
    """An event."""

    type: Literal["activity"]
    reference: ReferenceText


class AnnouncementRow(Row, AnnouncementContent, Counted, Synthetic):
    """A node of what was announced together; an amount known only for the group stays here."""

    type: Literal["announcement"]
    reference: ReferenceText


class MonitoringRow(Row, MonitoringContent, Synthetic):
    """Third-party monitoring."""

    type: Literal["monitoring"]
    reference: ReferenceText


ROWS: dict[str, type[Row]] = {
    "mechanism": MechanismRow,
    "policy": PolicyRow,
    "bucket": BucketRow,
    "sector": SectorRow,
    "place": PlaceRow,
    "reporting_area": ReportingAreaRow,
    "organisation": OrganisationRow,
    "office": OfficeRow,
    "person": PersonRow,
    "project": ProjectRow,
    "activity": ActivityRow,
    "announcement": AnnouncementRow,
    "monitoring": MonitoringRow,
}
