"""Fixtures of the tests of figures."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.facts.conftest import builder

__all__ = ["builder", "reads"]


@pytest.fixture
async def reads(pools: Callable[[str], Any]) -> Any:
    """The read pool of the reporting service, under its role."""
    return await pools("djoliba_reporting")
