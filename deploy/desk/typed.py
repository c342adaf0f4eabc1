"""What somebody typed into a form, and the file that they chose."""

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

FORM_BYTES = 4_000_000
"""What a form may hold, its file included."""


async def form_of(request: Request) -> dict[str, str]:
    """The inputs of a form, read once; the bytes are bounded here, what they say is the API's to judge.

    The file of a form that has one is in the request's scope, as `desk.file`.
    """
    if "desk.form" not in request.scope:
        if request.headers.get("content-type", "").startswith("multipart/"):
            request.scope["desk.form"] = await _with_file(request)
        else:
            text = (await _bounded(request)).decode(errors="replace")
            request.scope["desk.form"] = dict(parse_qsl(text, keep_blank_values=True))
    found: dict[str, str] = request.scope["desk.form"]
    return found


async def _bounded(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            raise HTTPException(413)
    return body


async def _with_file(request: Request) -> dict[str, str]:
    if int(request.headers.get("content-length") or FORM_BYTES + 1) > FORM_BYTES:
        raise HTTPException(413)
    found = {}
    async with request.form(max_files=1, max_part_size=FORM_BYTES) as form:
        for name, value in form.items():
            if isinstance(value, str):
                found[name] = value
            else:
                request.scope["desk.file"], found[name] = await value.read(), value.filename or ""
    return found
