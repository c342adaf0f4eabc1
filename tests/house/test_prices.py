"""What the how-to pages say, done in a copy of the project: it works, and costs no more than it may."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.pages import ROOT, Written, block_of, page_text, written_by

PRICES = {"how-to-add-a-record.md": (2, 60), "how-to-add-a-fact.md": (1, 25)}
"""Files and lines beside the table and its revision."""
REFUSAL = 9
"""Lines of a refusal."""
FIGURE = 5
"""Lines of a figure with words of its own; one that is asked by its parts or named in a row costs none."""
COPIED = (
    "services",
    "shared",
    "migrations",
    "portfolio",
    "deploy",
    "tests",
    "docs",
    "pyproject.toml",
    "README.md",
    "Makefile",
)


def lines(code: str) -> int:
    return len([line for line in code.splitlines() if line.strip()])


@pytest.mark.parametrize("page", PRICES)
def test_a_page_asks_for_no_more_than_its_price(page: str) -> None:
    counted = [one for one in written_by(page) if not one.is_table]
    files, most = PRICES[page]
    assert len(counted) <= files
    assert sum(lines(one.code) for one in counted) <= most


def test_a_refusal_costs_no_more_than_its_price() -> None:
    assert lines(block_of("how-to-add-a-refusal.md", "class ")) <= REFUSAL


def test_a_figure_costs_no_more_than_its_price() -> None:
    assert lines(block_of("how-to-add-a-figure.md", "[fp.ongoing]")) <= FIGURE


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project with a record, a kind of fact and a refusal that only the pages say how to write."""
    folder = tmp_path_factory.mktemp("house") / "djoliba"
    folder.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    for page in PRICES:
        for one in written_by(page):
            _write(folder, one)
    _add_refusal(folder / "services/projects_api/records/vehicles.py")
    _add_figure(folder / "services/reporting_worker/figures/bulletin.toml")
    _add_currency(folder / "shared/domain/money.py")
    added = folder / "tests/house/added/what_the_pages_add.py"
    shutil.copy(added, folder / "tests/projects_api/test_what_the_pages_add.py")
    yield folder
    shutil.rmtree(folder)


def _write(folder: Path, one: Written) -> None:
    last = max(
        match[1]
        for path in (folder / "migrations/versions").glob("*.py")
        if (match := re.search(r"^revision.*? = \"(\d{4})\"", path.read_text(encoding="utf-8"), re.MULTILINE))
    )
    named = {"{date}": "2026_12_01", "{next}": f"{int(last) + 1:04d}", "{last}": last}
    path, code = one.path, one.code
    for word, value in named.items():
        path, code = path.replace(word, value), code.replace(word, value)
    (folder / path).write_text(code, encoding="utf-8")


RULE = """

async def _admit(unit: Any, _action: Any, row: Any, content: VehicleContent | None) -> None:
    plate = "" if content is None else content.plate
    other = await unit.session.scalar(select(Vehicle.slug).where(Vehicle.plate == plate))
    if other is not None and (row is None or row.slug != other):
        raise PlateTaken(plate, other)

"""


def _add_refusal(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    code = code.replace(
        "VEHICLE = Record(", block_of("how-to-add-a-refusal.md", "class ") + RULE + "\nVEHICLE = Record("
    )
    code = code.replace('"name": {"fr": "Pick-up"}}\n)', '"name": {"fr": "Pick-up"}}, admit=_admit\n)')
    code = code.replace("record_routes(VEHICLE, VEHICLES)", "record_routes(VEHICLE, VEHICLES, refuses=(PlateTaken,))")
    imports = "from typing import Any\n\nfrom sqlalchemy import select\n\nfrom shared.errors import Conflict\n"
    code = code.replace("\nfrom shared.fields", f"\n{imports}from shared.refusal import Refusal\nfrom shared.fields", 1)
    path.write_text(code, encoding="utf-8")


def _add_figure(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    beginning = "[fp.total]\n"
    assert beginning in code
    figure = block_of("how-to-add-a-figure.md", "[fp.ongoing]")
    path.write_text(code.replace(beginning, f"{figure}\n{beginning}"), encoding="utf-8")


def _add_currency(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    beginning = "SCALES: dict[str, int] = {\n"
    assert beginning in code
    (entry,) = re.findall(r"`(\"[A-Z]{3}\": [0-9])`", page_text("how-to-add-a-currency.md"))
    path.write_text(code.replace(beginning, f"{beginning}    {entry},\n"), encoding="utf-8")


@pytest.mark.whole
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "tests",
    [
        ["tests/projects_api/test_what_the_pages_add.py"],
        ["tests/docs/test_guides.py", "tests/web/test_openapi.py", "tests/facts/test_row_words.py"],
        ["tests/embedded/test_migrate.py", "tests/test_schema.py"],
    ],
    ids=["routes", "contract", "tables"],
)
def test_what_the_pages_say_works(copy: Path, tests: list[str]) -> None:
    asked = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-n",
        "0",
        "-o",
        "addopts=-p no:schemathesis",
        *tests,
    ]
    environment = {**os.environ, "DJOLIBA_HOUSE": "1"}
    done = subprocess.run(asked, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
