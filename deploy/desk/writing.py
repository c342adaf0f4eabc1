"""Forms: what they ask for, how they are kept when something is wrong, and what is sent to the API, once."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deploy.desk import shown
from deploy.desk.api import Answer, Refused
from deploy.desk.contract import Act, Resource
from deploy.desk.forms import fields, read
from deploy.desk.reception import Desk, Reception, called, form_of, resource_of
from deploy.desk.session import TOKEN, Session, is_of_this_site, keep, session_of

OFFERED = "500"
"""How many rows a choice offers; beyond, a key is typed, and the API names what resembles it."""


class Writing(Reception):
    """The pages on which something is recorded, changed or done."""

    async def create(self, request: Request) -> Response:
        """A form for a new row."""
        return await self._answered(request, self._create)

    async def act(self, request: Request) -> Response:
        """A form for something done to a row."""
        return await self._answered(request, self._act)

    async def sign_in(self, request: Request) -> Response:
        """Who one may be; then back to where one was, with what one had typed."""
        session = session_of(request)
        if request.method == "GET":
            return self._draw(request, session, "sign_in.html", people=self._people, typed=())
        given = await form_of(request)
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

    async def _create(self, desk: Desk) -> Response:
        resource = resource_of(desk)
        if resource.create is None or resource.create.body is None:
            raise HTTPException(404)
        return await self._form_page(desk, resource, resource.create, {}, None)

    async def _act(self, desk: Desk) -> Response:
        resource = resource_of(desk)
        act = resource.acts.get(desk.request.path_params["act"])
        if act is None:
            raise HTTPException(404)
        path = f"/v1/{resource.name}/{quote(desk.request.path_params['row'], safe='')}"
        held = await desk.api.get(path)
        value: dict[str, Any] = {}
        if act.body is not None:
            members = act.body.get("properties", {})
            is_whole = act.method in {"put", "patch"}  # what a form leaves out of a whole would be lost
            value = {name: _key_of(held.body[name]) for name in members if is_whole and held.body.get(name) is not None}
            value |= {name: said for name, said in desk.request.query_params.items() if name in members}
        return await self._form_page(desk, resource, act, value, held)

    async def _form_page(
        self, desk: Desk, resource: Resource, act: Act, value: Mapping[str, Any], held: Answer | None
    ) -> Response:
        if desk.request.method == "GET":
            own = {"etag": held.etag if held and held.etag else ""}
            return await self._draw_form(desk, resource, act, value, own, held=held)
        given = await form_of(desk.request)
        if not desk.session.owns(given.get("csrf", "")) or not is_of_this_site(desk.request):
            return await self._asked_to_sign_in(desk.request, desk.session)
        body = None if act.body is None else read(desk.contract, act.body, given, is_patch=act.method == "patch")
        if "add" in given and body is not None:
            return await self._draw_form(desk, resource, act, _with_row(body, given["add"]), given, held=held)
        path = act.path if held is None else act.path.replace(f"{{{resource.noun}}}", quote(str(held.body["id"])))
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
                page = (
                    await desk.api.get(f"/v1/{resource.name}", {"limit": OFFERED} if resource.is_paged else None)
                ).body
            except Refused:
                return {}
            if page.get("next_cursor"):
                return {}
            return {str(row[resource.key]): called(row, desk.session.language) for row in page["items"]}

        return dict(zip(wanted, await asyncio.gather(*map(offered, wanted)), strict=True))

    async def _resumed(self, request: Request, session: Session, path: str, typed: Mapping[str, str]) -> Response:
        """The form as it was left, for somebody who has signed in again."""
        desk = await self._desk(request, session)
        parts = path.partition("?")[0].split("/")[2:]
        resource = desk.contract.resources.get(parts[0])
        act = None if resource is None else resource.create if parts[1:] == ["new"] else resource.acts.get(parts[-1])
        if resource is None or act is None or act.body is None:
            return RedirectResponse(path, status_code=303)
        value = read(desk.contract, act.body, typed)
        return await self._draw_form(desk, resource, act, value, typed, action=path)


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
