"""Amounts: scales, conversions at the dated rate, printed USD, drafts without a rate, corrections, the ceiling."""

import asyncio

import pytest
from uuid_utils.compat import uuid7


async def approve(officer, approver, project) -> None:
    assert (await officer.amount(project)).status_code == 201
    answer = await approver.move(project, "approved", "2022-03-14")
    assert answer.status_code == 201, answer.text


class TestConversion:
    async def test_an_amount_is_converted_at_the_rate_in_force_on_its_date(self, desks):
        officer = await desks()
        project = await officer.create(mechanism="TF")
        answer = await officer.amount(project, amount="64636472", on="2022-03-14")
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert (made["basis"], made["policy"], made["rate"], made["usd"]) == (
            "rate",
            "unore",
            "583.7470000000",
            "110726.8594099841",
        )
        [read] = (await officer.get(f"/v1/projects/{project}/amounts"))["items"]
        assert read["rate"] == {
            "id": made["exchange_rate_id"],
            "value": "583.747",
            "effective_on": "2022-03-01",
            "source": "unore",
        }

    async def test_printed_usd_is_kept_as_printed_with_the_rate_it_implies(self, desks):
        officer = await desks()
        project = await officer.create(mechanism="TF")
        answer = await officer.amount(project, amount="105555500", usd="181136.217", on="2022-02-15")
        made = answer.json()
        assert (made["basis"], made["usd"], made["usd_decimals"]) == ("printed", "181136.2170000000", 3)
        assert made["rate"].startswith("582.7409987")
        assert made["exchange_rate_id"] is None

    async def test_an_amount_in_usd_is_its_own_value(self, desks):
        officer = await desks()
        project = await officer.create(mechanism="TF")
        made = (await officer.amount(project, amount="110726.859", currency="USD")).json()
        assert (made["basis"], made["usd"], made["rate"]) == ("identity", "110726.8590000000", None)

    async def test_a_draft_is_saved_without_a_rate_and_shown_unconverted(self, desks):
        officer = await desks()
        project = await officer.create()
        made = (await officer.amount(project, on="2022-01-31")).json()
        assert (made["basis"], made["usd"], made["rate"]) == ("unconverted", None, None)

    async def test_approval_converts_what_was_saved_without_a_rate_once_one_is_held(self, under_review, engines, admin):
        officer, approver, project = under_review
        await officer.amount(project, on="2022-02-10")
        await admin.execute(
            "INSERT INTO exchange_rate (id, base, quote, value, source, effective_on, document, recorded_at, "
            "recorded_by) VALUES ($1, 'USD', 'XOF', 580, 'unore', '2022-02-01', 'late', now(), 'rates')",
            uuid7(),
        )
        [unconverted] = (await officer.get(f"/v1/projects/{project}/amounts"))["items"]
        assert unconverted["basis"] == "unconverted"
        answer = await approver.move(project, "approved", "2022-03-14")
        assert answer.status_code == 201, answer.text
        rows = (await officer.get(f"/v1/projects/{project}/amounts"))["items"]
        assert [(row["basis"], row["is_superseded"]) for row in rows] == [("unconverted", True), ("rate", False)]
        assert rows[1]["rate"]["value"] == "580"


INEXACT = (
    ({"amount": 25112500}, "/amount"),
    ({"amount": "NaN"}, "/amount"),
    ({"amount": "1,000"}, "/amount"),
    ({"amount": "1e6"}, "/amount"),
    ({"amount": "0"}, "/amount"),
    ({"amount": "100.5"}, "/amount"),  # XOF has no decimals
    ({"amount": "100.555", "currency": "USD"}, "/amount"),  # QIP dollars have two
    ({"amount": "100", "currency": "XXX"}, "/currency"),
    ({"usd": "100.5555"}, "/usd"),
    ({"on": "2022-02-30"}, "/on"),
    ({"source": "a\u0007b"}, "/source"),
    ({"kind": "guessed"}, "/kind"),
    ({"note": "x"}, "/note"),
)


class TestInput:
    async def test_what_is_inexact_or_unknown_is_refused_at_its_place(self, desks):
        officer = await desks()
        project = await officer.create()
        for fields, pointer in INEXACT:
            answer = await officer.amount(project, **fields)
            assert answer.status_code == 422, fields
            assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer], fields
        assert (await officer.get(f"/v1/projects/{project}/amounts"))["items"] == []

    async def test_every_fault_is_named_at_once(self, desks):
        officer = await desks()
        project = await officer.create()
        answer = await officer.amount(project, amount=1.5, on="2022-13-01", kind="x")
        assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/amount", "/on", "/kind"}


class TestCorrection:
    async def test_ones_own_draft_is_corrected_without_a_reason(self, desks):
        officer = await desks()
        project = await officer.create()
        first = (await officer.amount(project)).json()
        answer = await officer.amount(project, amount="25000000", supersedes_id=first["id"])
        assert answer.status_code == 201, answer.text
        assert (await officer.get(f"/v1/projects/{project}"))["amount"]["amount"] == "25000000"

    async def test_after_approval_every_correction_says_why(self, under_review):
        officer, approver, project = under_review
        await approve(officer, approver, project)
        [row] = (await officer.get(f"/v1/projects/{project}/amounts"))["items"]
        assert (await officer.amount(project, kind="requested", amount="25000000")).status_code == 201
        silent = await approver.amount(project, amount="25000000", supersedes_id=row["id"])
        assert [fault["code"] for fault in silent.json()["errors"]] == ["reason_missing"]
        said = await approver.amount(
            project, amount="25000000", supersedes_id=row["id"], reason="Procès-verbal du 14 mars"
        )
        assert said.status_code == 201

    async def test_a_correction_keeps_the_kind(self, desks):
        officer = await desks()
        project = await officer.create()
        first = (await officer.amount(project)).json()
        other = await officer.amount(project, kind="requested", supersedes_id=first["id"], reason="slip")
        assert [fault["code"] for fault in other.json()["errors"]] == ["kind_fixed"]
        assert (await officer.get(f"/v1/projects/{project}"))["amount"]["amount"] == "25112500"

    async def test_two_corrections_of_one_row_at_once_do_not_fork(self, desks):
        officer = await desks()
        project = await officer.create()
        row = (await officer.amount(project)).json()
        racer = await officer.holding(project)
        answers = await asyncio.gather(
            *(
                racer.amount(project, amount=amount, supersedes_id=row["id"])
                for amount in ("25000000", "26000000", "27000000")
            )
        )
        assert sorted(answer.status_code for answer in answers) == [201, 412, 412]

    async def test_a_correction_under_any_version_still_does_not_fork(self, desks):
        officer = await desks()
        project = await officer.create()
        row = (await officer.amount(project)).json()
        body = {"kind": "approved", "currency": "XOF", "on": "2022-03-14", "supersedes_id": row["id"]}
        path = f"/v1/projects/{project}/amounts"
        answers = await asyncio.gather(
            *(
                officer.client.post(
                    path, json={**body, "amount": amount}, headers={"If-Match": "*", "Idempotency-Key": str(uuid7())}
                )
                for amount in ("25000000", "26000000", "27000000")
            )
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409]

    async def test_money_wants_an_idempotency_key(self, desks):
        officer = await desks()
        project = await officer.create()
        answer = await officer.client.post(f"/v1/projects/{project}/amounts", json={}, headers={"If-Match": "*"})
        assert answer.status_code == 400


class TestAfterApproval:
    async def test_a_revised_amount_stays_under_the_ceiling(self, under_review):
        officer, approver, project = under_review
        await approve(officer, approver, project)
        assert (await officer.amount(project, kind="requested", on="2022-03-20")).status_code == 201
        above = await approver.amount(project, kind="revised", amount="40000000", on="2022-03-20")
        assert above.status_code == 422
        assert above.json()["type"].endswith("above-ceiling")
        under = await approver.amount(project, kind="revised", amount="26000000", on="2022-03-20")
        assert under.status_code == 201

    @pytest.mark.parametrize("usd", ["1", "49000"])
    async def test_no_printed_value_hides_what_the_rate_says(self, under_review, usd):
        officer, approver, project = under_review
        await officer.amount(project, amount="900000000", usd=usd)
        refused = await approver.move(project, "approved", "2022-03-14")
        assert [fault["code"] for fault in refused.json()["errors"]] == ["above_ceiling"]
        await officer.amount(project, on="2022-03-15")
        assert (await approver.move(project, "approved", "2022-03-15")).status_code == 201
        await officer.amount(project, kind="requested", on="2022-03-20")
        later = await approver.amount(project, kind="revised", amount="900000000", usd=usd, on="2022-03-20")
        assert later.json()["type"].endswith("above-ceiling")

    async def test_one_person_alone_changes_no_amount_that_counts(self, under_review, desks):
        officer, approver, project = under_review
        await approve(officer, approver, project)
        [row] = (await officer.get(f"/v1/projects/{project}/amounts"))["items"]
        correction = {"amount": "1", "supersedes_id": row["id"], "reason": "typo"}
        revised = {"kind": "revised", "amount": "26000000", "on": "2022-03-20"}
        for fields in (revised, correction):
            assert (await officer.amount(project, **fields)).status_code == 403
            alone = await approver.amount(project, **fields)
            assert alone.json()["type"].endswith("second-person-decides")
        both = await desks(["programme_officer", "approver"], "fatou")
        assert (await both.amount(project, kind="requested", on="2022-03-20")).status_code == 201
        assert [fault["code"] for fault in (await both.amount(project, **revised)).json()["errors"]] == [
            "not_requested"
        ]
        assert (await approver.amount(project, **revised)).status_code == 201
        again = await approver.amount(project, **{**revised, "amount": "27000000", "on": "2022-03-21"})
        assert again.json()["type"].endswith("second-person-decides")

    async def test_who_wrote_it_does_not_show_it_to_more_readers(self, under_review, desks):
        officer, approver, project = under_review
        await approve(officer, approver, project)
        path = f"/v1/projects/{project}"
        assert (await officer.send("PATCH", path, {"protection": "public"})).status_code == 403
        writer = await desks(["programme_officer", "approver"], "fatou")
        assert (await writer.send("PATCH", path, {"title": {"fr": "Forage"}})).status_code == 200
        own = await writer.send("PATCH", path, {"protection": "partners"})
        assert [fault["code"] for fault in own.json()["errors"]] == ["shown_by_another"]
        assert (await approver.send("PATCH", path, {"title": {"fr": "Puits"}})).status_code == 403
        assert (await approver.send("PATCH", path, {"protection": "public"})).status_code == 200
        assert (await officer.send("PATCH", path, {"protection": "internal"})).status_code == 200

    async def test_an_amount_that_counts_needs_a_rate(self, under_review):
        officer, approver, project = under_review
        await approve(officer, approver, project)
        assert (await officer.amount(project, kind="requested", on="2022-03-20")).status_code == 201
        answer = await approver.amount(project, kind="revised", on="2022-06-30")
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("rate-missing")


class TestSharesAndPeople:
    @pytest.mark.parametrize("percentages", [("60", "30"), ("60", "50"), ("100", "0")])
    async def test_sectors_add_up_to_a_hundred(self, desks, percentages):
        officer = await desks()
        project = await officer.create()
        slugs = ("qip-water", "qip-health")
        shares = [
            {"sector": slug, "percentage": percentage} for slug, percentage in zip(slugs, percentages, strict=True)
        ]
        answer = await officer.send("POST", f"/v1/projects/{project}/sectors", {"on": "2022-02-01", "shares": shares})
        assert answer.status_code == 422

    async def test_places_have_all_their_percentages_or_none(self, desks):
        officer = await desks()
        project = await officer.create()
        path = f"/v1/projects/{project}/places"
        shares = [{"place": "bourem", "percentage": "60"}, {"place": "gao"}]
        assert (await officer.send("POST", path, {"on": "2022-03-01", "shares": shares})).status_code == 422
        shares = [{"place": "bourem", "percentage": "60"}, {"place": "gao", "percentage": "40"}]
        answer = await officer.send("POST", path, {"on": "2022-03-01", "shares": shares})
        assert answer.status_code == 201, answer.text
        before = await officer.get(f"/v1/projects/{project}?as_of=2022-02-15")
        after = await officer.get(f"/v1/projects/{project}?as_of=2022-03-01")
        assert [place["slug"] for place in before["places"]] == ["bourem"]
        assert [place["percentage"] for place in after["places"]] == ["60", "40"]

    async def test_women_and_men_do_not_exceed_the_total(self, desks):
        officer = await desks()
        project = await officer.create()
        body = {"on": "2022-02-01", "kind": "reached", "unit": "pupils", "total": 813, "female": 463}
        path = f"/v1/projects/{project}/beneficiaries"
        assert (await officer.send("POST", path, {**body, "male": 400})).status_code == 422
        assert (await officer.send("POST", path, {**body, "male": 350})).status_code == 201

    async def test_a_count_is_corrected(self, desks):
        officer = await desks()
        project = await officer.create()
        path = f"/v1/projects/{project}/beneficiaries"
        body = {"on": "2022-02-01", "kind": "reached", "unit": "pupils", "total": 813}
        first = (await officer.send("POST", path, body)).json()
        answer = await officer.send("POST", path, {**body, "total": 815, "supersedes_id": first["id"]})
        assert answer.status_code == 201
        counts = (await officer.get(f"/v1/projects/{project}"))["beneficiaries"]
        assert [count["total"] for count in counts] == [815]
