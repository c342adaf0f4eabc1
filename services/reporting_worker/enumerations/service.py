"""The enumerations as documents, made once per process: they change with the code only."""

from functools import cache

from services.reporting_worker.enumerations.enumeration import Words
from services.reporting_worker.enumerations.labels import ENUMERATIONS
from services.reporting_worker.enumerations.schemas import EnumerationList, EnumerationRead, ValueRead
from shared.errors import NotFound


class UnknownEnumeration(NotFound):
    """No enumeration has this key."""

    def __init__(self, key: str) -> None:
        listed = ", ".join(ENUMERATIONS)
        super().__init__(
            {
                "fr": f"Aucune énumération ne s'appelle « {key[:80]} » ; il y a : {listed}.",
                "en": f"No enumeration is named '{key[:80]}'; there are: {listed}.",
            }
        )


def read_enumeration(key: str) -> EnumerationRead:
    """The enumeration of that key; raises `UnknownEnumeration`."""
    found = ENUMERATIONS.get(key)
    if found is None:
        raise UnknownEnumeration(key)
    values = [ValueRead(value=value, label=_texts(found.labels[value])) for value in found.values]
    return EnumerationRead(key=key, title=_texts(found.title), values=values)


@cache
def all_enumerations() -> bytes:
    """The whole list as JSON."""
    items = [read_enumeration(key) for key in ENUMERATIONS]
    return EnumerationList(items=items).model_dump_json().encode()


def _texts(words: Words) -> dict[str, str]:
    french, english = words
    return {"fr": french, "en": english}
