"""The reporting application: figures, editions, publication, enumerations and the audit."""

from fastapi import APIRouter, FastAPI

from services.reporting_worker.audit.routes import routes as audit
from services.reporting_worker.enumerations.routes import routes as enumerations
from shared.settings import Settings
from shared.web.app import create_app as create_service

ROUTERS: tuple[APIRouter, ...] = (audit, enumerations)
"""One line for each feature."""


def create_app(settings: Settings) -> FastAPI:
    """The application; raises as `shared.web.app.create_app` does."""
    return create_service("reporting", settings, ROUTERS)
