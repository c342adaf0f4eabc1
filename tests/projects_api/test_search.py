"""`q`: what finds a row and what does not, and in which order the rows come."""

import pytest

from services.projects_api.imports.service import import_rows
from shared.auth import system
from shared.database import write_engine
from shared.settings import Settings
from shared.unit_of_work import unit_of_work
from tests.projects_api.conftest import build_register, rows_of

PLACES = (
    {
        "type": "place",
        "slug": "aguelhoc",
        "kind": "commune",
        "name": {"fr": "Aguel’hoc"},
        "aliases": ["Aguelhok"],
        "parent": "gao",
    },
    {
        "type": "place",
        "slug": "douentza",
        "kind": "cercle",
        "name": {"fr": "Douentza"},
        "parent": "mali",
        "codes": [{"scheme": "ocha_pcode", "code": "ML0502"}],
    },
    {"type": "place", "slug": "ber", "kind": "commune", "name": {"fr": "Ber"}, "parent": "mali"},
    {"type": "place", "slug": "sevare", "kind": "locality", "name": {"fr": "Sévaré"}, "parent": "mali"},
)
PROJECTS = {
    "SCHOOL": ("Réhabilitation de l’école d’Inagam", "Rehabilitation of the Inagam school", "bourem"),
    "WELL": ("Forage – eau potable", "Borehole, drinking water", "ber"),
    "POST": ("Poste de sécurité à Sévaré", "Security post in Sevare", "sevare"),
    "WORK": ("Main-d’œuvre des maraîchers", "Labour of market gardeners", "douentza"),
    "PUMP": ("Une pompe", "A pump", "aguelhoc"),
}


async def _build_projects(url: str) -> None:
    """The small register with the places and projects that are searched."""
    await build_register(url)
    projects = (
        {
            "type": "project",
            "reference": f"QIP-2022-GAO-{number:03}",
            "mechanism": "QIP",
            "title": {"fr": fr, "en": en},
            "transitions": [{"to": "identified", "on": "2022-02-01"}],
            "places": {"on": "2022-02-01", "shares": [{"place": place}]},
            "roles": [{"kind": "sponsor", "organisation": "cad", "is_lead": True}],
        }
        for number, (fr, en, place) in enumerate(PROJECTS.values())
    )
    settings = Settings(DATABASE_URL=url, REDIS_URL="redis://localhost", environment="test")
    engine = write_engine(settings, "projects")
    async with unit_of_work(engine, system("register"), service="projects") as unit:
        await import_rows(unit, rows_of(*PLACES, *projects))
    await engine.dispose()


@pytest.fixture
def database_url(cluster):
    """A database of this test's own that holds what is searched."""
    name = cluster.clone(cluster.template("projects_searched", _build_projects))
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
async def found(desks):
    """`await found("sevare")`: the names of the projects that the list gives for `q`, in its order."""
    officer = await desks()
    names = {f"QIP-2022-GAO-{number:03}": name for number, name in enumerate(PROJECTS)}

    async def ask(q: str, **parameters: str) -> list[str]:
        answer = await officer.client.get("/v1/projects", params={"q": q, **parameters})
        assert answer.status_code == 200, answer.text
        return [names[item["reference"]] for item in answer.json()["items"]]

    return ask


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("sevare", ["POST"]),
        ("SÉVARÉ", ["POST"]),
        ("Se\u0301vare\u0301", ["POST"]),
        ("ecole inagam", ["SCHOOL"]),
        ("inagam ecole", ["SCHOOL"]),
        ("l'école", ["SCHOOL"]),
        ("school inagam", ["SCHOOL"]),
        ("inagham", ["SCHOOL"]),
        ("reabilitation inagm", ["SCHOOL"]),
        ("borehole ber", ["WELL"]),
        ("forage-eau", ["WELL"]),
        ("duentza", ["WORK"]),
        ("ML0502", ["WORK"]),
        ("main d oeuvre", ["WORK"]),
        ("Aguelhoc", ["PUMP"]),
        ("Aguel Hoc", ["PUMP"]),
        ("pompe aguel hoc", ["PUMP"]),
        ("aguelhok", ["PUMP"]),
        ("QIP-2022-GAO-001", ["WELL"]),
        ("rehab", ["SCHOOL"]),
        ("affaires civiles pompe", ["PUMP"]),
    ],
)
async def test_words_find_what_they_mean(found, q: str, names: list[str]) -> None:
    assert await found(q) == names


@pytest.mark.parametrize("q", ["fr", '"', ": ", "_", "%", "{", "école%", "ecole sevare", "ML0503", "xyzzy", " "])
async def test_what_is_no_word_of_a_text_finds_nothing(found, q: str) -> None:
    assert await found(q) == (["SCHOOL"] if q == "école%" else [])


async def test_a_project_is_found_by_the_places_above_its_own_but_not_by_the_country(found) -> None:
    assert await found("gao pompe") == ["PUMP"]
    assert await found("mali pompe") == []


async def test_exact_words_come_before_beginnings_and_these_before_slips(found, desks) -> None:
    officer = await desks()
    for number, title in ((9, "Pompes"), (8, "Pompe"), (7, "Pumpe")):
        await officer.create(reference=f"QIP-2022-MNK-{number:03}", title={"fr": title})
    answer = await officer.get("/v1/projects?q=pompe")
    found = [item["reference"] for item in answer["items"]]
    assert found == ["QIP-2022-GAO-004", "QIP-2022-MNK-008", "QIP-2022-MNK-009"]


async def test_pages_of_a_search_follow_one_another_in_the_order_of_relevance(found, desks) -> None:
    officer = await desks()
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        suffix = f"&cursor={cursor}" if cursor else ""
        page = await officer.get(f"/v1/projects?q=gao&limit=2&include=total{suffix}")
        assert page["total"] == 5
        seen += [item["reference"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [f"QIP-2022-GAO-{number:03}" for number in range(5)]


async def test_another_order_may_be_asked_for(found) -> None:
    assert await found("gao", ordering="-reference") == ["PUMP", "WORK", "POST", "WELL", "SCHOOL"]


async def test_relevance_without_a_search_is_the_usual_order(found, desks) -> None:
    officer = await desks()
    usual, asked = [await officer.get(f"/v1/projects{end}") for end in ("", "?ordering=relevance")]
    assert usual["items"] == asked["items"]


@pytest.mark.parametrize(
    ("path", "q", "slugs"),
    [
        ("places", "sevare", ["sevare"]),
        ("places", "Aguel Hoc", ["aguelhoc"]),
        ("places", "aguelhok", ["aguelhoc"]),
        ("places", "duentza", ["douentza"]),
        ("places", "ML0502", ["douentza"]),
        ("places", "fr", []),
        ("organisations", "turkiye", ["turkiye"]),
        ("organisations", "Turquie", ["turkiye"]),
        ("organisations", "civiles affaires", ["cad"]),
        ("organisations", "cad", ["cad"]),
        ("organisations", '"', []),
    ],
)
async def test_places_and_organisations_are_found_by_names_aliases_and_codes(
    found, desks, path: str, q: str, slugs: list[str]
) -> None:
    officer = await desks()
    answer = await officer.client.get(f"/v1/{path}", params={"q": q})
    assert [item["slug"] for item in answer.json()["items"]] == slugs


async def test_activities_are_found_by_title_place_and_party(desks, found) -> None:
    officer = await desks()
    body = {
        "reference": "ACT-2022-001",
        "kind": "handover",
        "title": {"fr": "Remise de l’école"},
        "start_on": "2022-02-01",
        "end_on": "2022-02-01",
        "places": ["sevare"],
        "roles": [{"kind": "organiser", "organisation": "cad"}],
    }
    assert (await officer.client.post("/v1/activities", json=body)).status_code == 201
    for q, count in (("ecole remise", 1), ("sevare", 1), ("remise civiles", 1), ("fr", 0), ("place_slugs", 0)):
        answer = await officer.client.get("/v1/activities", params={"q": q, "include": "total"})
        assert answer.json()["total"] == count, q


@pytest.mark.parametrize("path", ["activities", "announcements", "monitoring", "organisations", "places", "projects"])
async def test_every_list_with_texts_is_searched_and_counted(desks, found, path: str) -> None:
    officer = await desks()
    assert (await officer.get(f"/v1/{path}?q=pompe&ordering=-relevance"))["next_cursor"] is None
    assert (await officer.get(f"/v1/{path}/totals?q=zzz"))["total"] == 0
