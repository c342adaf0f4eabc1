"""A home of its own for each installation that these tests start."""

import tempfile
from pathlib import Path

import pytest

from tests.embedded.console import Console


@pytest.fixture
def home():
    with tempfile.TemporaryDirectory(prefix="djoliba-home-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # root's servers run as nobody
        yield Path(folder) / "data"


@pytest.fixture
def console(tmp_path):
    """A terminal in which nothing of Djoliba is known."""
    folder = tmp_path / "user"
    folder.mkdir()
    return Console(folder)
