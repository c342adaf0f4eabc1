"""The definitions of figures that are asked by their parts, or named by people: what their parts are called is read."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.reporting_worker.figures.composed import NOUNS, Composed, NothingCalledSo, unknown
from services.reporting_worker.figures.definitions import Definition
from shared.database import Reader
from shared.errors import Texts
from shared.portfolio import Reference
from shared.reading.neighbours import neighbours_read

_WORDS = """
SELECT (SELECT jsonb_object_agg(code, name) FROM mechanism WHERE code = ANY($1)) AS mechanism,
    (SELECT jsonb_object_agg(asked.slug, jsonb_build_array(kept.slug, kept.name))
        FROM place AS asked JOIN place AS kept ON kept.id = coalesce(asked.merged_into_id, asked.id)
        WHERE asked.slug = ANY($2)) AS place,
    (SELECT jsonb_object_agg(slug, jsonb_build_array(slug, name)) FROM sector WHERE slug = ANY($3)) AS sector,
    (SELECT jsonb_object_agg(asked.slug, jsonb_build_array(kept.slug, (
            SELECT name FROM organisation_name WHERE organisation_id = kept.id ORDER BY valid_from DESC LIMIT 1)))
        FROM organisation AS asked JOIN organisation AS kept ON kept.id = coalesce(asked.merged_into_id, asked.id)
        WHERE asked.slug = ANY($4)) AS sponsor,
    (SELECT jsonb_object_agg(mechanism_code, buckets) FROM (
        SELECT mechanism_code, jsonb_agg(DISTINCT bucket) AS buckets FROM bucket GROUP BY mechanism_code) AS held) AS buckets,
    (SELECT jsonb_agg(code ORDER BY position, code) FROM mechanism WHERE NOT is_external) AS counted
"""


async def defined(reader: Reader, figures: Sequence[Composed]) -> list[Definition]:
    """Their definitions, under the names that what they ask for bears; a double's key means the row that is kept.

    Raises:
        FigureNotAsked: a mechanism has no such bucket.
        NothingCalledSo: they name a mechanism, place, sector or section that there is not.
    """
    if not figures:
        return []
    asked = {name: sorted({one for figure in figures for one in figure.values.get(name, ())}) for name in NOUNS}
    mechanisms = sorted({figure.mechanism for figure in figures if figure.mechanism is not None})
    row = await reader.fetchrow(_WORDS, mechanisms, asked["place"], asked["sector"], asked["sponsor"])
    found = {name: _loaded(row[name]) for name in ("mechanism", *NOUNS)}
    missing = [Reference(name, NOUNS[name], one) for name in NOUNS for one in asked[name] if one not in found[name]]
    missing += [Reference("mechanism", "mechanism", one) for one in mechanisms if one not in found["mechanism"]]
    if missing:
        raise NothingCalledSo(missing, await neighbours_read(reader, missing))
    buckets = _loaded(row["buckets"])
    for one in figures:
        held = buckets.get(one.mechanism, ())
        if one.mechanism is not None and one.bucket is not None and one.bucket not in held:
            raise unknown(f"{one.mechanism}, bucket={one.bucket}", held)
    names: dict[str, dict[str, Texts]] = {"mechanism": found["mechanism"]}
    for name in NOUNS:
        names[name] = dict(found[name].values())
    counted = _loaded(row["counted"]) or []
    return [_meant(one, found).definition(names, _partly(one, counted, buckets)) for one in figures]


def _partly(figure: Composed, counted: Sequence[str], buckets: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The mechanisms that have the bucket, where some that stand in totals have it not: their projects are not in it."""
    if figure.mechanism is not None or figure.bucket is None:
        return ()
    having = [one for one in counted if figure.bucket in buckets.get(one, ())]
    return having if len(having) < len(counted) else ()


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value or {}


def _meant(figure: Composed, found: Mapping[str, Any]) -> Composed:
    values = {
        name: [found[name][one][0] for one in given] if name in NOUNS else given
        for name, given in figure.values.items()
    }
    return Composed(figure.measure, figure.mechanism, figure.bucket, values)
