"""What a package declares, one file a noun: its modules are found by being there."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar

from fastapi import APIRouter

from shared.recording.record import Record

Declared = TypeVar("Declared")


def declared(package: str, path: Iterable[str], kind: type[Declared]) -> list[Declared]:
    """What of a kind the modules of a package declare, each once."""
    modules = sorted(one.name for one in iter_modules(path))
    values = [value for name in modules for value in vars(import_module(f"{package}.{name}")).values()]
    return list({id(value): value for value in values if isinstance(value, kind)}.values())


def discovered(package: str, path: Iterable[str]) -> tuple[dict[str, Record[Any, Any]], list[APIRouter]]:
    """The records of a package by their names, and their routers."""
    paths = list(path)
    records = {one.name: one for one in declared(package, paths, Record)}
    return records, declared(package, paths, APIRouter)
