"""The rows of a portfolio file that state more than a person's content: projects and groups with all their facts."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, create_model, model_validator

from services.projects_api.content.nouns import AnnouncementContent, CountedStated, FurtherStated, ProjectContent
from services.projects_api.content.parts import PlacesStated, SectorsStated, TransitionStated
from services.projects_api.fact_kinds import FURTHER, OF_GROUPS
from shared.domain.lifecycle import ForbiddenSequence, State, Step, fold
from shared.recording.fact_kind import FactKind
from shared.recording.facts import Synthetic
from shared.recording.register import ReferenceRow
from shared.sentences import refusal


def filed(kinds: Iterable[FactKind[Any, Any]]) -> dict[str, Any]:
    """The members in which a register states facts of these kinds."""
    found: dict[str, Any] = {}
    for kind in kinds:
        one: Any = kind.filed
        found[kind.name] = (tuple[one, ...], ())
    return found


class TransitionFact(TransitionStated, Synthetic):
    """A change of state as a register gives it."""


class SectorsFact(SectorsStated, Synthetic):
    """Sectors as a register gives them."""


class PlacesFact(PlacesStated, Synthetic):
    """Places as a register gives them."""


if TYPE_CHECKING:

    class CountedFacts(CountedStated):
        """What projects and groups alike hold from dates on, as a register gives it."""

    class FurtherFacts(FurtherStated):
        """What else a project holds from dates on, as a register gives it."""
else:
    CountedFacts = create_model("CountedFacts", __base__=CountedStated, **filed(OF_GROUPS))
    FurtherFacts = create_model("FurtherFacts", __base__=FurtherStated, **filed(FURTHER))


class ProjectRow(ReferenceRow, CountedFacts, FurtherFacts, ProjectContent, Synthetic):
    """A project with all its facts, in any state that the register says."""

    type: Literal["project"]
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


class AnnouncementRow(ReferenceRow, CountedFacts, AnnouncementContent, Synthetic):
    """A node of what was announced together; an amount known only for the group stays here."""

    type: Literal["announcement"]
