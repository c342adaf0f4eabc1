"""Transitions: guards that give every reason at once, corrections that fold the whole sequence again."""

import asyncio

import pytest


def reasons(answer) -> set[str]:
    return {fault["code"] for fault in answer.json().get("errors", [])}


class TestGuards:
    async def test_a_project_without_sponsor_and_place_is_not_submitted(self, desks):
        officer = await desks()
        project = await officer.create(places=[], roles=[])
        answer = await officer.move(project, "submitted", "2022-02-10")
        assert answer.status_code == 422
        assert reasons(answer) == {"has_sponsor", "has_place"}

    async def test_approval_refuses_with_every_reason_at_once(self, desks):
        officer = await desks(["programme_officer", "approver"], "moussa")
        project = await officer.create()
        for to, on in (("submitted", "2022-02-10"), ("under_review", "2022-02-20")):
            await officer.move(project, to, on)
        await officer.send("PUT", f"/v1/projects/{project}/roles", {"roles": []})
        answer = await officer.move(project, "approved", "2022-03-14")
        assert answer.status_code == 422
        assert reasons(answer) == {"has_sponsor", "has_amount", "approver_is_another"}

    async def test_approval_refuses_an_amount_above_the_ceiling_at_the_rate_of_its_date(self, under_review):
        officer, approver, project = under_review
        assert (await officer.amount(project, amount="29900000")).status_code == 201
        # 29,900,000 XOF are 51,220.82 USD at the rate of 1 March, and 49,949.05 at that of 15 March
        early = await approver.move(project, "approved", "2022-03-14")
        assert reasons(early) == {"above_ceiling"}
        assert "51,220.82 USD" in early.json()["errors"][0]["detail"]
        late = await approver.move(project, "approved", "2022-03-15")
        assert late.status_code == 201, late.text

    async def test_approval_without_a_rate_says_what_to_load_beside_the_other_reasons(self, under_review):
        officer, approver, project = under_review
        await officer.amount(project, on="2022-01-31")
        await officer.send("PUT", f"/v1/projects/{project}/roles", {"roles": []})
        answer = await approver.move(project, "approved", "2022-02-20")
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("rate-missing")
        assert "XOF" in answer.json()["detail"]
        assert {"rate_missing", "has_sponsor"} <= reasons(answer)

    async def test_the_author_does_not_approve(self, desks):
        officer = await desks(["programme_officer", "approver"], "moussa")
        project = await officer.create()
        for to, on in (("submitted", "2022-02-10"), ("under_review", "2022-02-20")):
            await officer.move(project, to, on)
        await officer.amount(project)
        assert reasons(await officer.move(project, "approved", "2022-03-14")) == {"approver_is_another"}
        approver = await desks("approver", "awa")
        assert (await approver.move(project, "approved", "2022-03-14")).status_code == 201

    async def test_who_changed_submitted_or_stated_an_amount_does_not_approve_either(self, desks):
        officer, second = await desks(), await desks(["programme_officer", "approver"], "awa")
        project = await officer.create()
        assert (await second.move(project, "submitted", "2022-02-10")).status_code == 201
        await officer.move(project, "under_review", "2022-02-20")
        await officer.amount(project)
        assert reasons(await second.move(project, "approved", "2022-03-14")) == {"approver_is_another"}
        third = await desks(["programme_officer", "approver"], "fatou")
        assert (await third.amount(project, kind="revised", on="2022-03-01")).status_code == 201
        assert reasons(await third.move(project, "approved", "2022-03-14")) == {"approver_is_another"}

    async def test_who_only_reviewed_and_sent_back_may_approve(self, desks):
        officer, second = await desks(), await desks(["programme_officer", "approver"], "awa")
        project = await officer.create()
        await officer.move(project, "submitted", "2022-02-10")
        await second.move(project, "under_review", "2022-02-11")
        assert reasons(await second.move(project, "identified", "2022-02-12")) == {"reason_missing"}
        back = await second.move(project, "identified", "2022-02-12", reason="Le plan manque.")
        assert back.status_code == 201, back.text
        await officer.move(project, "submitted", "2022-02-13")
        await officer.amount(project)
        await second.move(project, "under_review", "2022-02-20")
        answer = await second.move(project, "approved", "2022-03-14")
        assert answer.status_code == 201, answer.text

    async def test_an_author_withdraws_what_was_submitted_with_a_comment(self, desks):
        officer = await desks()
        project = await officer.create()
        await officer.move(project, "submitted", "2022-02-10")
        answer = await officer.move(project, "identified", "2022-02-11", reason="Le lieu change.")
        assert answer.status_code == 201, answer.text
        assert (await officer.get(f"/v1/projects/{project}?as_of=2022-03-01"))["status"] == "identified"

    async def test_a_move_is_for_those_who_hold_its_permission(self, under_review):
        officer, _, project = under_review
        await officer.amount(project)
        assert (await officer.move(project, "approved", "2022-03-14")).status_code == 403

    async def test_deferring_needs_a_reason(self, under_review):
        officer, _, project = under_review
        assert reasons(await officer.move(project, "deferred", "2022-03-01")) == {"reason_missing"}
        assert (await officer.move(project, "deferred", "2022-03-01", reason="Plans incomplets")).status_code == 201

    async def test_what_may_follow_is_listed_with_the_reasons_against_it(self, under_review):
        officer, approver, project = under_review
        path = f"/v1/projects/{project}/transitions/allowed"
        listed = {one["to"]: one for one in (await officer.get(path))["items"]}
        assert set(listed) == {"identified", "deferred", "rejected", "approved", "cancelled"}
        assert listed["deferred"]["is_allowed"]
        assert {reason["code"] for reason in listed["approved"]["reasons"]} == {
            "not_permitted", "approver_is_another",
        }  # fmt: skip
        [approval] = [one for one in (await approver.get(path))["items"] if one["to"] == "approved"]
        assert approval["is_allowed"]
        assert approval["needs_amount"], "an approval can state the amount itself"

    async def test_a_draft_shows_its_headroom_at_the_latest_rate_known(self, under_review):
        officer, _, project = under_review
        path = f"/v1/projects/{project}/transitions/allowed"
        assert (await officer.get(path))["headroom"] is None
        await officer.amount(project, amount="29930500", on="2022-01-31")
        found = (await officer.get(path))["headroom"]
        assert found["ceiling"] == "50000.000"
        assert found["rate"]["effective_on"] == "2022-03-15"
        assert (found["usd"], found["headroom"]) == ("50000.0000000000", "0.0000000000")


class TestSequence:
    async def test_a_move_that_is_not_in_the_table_is_refused_with_those_that_are(self, under_review):
        officer, _, project = under_review
        answer = await officer.move(project, "completed", "2022-03-14")
        assert answer.status_code == 422
        assert answer.json()["allowed"] == ["identified", "deferred", "rejected", "approved", "cancelled"]

    @pytest.mark.parametrize(
        ("to", "on"),
        [
            ("submitted", "2022-01-31"),  # before it was identified
            ("under_review", "2022-02-05"),  # before it was submitted
            ("cancelled", "2022-02-15"),  # what came later would follow a cancellation
        ],
    )
    async def test_back_dated_nonsense_is_refused(self, under_review, to, on):
        officer, _, project = under_review
        answer = await officer.move(project, to, on, reason="x")
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("forbidden-transition")

    async def test_a_move_before_everything_known_is_told_so(self, under_review):
        officer, _, project = under_review
        answer = await officer.move(project, "submitted", "2014-12-31", reason="x")
        assert "before the first known state" in answer.json()["detail"]

    async def test_no_transition_lies_in_the_future(self, under_review):
        officer, _, project = under_review
        answer = await officer.move(project, "deferred", "2199-01-01", reason="x")
        assert answer.status_code == 422
        assert reasons(answer) == {"date_future"}

    async def test_several_moves_on_one_day_keep_their_order(self, desks):
        officer = await desks()
        project = await officer.create()
        for to in ("submitted", "under_review"):
            assert (await officer.move(project, to, "2022-02-10")).status_code == 201
        history = (await officer.get(f"/v1/projects/{project}/transitions"))["items"]
        assert [row["to"] for row in history] == ["identified", "submitted", "under_review"]


class TestCorrection:
    async def test_a_corrected_date_holds_and_the_old_row_stays_readable(self, under_review):
        officer, _, project = under_review
        [_, submitted, _] = (await officer.get(f"/v1/projects/{project}/transitions"))["items"]
        answer = await officer.move(project, "submitted", "2022-02-12", supersedes_id=submitted["id"])
        assert answer.status_code == 201, answer.text
        history = (await officer.get(f"/v1/projects/{project}/transitions"))["items"]
        assert [(row["to"], row["value_on"], row["is_superseded"]) for row in history] == [
            ("identified", "2022-02-01", False),
            ("submitted", "2022-02-10", True),
            ("submitted", "2022-02-12", False),
            ("under_review", "2022-02-20", False),
        ]

    async def test_a_correction_that_breaks_the_sequence_is_refused(self, under_review):
        officer, _, project = under_review
        [_, submitted, _] = (await officer.get(f"/v1/projects/{project}/transitions"))["items"]
        answer = await officer.move(project, "submitted", "2022-02-25", supersedes_id=submitted["id"])
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("forbidden-transition")

    async def test_a_row_is_corrected_once(self, under_review):
        officer, _, project = under_review
        [_, submitted, _] = (await officer.get(f"/v1/projects/{project}/transitions"))["items"]
        first = await officer.move(project, "submitted", "2022-02-12", supersedes_id=submitted["id"])
        fork = await officer.move(project, "submitted", "2022-02-13", supersedes_id=submitted["id"])
        assert fork.status_code == 409
        assert fork.json()["superseded_by"] == first.json()["id"]

    async def test_what_another_recorded_is_corrected_with_a_reason(self, desks, under_review):
        _, _, project = under_review
        other = await desks("programme_officer", "fanta")
        [_, submitted, _] = (await other.get(f"/v1/projects/{project}/transitions"))["items"]
        silent = await other.move(project, "submitted", "2022-02-12", supersedes_id=submitted["id"])
        assert reasons(silent) == {"reason_missing"}
        said = await other.move(
            project, "submitted", "2022-02-12", supersedes_id=submitted["id"], reason="Date du procès-verbal"
        )
        assert said.status_code == 201

    async def test_a_fact_of_another_project_is_not_corrected(self, desks, under_review):
        officer, _, project = under_review
        other = await officer.create()
        [opening] = (await officer.get(f"/v1/projects/{other}/transitions"))["items"]
        answer = await officer.move(project, "submitted", "2022-02-12", supersedes_id=opening["id"])
        assert answer.status_code == 404

    async def test_the_last_transition_is_taken_back(self, under_review):
        officer, _, project = under_review
        [_, _, review] = (await officer.get(f"/v1/projects/{project}/transitions"))["items"]
        answer = await officer.send(
            "POST", f"/v1/projects/{project}/transitions", {"supersedes_id": review["id"], "is_retraction": True}
        )
        assert answer.status_code == 201, answer.text
        assert (await officer.get(f"/v1/projects/{project}"))["status"] == "submitted"

    async def test_an_inner_transition_and_the_only_one_are_not_taken_back(self, desks, under_review):
        officer, _, project = under_review
        rows = (await officer.get(f"/v1/projects/{project}/transitions"))["items"]
        for row in rows[:2]:
            answer = await officer.send(
                "POST", f"/v1/projects/{project}/transitions", {"supersedes_id": row["id"], "is_retraction": True}
            )
            assert answer.status_code == 422
        lone = await officer.create()
        [opening] = (await officer.get(f"/v1/projects/{lone}/transitions"))["items"]
        answer = await officer.send(
            "POST", f"/v1/projects/{lone}/transitions", {"supersedes_id": opening["id"], "is_retraction": True}
        )
        assert answer.status_code == 422


async def test_two_moves_at_once_make_one_walk(under_review):
    """Both have read the same version; the lock lets one pass, and the other finds that the project has changed."""
    officer, _, project = under_review
    racer = await officer.holding(project)
    answers = await asyncio.gather(
        racer.move(project, "deferred", "2022-03-01", reason="a"),
        racer.move(project, "rejected", "2022-03-01", reason="b"),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 412]


async def test_a_transition_bears_its_audit_row_and_its_event(under_review, admin):
    _, _, project = under_review
    actions = await admin.fetch("SELECT action, actor FROM audit WHERE subject_id = $1 ORDER BY at", project)
    assert [tuple(row) for row in actions] == [
        ("project.identified", "moussa"),
        ("project.submitted", "moussa"),
        ("project.under_review", "moussa"),
    ]
    events = await admin.fetchval("SELECT count(*) FROM outbox WHERE subject_id = $1", project)
    assert events == 3
