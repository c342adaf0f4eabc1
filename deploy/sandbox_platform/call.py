"""One request to the sandbox platform: who calls, with which parameters, and how the answer is put together."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploy.sandbox_platform.accounts import Account, Accounts
from deploy.sandbox_platform.archive import Archive, Entry
from deploy.sandbox_platform.representations import JSON_TYPE, WordPressError, invalid_parameter

_INTEGER = re.compile(r"-?[0-9]{1,18}")


class Call:
    """One request with what every handler asks of it."""

    def __init__(self, request: Request, archive: Archive, accounts: Accounts) -> None:
        self.request, self.archive = request, archive
        self.account: Account | None = accounts.authenticate(request.headers.get("authorization"))
        self.origin = str(request.base_url).rstrip("/")
        self.context = request.query_params.get("context", "view")

    def can(self, capability: str) -> bool:
        """Whether the caller is somebody with this capability."""
        return self.account is not None and self.account.can(capability)

    def may_edit(self, entry: Entry) -> bool:
        """Whether the caller may change this entry: their own, or anybody's for an editor."""
        if self.account is None or not self.account.can("edit_posts"):
            return False
        own = entry["author"] == self.account.id
        if own and entry.get("status") == "publish":
            return self.account.can("edit_published_posts")
        return own or self.account.can("edit_others_posts")

    def refuse(self, code: str, message: str) -> WordPressError:
        """403 for somebody, 401 for an anonymous caller."""
        return WordPressError(403 if self.account else 401, code, message)

    def values(self, name: str) -> list[str] | None:
        """A list parameter, given as `a,b` or as `name[]=a&name[]=b`; None when absent."""
        query = self.request.query_params
        given = [*query.getlist(name), *query.getlist(f"{name}[]")]
        return [part for value in given for part in value.split(",")] if given else None

    def number(self, name: str, default: int, highest: int) -> int:
        """An integer parameter between 1 and `highest`."""
        text = self.request.query_params.get(name, str(default))
        if not _INTEGER.fullmatch(text):
            message = f"{name} is not of type integer."
            raise invalid_parameter(name, message, "rest_invalid_type", {"param": name})
        if not 1 <= int(text) <= highest:
            message = f"{name} must be between 1 (inclusive) and {highest} (inclusive)"
            raise invalid_parameter(name, message, "rest_out_of_bounds")
        return int(text)

    async def fields(self) -> Entry:
        """The JSON object of the body."""
        body = await self.request.body()
        if not body:
            return {}
        try:
            fields = json.loads(body)
        except ValueError:
            data = {"json_error_code": 4, "json_error_message": "Syntax error"}
            raise WordPressError(400, "rest_invalid_json", "Invalid JSON body passed.", **data) from None
        return fields if isinstance(fields, dict) else {}

    def answer(self, body: Any, status: int = 200, **headers: str) -> Response:
        """One resource, with only the `_fields` asked for."""
        return JSONResponse(self._only(body), status, headers, media_type=JSON_TYPE)

    def page(
        self, entries: Sequence[Entry], show: Callable[[Entry], Entry | None], *, checked: bool = True
    ) -> Response:
        """One page of a collection with its totals in the headers."""
        size, page = self.number("per_page", 10, 100), self.number("page", 1, 10**9)
        pages = -(-len(entries) // size)
        if checked and page > max(pages, 1):
            message = "The page number requested is larger than the number of pages available."
            raise WordPressError(400, "rest_post_invalid_page_number", message)
        shown = [body for entry in entries[(page - 1) * size : page * size] if (body := show(entry)) is not None]
        headers = {"X-WP-Total": str(len(entries)), "X-WP-TotalPages": str(pages)}
        return JSONResponse([self._only(body) for body in shown], headers=headers, media_type=JSON_TYPE)

    def _only(self, body: Entry) -> Entry:
        wanted = self.values("_fields")
        if wanted is None:
            return body
        names = {name.partition(".")[0] for name in wanted}
        return {name: value for name, value in body.items() if name in names}
