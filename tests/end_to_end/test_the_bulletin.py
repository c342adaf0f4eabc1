"""The main job: figures as of a date come out of rows, and the bulletin that prints them is frozen, once, for ever."""

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from services.reporting_worker.rendering.renderer import Renderer
from shared.settings import Settings
from tests.cluster import Cluster
from tests.end_to_end.conftest import SLUG, Bulletin, Clients, frozen_database

SPACES = re.compile(r"[\s\u00a0\u202f]+")


@pytest.fixture
def frozen(cluster: Cluster) -> Iterator[tuple[str, Path]]:
    name, objects = frozen_database(cluster)
    yield cluster.url(name), objects
    cluster.drop(name)


@pytest.fixture
def settings(frozen: tuple[str, Path], redis_url: str, settings_for: Callable[..., Settings]) -> Settings:
    """This test's own copy of the database in which the reference bulletin is frozen."""
    return settings_for(frozen[0], redis_url, object_store=frozen[1])


PRINTED = {
    "fr": (
        "667", "179", "846", "28,2 millions", "207", "60", "272", "110 millions", "133,2 millions", "83 %",
        "1,8 million", "82", "158", "212", "181", "213", "78", "110 726,859", "421 640,983", "119 093 930",
        "313 058 379", "432 152 309", "763 060 068", "1 195 212 377", "655 957 000", "1 123 595,51",
    ),
    "en": (
        "667", "179", "846", "28.2 million", "207", "60", "272", "110 million", "133.2 million", "83%",
        "1.8 million", "82", "158", "212", "181", "213", "78", "110,726.859", "421,640.983", "119,093,930",
        "313,058,379", "432,152,309", "763,060,068", "1,195,212,377", "655,957,000", "1,123,595.51",
    ),
}  # fmt: skip
"""What the reference edition prints (the original's figures, recomputed), in each language's numbers."""

DONORS_FR = (
    "Allemagne, Australie, Autriche, Belgique, Canada, Danemark, Irlande, Italie, Luxembourg, Norvège, Pays-Bas, "
    "Royaume-Uni, Suède, Suisse, Turquie et UN DOCO"
)


def plain(text: str) -> str:
    return SPACES.sub(" ", text)


def words_of_page(html: bytes) -> str:
    return plain(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(style|script).*?</\1>", " ", html.decode())))


def words_of_pdf(pdf: bytes) -> str:
    return plain(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


async def test_the_frozen_bulletin_prints_what_its_rows_add_up_to(bulletin: Bulletin) -> None:
    edition = await bulletin.read()
    for language, printed in PRINTED.items():
        page = words_of_page(await bulletin.file(edition, language, "html"))
        missing = [text for text in printed if text not in page]
        assert not missing, (language, "page", missing)
        document = words_of_pdf(await bulletin.file(edition, language, "pdf"))
        missing = [text for text in printed if text.replace(" ", "") not in document.replace(" ", "")]
        assert not missing, (language, "pdf", missing)
    assert DONORS_FR in words_of_page(await bulletin.file(edition, "fr", "html"))


async def test_api_and_snapshot_hold_the_same_figures_and_each_equals_its_rows(bulletin: Bulletin) -> None:
    edition = await bulletin.read()
    snapshot = json.loads(await bulletin.file(edition, "mul", "snapshot"))
    moment = {"as_of": edition["as_of"], "known_at": edition["known_at"], "since": edition["period_start"]}
    listed = (await bulletin.author.get("/v1/figures", params=moment)).json()["items"]
    assert {one["key"]: one["value"] for one in listed} == {
        key: one["value"] for key, one in snapshot["figures"].items()
    }
    for one in listed:
        assert one["count"] == len(snapshot["rows"].get(one["key"], [])), one["key"]


async def test_a_reprint_has_the_stored_bytes_and_a_second_rendering_equals_them(bulletin: Bulletin) -> None:
    edition = await bulletin.read()
    again = Renderer()
    try:
        for language in ("fr", "en"):
            texts = json.loads(await bulletin.file(edition, language, "texts"))
            rendered = await again.render(texts)
            assert rendered.html == await bulletin.file(edition, language, "html")
            assert rendered.pdf == await bulletin.file(edition, language, "pdf")
    finally:
        await again.close()


async def test_a_back_dated_correction_changes_todays_figures_and_not_the_frozen_ones(
    bulletin: Bulletin, clients: Clients
) -> None:
    edition = await bulletin.read()
    before = await bulletin.file(edition, "fr", "pdf")
    officer = await clients("projects", "programme_officer", "fatou")
    found = await officer.get(
        "/v1/projects", params={"mechanism__in": "QIP", "status__in": "in_progress", "as_of": "2022-03-31", "limit": 1}
    )
    project = found.json()["items"][0]
    answer = await officer.post(
        f"/v1/projects/{project['id']}/transitions",
        json={"to": "completed", "on": "2022-03-30", "reason": "The handover note arrived late."},
        headers={"If-Match": project["etag"]},
    )
    assert answer.status_code == 201, answer.text

    async def completed(**moment: str) -> str:
        params = {"as_of": edition["as_of"], **moment}
        return (await bulletin.author.get("/v1/figures/qip.completed", params=params)).json()["value"]

    assert await completed(known_at=edition["known_at"]) == "667"
    assert await completed() == "668"
    assert await bulletin.file(edition, "fr", "pdf") == before

    explanation = (await bulletin.author.get(f"/v1/editions/{edition['id']}/explanation")).json()
    moved = {one["key"]: one for one in explanation["figures"]}
    assert {"qip.completed", "qip.ongoing"} <= set(moved)
    assert (moved["qip.completed"]["before"], moved["qip.completed"]["after"]) == ("667", "668")
    row = moved["qip.completed"]["rows"][0]
    assert (row["change"], row["reference"]) == ("added", project["reference"])
    assert (row["state_before"], row["state_after"]) == (None, "completed")
    assert [fact["reason"] for fact in row["facts"]] == ["The handover note arrived late."]


async def test_an_edition_is_frozen_only_once(bulletin: Bulletin) -> None:
    again = await bulletin.step("freezing")
    assert again.status_code == 409
    assert "revision" in again.json()["detail"]


@pytest.mark.whole
async def test_a_correction_supersedes_and_prints_its_errata(bulletin: Bulletin, clients: Clients) -> None:
    old = await bulletin.read()
    anybody: httpx.AsyncClient = await clients("reporting")
    frozen = await anybody.get(f"/bulletins/{SLUG}/fr")
    assert frozen.content == (await anybody.get(f"/bulletins/{SLUG}/fr.html")).content
    errata = {"fr": "Un projet avait été compté deux fois.", "en": "One project had been counted twice."}
    revision = await bulletin.step("revisions", {"slug": "2022-02-r2", "errata": errata})
    assert revision.status_code == 201, revision.text
    new = await bulletin.freeze("2022-02-r2")
    assert errata["fr"] in words_of_page(await bulletin.file(new, "fr", "html"))
    assert (await bulletin.read())["state"] == "superseded"
    assert await bulletin.file(old, "fr", "html") == await bulletin.file(await bulletin.read(), "fr", "html")

    opened = await anybody.get(f"/bulletins/{SLUG}/fr", headers={"If-None-Match": frozen.headers["ETag"]})
    assert opened.status_code == 200
    assert 'href="/bulletins/2022-02-r2/fr"' in opened.text
    assert f'href="/bulletins/{SLUG}/fr.html"' in opened.text
    assert opened.headers["Link"] == '</bulletins/2022-02-r2/fr>; rel="successor-version"'
    kept = await anybody.get(f"/bulletins/{SLUG}/fr.html")
    assert kept.content == frozen.content
    assert kept.headers["Link"] == '</bulletins/2022-02-r2/fr.html>; rel="successor-version"'
    figure = await anybody.get(f"/bulletins/{SLUG}/fr/figures/qip.budget")
    assert 'href="/bulletins/2022-02-r2/fr/figures/qip.budget"' in figure.text

    again = await bulletin.step("revisions", {"slug": "2022-02-r3", "errata": errata}, slug="2022-02-r2")
    assert again.status_code == 201, again.text
    await bulletin.freeze("2022-02-r3")
    for earlier in (SLUG, "2022-02-r2"):
        assert 'href="/bulletins/2022-02-r3/fr"' in (await anybody.get(f"/bulletins/{earlier}/fr")).text


@pytest.mark.parametrize("path", ["", "/fr", "/en", "/fr.html", "/fr.pdf", "/figures.json", "/fr/figures/qip.budget"])
async def test_anybody_reads_a_frozen_bulletin(clients: Clients, path: str) -> None:
    anybody: httpx.AsyncClient = await clients("reporting")
    address = f"/bulletins/{SLUG}{path}"
    answer = await anybody.get(address, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    home: Any = await anybody.get("/")
    assert SLUG in home.text
