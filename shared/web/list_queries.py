"""What lists, totals and exports are asked with: query models made from a resource's declaration."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from shared.fields import DateText
from shared.pagination import LIMIT_DEFAULT, LIMIT_MAX
from shared.reading.filters import Filter
from shared.reading.resource import Resource
from shared.reading.search import RELEVANCE
from shared.sentences import refusal
from shared.web.exports.separated import Separator
from shared.web.words import label, meaning
from shared.worded import Worded

_PARAMETER_TYPES: Mapping[type, Any] = {list: str, date: DateText}
"""What a filter's values are written as: a list with commas, a date as a date (pydantic takes numbers for one)."""


def parameter(one: Filter) -> tuple[Any, Any]:
    """A filter as a query parameter: its type, and what the contract says of it."""
    kind: Any = _PARAMETER_TYPES.get(one.kind, one.kind)
    text = one.description + (" Several, separated by commas." if one.kind is list else "")
    if one.among is not None:
        kind = Annotated[kind, AfterValidator(partial(_refuse_others, frozenset(one.among)))]
    examples = None if one.among is None else [str(next(iter(one.among)))]
    told: dict[str, Any] = {} if one.names is None else {"x-refers-to": one.names}
    if isinstance(one.among, type) and issubclass(one.among, Worded):
        told["x-enumeration"] = one.among.key
    told |= _headed(one.name.partition("__")[0])
    return (kind | None, Field(None, description=text, examples=examples, json_schema_extra=told or None))


def _headed(member: str) -> dict[str, str]:
    """What an input for the filter is headed by: as the member that it chooses by."""
    said = {"x-label": label("", member), "x-meaning": meaning("", member)}
    return {name: words for name, words in said.items() if words}


def _refuse_others(known: frozenset[str], value: str) -> str:
    """The value as it is, of which every part between commas must be known."""
    for part in value.split(","):
        if part and part not in known:
            raise refusal(
                "value_unknown",
                "« {given} » n'existe pas ici ; il y a : {known_in_french}.",
                "'{given}' does not exist here; there are: {known}.",
                given=part[:40],
                known=", ".join(f"'{one}'" for one in sorted(known)),
                known_in_french=", ".join(f"« {one} »" for one in sorted(known)),
            )
    return value


def _ordering_text(resource: Resource) -> str:
    plain = f"A minus sorts descending; `{resource.default_order}` by default"
    if RELEVANCE not in {key.name for key in resource.order}:
        return f"{plain}."
    return f"{plain}, and `{RELEVANCE}` (the best first) with `q`, without which it means nothing."


def ordering_of(resource: Resource, query: Any) -> str:
    """The order asked for; that of a search is relevance, and nothing else has any."""
    is_search = getattr(query, "q", None) is not None
    asked: str = query.ordering or (RELEVANCE if is_search else resource.default_order)
    return asked if is_search or asked.removeprefix("-") != RELEVANCE else resource.default_order


def query_model(resource: Resource, *, is_list: bool) -> type[BaseModel]:
    """The query parameters of a resource's list, or of its totals."""
    fields: dict[str, Any] = {one.name: parameter(one) for one in resource.filters}
    if is_list:
        keys = [key.name for key in resource.order]
        orderings = Literal[tuple(keys + [f"-{key}" for key in keys])]  # type: ignore[valid-type]
        fields["limit"] = (int, Field(LIMIT_DEFAULT, ge=1, le=LIMIT_MAX))
        fields["cursor"] = (str | None, Field(None, description="The `next_cursor` of the page before."))
        fields["ordering"] = (orderings | None, Field(None, description=_ordering_text(resource)))
        fields["include"] = (Literal["total"] | None, Field(None, description="`total` counts all rows."))
    name = f"{resource.name.title().replace('-', '')}{'List' if is_list else 'Totals'}Query"
    return create_model(name, __config__=ConfigDict(extra="ignore"), **fields)


PAGING = frozenset({"limit", "cursor", "include", "separator"})


def export_model(resource: Resource) -> type[BaseModel]:
    """What an export is asked with: the list's filters and orders, and how a CSV is written."""
    asked = query_model(resource, is_list=True)
    kept: dict[str, Any] = {
        name: (one.annotation, one) for name, one in asked.model_fields.items() if name not in PAGING
    }
    kept["separator"] = (
        Separator,
        Field(
            "comma", description="Of a CSV: `semicolon` with decimal commas and a byte order mark, for a French Excel."
        ),
    )
    return create_model(f"{asked.__name__}Export", __config__=ConfigDict(extra="ignore"), **kept)


def values_asked(filters: Iterable[Filter], query: BaseModel) -> dict[str, Any]:
    """What a query gives for each of these filters, where it gives anything."""
    given = {}
    for one in filters:
        value = getattr(query, one.name)
        if value is not None:
            given[one.name] = [part for part in value.split(",") if part] if one.kind is list else value
    return given


def workbook_model(resource: Resource, name: str) -> type[BaseModel]:
    """What a workbook is asked with: the list's filters and orders."""
    asked = query_model(resource, is_list=True)
    kept: dict[str, Any] = {
        one: (field.annotation, field) for one, field in asked.model_fields.items() if one not in PAGING
    }
    return create_model(f"{name.title()}WorkbookQuery", __config__=ConfigDict(extra="ignore"), **kept)
