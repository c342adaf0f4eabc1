"""Exchange rates: the course of a currency over twelve months, and a published file, tried before it is recorded."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
from starlette.responses import RedirectResponse, Response

from deploy.desk.api import Refused
from deploy.desk.session import is_of_this_site
from deploy.desk.typed import form_of
from deploy.desk.work import Desk, SignInNeeded

RATES = "/v1/exchange-rates"
USUAL = "XOF"
YEAR = timedelta(days=366)
WIDTH, HEIGHT, MARGIN = 640, 200, 56


@dataclass(frozen=True)
class Course:
    """A line through the rates of a currency, in the units of the picture (640 by 200)."""

    points: Sequence[tuple[float, float]]
    lowest: str
    highest: str
    begin: str
    end: str

    @property
    def line(self) -> str:
        """The line as SVG says it."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)


async def rates(desk: Desk) -> Response:
    """The rates in force with their course, and a form for a file; or what a file would change."""
    if desk.request.method == "POST":
        return await _loaded(desk)
    return await _page(desk)


async def _page(desk: Desk, **values: Any) -> Response:
    currency = desk.request.query_params.get("currency") or USUAL
    chosen = {"currency__in": currency, "is_superseded": "false"}
    newest = await desk.asked(RATES, {**chosen, "ordering": "-effective_on", "limit": "1"})
    rows: Sequence[Mapping[str, Any]] = ()
    if newest and newest["items"]:
        since = date.fromisoformat(newest["items"][0]["effective_on"]) - YEAR
        asked = {**chosen, "effective_on__gte": since.isoformat(), "ordering": "effective_on", "limit": "500"}
        rows = (await desk.api.get(RATES, asked)).body["items"]
    resource = desk.contract.resources["exchange-rates"]
    values = {
        "key": str(uuid4()),
        "refusal": None,
        "tried": None,
        "content": "",
        "is_superseding": False,
        "status": 200,
        **values,
    }
    return desk.draw(
        "rates.html", resource=resource, rows=list(reversed(rows)), course=_course(rows), currency=currency,
        currencies=desk.contract.words({"x-enumeration": "currency"}), is_saved="saved" in desk.request.query_params,
        **values,
    )  # fmt: skip


def _course(rows: Sequence[Mapping[str, Any]]) -> Course | None:
    """The line of the published rates; None where there are not two of them."""
    stated = [(date.fromisoformat(one["effective_on"]), Decimal(one["value"])) for one in rows]
    if len(stated) < 2:
        return None
    days, values = [one.toordinal() for one, _ in stated], [value for _, value in stated]
    low, high = min(values), max(values)
    span = (high - low) or Decimal(1)
    points = [
        (
            MARGIN + (day - days[0]) / max(1, days[-1] - days[0]) * (WIDTH - 2 * MARGIN),
            HEIGHT - MARGIN - float((value - low) / span) * (HEIGHT - 2 * MARGIN),
        )
        for day, value in zip(days, values, strict=True)
    ]
    return Course(points, str(low), str(high), stated[0][0].isoformat(), stated[-1][0].isoformat())


async def _loaded(desk: Desk) -> Response:
    """A file that is tried first, with what it would change; recorded when that is confirmed."""
    given, content = await _file_of(desk)
    if not desk.session.owns(given.get("csrf", "")) or not is_of_this_site(desk.request):
        raise SignInNeeded
    is_sure = given.get("then") == "record"
    asked = {"supersede": "true"} if given.get("supersede") else {}
    key = given.get("key") or str(uuid4())
    held = {"key": key, "content": b64encode(content).decode(), "is_superseding": bool(asked)}
    try:
        answer = await desk.api.upload(
            f"{RATES}/files", content, key=key, parameters=asked if is_sure else {**asked, "dry_run": "true"},
            reason=given.get("reason") or None,
        )  # fmt: skip
    except Refused as refusal:
        if refusal.status == httpx.codes.UNAUTHORIZED:
            raise SignInNeeded from refusal
        return await _page(desk, refusal=refusal, status=refusal.status, **held)
    if is_sure:
        desk.kept.clear()
        return RedirectResponse("/desk/rates?saved=1", status_code=303)
    return await _page(desk, tried=answer.body, reason=given.get("reason", ""), **held)


async def _file_of(desk: Desk) -> tuple[Mapping[str, str], bytes]:
    """The inputs of the form, and the file: chosen just now, or kept by the page that tried it."""
    given = await form_of(desk.request)
    kept = given.get("content", "")
    try:
        return given, desk.request.scope.get("desk.file") or b64decode(kept, validate=True)
    except NotBase64:
        return given, b""
