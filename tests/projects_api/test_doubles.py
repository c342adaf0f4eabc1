"""A likely double is accepted and told; what differs in one of its marks is not."""

from typing import Any

import pytest

BASE: dict[str, Any] = {
    "mechanism": "QIP",
    "title": {"fr": "Réhabilitation de l’école de Bourem", "en": "Rehabilitation of the Bourem school"},
    "identified_on": "2022-02-01",
    "places": ["bourem"],
    "roles": [{"kind": "sponsor", "organisation": "cad"}],
}


async def told(desk, path: str, body: dict[str, Any]) -> list[str]:
    """What is told of likely doubles of a new record."""
    answer = await desk.client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return [one["detail"] for one in answer.json().get("warnings", ()) if one["code"] == "likely_duplicate"]


async def test_the_same_project_entered_twice_is_told_by_its_reference(desks):
    officer = await desks()
    assert await told(officer, "/v1/projects", BASE) == []
    again = {**BASE, "title": {"fr": "rehabilitation ecole Bourem"}, "identified_on": "2022-02-20"}
    [said] = await told(officer, "/v1/projects", again)
    assert "QIP-2022-NAT-001" in said


@pytest.mark.parametrize(
    "another",
    [
        {"title": {"fr": "Forage solaire de Bourem", "en": "Solar borehole of Bourem"}},
        {"identified_on": "2022-03-01"},
        {"places": ["gao"]},
        {"roles": [{"kind": "sponsor", "organisation": "pad"}]},
    ],
)
async def test_another_title_month_place_or_sponsor_makes_another_project(desks, another):
    officer = await desks()
    await told(officer, "/v1/projects", BASE)
    assert await told(officer, "/v1/projects", {**BASE, **another}) == []


async def test_a_place_in_another_spelling_is_told(desks):
    admin = await desks("admin", "root")
    inagam = {"kind": "locality", "parent": "bourem"}
    assert await told(admin, "/v1/places", {**inagam, "slug": "inagam", "name": {"fr": "Inagam"}}) == []
    [said] = await told(admin, "/v1/places", {**inagam, "slug": "in-agam", "name": {"fr": "In-Agam"}})
    assert "inagam" in said
    assert await told(admin, "/v1/places", {**inagam, "slug": "taboye", "name": {"fr": "Taboye"}}) == []


async def test_an_organisation_in_another_spelling_is_told(desks):
    admin = await desks("admin", "root")
    name = {"name": {"en": "Turkiye"}, "valid_from": "2022-06-03"}
    [said] = await told(admin, "/v1/organisations", {"slug": "tur", "kind": "state", "names": [name]})
    assert "turkiye" in said
    name = {"name": {"fr": "Norvège"}, "valid_from": "2022-06-03"}
    assert await told(admin, "/v1/organisations", {"slug": "norway", "kind": "state", "names": [name]}) == []


async def edited(desk, method: str, path: str, body: dict[str, Any]) -> list[str]:
    """What is told of likely doubles once a record of version 1 is given other words."""
    answer = await desk.client.request(method, path, json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    return [one["detail"] for one in answer.json().get("warnings", ()) if one["code"] == "likely_duplicate"]


async def test_an_edit_that_makes_a_double_is_told_too(desks):
    admin = await desks("admin", "root")
    inagam = {"kind": "locality", "parent": "bourem"}
    await told(admin, "/v1/places", {**inagam, "slug": "inagam", "name": {"fr": "Inagam"}})
    await told(admin, "/v1/places", {**inagam, "slug": "taboye", "name": {"fr": "Taboye"}})
    [said] = await edited(admin, "PUT", "/v1/places/taboye", {**inagam, "name": {"fr": "In-Agam"}})
    assert "inagam" in said


async def test_a_new_title_that_makes_a_double_is_told_too(desks):
    officer = await desks()
    await told(officer, "/v1/projects", BASE)
    await told(officer, "/v1/projects", {**BASE, "title": {"fr": "Forage solaire", "en": "Solar borehole"}})
    [said] = await edited(officer, "PATCH", "/v1/projects/QIP-2022-NAT-002", {"title": BASE["title"]})
    assert "QIP-2022-NAT-001" in said
