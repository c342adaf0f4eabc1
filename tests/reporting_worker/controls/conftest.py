"""Fixtures of the tests of controls."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

import pytest

from services.reporting_worker.controls.control import Control
from services.reporting_worker.controls.service import run_controls
from services.reporting_worker.figures.service import View
from tests.facts.conftest import builder
from tests.reporting_worker.figures.conftest import reads

__all__ = ["builder", "found", "reads"]

MARCH = View(date(2022, 3, 31), since=date(2022, 2, 1))


@pytest.fixture
def found(reads: Any) -> Callable[..., Awaitable[dict[str, Control]]]:
    """`controls = await found(texts)`: every control of March 2022, by key."""

    async def run(texts: Mapping[str, dict[str, str]] | None = None) -> dict[str, Control]:
        return {control.key: control for control in await run_controls(reads, MARCH, texts or {})}

    return run
