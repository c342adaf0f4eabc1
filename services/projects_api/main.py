"""The application of the project lifecycle service."""

from fastapi import FastAPI

from services.projects_api.amounts.routes import amounts
from services.projects_api.assignments.routes import assignments
from services.projects_api.attachments.routes import attachments
from services.projects_api.calendars.routes import calendars, feeds
from services.projects_api.fact_kinds import FACTS
from services.projects_api.fact_kinds.amounts import AMOUNTS
from services.projects_api.facts.routes import fact_routes
from services.projects_api.mechanisms.routes import mechanisms
from services.projects_api.projects.routes import projects
from services.projects_api.records import ROUTERS
from services.projects_api.registers.routes import routes as registers
from services.projects_api.transitions.routes import transitions
from services.projects_api.workbooks.routes import ROUTERS as WORKBOOKS
from shared.settings import Settings
from shared.web import app
from shared.web.server import run_server

FEATURES = (transitions, amounts, assignments, attachments, projects, mechanisms, registers, calendars, feeds)
PLAIN_FACTS = [fact_routes(kind) for kind in FACTS.values() if kind is not AMOUNTS]


def create_app(settings: Settings) -> FastAPI:
    """The application; it connects when its lifespan starts."""
    return app.create_app("projects", settings, [*WORKBOOKS, *FEATURES, *PLAIN_FACTS, *ROUTERS])


if __name__ == "__main__":
    run_server(create_app, "projects_api")
