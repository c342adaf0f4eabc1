"""The pages: lists, rows and forms of every resource that the contract has, home and sign-in."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode
from uuid import uuid4

import httpx
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from deploy.desk import shown
from deploy.desk.api import LATER, Answer, Api, Refused
from deploy.desk.contract import Act, Contract, Resource, label_of
from deploy.desk.forms import fields, read
from deploy.desk.session import LANGUAGE, TOKEN, Session, is_of_this_site, keep, session_of
from deploy.desk.words import words_of

STATIC = Path(__file__).parent / "static"
EACH_PAGE = "50"
OFFERED = "500"
"""How many rows a choice offers; beyond, a key is typed, and the API names what resembles it."""
FORM_BYTES = 1_000_000
_OWN = ("csrf", "key", "etag", "add", "reason", "resume", "person")
"""Inputs that are the form's and no member's."""


@dataclass(frozen=True)
class Desk:
    """What one request works with."""

    request: Request
    session: Session
    api: Api
    contract: Contract


class Pages:
    """Draws each page from the contract in the reader's language, which is read once."""

    def __init__(
        self, client: Callable[[], httpx.AsyncClient], people: Sequence[Any], token: Callable[[str], str]
    ) -> None:
        self._make, self._people, self._token = client, people, token
        self._client: httpx.AsyncClient | None = None
        self._contracts: dict[str, Contract] = {}
        self._reading = asyncio.Lock()
        self._templates = Environment(
            loader=PackageLoader("deploy.desk"),
            autoescape=select_autoescape(default=True),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def home(self, request: Request) -> Response:
        """What waits, the figures of the day, and every list."""
        return await self._answered(request, self._home)

    async def rows(self, request: Request) -> Response:
        """A list with its filters in the address, and the counts of exactly what they keep."""
        return await self._answered(request, self._rows)

    async def row(self, request: Request) -> Response:
        """All of one row, and what can be done to it."""
        return await self._answered(request, self._row)

    async def create(self, request: Request) -> Response:
        """A form for a new row."""
        return await self._answered(request, self._create)

    async def act(self, request: Request) -> Response:
        """A form for something done to a row."""
        return await self._answered(request, self._act)

    async def search(self, request: Request) -> Response:
        """What words find in every list that is searched."""
        return await self._answered(request, self._search)

    async def sign_in(self, request: Request) -> Response:
        """Who one may be; then back to where one was, with what one had typed."""
        session = session_of(request)
        if request.method == "GET":
            return self._draw(request, session, "sign_in.html", people=self._people, typed=())
        given = await _form(request)
        person = given.get("person", "")
        if person not in {one.key for one in self._people} or not is_of_this_site(request):
            return self._draw(request, session, "sign_in.html", people=self._people, typed=())
        token = self._token(person)
        resume = given.get("resume", "")
        if resume.startswith("/desk") and len(given) > 2:
            typed = {name: value for name, value in given.items() if name not in {"person", "resume", "csrf"}}
            answer = await self._resumed(request, Session(token, session.language), resume, typed)
        else:
            answer = RedirectResponse(resume if resume.startswith("/desk") else "/desk", status_code=303)
        keep(answer, TOKEN, token, request)
        return answer

    async def sign_out(self, request: Request) -> Response:
        """Forget the token."""
        session, given = session_of(request), await _form(request)
        answer = RedirectResponse("/desk/sign-in", status_code=303)
        if session.owns(given.get("csrf", "")):
            answer.delete_cookie(TOKEN, path="/desk")
        return answer

    async def missing(self, request: Request, _: Exception) -> Response:
        """No such page."""
        session = session_of(request)
        said = words_of(session.language)["not_found"]
        return self._draw(request, session, "refused.html", status=404, refusal=said, faults=())

    async def _answered(self, request: Request, page: Callable[[Desk], Any]) -> Response:
        session = session_of(request)
        if session.token is None:
            return await self._asked_to_sign_in(request, session)
        try:
            found: Response = await page(await self._desk(request, session))
        except Refused as refusal:
            if refusal.status == httpx.codes.UNAUTHORIZED:
                return await self._asked_to_sign_in(request, session)
            said = words_of(session.language)["later"] if refusal.status == LATER else refusal.detail
            return self._draw(
                request, session, "refused.html", status=refusal.status, refusal=said, faults=refusal.faults
            )
        return found

    async def _asked_to_sign_in(self, request: Request, session: Session) -> Response:
        typed = await _form(request) if request.method == "POST" else {}
        query = f"?{request.url.query}" if request.url.query else ""
        return self._draw(
            request, session, "sign_in.html", status=401 if session.token else 200, people=self._people,
            typed=tuple(typed.items()), resume=request.url.path + query, has_ended=session.token is not None,
        )  # fmt: skip

    async def _resumed(
        self, request: Request, session: Session, path: str, typed: Mapping[str, str]
    ) -> Response:
        """The form as it was left, for somebody who has signed in again."""
        desk = await self._desk(request, session)
        parts = path.partition("?")[0].split("/")[2:]
        resource = desk.contract.resources.get(parts[0])
        act = (
            None
            if resource is None
            else resource.create
            if parts[1:] == ["new"]
            else resource.acts.get(parts[-1])
        )
        if resource is None or act is None or act.body is None:
            return RedirectResponse(path, status_code=303)
        value = read(desk.contract, act.body, typed)
        return await self._draw_form(desk, resource, act, value, typed, action=path)

    async def _desk(self, request: Request, session: Session) -> Desk:
        if self._client is None:
            self._client = self._make()
        api = Api(self._client, session.token, session.language)
        return Desk(request, session, api, await self._contract(api, session.language))

    async def _contract(self, api: Api, language: str) -> Contract:
        async with self._reading:
            if language not in self._contracts:
                document = (await api.get("/openapi.json")).body
                enumerations = (await api.get("/v1/enumerations")).body
                self._contracts[language] = Contract(document, enumerations["items"], language)
        return self._contracts[language]

    async def _home(self, desk: Desk) -> Response:
        figures, waiting = await asyncio.gather(_figures(desk), _waiting(desk))
        groups: dict[str, list[Resource]] = {}
        for one in desk.contract.resources.values():
            groups.setdefault(one.tag, []).append(one)
        return self._draw(
            desk.request, desk.session, "home.html", desk, figures=figures, waiting=waiting, groups=groups
        )

    async def _search(self, desk: Desk) -> Response:
        words = desk.request.query_params.get("q", "").strip()
        searched = [one for one in desk.contract.resources.values() if one.is_searched] if words else []

        async def found(one: Resource) -> tuple[Resource, Sequence[Mapping[str, Any]]]:
            try:
                answer = await desk.api.get(f"/v1/{one.name}", {"q": words, "limit": "8"})
            except Refused:
                return one, ()
            return one, answer.body["items"]

        results = [one for one in await asyncio.gather(*map(found, searched)) if one[1]]
        return self._draw(desk.request, desk.session, "search.html", desk, q=words, results=results)

    async def _rows(self, desk: Desk) -> Response:
        resource = _resource(desk)
        known = {one["name"] for one in resource.parameters}
        asked = {name: value for name, value in desk.request.query_params.items() if value and name in known}
        counted = {
            name: value for name, value in asked.items() if name not in {"cursor", "ordering", "limit"}
        }
        page, totals, choices = await asyncio.gather(
            desk.api.get(f"/v1/{resource.name}", {"limit": EACH_PAGE, **asked}),
            desk.api.get(f"/v1/{resource.name}/totals", counted) if resource.is_counted else _nothing(),
            self._choices(desk, [_named(one) for one in resource.filters]),
        )
        following = page.body.get("next_cursor")
        return self._draw(
            desk.request, desk.session, "rows.html", desk, resource=resource, rows=page.body["items"],
            asked=asked, totals=totals.body, choices=choices,
            following=urlencode({**asked, "cursor": following}) if following else None,
        )  # fmt: skip

    async def _row(self, desk: Desk) -> Response:
        resource = _resource(desk)
        moment = {name: desk.request.query_params[name] for name in ("as_of", "known_at")
                  if desk.request.query_params.get(name)}  # fmt: skip
        path = f"/v1/{resource.name}/{quote(desk.request.path_params['row'], safe='')}"
        answer, allowed = await asyncio.gather(
            desk.api.get(path, moment),
            _allowed(desk, path) if "transitions" in resource.acts else _nothing(),
        )
        return self._draw(
            desk.request, desk.session, "row.html", desk, resource=resource, found=answer.body,
            allowed=allowed.body, moment=moment, is_saved="saved" in desk.request.query_params,
        )  # fmt: skip

    async def _create(self, desk: Desk) -> Response:
        resource = _resource(desk)
        if resource.create is None or resource.create.body is None:
            raise HTTPException(404)
        return await self._form_page(desk, resource, resource.create, {}, None)

    async def _act(self, desk: Desk) -> Response:
        resource = _resource(desk)
        act = resource.acts.get(desk.request.path_params["act"])
        if act is None:
            raise HTTPException(404)
        path = f"/v1/{resource.name}/{quote(desk.request.path_params['row'], safe='')}"
        held = await desk.api.get(path)
        value: dict[str, Any] = {}
        if act.body is not None:
            members = act.body.get("properties", {})
            is_whole = act.name == "edit"
            value = {
                name: _key_of(held.body[name])
                for name in members
                if is_whole and held.body.get(name) is not None
            }
            value |= {name: said for name, said in desk.request.query_params.items() if name in members}
        return await self._form_page(desk, resource, act, value, held)

    async def _form_page(
        self, desk: Desk, resource: Resource, act: Act, value: Mapping[str, Any], held: Answer | None
    ) -> Response:
        if desk.request.method == "GET":
            own = {"etag": held.etag if held and held.etag else ""}
            return await self._draw_form(desk, resource, act, value, own, held=held)
        given = await _form(desk.request)
        if not desk.session.owns(given.get("csrf", "")) or not is_of_this_site(desk.request):
            return await self._asked_to_sign_in(desk.request, desk.session)
        body = (
            None if act.body is None else read(desk.contract, act.body, given, is_patch=act.method == "patch")
        )
        if "add" in given and body is not None:
            return await self._draw_form(desk, resource, act, _with_row(body, given["add"]), given, held=held)
        path = (
            act.path
            if held is None
            else act.path.replace(f"{{{resource.noun}}}", quote(str(held.body["id"])))
        )
        try:
            answer = await desk.api.send(
                act.method, path, body, key=given.get("key", ""), etag=given.get("etag") or None,
                reason=given.get("reason") or None,
            )  # fmt: skip
        except Refused as refusal:
            if refusal.status == httpx.codes.UNAUTHORIZED:
                return await self._asked_to_sign_in(desk.request, desk.session)
            return await self._draw_form(desk, resource, act, body or {}, given, held=held, refusal=refusal)
        return RedirectResponse(_after(resource, act, answer, held), status_code=303)

    async def _draw_form(
        self, desk: Desk, resource: Resource, act: Act, value: Mapping[str, Any], given: Mapping[str, str],
        *, held: Answer | None = None, refusal: Refused | None = None, action: str | None = None,
    ) -> Response:  # fmt: skip
        inputs = [] if act.body is None else fields(desk.contract, act.body, value)
        is_stale = refusal is not None and refusal.status == httpx.codes.PRECONDITION_FAILED
        etag = held.etag if is_stale and held else given.get("etag")
        faults: dict[str, str] = {}
        for one in refusal.faults if refusal else ():
            faults.setdefault(str(one.get("pointer") or ""), str(one.get("detail")))
        return self._draw(
            desk.request, desk.session, "form.html", desk, resource=resource, act=act, inputs=inputs,
            status=refusal.status if refusal else 200, refusal=refusal, faults=faults, held=held,
            choices=await self._choices(desk, _all_named(inputs)), value=value, is_stale=is_stale,
            own={"key": given.get("key") or str(uuid4()), "etag": etag or "", "reason": given.get("reason", "")},
            action=action or desk.request.url.path,
        )  # fmt: skip

    async def _choices(self, desk: Desk, nouns: Sequence[str | None]) -> Mapping[str, Mapping[str, str]]:
        """The rows of each kind that can be named, where they are not too many."""
        wanted = sorted({one for one in nouns if one is not None and one in desk.contract.by_noun})

        async def offered(noun: str) -> Mapping[str, str]:
            resource = desk.contract.by_noun[noun]
            try:
                page = (await desk.api.get(f"/v1/{resource.name}", {"limit": OFFERED})).body
            except Refused:
                return {}
            if page.get("next_cursor"):
                return {}
            return {str(row[resource.key]): called(row, desk.session.language) for row in page["items"]}

        return dict(zip(wanted, await asyncio.gather(*map(offered, wanted)), strict=True))

    def _draw(
        self,
        request: Request,
        session: Session,
        template: str,
        desk: Desk | None = None,
        *,
        status: int = 200,
        **values: Any,
    ) -> Response:
        said = words_of(session.language)
        if desk is not None:
            values["contract"] = desk.contract
            values["show"] = shown.Values(desk.contract, said)
        answer = HTMLResponse(
            self._templates.get_template(template).render(
                said=said, session=session, path=request.url.path, query=dict(request.query_params),
                label_of=label_of, called=lambda row: called(row, session.language), is_table=shown.is_table,
                columns_of=shown.columns_of, number=lambda value: shown.number(value, session.language),
                other="en" if session.language == "fr" else "fr", urlencode=urlencode, **values,
            ),
            status_code=status,
        )  # fmt: skip
        if request.query_params.get("language"):
            keep(answer, LANGUAGE, session.language, request)
        return answer


def called(row: Mapping[str, Any], language: str) -> str:
    """What people call a row."""
    for name in shown.NAMES:
        value = row.get(name)
        if value:
            return shown.text_in(value, language) if shown.is_texts(value) else str(value)
    return str(row.get("id", ""))


def _resource(desk: Desk) -> Resource:
    found = desk.contract.resources.get(desk.request.path_params["resource"])
    if found is None:
        raise HTTPException(404)
    return found


async def _form(request: Request) -> dict[str, str]:
    """The inputs of a form; the bytes are bounded here, what they say is the API's to judge."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            raise HTTPException(413)
    request.scope.setdefault(
        "desk.form", dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    )
    found: dict[str, str] = request.scope["desk.form"]
    return found


async def _nothing() -> Answer:
    return Answer(None, None, None)


async def _allowed(desk: Desk, path: str) -> Answer:
    try:
        return await desk.api.get(f"{path}/transitions/allowed")
    except Refused:
        return await _nothing()


async def _figures(desk: Desk) -> Sequence[Mapping[str, Any]]:
    try:
        found: Sequence[Mapping[str, Any]] = (await desk.api.get("/v1/figures")).body["items"]
    except Refused:
        return ()
    return [one for one in found if one["unit"] in {"projects", "USD"} and one["value"] is not None]


_WAITS = (
    ("proposals", {"state__in": "proposed"}),
    ("projects", {"status__in": "under_review"}),
    ("projects", {"status__in": "submitted"}),
    ("editions", {"state__in": "in_review"}),
    ("deliveries", {"state__in": "dead"}),
)


async def _waiting(desk: Desk) -> Sequence[tuple[Resource, str, int, str]]:
    """What lists hold that somebody has to act on: the list, the state in words, how many, and the address."""

    async def one(name: str, chosen: Mapping[str, str]) -> tuple[Resource, str, int, str] | None:
        resource = desk.contract.resources.get(name)
        if resource is None:
            return None
        try:
            total = (await desk.api.get(f"/v1/{name}/totals", chosen)).body["total"]
        except Refused:
            return None
        state = next(iter(chosen.values()))
        schema = desk.contract.resolved(
            resource.item["properties"].get("state") or resource.item["properties"].get("status") or {}
        )
        return resource, desk.contract.word(schema, state), total, f"/desk/{name}?{urlencode(chosen)}"

    found = await asyncio.gather(*(one(name, chosen) for name, chosen in _WAITS))
    return [each for each in found if each is not None and each[2]]


def _named(parameter: Mapping[str, Any]) -> str | None:
    schema = parameter.get("schema", {})
    found = schema.get("x-refers-to") or next(
        (one["x-refers-to"] for one in schema.get("anyOf", ()) if "x-refers-to" in one), None
    )
    return None if found is None else str(found)


def _all_named(inputs: Sequence[Any]) -> list[str | None]:
    return [noun for one in inputs for noun in (one.refers_to, *_all_named(one.parts))]


def _key_of(value: Any) -> Any:
    """What names a row that is shown in parts: the form takes keys."""
    if isinstance(value, dict) and not shown.is_texts(value) and "slug" in value:
        return value["slug"]
    return value


def _with_row(body: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    """The document with one more empty row where the pointer leads."""
    found: Any = dict(body)
    at, names = found, pointer.strip("/").split("/")
    for name in names[:-1]:
        at = at[int(name)] if isinstance(at, list) else at.setdefault(name, {})
    if isinstance(at, dict):
        at[names[-1]] = [*at.get(names[-1], ()), {}]
    return dict(found)


def _after(resource: Resource, act: Act, answer: Answer, held: Answer | None) -> str:
    """Where one goes after a write: to the row, or to the list of one that is gone."""
    if act.name == "delete":
        return f"/desk/{resource.name}"
    body = answer.body if isinstance(answer.body, dict) else {}
    row = (held.body["id"] if held else None) or body.get("id") or body.get("key")
    if row is None and answer.location:
        row = answer.location.rstrip("/").rpartition("/")[2]
    return f"/desk/{resource.name}/{quote(str(row), safe='')}?saved=1"
