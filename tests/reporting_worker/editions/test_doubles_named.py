"""What an edition's texts call by the name of a double is printed as the row that is kept; what is frozen stays."""

import re
from typing import Any

from tests.facts.builder import Builder, both
from tests.reporting_worker.editions.conftest import Clients, Desk

KEPT, DOUBLE = "QIP-2022-KDL-001", "QIP-2022-KDL-002"
TEXT = f"{{ref:{DOUBLE}}} / {{usd:{DOUBLE}}} / {{ref:Kidal la ville}} / {{ref:kidal}}"
HIGHLIGHTS: dict[str, Any] = {
    "section": "highlights",
    "kind": "highlights",
    "parameters": {"groups": [{"place": "kidal-ville", "entries": [{"text": both("Visite.")}]}]},
}


def saying(words: str) -> dict[str, Any]:
    return {"section": "foreword", "kind": "text", "text": both(words)}


async def merge(clients: Clients, path: str, into: str) -> None:
    officer = await clients("projects", "programme_officer", "oumar")
    body = {"into": into, "reason": "Entered twice."}
    answer = await officer.post(f"/v1/{path}/merge", json=body, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def portfolio(builder: Builder, clients: Clients, **double: Any) -> None:
    await builder.project(KEPT, ("in_progress", "2022-02-10"), usd="1000")
    await builder.project(DOUBLE, ("in_progress", "2022-02-10"), usd="2000", **double)
    officer = await clients("projects", "programme_officer", "oumar")
    place = {"slug": "kidal-ville", "kind": "region", "name": both("Kidal la ville"), "parent": "mali"}
    assert (await officer.post("/v1/places", json=place)).status_code == 201


async def printed(desk: Desk, slug: str = "2022-02") -> str:
    page = await desk.preview(format_="html", slug=slug)
    assert page.status_code == 200, page.text
    body = page.text[page.text.index("<body") :]
    return " ".join(re.sub("<[^>]*>", "", body).split())


async def test_texts_that_name_a_double_print_the_row_that_is_kept(
    builder: Builder, desk: Desk, clients: Clients
) -> None:
    await portfolio(builder, clients)
    await desk.draft(saying(TEXT), HIGHLIGHTS)
    assert f"{DOUBLE} / 2 000,00 USD / Kidal la ville / kidal" in await printed(desk)
    await merge(clients, f"projects/{DOUBLE}", KEPT)
    await merge(clients, "places/kidal-ville", "kidal")
    controls = await desk.controls()
    assert controls["texts.tokens"]["outcome"] == "passed", controls["texts.tokens"]
    after = await printed(desk)
    assert f"{KEPT} / 1 000,00 USD / kidal / kidal" in after
    assert "Kidal la ville" not in after
    assert DOUBLE not in after


async def test_a_frozen_edition_and_its_revision(builder: Builder, desk: Desk, clients: Clients) -> None:
    await portfolio(builder, clients)
    await desk.draft(saying(f"{{ref:{DOUBLE}}} / {{usd:{DOUBLE}}}"))
    await desk.approved()
    await desk.freeze()
    page = await desk.author.get("/bulletins/2022-02/fr")
    await merge(clients, f"projects/{DOUBLE}", KEPT)
    again = await desk.author.get("/bulletins/2022-02/fr")
    assert page.status_code == 200
    assert page.content == again.content
    assert DOUBLE in again.text
    answer = await desk.step("revisions", {"slug": "2022-02-r2", "errata": both("Un mot.")})
    assert answer.status_code == 201, answer.text
    revised = await printed(desk, "2022-02-r2")
    assert KEPT in revised
    assert DOUBLE not in revised


async def test_a_double_of_what_is_not_public_is_not_printed_by_its_other_name(
    builder: Builder, desk: Desk, clients: Clients
) -> None:
    await builder.project(KEPT, ("in_progress", "2022-02-10"), usd="1000", protection="internal")
    await builder.project(DOUBLE, ("in_progress", "2022-02-10"), usd="2000")
    await merge(clients, f"projects/{DOUBLE}", KEPT)
    await desk.draft(saying(f"{{ref:{DOUBLE}}} {{usd:{DOUBLE}}}"))
    told = (await desk.controls())["texts.tokens"]["message"]
    for token in (f"{{ref:{DOUBLE}}}", f"{{usd:{DOUBLE}}}"):
        assert f"{token}: is not public" in told["en"]
        assert f"{token}\u00a0: n’est pas public" in told["fr"]
