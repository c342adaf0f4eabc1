"""The words beside a printed figure agree with its number, in either language."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from services.reporting_worker.controls.printed import Ours, printed_controls


@pytest.mark.parametrize(
    ("unit", "ours", "fr", "en"),
    [
        ("projects", 1, "1 projet", "1 project"),
        ("projects", 2, "2 projets", "2 projects"),
        ("donors", 1, "1 bailleur", "1 donor"),
        ("percent", 2, "2 pour cent", "2 percent"),
        ("USD", 2, "2 USD", "2 USD"),
    ],
)
def test_units_agree(unit: str, ours: int, fr: str, en: str) -> None:
    figures: Any = {"qip.total": SimpleNamespace(number=Decimal(ours))}
    row = {"scope": "{}", "key": "qip.total", "unit": unit, "decimals": 2, "magnitude": 3}
    row |= {"value": Decimal(5000), "printed": "5 mille", "document": "bulletin"}
    said = next(iter(printed_controls([row], Ours(figures, {})))).message
    assert said["fr"].endswith(f"{fr}).")
    assert said["en"].endswith(f"{en}).")
