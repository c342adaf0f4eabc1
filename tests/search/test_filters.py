"""Every filter that compares with keys of rows that may be merged says so, and is given the keys that are meant."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, bindparam
from sqlalchemy.sql.visitors import iterate

from shared.models.naming import NAMES
from shared.models.referring import LISTS_OF_KEYS
from shared.reading.filters import SQL_TYPES, Filter
from tests.facts.test_as_known import RESOURCES

KEYS: dict[Any, str] = {
    naming.key.property.columns[0]: noun for noun, naming in NAMES.items() if naming.merged_into is not None
}
KEYS |= {column.property.columns[0]: "place" for column in LISTS_OF_KEYS["place"]}


def filters() -> Iterator[Any]:
    for resource in RESOURCES:
        for one in resource.filters:
            if one.name != "q":
                yield pytest.param(one, id=f"{resource.name}-{one.name}")


def keys_read(one: Filter) -> set[str]:
    """The nouns with whose keys the filter compares."""
    clause = one.clause(bindparam("asked", type_=SQL_TYPES[one.kind]))
    columns = {base for part in iterate(clause) if isinstance(part, Column) for base in part.base_columns}
    return {KEYS[column] for column in columns if column in KEYS}


@pytest.mark.parametrize("one", list(filters()))
def test_a_filter_says_of_whose_keys_it_takes(one: Filter) -> None:
    assert keys_read(one) <= {one.names}, "Name the noun, so that a double's key finds the row that is kept."


def test_the_filters_that_take_such_keys_are_found() -> None:
    assert sum(bool(keys_read(one.values[0])) for one in filters()) >= 11
