"""The kinds of facts that are stated of projects, one file each: what is declared here has its routes and its place in files."""

from typing import Any

from services.projects_api.fact_kinds.amounts import AMOUNTS
from services.projects_api.fact_kinds.beneficiaries import BENEFICIARIES
from shared.recording.discovery import declared
from shared.recording.fact_kind import FactKind

FACTS: dict[str, FactKind[Any, Any]] = {one.name: one for one in declared(__name__, __path__, FactKind)}
OF_GROUPS = (AMOUNTS, BENEFICIARIES)
"""Those that are known of groups too."""
FURTHER = tuple(one for one in FACTS.values() if one not in OF_GROUPS)
"""Those of projects alone."""
