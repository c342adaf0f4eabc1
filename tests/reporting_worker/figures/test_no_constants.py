"""No figure is written in the code that computes or prints it: all of them are in the portfolio's rows."""

import ast
from decimal import Decimal, InvalidOperation
from pathlib import Path

import deploy
from deploy.reference.files import named_rows

ROOT = Path(deploy.__file__).parents[1]
COMPUTING = ("services/reporting_worker/figures", "services/reporting_worker/controls", "shared/facts")
PRINTING = tuple(f"services/reporting_worker/{room}" for room in ("prose", "composition", "press", "desk", "pages"))
UNSUSPICIOUS = 100
"""Smaller figures of the bulletin (2, 5, 60) are also positions, decimals and months; percent has its hundred."""


def literals(folders):
    """Every number of the code, and every text that is one, with its place."""
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, int | float | str):
                    try:
                        yield (Decimal(str(node.value).replace("_", "")), f"{file.relative_to(ROOT)}:{node.lineno}")
                    except InvalidOperation:
                        continue


def test_no_printed_figure_stands_in_the_code():
    printed = {Decimal(row["value"]) for row in named_rows() if row["type"] == "printed_figure"}
    suspicious = {value for value in printed if value > UNSUSPICIOUS}
    assert {Decimal(667), Decimal(846), Decimal(28_200_000)} <= suspicious
    found = [(str(value), place) for value, place in literals((*COMPUTING, *PRINTING)) if value in suspicious]
    assert found == [], "a figure is computed from rows, never typed"
