"""The enumerations as documents, made once per process: they change with the code only."""

from functools import cache

from services.reporting_worker.enumerations.schemas import EnumerationList, EnumerationRead, ValueRead
from shared.errors import NotFound
from shared.refusal import Refusal
from shared.worded import Worded, enumerations


class UnknownEnumeration(Refusal, NotFound):
    """No enumeration has this key."""

    fr = "Aucune énumération ne s'appelle « {key} » ; il y a : {listed}."
    en = "No enumeration is named '{key}'; there are: {listed}."
    key: str
    listed: str


@cache
def by_key() -> dict[str, type[Worded]]:
    """Every enumeration by its key, in the order of the keys."""
    return {one.key: one for one in sorted(enumerations(), key=lambda one: one.key)}


def read_enumeration(key: str) -> EnumerationRead:
    """The enumeration of that key; raises `UnknownEnumeration`."""
    found = by_key().get(key)
    if found is None:
        raise UnknownEnumeration(key[:80], ", ".join(by_key()))
    values = [ValueRead(value=one.value, label=one.words) for one in found]
    return EnumerationRead(key=key, title=found.called, values=values)


@cache
def all_enumerations() -> bytes:
    """The whole list as JSON."""
    items = [read_enumeration(key) for key in by_key()]
    return EnumerationList(items=items).model_dump_json().encode()
