"""Checks rows against each other and against the database, and puts them into the order of loading."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from deploy.embedded.portfolio_file import MODELS, FileRow, LineFault, walk
from shared.portfolio import references
from shared.settings import Environment

ORDER = (
    "mechanism", "policy", "bucket", "sector", "place", "reporting_area", "organisation", "office", "person",
    "rate_policy", "rate",
    "project", "activity", "announcement", "monitoring",
    "donor", "contribution", "allocation",
    "printed_figure", "standing_text", "edition",
)  # fmt: skip
"""The order of loading, whatever the order in the file: amounts need rates, allocations need projects."""

NATURAL_KEYS: Mapping[str, tuple[str, ...]] = {
    "policy": ("mechanism", "kind", "valid_from"),
    "bucket": ("mechanism", "bucket", "valid_from"),
    "rate": ("source", "base", "quote", "effective_on"),
    "printed_figure": ("document", "key", "scope"),
}
"""Members that identify rows to which no other row refers."""

ANCESTORS: Mapping[str, tuple[str, ...]] = {
    "place": ("parent", "successor"),
    "organisation": ("parent", "predecessor"),
    "announcement": ("parent",),
}
"""Members that name a row of the same type which must be loaded before."""


def repeated_keys(rows: Sequence[FileRow]) -> Iterator[LineFault]:
    """Rows, quoted figures and bookings whose reference an earlier line bears already."""
    first: dict[tuple[str, str], FileRow] = {}
    for row in rows:
        for space, key, pointer in _keys(row):
            earlier = first.setdefault((space, key), row)
            if earlier is not row:
                yield row.fault(
                    pointer,
                    {
                        "fr": f"« {key} » est déjà donné à la ligne {earlier.line}.",
                        "en": f"'{key}' is already given on line {earlier.line}.",
                    },
                    "duplicate",
                )


def _keys(row: FileRow) -> Iterator[tuple[str, str, str]]:
    """The keys that a row claims: the space in which each is unique, the key, its pointer."""
    natural = NATURAL_KEYS.get(row.type)
    if natural is not None:
        yield row.type, " ".join(str(row.raw.get(name)) for name in natural), f"/{natural[-1]}"
    elif (key := own_key(row)) is not None:
        space = "booking" if row.type == "allocation" else row.type
        yield space, key, f"/{MODELS[row.type].key_field}"
    for space, member in (("quoted_figure", "quoted_figures"), ("booking", "receipts")):
        parts = row.raw.get(member)
        for index, part in enumerate(parts if isinstance(parts, list) else ()):
            if isinstance(part, dict) and isinstance(part.get("reference"), str):
                yield space, part["reference"], f"/{member}/{index}/reference"


def own_key(row: FileRow) -> str | None:
    """The key by which others refer to a row, as written."""
    name = MODELS[row.type].key_field
    key = row.raw.get(name) if name else None
    return key if isinstance(key, str) else None


def missing_references(rows: Sequence[FileRow], known: Mapping[str, set[str]]) -> Iterator[LineFault]:
    """References to rows that stand neither in the file nor in the database."""
    held = {kind: set(keys) for kind, keys in known.items()}
    for row in rows:
        # a refused row counts too: its own fault is enough, without one for each row that refers to it
        if (key := own_key(row)) is not None:
            held.setdefault(row.type, set()).add(key)
    for row in rows:
        for one in references(row.model) if row.model is not None else ():
            if one.key not in held.get(one.type, ()):
                yield row.fault(
                    one.pointer,
                    {
                        "fr": f"« {one.key} » ({one.type}) n'est ni dans ce fichier ni dans la base.",
                        "en": f"'{one.key}' ({one.type}) is neither in this file nor in the database.",
                    },
                    "unknown_reference",
                )


def synthetic_rows(rows: Iterable[FileRow], environment: Environment) -> Iterator[LineFault]:
    """Made-up facts, which production refuses (DESIGN 8): one fault per row, at the first of them."""
    if environment != "production":
        return
    for row in rows:
        for pointer, value in walk(row.raw):
            if pointer.rpartition("/")[2] == "is_synthetic" and value is True:
                yield row.fault(
                    pointer,
                    {
                        "fr": "Les faits fictifs sont refusés quand environment=production.",
                        "en": "Made-up facts are refused when environment=production.",
                    },
                    "synthetic_in_production",
                )
                break


def circles(rows: Sequence[FileRow]) -> Iterator[LineFault]:
    """Rows that are, through parents, successors or predecessors, their own ancestors: one fault per type."""
    for kind, members in ANCESTORS.items():
        named = _named(row for row in rows if row.type == kind)
        try:
            _above(named, members).prepare()
        except CycleError as error:
            path = [str(key) for key in error.args[1]]
            yield named[path[0]].fault(
                f"/{members[0]}",
                {
                    "fr": f"Ces lignes se suivent en cercle : {' > '.join(path)}.",
                    "en": f"These rows follow one another in a circle: {' > '.join(path)}.",
                },
                "circle",
            )


def _named(rows: Iterable[FileRow]) -> dict[str, FileRow]:
    return {key: row for row in rows if (key := own_key(row)) is not None}


def _above(named: Mapping[str, FileRow], members: Sequence[str]) -> TopologicalSorter[str]:
    """Each row's key with those of the same file that must be loaded before it."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for key, row in named.items():
        others = (row.raw.get(member) for member in members)
        sorter.add(key, *(other for other in others if isinstance(other, str) and other in named))
    return sorter


def in_order(rows: Sequence[FileRow]) -> Iterator[tuple[str, list[FileRow]]]:
    """The rows by type in the order of loading; within a type, what others stand on first."""
    for kind in ORDER:
        of_kind = [row for row in rows if row.type == kind]
        if kind in ANCESTORS:
            named = _named(of_kind)
            of_kind = [named[key] for key in _above(named, ANCESTORS[kind]).static_order()]
        if of_kind:
            yield kind, of_kind
