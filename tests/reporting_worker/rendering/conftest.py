"""The fixture snapshots: an edition of the reference bulletin's length with every kind of block, in both languages."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.reporting_worker.rendering.charts import draw_charts
from services.reporting_worker.rendering.html import render_html
from services.reporting_worker.rendering.pdf import render_pdf
from services.reporting_worker.rendering.schemas import LanguageSnapshot

HERE = Path(__file__).resolve().parent


def read_snapshot(language: str) -> dict[str, Any]:
    return json.loads((HERE / f"snapshot_{language}.json").read_text(encoding="utf-8"))


def texts(part: Any, key: str) -> Iterator[str]:
    """Every text under a key, anywhere in a snapshot."""
    if isinstance(part, dict):
        if isinstance(part.get(key), str):
            yield part[key]
        for inner in part.values():
            yield from texts(inner, key)
    elif isinstance(part, list):
        for inner in part:
            yield from texts(inner, key)


@pytest.fixture
def source() -> dict[str, Any]:
    """A fresh French snapshot that the test may change."""
    return read_snapshot("fr")


@pytest.fixture(scope="session", params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def snapshot(language: str) -> LanguageSnapshot:
    return LanguageSnapshot.model_validate(read_snapshot(language))


@pytest.fixture(scope="session")
def page(snapshot: LanguageSnapshot) -> bytes:
    return render_html(snapshot, draw_charts(snapshot))


@pytest.fixture(scope="session")
def print_(snapshot: LanguageSnapshot) -> bytes:
    return render_pdf(snapshot, draw_charts(snapshot))
