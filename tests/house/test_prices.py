"""What the how-to pages say, done in a copy of the project: it works, and costs no more than it may."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tests.house.pages import ROOT, Written, block_of, page_text, written_by

PRICES = {"how-to-add-a-record.md": (2, 60), "how-to-add-a-fact.md": (1, 25), "how-to-add-a-platform.md": (3, 200)}
"""Files and lines beside the table and its revision; of a platform, its adapter, in a folder of its own."""
ADAPTER = "services/reporting_worker/platforms/webdav"
REFUSAL = 9
"""Lines of a refusal."""
FIGURE = 10
"""Lines of a figure with words of its own; one that is asked by its parts or named in a row costs none."""
WORKLIST = 12
"""Lines of a worklist, with its words in both languages."""
KIND = (
    ("shared/models/delivery.py", "    WORDPRESS = ", "WEBDAV = "),
    ("services/reporting_worker/platforms/kinds.py", "    PlatformKind.WORDPRESS: ", "PlatformKind.WEBDAV"),
    (
        "services/reporting_worker/platforms/kinds.py",
        "from services.reporting_worker.platforms.wordpress",
        "from services.reporting_worker.platforms.webdav.adapter",
    ),
)
"""Where the page on platforms has a line written: the file, before which line, and how it begins."""
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


def test_an_adapter_is_a_folder_of_its_own_and_two_files_name_it() -> None:
    page = "how-to-add-a-platform.md"
    assert {str(Path(one.path).parent) for one in written_by(page)} == {ADAPTER}
    assert not (ROOT / ADAPTER).exists(), "it is an example, which the copy alone has"
    assert {path for path, _, _ in KIND} == {
        "shared/models/delivery.py",
        "services/reporting_worker/platforms/kinds.py",
    }


def test_a_refusal_costs_no_more_than_its_price() -> None:
    assert lines(block_of("how-to-add-a-refusal.md", "class ")) <= REFUSAL


def test_a_figure_costs_no_more_than_its_price() -> None:
    assert lines(block_of("how-to-add-a-figure.md", "[fp.ongoing]")) <= FIGURE


def test_a_worklist_costs_no_more_than_its_price() -> None:
    assert lines(block_of("how-to-add-a-worklist.md", "Worklist(")) <= WORKLIST


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project with a record, a kind of fact, a kind of platform and a refusal that only the pages say how to write."""
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
    _add_kind(folder)
    added = folder / "tests/house/added"
    shutil.copy(added / "what_the_pages_add.py", folder / "tests/projects_api/test_what_the_pages_add.py")
    webdav = folder / "tests/reporting_worker/publications/test_webdav.py"  # beside the fixtures of deliveries
    shutil.copy(added / "what_a_webdav_folder_keeps.py", webdav)
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
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text(code, encoding="utf-8")


def _add_refusal(path: Path) -> None:
    page, code = "how-to-add-a-refusal.md", path.read_text(encoding="utf-8")
    beginning = "EXAMPLE = {"
    assert beginning in code
    code = code.replace(beginning, f"{block_of(page, 'class ')}\n\n{block_of(page, 'async def _admit')}\n\n{beginning}")
    for plain, with_rule in (
        ("example=EXAMPLE)", "example=EXAMPLE, admit=_admit)"),
        ("record_routes(VEHICLE, VEHICLES)", "record_routes(VEHICLE, VEHICLES, refuses=(PlateTaken,))"),
        ("import Annotated\n", "import Annotated, Any\n"),
        ("import Field\n", "import Field\nfrom sqlalchemy import select\n\nfrom shared.errors import Conflict\n"),
        ("import Record\n", "import Action, Record\n"),
        ("import record_routes\n", f"import record_routes\n{_FOR_A_RULE}"),
    ):
        assert plain in code
        code = code.replace(plain, with_rule)
    path.write_text(code, encoding="utf-8")


_FOR_A_RULE = "from shared.refusal import Refusal\nfrom shared.unit_of_work import UnitOfWork\n"


def _add_figure(path: Path) -> None:
    figure = block_of("how-to-add-a-figure.md", "[fp.ongoing]")
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{dedent(figure)}", encoding="utf-8")


def _add_currency(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    beginning = "SCALES: dict[str, int] = {\n"
    assert beginning in code
    (entry,) = re.findall(r"`(\"[A-Z]{3}\": [0-9])`", page_text("how-to-add-a-currency.md"))
    path.write_text(code.replace(beginning, f"{beginning}    {entry},\n"), encoding="utf-8")


def _add_kind(folder: Path) -> None:
    for path, before, beginning in KIND:
        code = (folder / path).read_text(encoding="utf-8")
        assert code.count(before) == 1
        indent = " " * (len(before) - len(before.lstrip()))
        line = block_of("how-to-add-a-platform.md", beginning).strip()
        code = code.replace(before, f"{indent}{line}\n{before}")
        (folder / path).write_text(code, encoding="utf-8")


@pytest.mark.whole
def test_the_adapter_on_the_page_is_in_the_style_of_the_house(copy: Path) -> None:
    for asked in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *asked, "--no-cache", ADAPTER, *{path for path, _, _ in KIND}],
            cwd=copy, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.whole
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "tests",
    [
        ["tests/projects_api/test_what_the_pages_add.py"],
        ["tests/docs/test_guides.py", "tests/web/test_openapi.py", "tests/facts/test_row_words.py"],
        ["tests/embedded/test_migrate.py", "tests/test_schema.py"],
        ["tests/reporting_worker/publications/test_webdav.py"],
    ],
    ids=["routes", "contract", "tables", "platform"],
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
