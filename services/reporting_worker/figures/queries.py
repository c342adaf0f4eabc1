"""The statements of figures, compiled once."""

from services.reporting_worker.figures.row_page import row_page
from services.reporting_worker.figures.totals import values_document
from services.reporting_worker.figures.values import figures_document
from shared.facts import compiled

FIGURES_DOCUMENT = compiled(figures_document())
VALUES_DOCUMENT = compiled(values_document())
ROW_PAGE = compiled(row_page())
