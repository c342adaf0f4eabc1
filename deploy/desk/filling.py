"""Forms as pages: what they ask for, how they are kept when something is wrong, and what is sent to the API, once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from deploy.desk import shown
from deploy.desk.api import Answer, Refused
from deploy.desk.contract import Act, Resource
from deploy.desk.forms import Field, dated, fields, read
from deploy.desk.offers import choices
from deploy.desk.session import is_of_this_site
from deploy.desk.typed import form_of
from deploy.desk.work import Desk, SignInNeeded, resource_of

_MADE = re.compile(r"/v1/([a-z-]+)/([^/?]+)$")


@dataclass(frozen=True)
class Task:
    """What a form does, and to which row."""

    resource: Resource
    act: Act
    held: Answer | None = None
    template: str = "form.html"
    sections: Sequence[tuple[str, Sequence[str]]] = ()
    """The headings of a page made by hand, with the members below each."""
    dated_by: str | None = None
    """The member whose date the facts of the form take that have none of their own."""

    @property
    def path(self) -> str:
        """The address that takes the form."""
        if self.held is None:
            return self.act.path
        return self.act.path.replace(f"{{{self.resource.noun}}}", quote(str(self.held.body["id"])))

    @property
    def begins_with(self) -> dict[str, Any]:
        """What stands on record, where the form replaces it: what a whole leaves out would be lost."""
        if self.held is None or self.act.body is None or self.act.method not in {"put", "patch"}:
            return {}
        held = self.held.body
        return {name: key_of(held[name]) for name in self.act.body.get("properties", {}) if held.get(name) is not None}

    def after(self, answer: Answer) -> str:
        """Where one goes after the write: to the row, or to the list of one that is gone."""
        if self.act.name == "delete":
            return f"/desk/{self.resource.name}"
        if self.held is not None:
            return f"/desk/{self.resource.name}/{quote(str(self.held.body['id']), safe='')}?saved=1"
        made = _MADE.search(answer.location or "")
        if made is not None:  # what was asked for may have become something else, a proposal for instance
            return f"/desk/{made[1]}/{made[2]}?saved=1"
        body = answer.body if isinstance(answer.body, dict) else {}
        return f"/desk/{self.resource.name}/{quote(str(body.get('id') or body.get('key')), safe='')}?saved=1"


@dataclass(frozen=True)
class Filled:
    """A form as it stands: what was typed, the key under which it is sent once, and what is wrong with it."""

    value: Mapping[str, Any] = field(default_factory=dict)
    key: str = field(default_factory=lambda: str(uuid4()))
    etag: str = ""
    reason: str = ""
    refusal: Refused | None = None

    @property
    def faults(self) -> Mapping[str, str]:
        """The first fault of each member, by its pointer."""
        found: dict[str, str] = {}
        for one in self.refusal.faults if self.refusal else ():
            found.setdefault(str(one.get("pointer") or ""), str(one.get("detail")))
        return found

    @property
    def wrong(self) -> frozenset[str]:
        """The pointers of all members that are wrong or hold what is."""
        parts = [pointer.split("/") for pointer in self.faults]
        return frozenset("/".join(one[:length]) for one in parts for length in range(2, len(one) + 1))

    @property
    def is_stale(self) -> bool:
        """Whether somebody has changed the row meanwhile."""
        return self.refusal is not None and self.refusal.status == httpx.codes.PRECONDITION_FAILED


async def create(desk: Desk) -> Response:
    """A form for a new row."""
    resource = resource_of(desk)
    if resource.create is None or resource.create.body is None:
        raise HTTPException(404)
    return await form_page(desk, Task(resource, resource.create))


async def act(desk: Desk) -> Response:
    """A form for something done to a row."""
    resource = resource_of(desk)
    done = resource.acts.get(desk.request.path_params["act"])
    if done is None:
        raise HTTPException(404)
    path = f"/v1/{resource.name}/{quote(desk.request.path_params['row'], safe='')}"
    return await form_page(desk, Task(resource, done, await desk.api.get(path)))


async def form_page(desk: Desk, task: Task) -> Response:
    """The form, empty or with what stands on record; or what comes of sending it."""
    if desk.request.method == "GET":
        members = (task.act.body or {}).get("properties", {})
        given = dict(desk.request.query_params)
        said = {name: value for name, value in given.items() if name in members}
        if any(name.startswith("/") for name in given):
            said |= _body(desk, task, given)
        etag = task.held.etag if task.held and task.held.etag else ""
        return await drawn(desk, task, Filled(value={**task.begins_with, **said}, etag=etag))
    given = await form_of(desk.request)
    if not desk.session.owns(given.get("csrf", "")) or not is_of_this_site(desk.request):
        raise SignInNeeded
    if "add" in given:
        filled = filled_of(desk, task, given)
        return await drawn(desk, task, Filled(_with_row(filled.value, given["add"]), filled.key, filled.etag))
    return await sent(desk, task, given)


async def sent(desk: Desk, task: Task, given: Mapping[str, str]) -> Response:
    """What comes of sending a form: the row, or the form again with what is wrong beside each input."""
    whole = dated(given, task.dated_by) if task.dated_by else given
    body = None if task.act.body is None else _body(desk, task, whole)
    try:
        answer = await desk.api.send(
            task.act.method, task.path, body, key=given.get("key", ""), etag=given.get("etag") or None,
            reason=given.get("reason") or None,
        )  # fmt: skip
    except Refused as refusal:
        if refusal.status == httpx.codes.UNAUTHORIZED:
            raise SignInNeeded from refusal
        return await drawn(desk, task, filled_of(desk, task, given, refusal))
    desk.kept.clear()
    return RedirectResponse(task.after(answer), status_code=303)


async def drawn(desk: Desk, task: Task, filled: Filled, action: str | None = None) -> Response:
    """The page of a form."""
    inputs = [] if task.act.body is None else fields(desk.contract, task.act.body, filled.value, dated_by=task.dated_by)
    return desk.draw(
        task.template, sections=task.sections, resource=task.resource, act=task.act,
        held=task.held, inputs=inputs, filled=filled,
        faults=filled.faults, refusal=filled.refusal, status=filled.refusal.status if filled.refusal else 200,
        choices=await choices(desk, _all_named(inputs)), action=action or desk.request.url.path,
    )  # fmt: skip


def filled_of(desk: Desk, task: Task, given: Mapping[str, str], refusal: Refused | None = None) -> Filled:
    """A form as it was sent."""
    filled = Filled(_body(desk, task, given), given.get("key") or str(uuid4()), given.get("etag", ""),
                    given.get("reason", ""), refusal)  # fmt: skip
    if filled.is_stale and task.held and task.held.etag:
        return Filled(filled.value, filled.key, task.held.etag, filled.reason, refusal)
    return filled


async def resumed(desk: Desk, path: str, typed: Mapping[str, str]) -> Response:
    """The form as it was left, for somebody who has signed in again."""
    parts = path.partition("?")[0].split("/")[2:]
    resource = desk.contract.resources.get(parts[0]) if parts else None
    done = None if resource is None else resource.create if parts[1:] == ["new"] else resource.acts.get(parts[-1])
    if resource is None or done is None or done.body is None:
        return RedirectResponse(path, status_code=303)
    task = Task(resource, done)
    return await drawn(desk, task, filled_of(desk, task, typed), action=path)


def key_of(value: Any) -> Any:
    """What names a row that is shown in parts: the form takes keys."""
    if isinstance(value, dict) and not shown.is_texts(value) and "slug" in value:
        return value["slug"]
    return value


def _body(desk: Desk, task: Task, given: Mapping[str, str]) -> dict[str, Any]:
    return read(desk.contract, task.act.body or {}, given, is_patch=task.act.method == "patch")


def _all_named(inputs: Sequence[Field]) -> Iterator[str | None]:
    for one in inputs:
        yield one.refers_to
        yield from _all_named(one.parts)


def _with_row(body: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    """The document with one more empty row where the pointer leads."""
    found: Any = dict(body)
    at, names = found, pointer.strip("/").split("/")
    for name in names[:-1]:
        at = at[int(name)] if isinstance(at, list) else at.setdefault(name, {})
    if isinstance(at, dict):
        at[names[-1]] = [*at.get(names[-1], ()), {}]
    return dict(found)
