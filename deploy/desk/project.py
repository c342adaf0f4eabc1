"""The page of a project: what it is, what can be done next, and the facts behind each value."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from deploy.desk.map import map_of
from deploy.desk.row import allowed_of, moment_of, stated
from deploy.desk.work import Desk

BESIDE = ("allocations", "activities")
"""The lists whose rows name a project; each is shown on its page."""
EACH = "100"


@dataclass(frozen=True)
class Happened:
    """One line of a project's course: a state, an amount, or something else stated of it."""

    on: str
    what: str
    """The member of the project that it is a row of."""
    fact: Mapping[str, Any]


async def project(desk: Desk) -> Response:
    """All of a project on one page."""
    resource = desk.contract.resources["projects"]
    path = f"/v1/projects/{desk.request.path_params['row']}"
    found, allowed = await asyncio.gather(desk.api.get(path, moment_of(desk)), allowed_of(desk, resource, path))
    reference = found.body["reference"]
    beside = await asyncio.gather(*(_beside(desk, name, reference) for name in BESIDE))
    return desk.draw(
        "project.html", resource=resource, found=found.body, allowed=allowed, beside=dict(zip(BESIDE, beside, strict=True)),
        map=await map_of(desk, "projects", {}, _placed(found.body)) if found.body["places"] else None,
        course=sorted(_course(found.body), key=lambda one: (one.on, one.fact.get("recorded_at") or ""), reverse=True),
        step=_step, is_missing="missing" in desk.request.query_params, **stated(desk),
    )  # fmt: skip


def _placed(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The project's places as the totals of a list of one."""
    return {"by": {"area": {}, "place": {one["slug"]: 1 for one in found["places"]}}}


def _step(step: Mapping[str, Any], found: Mapping[str, Any]) -> Mapping[str, str]:
    """What the form of a move begins with: the state, and the amount that was asked for where one must be approved."""
    asked = [one for one in found["amounts"] if not one["is_superseded"]]
    if not step["needs_amount"] or not asked:
        return {"to": step["to"]}
    return {"/to": step["to"], "/amount/amount": asked[-1]["amount"], "/amount/currency": asked[-1]["currency"]}


async def _beside(desk: Desk, name: str, reference: str) -> Sequence[Mapping[str, Any]]:
    page = await desk.asked(f"/v1/{name}", {"project__in": reference, "limit": EACH})
    return page["items"] if page else ()


def _course(found: Mapping[str, Any]) -> Iterator[Happened]:
    for member in ("transitions", "amounts"):
        for fact in found[member]:
            yield Happened(fact["value_on"], member, fact)
    for member in ("sectors", "places"):
        if found[f"{member}_stated"]:
            yield Happened(found[f"{member}_stated"]["value_on"], member, found[f"{member}_stated"])
    for fact in found["beneficiaries"]:
        yield Happened(fact["value_on"], "beneficiaries", fact)
