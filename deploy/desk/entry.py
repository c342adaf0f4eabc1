"""A new project on one screen, kept as a draft at any moment; submitting one says all that is missing at once."""

from uuid import uuid4

from starlette.responses import RedirectResponse, Response

from deploy.desk.api import Refused
from deploy.desk.filling import Task, form_page
from deploy.desk.typed import form_of
from deploy.desk.work import Desk

SECTIONS = (
    ("section_what", ("mechanism", "identified_on", "title", "summary", "sectors")),
    ("section_where", ("places",)),
    ("section_money", ("amounts",)),
    ("section_people", ("beneficiaries",)),
    ("section_parties", ("roles",)),
    ("section_when", ("protection", "reference")),
)
"""The members that officers fill in, in the order in which they think of them; all others come after, folded away."""


async def enter(desk: Desk) -> Response:
    """The form; a draft when it is saved, submitted when that is asked for and nothing is missing."""
    resource = desk.contract.resources["projects"]
    if resource.create is None:
        return RedirectResponse("/desk/projects", status_code=303)
    answer = await form_page(
        desk, Task(resource, resource.create, template="entry.html", sections=SECTIONS, dated_by="identified_on")
    )
    address = answer.headers.get("location")
    if address is None or (await form_of(desk.request)).get("then") != "submitted":
        return answer
    try:
        await submitted(desk, address.partition("?")[0].rpartition("/")[2])
    except Refused:
        return RedirectResponse(address.replace("saved=1", "missing=1"), status_code=303)
    return answer


async def submitted(desk: Desk, project: str) -> None:
    """Ask that a draft be submitted.

    Raises:
        Refused: something is missing; the states that may follow say what.
    """
    path = f"/v1/projects/{project}"
    held = await desk.api.get(path)
    key = (await form_of(desk.request)).get("key") or str(uuid4())
    on = held.body["status_since"]
    await desk.api.send("post", f"{path}/transitions", {"to": "submitted", "on": on}, key=f"{key}-then", etag=held.etag)
