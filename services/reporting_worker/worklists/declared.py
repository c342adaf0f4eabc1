"""Every worklist there is."""

from services.reporting_worker.worklists.gaps import GAP_WORKLISTS
from services.reporting_worker.worklists.money import MONEY_WORKLISTS
from services.reporting_worker.worklists.projects import PROJECT_WORKLISTS
from services.reporting_worker.worklists.texts import TEXT_WORKLISTS
from services.reporting_worker.worklists.waiting import WAITING_WORKLISTS
from services.reporting_worker.worklists.worklist import Worklist

WORKLISTS: dict[str, Worklist] = {
    one.key: one for one in (*WAITING_WORKLISTS, *PROJECT_WORKLISTS, *GAP_WORKLISTS, *MONEY_WORKLISTS, *TEXT_WORKLISTS)
}
"""By key, in the order in which they are shown: first what waits for a decision."""
