"""Objectives that projects serve: recorded as facts, listed by, and ended by a further one."""

WPS = {"slug": "wps", "framework": "un-1325", "code": "WPS", "name": {"fr": "Femmes, paix et sécurité"}}


async def test_a_project_serves_an_objective_until_it_is_said_no_longer_to(desks):
    admin, officer = await desks("admin"), await desks()
    made = await admin.client.post("/v1/objectives", json=WPS)
    assert made.status_code == 201, made.text
    served = {"objective": "wps", "significance": "principal", "on": "2022-02-01"}
    project = await officer.create(tags=[served])
    read = (await officer.client.get(f"/v1/projects/{project}")).json()
    assert [(one["objective"], one["significance"]) for one in read["tags"]] == [("wps", "principal")]
    answer = await officer.client.get("/v1/projects?objective__in=wps")
    assert answer.status_code == 200, answer.text
    listed = answer.json()["items"]
    assert [one["id"] for one in listed] == [str(project)]
    ended = await officer.client.post(
        f"/v1/projects/{project}/tags",
        json={**served, "significance": "not_targeted", "on": "2022-02-20"},
        headers={"If-Match": "*"},
    )
    assert ended.status_code == 201, ended.text
    assert (await officer.client.get("/v1/projects?objective__in=wps")).json()["items"] == []
    before = await officer.client.get("/v1/projects?objective__in=wps&as_of=2022-02-10")
    assert [one["id"] for one in before.json()["items"]] == [str(project)]


async def test_an_objective_that_there_is_not_is_named(desks):
    officer = await desks()
    project = await officer.create()
    answer = await officer.client.post(
        f"/v1/projects/{project}/tags", json={"objective": "wps", "on": "2022-02-01"}, headers={"If-Match": "*"}
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/objective")


async def test_an_objective_that_is_served_is_not_deleted(desks):
    admin, officer = await desks("admin"), await desks()
    assert (await admin.client.post("/v1/objectives", json=WPS)).status_code == 201
    await officer.create(tags=[{"objective": "wps", "on": "2022-02-01"}])
    kept = await admin.client.delete("/v1/objectives/wps", headers={"If-Match": "*"})
    assert (kept.status_code, kept.json()["referred_to_by"]) == (409, {"objective_tag": 1})


async def test_a_code_that_another_objective_bears_is_named(desks):
    admin = await desks("admin")
    assert (await admin.client.post("/v1/objectives", json=WPS)).status_code == 201
    taken = await admin.client.post("/v1/objectives", json={**WPS, "slug": "women"})
    assert (taken.status_code, taken.json()["type"].rpartition(":")[2]) == (409, "value-taken"), taken.text
    assert taken.json()["value"] == "un-1325, WPS"
