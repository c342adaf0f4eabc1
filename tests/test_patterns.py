"""Every pattern of ours reads a hostile 100 kB in linear time: one that goes back again and again stops the event loop."""

import ast
import importlib
import inspect
import pkgutil
import re
import signal
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import deploy
import services
import shared

LENGTH = 25_000
CPU_SECONDS = 0.25
"""For one text, of this process alone, whatever else the machine does, in proportion to one second for 100 kB: a linear
pattern takes a hundredth of it, a quadratic one that takes a minute for 100 kB still four seconds."""
UNITS = ("1,", "a", "1", "12", "A1", "a-", " ", "[", "[,", "[a](", "{", "{a:", "**", '"', '\\"', "a.", "1 ", "\u00e9")
STARTS = ("", "[a](")
METHODS = ("fullmatch", "match", "search", "finditer", "findall", "sub", "subn", "split")


def modules() -> Iterator[ModuleType]:
    for package in (services, shared, deploy):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def patterns_in(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from patterns_in(pair)
    elif isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from patterns_in(one)


def patterns() -> Iterator[tuple[str, re.Pattern[Any], set[str]]]:
    """Each pattern with its name and the methods by which its module, or one that imports it, uses it."""
    sources = {module.__name__: inspect.getsource(module) for module in modules()}
    together = "\n".join(sources.values())
    for module in modules():
        for name, value in vars(module).items():
            for pattern in patterns_in(value):
                source = sources[module.__name__] if name.startswith("_") else together
                used = {method for method in METHODS if re.search(rf"\b{name}\.{method}\(", source)}
                yield f"{module.__name__}.{name}", pattern, used or {"fullmatch", "search"}


def out_of_sight(source: str) -> Iterator[int]:
    """The lines on which a pattern is used that no name of the module holds: `re.sub(...)`, `re.compile` in a function."""
    tree = ast.parse(source)
    for part in ast.walk(tree):
        if isinstance(part, ast.ImportFrom) and part.module == "re":
            yield part.lineno
    inside = {
        id(part)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for part in ast.walk(function)
    }
    for call in (part for part in ast.walk(tree) if isinstance(part, ast.Call)):
        match call.func:
            case ast.Attribute(value=ast.Name(id="re"), attr="compile") if id(call) in inside:
                yield call.lineno
            case ast.Attribute(value=ast.Name(id="re"), attr=method) if method in METHODS:
                yield call.lineno


def test_every_pattern_is_compiled_where_the_next_test_finds_it() -> None:
    hidden = [f"{module.__name__}:{line}" for module in modules() for line in out_of_sight(inspect.getsource(module))]
    assert hidden == [], "compile it at module level, under a name"


def test_a_pattern_inside_a_function_is_seen() -> None:
    source = (
        "import re\nfrom re import sub\nA = re.compile('a')\ndef f():\n    re.compile('b')\n    re.split('c', '')\n"
    )
    assert sorted(out_of_sight(source)) == [2, 5, 6]


class TooSlow(Exception):
    pass


def too_slow(*_: Any) -> None:
    raise TooSlow


def texts(pattern: re.Pattern[Any]) -> Iterator[Any]:
    own = {one for one in str(pattern.pattern) if not one.isalnum() and one.isprintable()}
    for unit in {*UNITS, *own}:
        for start in STARTS:
            text = start + (unit * LENGTH)[:LENGTH] + "!"
            yield text.encode() if isinstance(pattern.pattern, bytes) else text


def run(pattern: re.Pattern[Any], method: str, text: Any) -> None:
    if method == "finditer":
        for _ in pattern.finditer(text):
            pass
    elif method in {"sub", "subn"}:
        pattern.sub(b"" if isinstance(text, bytes) else "", text)
    else:
        getattr(pattern, method)(text)


def is_fast(pattern: re.Pattern[Any], method: str, text: Any) -> bool:
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    try:
        run(pattern, method, text)
    except TooSlow:
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return True


@pytest.mark.timeout(600)
@pytest.mark.whole
def test_every_pattern_is_linear_on_hostile_texts() -> None:
    slow = []
    before = signal.signal(signal.SIGVTALRM, too_slow)
    try:
        for name, pattern, used in {one[1]: one for one in patterns()}.values():
            for method in used:
                slow += [(name, method, text[:12]) for text in texts(pattern) if not is_fast(pattern, method, text)]
    finally:
        signal.signal(signal.SIGVTALRM, before)
    assert slow == []
