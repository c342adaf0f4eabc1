"""The application of the funds service."""

from fastapi import FastAPI

from services.funds_api.allocations.routes import allocations
from services.funds_api.contributions.routes import contributions
from services.funds_api.exchange_rates.routes import conversions, exchange_rates, rate_policies
from services.funds_api.journal.routes import entries
from services.funds_api.proposals.routes import proposals
from services.funds_api.records import ROUTERS as RECORDS
from services.funds_api.workbooks.routes import ROUTERS as WORKBOOKS
from shared.settings import Settings
from shared.web import app
from shared.web.server import run_server

FEATURES = (contributions, allocations, proposals, entries, exchange_rates, conversions, rate_policies)


def create_app(settings: Settings) -> FastAPI:
    """The application; it connects when its lifespan starts."""
    return app.create_app("funds", settings, [*WORKBOOKS, *RECORDS, *FEATURES])


if __name__ == "__main__":
    run_server(create_app, "funds_api")
