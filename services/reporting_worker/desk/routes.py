"""Editions over HTTP: drafting, controls, approval, freezing, revision, and reading what they consist of."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Query, Request, Response

from services.reporting_worker.desk.acceptance import MustBeMended, accept_control
from services.reporting_worker.desk.checking import run_edition_controls
from services.reporting_worker.desk.drafting import EditionExists, create_edition, revise_edition, update_edition
from services.reporting_worker.desk.explaining import explain_edition
from services.reporting_worker.desk.life import (
    AuthorMayNotApprove,
    ControlsOpen,
    approve_edition,
    ask_freeze,
    return_edition,
    submit_edition,
)
from services.reporting_worker.desk.opened import WrongState
from services.reporting_worker.desk.reading import NotFrozen, artefact_of
from services.reporting_worker.desk.schemas import (
    Acceptance,
    ControlsRun,
    DifferenceRead,
    EditionCreate,
    EditionStanding,
    EditionUpdate,
    FreezeAsked,
    Revision,
    SentBack,
    control_read,
)
from services.reporting_worker.figures.service import UnknownFigure
from services.reporting_worker.press.artefacts import ArtefactStore
from services.reporting_worker.press.previewing import EditionTooLong, TextUnresolved, preview_edition
from services.reporting_worker.press.turns import TooManyPreviews
from services.reporting_worker.rendering.renderer import RenderingFailed, RenderingInterrupted, Unprintable
from shared.models import Edition
from shared.resources.editions import EDITIONS, ControlRead
from shared.web.conditional import conditional
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Caller, Reads, Unit, permission, router

routes = router("/editions", "editions")


EditionId = Annotated[UUID, named("edition")]


def _state(edition: Edition) -> EditionStanding:
    return EditionStanding(id=edition.id, slug=edition.slug, state=edition.state, version=edition.version)


@routes.post("", status_code=201, response_model=EditionStanding, summary="Create a draft edition")
@permission("editions:create", refuses=(EditionExists,))
async def create_edition_draft(command: EditionCreate, unit: Unit, response: Response) -> EditionStanding:
    """A draft with its items; texts hold tokens such as {figure:qip.total}, never typed figures."""
    edition = await create_edition(unit, command)
    response.headers["Location"] = f"/v1/editions/{edition.id}"
    return _state(edition)


@routes.patch("/{edition}", response_model=EditionStanding, summary="Edit a draft edition")
@permission("editions:edit", if_match=True, refuses=(WrongState,))
async def edit_edition(edition_id: EditionId, command: EditionUpdate, unit: Unit) -> EditionStanding:
    """Title, date, items or errata; the edition is a draft again and its controls are to be run anew."""
    return _state(await update_edition(unit, edition_id, command))


@routes.post("/{edition}/controls", response_model=ControlsRun, summary="Run the controls of an edition")
@permission("editions:edit", if_match=True)
async def run_controls_of_edition(edition_id: EditionId, unit: Unit, request: Request) -> ControlsRun:
    """Every control on the figures and texts as known now; failed ones are to be mended or accepted with a reason."""
    return await run_edition_controls(unit, request.app.state.reads, edition_id)


@routes.post(
    "/{edition}/controls/{control}/acceptance",
    response_model=ControlRead,
    summary="Accept a failed control with a reason",
)
@permission("editions:edit", if_match=True, refuses=(MustBeMended, WrongState))
async def accept_failed_control(
    edition_id: EditionId, key: Annotated[str, Path(alias="control", max_length=200)], command: Acceptance, unit: Unit
) -> ControlRead:
    """The annex of the edition prints the control, its message and this reason."""
    control = await accept_control(unit, edition_id, key, command.reason)
    return control_read(control)


@routes.post("/{edition}/submission", response_model=EditionStanding, summary="Hand a draft in for review")
@permission("editions:edit", if_match=True, refuses=(ControlsOpen, WrongState))
async def submit_edition_for_review(edition_id: EditionId, unit: Unit) -> EditionStanding:
    """From draft to in_review; its controls must have been run, and those that still fail are told as `warnings`."""
    return _state(await submit_edition(unit, edition_id))


@routes.post("/{edition}/approval", response_model=EditionStanding, summary="Approve an edition")
@permission("editions:approve", if_match=True, refuses=(AuthorMayNotApprove, ControlsOpen, WrongState))
async def approve_reviewed_edition(edition_id: EditionId, unit: Unit) -> EditionStanding:
    """By somebody whose hand was not in it since its last approval, when every failed control is mended or accepted."""
    return _state(await approve_edition(unit, edition_id))


@routes.post("/{edition}/return", response_model=EditionStanding, summary="Send back or withdraw an edition")
@permission("editions:return", if_match=True, refuses=(WrongState,))
async def return_edition_to_draft(edition_id: EditionId, command: SentBack, unit: Unit) -> EditionStanding:
    """A draft again, with a comment that the audit keeps; from in_review or approved, before it is frozen."""
    return _state(await return_edition(unit, edition_id, command.comment))


@routes.post("/{edition}/freezing", status_code=202, response_model=FreezeAsked, summary="Freeze an approved edition")
@permission("editions:freeze", if_match=True, refuses=(WrongState,))
async def freeze_approved_edition(edition_id: EditionId, unit: Unit, response: Response) -> FreezeAsked:
    """Freezes figures and texts once and prints them; read the edition until its state is `frozen`."""
    edition, job_id = await ask_freeze(unit, edition_id)
    response.headers["Location"] = f"/v1/editions/{edition.id}"
    return FreezeAsked(id=edition.id, slug=edition.slug, job_id=job_id)


@routes.post("/{edition}/revisions", status_code=201, response_model=EditionStanding, summary="Revise a frozen edition")
@permission("editions:create", if_match=True, refuses=(EditionExists, WrongState))
async def create_edition_revision(
    edition_id: EditionId, command: Revision, unit: Unit, response: Response
) -> EditionStanding:
    """A draft that will supersede the frozen edition, with the errata that it prints."""
    revision = await revise_edition(unit, edition_id, command)
    response.headers["Location"] = f"/v1/editions/{revision.id}"
    return _state(revision)


@routes.get(
    "/{edition}/preview",
    summary="Preview an edition as a page or document",
    responses={200: {"content": {"text/html": {}, "application/pdf": {}}}},
    response_class=Response,
)
@permission(
    "editions:read",
    refuses=(EditionTooLong, TooManyPreviews, RenderingFailed, RenderingInterrupted, TextUnresolved, Unprintable),
)
async def preview_edition_page(
    edition_id: EditionId,
    request: Request,
    reads: Reads,
    caller: Caller,
    *,
    language: Annotated[Literal["fr", "en"], Query()] = "fr",
    format_: Annotated[Literal["html", "pdf"], Query(alias="format")] = "html",
) -> Response:
    """What the edition would print from what is known now; nothing is stored."""
    content, media_type = await preview_edition(
        request.app.state, reads, edition_id, principal=caller.subject, language=language, format_=format_
    )
    return Response(content, media_type=media_type, headers={"Cache-Control": "no-store"})


@routes.get(
    "/{edition}/explanation", response_model=DifferenceRead, summary="Explain how frozen figures differ from today's"
)
@permission("editions:read", refuses=(NotFrozen, UnknownFigure))
async def explain_edition_figures(edition_id: EditionId, reads: Reads, request: Request) -> DifferenceRead:
    """Figure by figure, the rows that differ between the cut-off of the freezing and now, and why."""
    return await explain_edition(reads, edition_id, request.app.state.settings.cutoff_wait_seconds)


@routes.get(
    "/{edition}/artefacts/{language}/{format}",
    summary="Read a file of a frozen edition",
    responses={200: {"content": {"application/octet-stream": {}}}},
    response_class=Response,
)
@permission("editions:read")
async def read_edition_artefact(
    edition_id: EditionId,
    language: Literal["fr", "en", "mul"],
    format_: Annotated[Literal["snapshot", "figures", "texts", "html", "pdf"], Path(alias="format")],
    request: Request,
    reads: Reads,
) -> Response:
    """The stored bytes, the same at each reprint; their SHA-256 is the ETag."""
    store: ArtefactStore = request.app.state.artefacts
    sha256, media_type = await artefact_of(reads, edition_id, language, format_)
    return conditional(request, await store.get(sha256), media_type)


add_resource_routes(routes, EDITIONS, "Read an edition with its items, controls and files")
