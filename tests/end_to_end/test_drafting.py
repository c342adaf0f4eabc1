"""What stands between a draft and its freezing."""

from collections.abc import Iterator

import pytest

from tests.cluster import Cluster
from tests.end_to_end.conftest import SLUG, Bulletin, Clients
from tests.portfolio.reference import reference_database


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    """A copy of the loaded reference portfolio, whose bulletin is a draft."""
    name = reference_database(cluster)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.mark.parametrize("path", ["/fr", "/en.pdf", "/figures.json", "/fr/figures/qip.budget"])
async def test_nobody_reads_a_draft_without_a_token(clients: Clients, path: str) -> None:
    anybody = await clients("reporting")
    assert (await anybody.get(f"/bulletins/{SLUG}{path}")).status_code == 404
    assert SLUG not in (await anybody.get("/")).text


async def test_the_author_may_not_approve(bulletin: Bulletin, clients: Clients) -> None:
    admin = await clients("reporting", "admin", "awa")
    draft = {
        "slug": "2022-03",
        "number": "2022-03",
        "title": {"fr": "Note", "en": "Note"},
        "period_start": "2022-03-01",
        "period_end": "2022-03-31",
        "as_of": "2022-03-31",
    }
    assert (await admin.post("/v1/editions", json=draft)).status_code == 201
    assert (await bulletin.step("controls", by=admin, slug="2022-03")).status_code == 200
    assert (await bulletin.step("submission", by=admin, slug="2022-03")).status_code == 200
    answer = await bulletin.step("approval", by=admin, slug="2022-03")
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("author-may-not-approve")


async def test_a_failed_control_must_be_mended_or_accepted(bulletin: Bulletin) -> None:
    assert (await bulletin.step("controls")).status_code == 200
    assert (await bulletin.step("submission")).status_code == 200
    answer = await bulletin.step("approval", by=bulletin.approver)
    assert answer.status_code == 409
    failed = {one["key"] for one in (await bulletin.read())["controls"] if one["outcome"] == "failed"}
    assert {fault["pointer"].removeprefix("/controls/") for fault in answer.json()["errors"]} == failed


BAD_TEXT = {
    "fr": "{figure:nope.x} {amount:QIP-0000-XXX-001} {bogus:1} {beneficiaries:TF-2022-KDL-001.female} {figure:qip.total",
    "en": "{output:QIP-2022-GAO-001.first} [the article](ACT-2022-005#9)",
}


async def test_every_token_and_link_that_names_nothing_is_named_and_no_reason_excuses_it(
    bulletin: Bulletin, clients: Clients
) -> None:
    edition = await bulletin.read()
    items = [{"section": "foreword", "kind": "text", "text": BAD_TEXT}]
    answer = await bulletin.author.patch(
        f"/v1/editions/{edition['id']}", json={"items": items}, headers={"If-Match": edition["etag"]}
    )
    assert answer.status_code == 200, answer.text
    answer = await bulletin.step("controls")
    assert answer.status_code == 200, answer.text
    control = next(one for one in answer.json()["items"] if one["key"] == "texts.tokens")
    assert control["outcome"] == "failed"
    for language, name in [
        ("fr", "{figure:nope.x}"),
        ("fr", "{amount:QIP-0000-XXX-001}"),
        ("fr", "{bogus:1}"),
        ("fr", "{beneficiaries:TF-2022-KDL-001.female}"),
        ("fr", "{text:{figure:qip.total}"),
        ("en", "{output:QIP-2022-GAO-001.first}"),
        ("en", "{link:ACT-2022-005#9}"),
    ]:
        assert f"({language}): {name}: " in control["message"]["en"]
        assert f"({language}): {name}\u00a0: " in control["message"]["fr"]
    preview = await bulletin.author.get(f"/v1/editions/{edition['id']}/preview?language=fr")
    assert preview.status_code == 422
    assert len(preview.json()["errors"]) == 5
    answer = await bulletin.step("controls/texts.tokens/acceptance", {"reason": {"en": "Never mind."}})
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("control-must-be-mended")
