"""`/boundaries.geojson`: the outlines of the regions, for whoever draws a map; the bulletin's own map uses the same."""

import json
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from services.reporting_worker.rendering.resources import mali


async def boundaries(_: Request) -> Response:
    """The regions as they were before 2012, by the slug of the place (RFC 7946); see `rendering/geometry/LICENCE.md`."""
    return Response(_document(), media_type="application/geo+json", headers={"Cache-Control": "public, max-age=86400"})


@cache
def _document() -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": mali()["regions"]}).encode()
