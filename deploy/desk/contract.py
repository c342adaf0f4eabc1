"""The contract as the desk reads it: which lists there are, what a row shows, and what a form asks for.

Nothing of the product is told here. A resource that is added to the API appears by itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

Schema = Mapping[str, Any]

_ITEM = re.compile(r"/v1/([a-z-]+)/\{(\w+)\}")
_ACT = re.compile(r"/v1/([a-z-]+)/\{(\w+)\}/([a-z-]+)")
_LABEL = re.compile(r"[,;:(.]")
_PAGING = frozenset({"limit", "cursor", "ordering", "include", "as_of", "known_at", "q"})
FORMATS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/csv": "csv",
    "application/geo+json": "geojson",
}
"""The ends of addresses of exports, by what they are."""
_UNSHOWN = frozenset({"id", "etag", "can"})


def label_of(name: str, schema: Schema) -> str:
    """What people call a member: its label, else the beginning of its meaning."""
    if "x-label" in schema:
        return str(schema["x-label"])
    said = str(schema.get("x-meaning") or schema.get("description") or "")
    return _LABEL.split(said, maxsplit=1)[0].strip() or name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Act:
    """What can be done: an operation that writes, with the body that it takes."""

    name: str
    method: str
    path: str
    title: str
    help: str
    permission: str
    body: Schema | None
    needs_version: bool

    def at(self, parameter: str, value: str) -> "Act":
        """The act with a part of its address filled in."""
        return replace(self, path=self.path.replace(f"{{{parameter}}}", value))

    @property
    def action(self) -> str:
        """The word in a row's `can` that allows it."""
        return self.permission.rpartition(":")[2]


@dataclass(frozen=True)
class Resource:
    """A list of rows of one kind."""

    name: str
    noun: str
    title: str
    tag: str
    item: Schema
    detail: Schema
    parameters: Sequence[Schema]
    is_counted: bool
    formats: Sequence[str]
    """What the whole list can be had as: the ends of its address."""
    is_opened: bool
    """Whether a row has a page of its own."""
    create: Act | None = None
    acts: Mapping[str, Act] = field(default_factory=dict)
    """What can be done to one row, by the end of its address; `edit` and `delete` to the row itself."""

    @property
    def key(self) -> str:
        """The member by which a row is called."""
        members = self.item.get("properties", {})
        return next((one for one in ("reference", "slug", "key", "code") if one in members), "id")

    @property
    def filters(self) -> Sequence[Schema]:
        """The parameters that choose rows; of one value and of several, that of several."""
        names = {one["name"] for one in self.parameters}
        return [one for one in self.parameters if one["name"] not in _PAGING and f"{one['name']}__in" not in names]

    def label_of_filter(self, parameter: Schema) -> str:
        """What people call what it chooses by: the member of that name, where rows show one."""
        base = parameter["name"].partition("__")[0]
        members = self.item.get("properties", {})
        name = next((one for one in (base, f"{base}s") if one in members), None)
        schema = parameter.get("schema", {})
        if name is None or "x-label" in schema:
            return label_of(base, schema if "x-meaning" in schema else parameter)
        return label_of(name, members[name])

    @property
    def is_paged(self) -> bool:
        """Whether it is given a page at a time."""
        return any(one["name"] == "limit" for one in self.parameters)

    @property
    def is_searched(self) -> bool:
        """Whether words find rows."""
        return any(one["name"] == "q" for one in self.parameters)

    @property
    def orders(self) -> Sequence[str]:
        """The orders that it can be given in."""
        found = [one["schema"] for one in self.parameters if one["name"] == "ordering"]
        return next((part["enum"] for part in (found[0].get("anyOf", ()) if found else ()) if "enum" in part), ())

    @property
    def columns(self) -> Sequence[str]:
        """The members that a list shows."""
        return [name for name in self.item.get("properties", {}) if name not in _UNSHOWN]

    @property
    def members(self) -> Sequence[str]:
        """The members that the page of a row shows."""
        return [name for name in self.detail.get("properties", {}) if name not in _UNSHOWN]


class Contract:
    """The document in one language, with the words of its enumerations."""

    def __init__(self, document: Mapping[str, Any], enumerations: Sequence[Mapping[str, Any]], language: str) -> None:
        self._document = document
        self.language = language
        self._words = {
            one["key"]: {value["value"]: value["label"][language] for value in one["values"]} for one in enumerations
        }
        self._all_words = {value: label for words in self._words.values() for value, label in words.items()}

    def resolved(self, schema: Schema) -> Schema:
        """A schema without references and without the choice of being absent."""
        while True:
            if "$ref" in schema:
                named = self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
                schema = {**named, **{name: value for name, value in schema.items() if name != "$ref"}}
            elif "anyOf" in schema:
                some = [one for one in schema["anyOf"] if one.get("type") != "null"]
                kept = {name: value for name, value in schema.items() if name != "anyOf"}
                schema = {**some[0], **kept}
            else:
                return schema

    def words(self, schema: Schema) -> Mapping[str, str]:
        """The values that a member may have, with what people call them; empty where anything may be."""
        known = self._words.get(schema.get("x-enumeration", ""), {})
        values = schema.get("enum", known)
        if not values or values is known:
            return known
        known = known or self._all_words
        return {value: known.get(value, str(value)) for value in values}

    def word(self, schema: Schema, value: str) -> str:
        """What people call one value."""
        return self.words(schema).get(value, value)

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """Every list that tells of what its rows are, by its address."""
        found = {}
        for path, operations in self._document["paths"].items():
            listed = operations.get("get", {})
            if "x-noun" in listed and path.count("/") == 2:
                one = self._resource(path.rpartition("/")[2], listed)
                found[one.name] = one
        return found

    @cached_property
    def by_noun(self) -> Mapping[str, Resource]:
        """The lists by what their rows are called."""
        return {one.noun: one for one in self.resources.values()}

    def _resource(self, name: str, listed: Mapping[str, Any]) -> Resource:
        paths = self._document["paths"]
        noun = listed["x-noun"]
        page = self.resolved(_answer(listed))
        read = paths.get(f"/v1/{name}/{{{noun}}}", {}).get("get")
        return Resource(
            name=name,
            noun=noun,
            title=_several(listed["summary"]),
            tag=listed["tags"][0],
            item=self.resolved(page["properties"]["items"]["items"]),
            detail=self.resolved(_answer(read)) if read else self.resolved(page["properties"]["items"]["items"]),
            parameters=listed.get("parameters", ()),
            is_counted=f"/v1/{name}/totals" in paths,
            formats=_formats(paths.get(f"/v1/{name}.{{export_format}}", {}).get("get")),
            is_opened=read is not None,
            create=self.act(f"/v1/{name}", "post", "new"),
            acts={one.name: one for one in self._acts(name)},
        )

    def _acts(self, resource: str) -> Iterator[Act]:
        for path, operations in self._document["paths"].items():
            own, further = _ITEM.fullmatch(path), _ACT.fullmatch(path)
            if own is not None and own[1] == resource:
                for method, name in (("put", "edit"), ("patch", "edit"), ("delete", "delete")):
                    if method in operations:
                        yield self._must(path, method, name)
            elif further is not None and further[1] == resource:
                for method in ("post", "put"):
                    if method in operations:
                        yield self._must(path, method, further[3])

    def _must(self, path: str, method: str, name: str) -> Act:
        act = self.act(path, method, name)
        assert act is not None
        return act

    def act(self, path: str, method: str, name: str) -> Act | None:
        """What an operation does; None where there is none."""
        operation = self._document["paths"].get(path, {}).get(method)
        if operation is None:
            return None
        content = operation.get("requestBody", {}).get("content", {})
        named = {str(one.get("$ref", "")).rpartition("/")[2] for one in operation.get("parameters", ())}
        return Act(
            name=name,
            method=method,
            path=path,
            title=operation["summary"],
            help=operation.get("description", ""),
            permission=operation.get("x-permission", ""),
            body=self.resolved(content["application/json"]["schema"]) if "application/json" in content else None,
            needs_version="IfMatch" in named,
        )


def _answer(operation: Mapping[str, Any]) -> Schema:
    answer = next(one for status, one in operation["responses"].items() if status.startswith("2"))
    found: Schema = answer["content"]["application/json"]["schema"]
    return found


def _formats(exported: Mapping[str, Any] | None) -> Sequence[str]:
    """The files that a list can be had as."""
    found = exported["responses"]["200"]["content"] if exported else {}
    return tuple(FORMATS[one] for one in found if one in FORMATS)


def _several(summary: str) -> str:
    """`offices` of "List offices", `bureaux` of "Lister les bureaux"."""
    words = summary.split(" ", 2)
    rest = words[2] if len(words) > 2 and words[1].lower() in {"les", "the"} else summary.partition(" ")[2]
    return rest[:1].upper() + rest[1:]
