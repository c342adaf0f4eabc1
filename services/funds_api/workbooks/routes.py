"""`/v1/contributions/workbook`."""

from services.funds_api.workbooks.books import CONTRIBUTION_BOOK
from shared.workbooks.routes import workbook_routes

ROUTERS = (workbook_routes(CONTRIBUTION_BOOK, "/contributions/workbook"),)
