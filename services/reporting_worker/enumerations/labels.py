"""Every enumeration that the API shows, with its words; a test finds the value without one."""

from collections.abc import Mapping

from services.reporting_worker.enumerations.enumeration import Enumeration
from services.reporting_worker.enumerations.portfolio import PORTFOLIO
from services.reporting_worker.enumerations.reporting import FUNDS, REPORTING

ENUMERATIONS: Mapping[str, Enumeration] = {**PORTFOLIO, **FUNDS, **REPORTING}
"""By key, portfolio first."""
