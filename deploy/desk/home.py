"""Home: what waits for the officer, the figures of the day, and every list."""

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from deploy.desk.contract import Resource
from deploy.desk.edition import figures_of, last_editions
from deploy.desk.work import Desk

EDITIONS = 6
"""Over how many editions a figure's trend is shown."""


async def home(desk: Desk) -> Response:
    """What waits, the figures of the day, and every list."""
    figures, waiting, editions = await asyncio.gather(_figures(desk), _waiting(desk), last_editions(desk, EDITIONS))
    printed = await figures_of(desk, editions)
    trends = {one["key"]: [each[one["key"]] for each in reversed(printed) if one["key"] in each] for one in figures}
    groups: dict[str, list[Resource]] = {}
    for one in desk.contract.resources.values():
        groups.setdefault(one.tag, []).append(one)
    return desk.draw(
        "home.html", figures=figures, waiting=waiting, groups=groups, editions=editions,
        trends={key: spark(values) for key, values in trends.items()},
    )  # fmt: skip


def spark(values: Sequence[str]) -> str:
    """A line through the values, in a picture of 100 by 24; nothing where there are not two."""
    found = [Decimal(one) for one in values]
    if len(found) < 2:
        return ""
    low, span = min(found), (max(found) - min(found)) or Decimal(1)
    step = 96 / (len(found) - 1)
    return " ".join(
        f"{2 + step * index:.1f},{22 - float((one - low) / span) * 20:.1f}" for index, one in enumerate(found)
    )


async def _figures(desk: Desk) -> Sequence[Mapping[str, Any]]:
    found = await desk.asked("/v1/figures")
    rows = found["items"] if found else ()
    shown_here = [one for one in rows if one["unit"] in {"projects", "USD"} and one["value"] is not None]
    return [{**one, "value": Decimal(one["value"]).quantize(Decimal(1))} for one in shown_here]


async def _waiting(desk: Desk) -> Sequence[Mapping[str, Any]]:
    """The worklists in which something is the officer's to do, the longest first."""
    found = await desk.asked("/v1/worklists")
    rows = [one for one in found["items"] if one["mine"]] if found else []
    return sorted(rows, key=lambda one: -int(one["mine"]))
