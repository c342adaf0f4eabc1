"""A register taken in on a screen: the file is tried, each fault stands by its row and column, then all is recorded."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import httpx
from starlette.responses import RedirectResponse, Response

from deploy.desk.api import Refused
from deploy.desk.session import is_of_this_site
from deploy.desk.typed import form_of
from deploy.desk.work import Desk, SignInNeeded

REGISTERS = "/v1/registers"
FIELDS = (
    "reference", "mechanism", "title_fr", "title_en", "status", "on", "place", "sector", "sponsor", "implementer", "amount",
    "currency", "people", "female", "male", "protection",
)  # fmt: skip
"""What a column may say, as the API names it."""
NONE = "-"


async def register(desk: Desk) -> Response:
    """A form for the file; or what it would bring."""
    if desk.request.method == "GET":
        return _page(desk)
    given = await form_of(desk.request)
    if not desk.session.owns(given.get("csrf", "")) or not is_of_this_site(desk.request):
        raise SignInNeeded
    content = desk.request.scope.get("desk.file") or _kept(given.get("content", ""))
    told = [given[name] for name in sorted((one for one in given if one.startswith("column-")), key=_place)]
    document = given.get("document") or given.get("chosen") or ""
    is_sure = given.get("then") == "record"
    asked = {
        **({"columns": ",".join(told)} if told else {}), **({"document": document} if document else {}),
        **({} if is_sure else {"dry_run": "true"}),
    }  # fmt: skip
    key = given.get("key") or str(uuid4())
    held = {"key": key, "content": b64encode(content).decode(), "document": document, "told": told,
            "headings": given.get("headings", "").split("\n") if given.get("headings") else []}  # fmt: skip
    try:
        answer = await desk.api.upload(REGISTERS, content, key=key, parameters=asked)
    except Refused as refusal:
        if refusal.status == httpx.codes.UNAUTHORIZED:
            raise SignInNeeded from refusal
        return _page(desk, refusal=refusal, status=refusal.status, **held)
    if is_sure:
        desk.kept.clear()
        return RedirectResponse("/desk/projects?ordering=-since&saved=1", status_code=303)
    columns: Sequence[Mapping[str, Any]] = answer.body["columns"]
    held |= {"told": [one["says"] for one in columns], "headings": [one["heading"] for one in columns]}
    return _page(desk, tried=answer.body, **held)


def _page(desk: Desk, **values: Any) -> Response:
    begun: dict[str, Any] = {
        "key": str(uuid4()), "content": "", "document": "", "told": [], "headings": [], "tried": None, "refusal": None,
        "status": 200,
    }  # fmt: skip
    return desk.draw("register.html", fields=FIELDS, none=NONE, **{**begun, **values})


def _kept(content: str) -> bytes:
    try:
        return b64decode(content, validate=True)
    except NotBase64:
        return b""


def _place(name: str) -> int:
    digits = name.removeprefix("column-")
    return int(digits) if digits.isdigit() else 0
