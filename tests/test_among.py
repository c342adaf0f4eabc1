"""Statements take many values as one array: `in_` makes a parameter of each, and Postgres takes 32,767."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FIXED = (ast.List, ast.Tuple, ast.Call, ast.BinOp)
"""Values that the code itself lists, and what a call makes: a subquery, or a fixed set of an enumeration."""


def values_given_to_in(source: str) -> Iterator[int]:
    """The lines of `column.in_(values)`, where the values come from elsewhere."""
    tree = ast.parse(source)
    subqueries = {
        name.id
        for part in ast.walk(tree)
        if isinstance(part, ast.Assign) and "select(" in ast.unparse(part.value)
        for name in part.targets
        if isinstance(name, ast.Name)
    }
    for call in ast.walk(tree):
        match call:
            case ast.Call(func=ast.Attribute(attr="in_" | "not_in"), args=[ast.Name(id=name)]) if name in subqueries:
                pass
            case ast.Call(func=ast.Attribute(attr="in_" | "not_in"), args=[values]):
                listed = values.elts if isinstance(values, ast.List | ast.Tuple) else ()
                if not isinstance(values, FIXED) or any(isinstance(one, ast.Starred) for one in listed):
                    yield call.lineno


def test_what_comes_from_outside_is_looked_up_as_one_array() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for package in ("services", "shared")
        for path in sorted((ROOT / package).rglob("*.py"))
        for line in values_given_to_in(path.read_text("utf-8"))
    ]
    assert found == [], "use shared.models.among"


def test_a_list_of_any_length_is_seen() -> None:
    source = "a.in_(names)\na.in_([*names])\na.in_({one for one in names})\nc = select(b)\na.in_(c)\na.in_(select(b))\na.in_(['x', 'y'])\n"
    assert list(values_given_to_in(source)) == [1, 2, 3]
