"""What a package of records declares: its modules are found by being there."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from fastapi import APIRouter

from shared.recording.record import Record


def discovered(package: str, path: Iterable[str]) -> tuple[dict[str, Record[Any, Any]], list[APIRouter]]:
    """The records of a package by their names, and their routers."""
    values = [
        value
        for module in sorted(one.name for one in iter_modules(path))
        for value in vars(import_module(f"{package}.{module}")).values()
    ]
    records = {one.name: one for one in values if isinstance(one, Record)}
    return records, [one for one in values if isinstance(one, APIRouter)]
