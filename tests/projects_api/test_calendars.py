"""Activities as calendars: what programs read, in both languages, with a token or at a secret address."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from services.projects_api.calendars.icalendar_file import Happening, icalendar_file
from shared.models.activity import ActivityKind
from shared.models.base import Precision
from shared.web.middleware import shown_path

TODAY = date.today()
ACTIVITY = {
    "kind": "launch",
    "title": {"fr": "Lancement de l'école; Inagam", "en": "Start of the school; Inagam"},
    "short": {"fr": "Première pierre, posée à Inagam. " * 8, "en": "First stone laid at Inagam. " * 8},
    "start_on": TODAY.isoformat(),
    "end_on": (TODAY + timedelta(days=1)).isoformat(),
    "places": ["gao"],
}


async def recorded(client: httpx.AsyncClient, **changed: Any) -> dict[str, Any]:
    answer = await client.post("/v1/activities", json=ACTIVITY | changed)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def events(client: httpx.AsyncClient, address: str = "/v1/calendars/activities.ics") -> list[Any]:
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    calendar = Calendar.from_ical(answer.content)
    assert not calendar.errors
    return [event for event in calendar.walk("VEVENT") if not event.errors]


async def feed(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.post("/v1/calendar-feeds", json=asked)
    assert answer.status_code == 201, answer.text
    return answer.json()


def path_of(made: dict[str, Any]) -> str:
    return httpx.URL(made["address"]).path


@pytest.fixture
async def officer(clients: Any) -> httpx.AsyncClient:
    return await clients("projects", "programme_officer", "moussa")


async def test_an_activity_is_an_all_day_event_that_ends_the_day_after(officer: httpx.AsyncClient) -> None:
    made = await recorded(officer)
    [event] = await events(officer)
    assert event["uid"] == made["id"]
    assert event.decoded("dtstart") == TODAY
    assert event.decoded("dtend") == TODAY + timedelta(days=2)
    assert str(event["summary"]) == ACTIVITY["title"]["fr"]
    assert event["summary"].params["LANGUAGE"] == "fr"
    assert str(event["location"]) == "Gao"
    assert event["sequence"] == 0
    assert event.decoded("last-modified") == event.decoded("dtstamp")
    reference = (await officer.get(f"/v1/activities/{made['id']}")).json()["reference"]
    assert str(event["url"]).endswith(f"/v1/activities/{reference}")


async def test_it_is_said_in_the_language_asked_for(officer: httpx.AsyncClient) -> None:
    await recorded(officer)
    [french] = await events(officer)
    [english] = await events(officer, "/v1/calendars/activities.ics?language=en")
    assert str(english["summary"]) == ACTIVITY["title"]["en"]
    assert "lancement" in str(french["description"])
    assert "launch" in str(english["description"])


async def test_a_change_raises_the_sequence_and_keeps_the_id(officer: httpx.AsyncClient) -> None:
    made = await recorded(officer)
    [before] = await events(officer)
    changed = ACTIVITY | {"title": {"fr": "Reporté", "en": "Postponed"}}
    answer = await officer.put(f"/v1/activities/{made['id']}", json=changed, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    [after] = await events(officer)
    assert (after["uid"], after["sequence"]) == (before["uid"], 1)
    assert after.decoded("last-modified") >= before.decoded("last-modified")


async def test_a_deleted_activity_is_there_no_more(officer: httpx.AsyncClient) -> None:
    made = await recorded(officer)
    answer = await officer.delete(f"/v1/activities/{made['id']}", headers={"If-Match": '"1"'})
    assert answer.status_code == 204, answer.text
    assert await events(officer) == []


async def test_the_filters_of_the_list_hold(officer: httpx.AsyncClient) -> None:
    await recorded(officer)
    address = "/v1/calendars/activities.ics"
    assert len(await events(officer, f"{address}?place__in=gao&kind__in=launch,handover")) == 1
    assert await events(officer, f"{address}?kind__in=handover") == []
    assert await events(officer, f"{address}?place__in=kidal") == []
    for wrong in ("kind__in=party", "colour=blue", "language=de"):
        assert (await officer.get(f"{address}?{wrong}")).status_code == 422


async def test_one_of_long_ago_is_there_when_it_is_asked_for(officer: httpx.AsyncClient) -> None:
    await recorded(officer, start_on="2015-03-01", end_on="2015-03-01")
    assert await events(officer) == []
    assert len(await events(officer, "/v1/calendars/activities.ics?start_on__gte=2015-01-01")) == 1


async def test_mine_are_those_that_i_recorded_or_in_which_my_section_takes_part(clients: Any) -> None:
    moussa = await clients("projects", "programme_officer", "moussa")
    section = await clients("projects", "sponsor_editor", "awa", sponsor="cad")
    other = await clients("projects", "programme_officer", "binta")
    await recorded(moussa, roles=[{"kind": "organiser", "organisation": "cad"}])
    mine = "/v1/calendars/activities.ics?mine=true"
    assert [len(await events(one, mine)) for one in (moussa, section, other)] == [1, 1, 0]


async def test_a_feed_opens_without_a_token_what_its_person_may_read(officer: httpx.AsyncClient, clients: Any) -> None:
    await recorded(officer)
    made = await feed(officer, language="en", kinds=["launch"], places=["gao"])
    program = await clients("projects")
    [event] = await events(program, path_of(made))
    assert str(event["summary"]) == ACTIVITY["title"]["en"]
    unchanged = await program.get(path_of(made))
    again = await program.get(path_of(made), headers={"If-None-Match": unchanged.headers["etag"]})
    assert again.status_code == 304


async def test_a_revoked_feed_answers_no_more_and_says_no_secret(officer: httpx.AsyncClient, clients: Any) -> None:
    made = await feed(officer)
    program = await clients("projects")
    assert (await program.get(path_of(made))).status_code == 200
    assert (await officer.delete(f"/v1/calendar-feeds/{made['id']}")).status_code == 204
    refused = await program.get(path_of(made))
    assert refused.status_code == 404
    assert path_of(made).split("/")[3] not in refused.text
    assert (await officer.delete(f"/v1/calendar-feeds/{made['id']}")).status_code == 404
    assert (await officer.get("/v1/calendar-feeds")).json() == {"items": []}


async def test_an_expired_feed_answers_no_more(officer: httpx.AsyncClient, clients: Any, admin: Any) -> None:
    made = await feed(officer)
    await admin.execute(
        "UPDATE calendar_feed SET recorded_at = now() - interval '2 years', expires_at = now() - interval '1 second'"
    )
    assert (await (await clients("projects")).get(path_of(made))).status_code == 404


async def test_feeds_are_their_persons_own(officer: httpx.AsyncClient, clients: Any) -> None:
    made = await feed(officer)
    other = await clients("projects", "viewer", "binta")
    assert (await other.get("/v1/calendar-feeds")).json() == {"items": []}
    assert (await other.delete(f"/v1/calendar-feeds/{made['id']}")).status_code == 404
    [listed] = (await officer.get("/v1/calendar-feeds")).json()["items"]
    assert "address" not in listed
    assert (await officer.get(f"/v1/calendar-feeds/{made['id']}")).json() == listed
    assert (await other.get(f"/v1/calendar-feeds/{made['id']}")).status_code == 404
    administrator = await clients("projects", "admin", "root")
    assert (await administrator.delete(f"/v1/calendar-feeds/{made['id']}")).status_code == 204


async def test_the_secret_is_kept_nowhere(officer: httpx.AsyncClient, admin: Any) -> None:
    answer = await officer.post("/v1/calendar-feeds", json={}, headers={"Idempotency-Key": "feed-1"})
    secret = path_of(answer.json()).split("/")[3]
    again = await officer.post("/v1/calendar-feeds", json={}, headers={"Idempotency-Key": "feed-1"})
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == answer.json() | {"address": None}
    for table in ("calendar_feed", "audit", "outbox", "stored_answer"):
        kept = await admin.fetch(f"SELECT {table}::text AS row FROM {table}")
        assert not [row for row in kept if secret in row["row"] or secret.encode().hex() in row["row"]], table
    actions = [row["action"] for row in await admin.fetch("SELECT action FROM audit WHERE actor = 'moussa'")]
    assert actions == ["calendar_feed.made"]
    assert secret not in shown_path(f"/v1/calendars/{secret}/activities.ics")


async def test_a_wish_that_nothing_can_fulfil_is_refused(officer: httpx.AsyncClient) -> None:
    for wrong in ({"kinds": ["party"]}, {"places": ["atlantis"]}, {"language": "de"}, {"colour": "blue"}):
        assert (await officer.post("/v1/calendar-feeds", json=wrong)).status_code == 422, wrong


@pytest.mark.parametrize(
    ("precision", "first", "after"),
    [
        (Precision.DAY, date(2022, 2, 28), date(2022, 3, 1)),
        (Precision.MONTH, date(2022, 2, 1), date(2022, 3, 1)),
        (Precision.PERIOD, date(2022, 2, 28), date(2022, 3, 1)),
    ],
)
def test_a_date_known_to_the_month_is_the_whole_month(precision: Precision, first: date, after: date) -> None:
    assert happening(precision=precision).days == (first, after)


def test_a_title_in_the_other_language_says_so_and_tokens_are_left_out() -> None:
    one = happening(title={"fr": "Atelier"}, short={"en": "It cost {figure:qip.budget}."})
    [event] = Calendar.from_ical(icalendar_file([one], "en", "Djoliba", "http://x")).walk("VEVENT")
    assert event["summary"].params["LANGUAGE"] == "fr"
    assert "{" not in event["description"]


def happening(**changed: Any) -> Happening:
    plain: dict[str, Any] = {
        "id": "0197f0b4-0000-7000-8000-000000000001",
        "reference": "ACT-2022-001",
        "kind": ActivityKind.WORKSHOP,
        "title": {"fr": "Atelier", "en": "Workshop"},
        "start_on": date(2022, 2, 28),
        "end_on": date(2022, 2, 28),
        "precision": Precision.DAY,
        "version": 1,
        "changed_at": datetime(2022, 3, 1, 9, tzinfo=UTC),
    }
    return Happening(**plain | changed)
