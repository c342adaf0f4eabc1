"""Standing texts over HTTP: each change is a further version, and what no edition names can be withdrawn."""

import pytest

from shared.resources.standing_texts import StandingTextDetail

PATH = "/v1/standing-texts/qip.mechanism"
FIRST = {"fr": "Le mécanisme.", "en": "The mechanism."}
SECOND = {"fr": "Le mécanisme, revu.", "en": "The mechanism, revised."}
DRAFT = {
    "slug": "2022-02",
    "number": "2022-02",
    "title": {"fr": "Bulletin", "en": "Bulletin"},
    "period_start": "2022-02-01",
    "period_end": "2022-03-31",
    "as_of": "2022-03-31",
}


def item(key: str) -> dict[str, str]:
    return {"section": "qip", "kind": "standing_text", "standing_text": key}


@pytest.fixture
async def officer(clients):
    """A reporting officer, and one text under the key `qip.mechanism`."""
    client = await clients("reporting", "reporting_officer", "awa")
    made = await client.post("/v1/standing-texts", json={"key": "qip.mechanism", "text": FIRST})
    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, PATH, '"1"'), made.text
    return client


async def test_a_change_is_a_further_version_and_the_one_before_is_as_known_then(officer):
    first = (await officer.get(PATH)).json()
    assert (await officer.put(PATH, json={"text": SECOND})).status_code == 428
    edited = await officer.put(PATH, json={"text": SECOND}, headers={"If-Match": first["etag"]})
    assert (edited.status_code, edited.headers["ETag"], edited.json()["version"]) == (200, '"2"', 2), edited.text
    assert (await officer.put(PATH, json={"text": FIRST}, headers={"If-Match": '"1"'})).status_code == 412
    text = StandingTextDetail.model_validate((await officer.get(PATH)).json())
    assert (text.text, text.can) == (SECOND, ["delete", "edit"])
    assert [(one.version, one.text) for one in text.versions] == [(1, FIRST), (2, SECOND)]
    then = await officer.get(PATH, params={"known_at": first["recorded_at"]})
    assert then.json()["text"] == FIRST
    listed = (await officer.get("/v1/standing-texts?include=total")).json()
    assert ([one["version"] for one in listed["items"]], listed["total"]) == ([2], 1)
    same = await officer.put(PATH, json={"text": SECOND}, headers={"If-Match": '"2"'})
    assert same.json()["version"] == 2


async def test_a_text_that_an_edition_names_stays_and_one_that_none_names_is_withdrawn_for_good(officer):
    made = await officer.post("/v1/editions", json={**DRAFT, "items": [item("qip.mechanism")]})
    assert made.status_code == 201, made.text
    kept = await officer.delete(PATH, headers={"If-Match": '"1"'})
    assert (kept.status_code, kept.json()["referred_to_by"]) == (409, {"edition_item": 1})
    assert (await officer.get(PATH)).json()["editions"] == ["2022-02"]
    edited = await officer.patch(made.headers["Location"], json={"items": []}, headers={"If-Match": "*"})
    assert edited.status_code == 200, edited.text
    gone = await officer.delete(PATH, headers={"If-Match": '"1"'})
    assert (gone.status_code, gone.content) == (204, b""), gone.text
    assert (await officer.get(PATH)).status_code == 404
    assert (await officer.put(PATH, json={"text": SECOND}, headers={"If-Match": "*"})).status_code == 404
    again = await officer.post("/v1/standing-texts", json={"key": "qip.mechanism", "text": FIRST})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "name_retired")


async def test_an_edition_that_names_an_unknown_text_is_told_the_nearest(officer):
    answer = await officer.post("/v1/editions", json={**DRAFT, "items": [item("qip.mecanism")]})
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/items/0/standing_text", "unknown_key")
    assert "qip.mechanism" in fault["detail"]


async def test_a_key_is_taken_once_and_a_viewer_only_reads(officer, clients):
    again = await officer.post("/v1/standing-texts", json={"key": "qip.mechanism", "text": SECOND})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "reference_taken")
    viewer = await clients("reporting", "viewer", "oumar")
    assert (await viewer.get(PATH)).json()["can"] == []
    assert (await viewer.put(PATH, json={"text": SECOND}, headers={"If-Match": "*"})).status_code == 403
