"""The reporting application: figures, editions, publication, enumerations and the audit."""

from fastapi import APIRouter, FastAPI

from services.reporting_worker.audit.routes import routes as audit
from services.reporting_worker.desk.routes import routes as editions
from services.reporting_worker.enumerations.routes import routes as enumerations
from services.reporting_worker.figures.routes import routes as figures
from services.reporting_worker.history.routes import changes, history
from services.reporting_worker.pages.routes import PAGES
from services.reporting_worker.permissions.routes import routes as permissions
from services.reporting_worker.platforms.routes import routes as platforms
from services.reporting_worker.press.artefacts import ArtefactStore
from services.reporting_worker.press.turns import Turns
from services.reporting_worker.publications.routes import routes as deliveries
from services.reporting_worker.records import ROUTERS as RECORDS
from services.reporting_worker.rendering.renderer import Renderer
from services.reporting_worker.standing_texts.routes import routes as standing_texts
from services.reporting_worker.worklists.routes import routes as worklists
from shared.settings import Settings
from shared.web.app import create_app as create_service
from shared.web.server import run_server

PREVIEW_IDLE_SECONDS = 20.0
"""Previews are rare: their renderer goes soon, the worker's own stays warm longer."""

ROUTERS: tuple[APIRouter, ...] = (
    audit,
    deliveries,
    editions,
    enumerations,
    figures,
    history,
    changes,
    permissions,
    platforms,
    standing_texts,
    worklists,
    *RECORDS,
)
"""One line for each feature."""


def create_app(settings: Settings) -> FastAPI:
    """The application; raises as `shared.web.app.create_app` does."""
    app = create_service("reporting", settings, ROUTERS, pages=PAGES)
    app.state.artefacts = ArtefactStore(settings.object_store)
    app.state.previews = Turns()
    app.state.renderer = Renderer(
        idle_seconds=PREVIEW_IDLE_SECONDS, memory_bytes=settings.renderer_memory_mb * 1_000_000
    )
    return app


if __name__ == "__main__":
    run_server(create_app, "reporting_api")
