"""How far a load is: told in a terminal, on standard error, and nowhere else."""

import io

import pytest
from rich.console import Console

from deploy.embedded.load_report import progress_bars
from portfolio.loading import CHECKING, READING


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_is_for_terminals_only(is_terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    shown = io.StringIO()
    with progress_bars(Console(file=shown, force_terminal=is_terminal, width=100)) as tell:
        tell(READING, 500, 0)
        tell(CHECKING, 200, 1123)
        tell("project", 200, 1123)
    assert ("lecture" in shown.getvalue()) is is_terminal
    assert ("contrôle" in shown.getvalue()) is is_terminal
    assert ("200/1123" in shown.getvalue()) is is_terminal
    assert bool(shown.getvalue()) is is_terminal
