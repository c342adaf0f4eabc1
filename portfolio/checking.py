"""Checks rows against each other and against the database, and says in which order they are loaded."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from portfolio.file import MODELS, FileRow, LineFault, walk
from portfolio.spool import Spool
from services.projects_api.entry.frame import last_word
from shared.portfolio import references, refers_to
from shared.recording.register import in_order
from shared.settings import Environment

_VALUED = ("rate_policy", "rate")
ORDER = tuple(
    in_order(
        MODELS,
        after={
            "project": _VALUED, "announcement": _VALUED, "contribution": _VALUED, "allocation": _VALUED,
            "rate": ("rate_policy",), "policy": ("mechanism",), "edition": ("series", "named_figure"),
        },
    )
)  # fmt: skip
"""The order of loading, whatever the order in the file: each type after those that its rows name, and amounts after rates."""

NATURAL_KEYS: Mapping[str, tuple[str, ...]] = {
    "policy": ("mechanism", "kind", "valid_from"),
    "bucket": ("mechanism", "bucket", "valid_from"),
    "rate": ("source", "base", "quote", "effective_on"),
    "printed_figure": ("document", "key", "scope"),
}
"""Members that identify rows to which no other row refers."""

ANCESTORS: Mapping[str, tuple[str, ...]] = {
    kind: members
    for kind, model in MODELS.items()
    if (members := tuple(name for name, field in model.model_fields.items() if refers_to(field) == kind))
}
"""Members that name a row of the same type which must be loaded before."""

CIRCLE_SHOWN = 10
"""Rows of a circle that its fault names."""


def spool_row(spool: Spool, row: FileRow) -> Iterator[LineFault]:
    """Keep a row for its import; a fault for each key of its own that an earlier line bears already."""
    number = spool.add(row, own_key(row))
    for member in ANCESTORS.get(row.type, ()):
        if isinstance(other := row.raw.get(member), str):
            spool.link(number, member, other)
    if row.type == "place" and (slug := own_key(row)) is not None:
        spool.add_place_name(last_word(slug), slug)
    for space, key, pointer in _keys(row):
        earlier = spool.claim(number, space, key)
        if earlier is not None:
            yield row.fault(
                pointer,
                {
                    "fr": f"« {key} » est déjà donné à la ligne {earlier}.",
                    "en": f"'{key}' is already given on line {earlier}.",
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


def named(rows: Sequence[FileRow]) -> dict[str, set[str]]:
    """The keys that rows name, by type of row."""
    keys: dict[str, set[str]] = {}
    for row in rows:
        for one in references(row.model) if row.model is not None else ():
            keys.setdefault(one.type, set()).add(one.key)
    return keys


def missing_references(rows: Sequence[FileRow], held: Mapping[str, Collection[str]]) -> Iterator[LineFault]:
    """References to rows that are not held: neither in the file nor in the database."""
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


def synthetic(row: FileRow, environment: Environment) -> Iterator[LineFault]:
    """Made-up facts, which production refuses (DESIGN 8): one fault per row, at the first of them."""
    if environment != "production":
        return
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
            return


def circles(spool: Spool) -> Iterator[LineFault]:
    """Rows that are, through parents, successors or predecessors, their own ancestors: one fault per type."""
    for kind in ANCESTORS:
        circle = spool.circle(kind)
        if not circle:
            continue
        keys = [str(own_key(row)) for row, _ in circle]
        path = " > ".join([*keys[:CIRCLE_SHOWN], *(["..."] if len(keys) > CIRCLE_SHOWN else []), keys[0]])
        row, member = circle[0]
        yield row.fault(
            f"/{member}",
            {
                "fr": f"Ces lignes se suivent en cercle : {path}.",
                "en": f"These rows follow one another in a circle: {path}.",
            },
            "circle",
        )
