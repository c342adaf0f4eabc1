"""`/v1/projects/workbook`, `/v1/projects/amounts-workbook` and `/v1/activities/workbook`."""

from services.projects_api.workbooks.books import ACTIVITY_BOOK, AMOUNT_BOOK, PROJECT_BOOK
from shared.workbooks.routes import workbook_routes

ROUTERS = (
    workbook_routes(PROJECT_BOOK, "/projects/workbook"),
    workbook_routes(AMOUNT_BOOK, "/projects/amounts-workbook", "amounts"),
    workbook_routes(ACTIVITY_BOOK, "/activities/workbook"),
)
