"""A home of its own for each installation that these tests start."""

import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def home():
    with tempfile.TemporaryDirectory(prefix="djoliba-home-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # root's servers run as nobody
        yield Path(folder) / "data"
