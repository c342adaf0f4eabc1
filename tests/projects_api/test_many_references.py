"""More references than Postgres takes parameters: in a body, in keys of a file, in a filter; looked up all the same."""

from datetime import date

import pytest

from services.projects_api.content.parts import PlacesStated
from services.projects_api.records.mechanisms import BUCKET
from services.projects_api.records.places import PLACE
from shared.portfolio import UnknownKeys
from shared.recording.directory import look_up

MANY = 32_768
"""One more than the parameters of a statement."""
UNKNOWN = [f"p-{number}" for number in range(MANY)]


async def test_each_of_too_many_unknown_places_in_a_body_is_told(units):
    shares = [{"place": "bourem"}, *({"place": slug} for slug in UNKNOWN)]
    command = PlacesStated.model_validate({"on": "2022-03-01", "shares": shares})
    with pytest.raises(UnknownKeys) as refused:
        async with units() as unit:
            await look_up(unit.session, command)
    pointers = [fault.pointer for fault in refused.value.faults]
    assert (len(pointers), pointers[0], pointers[-1]) == (MANY, "/shares/1/place", f"/shares/{MANY}/place")


async def test_a_filter_of_as_many_names_as_an_address_holds_is_served(desks):
    officer = await desks()
    project = await officer.create()
    names = ",".join(["bourem", *UNKNOWN[:7000]])
    for name in ("place__in", "reference__in"):
        page = await officer.get(f"/v1/projects?{name}={names}")
        assert [one["id"] for one in page["items"]] == ([project] if name == "place__in" else [])


async def test_records_of_a_file_are_found_by_however_many_keys(units):
    async with units() as unit:
        held = await PLACE.existing(unit.session, [("gao",), *((slug,) for slug in UNKNOWN)])
        assert set(held) == {("gao",)}
        day = date(2013, 7, 1)
        keys = [("QIP", "total", day), *(("QIP", slug, day) for slug in UNKNOWN)]
        assert await BUCKET.existing(unit.session, keys, for_update=True) == {}
