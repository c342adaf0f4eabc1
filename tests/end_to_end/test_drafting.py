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
