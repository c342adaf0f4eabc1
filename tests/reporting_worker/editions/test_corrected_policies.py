"""An edition prints the policy that stands; a frozen one keeps what it printed, and what was known then is known for ever."""

import json
import re
from datetime import date, datetime

from services.reporting_worker.composition.queries import material_statements
from shared.facts import NOW
from tests.facts.builder import Builder, both
from tests.reporting_worker.editions.conftest import Clients, Desk

CEILING = {"mechanism": "QIP", "kind": "ceiling", "value": "50000", "currency": "USD", "valid_from": "2013-07-01",
           "source": "Directive"}  # fmt: skip


async def printed(desk: Desk, slug: str) -> str:
    page = await desk.preview(format_="html", slug=slug)
    assert page.status_code == 200, page.text
    return " ".join(re.sub("<[^>]*>", "", page.text).split())


async def test_a_corrected_ceiling_is_printed_from_then_on(
    builder: Builder, desk: Desk, clients: Clients, reads
) -> None:
    admin = await clients("projects", "admin", "oumar")
    wrong = await admin.post("/v1/mechanisms/policies", json=CEILING)
    assert wrong.status_code == 201, wrong.text
    text = {"section": "foreword", "kind": "text", "text": both("Plafond : {policy:qip.ceiling}.")}
    await desk.draft(text)
    assert "Plafond : 50 000 USD." in await printed(desk, "2022-02")
    await desk.approved()
    known_at = (await desk.freeze())["known_at"]
    page = await desk.author.get("/bulletins/2022-02/fr")
    body = {**CEILING, "value": "60000", "supersedes_id": wrong.json()["id"], "reason": "Misread."}
    assert (await admin.post("/v1/mechanisms/policies", json=body)).status_code == 201
    assert (await desk.author.get("/bulletins/2022-02/fr")).content == page.content
    revision = await desk.step("revisions", {"slug": "2022-02-r2", "errata": both("Un mot.")})
    assert revision.status_code == 201, revision.text
    assert "Plafond : 60 000 USD." in await printed(desk, "2022-02-r2")
    held = material_statements()["policies"]
    for moment, value in ((NOW, "60000"), (datetime.fromisoformat(known_at), "50000")):
        asked = held.asked(as_of=date(2022, 3, 31), known_at=moment)
        assert json.loads(await reads.fetchval(*asked)) == {"qip.ceiling": [value, "USD"]}
