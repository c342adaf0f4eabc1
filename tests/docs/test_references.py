"""What the README and the documents name is there: links, files, modules, commands."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from deploy.embedded.cli import app
from tests.docs.tour import ROOT
from tests.house.pages import written_by
from tests.house.test_prices import PRICES

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+)")
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
FOLDERS = "services|shared|deploy|migrations|tests|accept|benchmarks|docs"
FILE = re.compile(rf"(?<![\w/.-])(?:{FOLDERS})/[\w./-]*[\w/]")
MODULE = re.compile(r"(?<![\w/.-])(?:services|shared|deploy)(?:\.\w+)+(?![\w/])")
TARGET = re.compile(r"\bmake ([a-z]+)")
COMMAND = re.compile(r"(?<![\w-])djoliba ([a-z]+)(?: ([a-z]+))?")


def names(document: Path) -> str:
    return str(document.relative_to(ROOT))


def code(document: Path) -> Iterator[str]:
    """Code in the text and between fences, where names of files and commands stand."""
    yield from CODE.findall(document.read_text())


def is_there(dotted: str) -> bool:
    """Whether a dotted name is a module, or an attribute of one."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if (ROOT / name.replace(".", "/")).is_dir() or (ROOT / (name.replace(".", "/") + ".py")).is_file():
            found: object = importlib.import_module(name)
            for attribute in parts[length:]:
                if not hasattr(found, attribute):
                    return False
                found = getattr(found, attribute)
            return True
    return False


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    links = LINK.findall(CODE.sub("", document.read_text()))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_every_file_and_module_named_exists(document: Path) -> None:
    spans = list(code(document))
    files = {found for span in spans for found in FILE.findall(span)}
    modules = {found for span in spans for found in MODULE.findall(span) if not found.endswith((".py", ".md"))}
    given = {one.path for page in PRICES for one in written_by(page)}
    assert sorted(found for found in files - given if not (ROOT / found).exists()) == []
    made = {one.removesuffix(".py").replace("/", ".") for one in given}
    assert sorted(found for found in modules - made if not is_there(found)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_every_command_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    group: Any = typer.main.get_command(app)
    for span in code(document):
        assert set(TARGET.findall(span)) <= targets, span
        for name, following in COMMAND.findall(span):
            assert name in group.commands, span
            command = group.get_command(None, name)
            assert not following or following in getattr(command, "commands", {following}), span
