"""Loads every module with tables, so that each is known by being there; what is derived from all of them comes after."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

DERIVED = frozenset({"all_tables", "naming", "referring", "revision", "searched", "words"})
"""Modules that look through all tables."""

MODULES = tuple(
    import_module(f"shared.models.{one.name}")
    for one in iter_modules([str(Path(__file__).parent)])
    if one.name not in DERIVED
)
"""The modules with tables."""
