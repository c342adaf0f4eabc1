"""What a frozen edition printed without naming it is not deleted; what came later is."""

from typing import Any

from uuid_utils.compat import uuid7

from tests.facts.builder import Builder, both
from tests.reporting_worker.editions.conftest import Clients, Desk

VISIT = {"kind": "field_visit", "title": both("Visite"), "long": both("Visite de la zone."), "protection": "public"}
LISTED: dict[str, Any] = {"section": "qip", "kind": "computed_list", "parameters": {"list": "activities.unplaced"}}
AMOUNT = {"kind": "approved", "amount": "12000", "currency": "USD", "on": "2022-03-14"}
GROUP = {"title": both("Deux projets"), "mechanism": "QIP", "project_count": 2, "amounts": [AMOUNT]}


async def test_what_an_edition_printed_stays(builder: Builder, desk: Desk, clients: Clients) -> None:
    officer = await clients("projects", "programme_officer", "oumar")

    async def made(path: str, body: dict[str, Any]) -> str:
        answer = await officer.post(f"/v1/{path}", json=body, headers={"Idempotency-Key": str(uuid7())})
        assert answer.status_code == 201, answer.text
        return str(answer.headers["Location"])

    def visit(on: str) -> dict[str, Any]:
        return {**VISIT, "start_on": on, "end_on": on}

    printed = [await made("activities", visit("2022-03-14")), await made("announcements", GROUP)]
    beside = [await made("activities", visit("2022-04-14"))]
    await desk.draft(LISTED)
    for address in (*printed, *beside):
        assert "delete" in (await officer.get(address)).json()["can"], address
    await desk.approved()
    assert (await desk.freeze())["state"] == "frozen"
    later = [await made("activities", visit("2022-03-15")), await made("announcements", GROUP)]
    for address in printed:
        answer = await officer.delete(address, headers={"If-Match": "*", "Accept-Language": "fr"})
        assert (answer.status_code, answer.json()["referred_to_by"]) == (409, {"edition": 1}), answer.text
        assert "renvoient à" in answer.json()["detail"]
        assert "delete" not in (await officer.get(address)).json()["can"], address
    for address in (*beside, *later):
        assert "delete" in (await officer.get(address)).json()["can"], address
        assert (await officer.delete(address, headers={"If-Match": "*"})).status_code == 204
