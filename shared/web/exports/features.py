"""A list as points on a map (GeoJSON, RFC 7946): each row at its places, sensitive ones as coarsely as is right."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from shared.database import Reader
from shared.web.exports.columns import Column

PLACES = """
WITH RECURSIVE climb AS (
    SELECT id, slug, parent_id, latitude, longitude, coordinate_precision, is_sensitive, 0 AS steps, id AS at
    FROM place
  UNION ALL
    SELECT climb.id, climb.slug, above.parent_id, above.latitude, above.longitude, 'approximate', above.is_sensitive,
           climb.steps + 1, above.id
    FROM climb JOIN place above ON above.id = climb.parent_id
    WHERE climb.is_sensitive OR climb.latitude IS NULL
)
SELECT DISTINCT ON (id) slug, latitude, longitude, CASE WHEN steps = 0 THEN coordinate_precision ELSE 'approximate' END AS precision
FROM climb WHERE NOT is_sensitive AND latitude IS NOT NULL
ORDER BY id, steps
"""
"""Where each place is shown: at its own point, or where it is sensitive or has none, at the nearest place above it that has
one and is not; such a point is approximate."""


@dataclass(frozen=True)
class Spot:
    """A point in decimal degrees (WGS 84), with how exact it is."""

    longitude: float
    latitude: float
    precision: str | None


async def spots(reads: Reader) -> Mapping[str, Spot]:
    """Where every place is shown, by its slug."""
    rows = await reads.fetch(PLACES)
    return {row["slug"]: Spot(float(row["longitude"]), float(row["latitude"]), row["precision"]) for row in rows}


def is_placed(columns: Sequence[Column]) -> bool:
    """Whether rows with these columns can be shown on a map."""
    return any(one.path == ("places",) for one in columns) or any(one.path == ("latitude",) for one in columns)


class Features:
    """A feature collection that rows are added to."""

    media_type = "application/geo+json"

    def __init__(self, path: Path, columns: Sequence[Column], language: str, where: Mapping[str, Spot]) -> None:
        self._columns, self._language, self._where = columns, language, where
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._file.write('{"type":"FeatureCollection","features":[')
        self._between = ""

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows."""
        for row in rows:
            self._file.write(self._between + json.dumps(self._feature(row), ensure_ascii=False))
            self._between = ",\n"

    def close(self) -> None:
        """Finish the collection."""
        self._file.write("]}")
        self._file.close()

    def _feature(self, row: Mapping[str, Any]) -> dict[str, Any]:
        slugs = [row["slug"]] if "latitude" in row else [_slug(one) for one in row.get("places") or ()]
        found = [self._where[slug] for slug in slugs if slug in self._where]
        points = [[one.longitude, one.latitude] for one in found]
        hidden = {("latitude",), ("longitude",), ("coordinate_precision",)}
        properties = {one.name: one.value(row, self._language) for one in self._columns if one.path not in hidden}
        return {
            "type": "Feature",
            "id": row["id"],
            "geometry": _geometry(points),
            "properties": {**properties, "precision": _precision(found)},
        }


def _precision(found: Sequence[Spot]) -> str | None:
    """How exact the points are: as the least exact one."""
    if not found:
        return None
    return "exact" if all(one.precision == "exact" for one in found) else "approximate"


def _slug(place: Any) -> str:
    return str(place["slug"] if isinstance(place, Mapping) else place)


def _geometry(points: Sequence[Sequence[float]]) -> dict[str, Any] | None:
    if not points:
        return None
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "MultiPoint", "coordinates": points}
