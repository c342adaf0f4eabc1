"""Refusals are told in the reader's language, down to their numbers, dates and states."""

import pytest


def told(answer) -> str:
    """All sentences of a problem, with plain blanks."""
    body = answer.json()
    said = " ".join([body["detail"], *(fault["detail"] for fault in body.get("errors", ()))])
    return said.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.fixture
async def readers(under_review):
    """The approver reading French and the officer reading English, with a project under review."""
    officer, approver, project = under_review
    approver.client.headers["Accept-Language"] = "fr"
    officer.client.headers["Accept-Language"] = "en"
    return officer, approver, project


async def test_an_amount_above_the_ceiling(readers):
    officer, approver, project = readers
    await officer.amount(project, amount="53502.04", currency="USD", on="2022-03-01")
    said = told(await approver.move(project, "approved", "2022-03-14"))
    assert "Le passage à l'état « approuvé » est refusé" in said
    assert "53 502,04 USD : c'est 3 502,04 USD de plus que le plafond de 50 000 USD" in said
    assert "depuis le 1er juillet 2013" in said


async def test_a_move_that_the_lifecycle_does_not_know(readers):
    officer, approver, project = readers
    assert "« remis » le 14 mars 2022 ne peut pas suivre l'état « en examen »" in told(
        await approver.move(project, "handed_over", "2022-03-14")
    )
    said = told(await officer.move(project, "handed_over", "2022-03-14"))
    assert "'handed over' on 14 March 2022 cannot follow the state 'under review'" in said
    assert "what may follow: identified, deferred, rejected, approved, cancelled" in said


async def test_a_missing_amount_a_missing_rate_and_shares_that_are_not_whole(readers):
    officer, approver, project = readers
    said = told(await approver.move(project, "approved", "2022-03-01"))
    assert "n'est en vigueur au 1er mars 2022" in said
    await officer.amount(project, on="2021-01-24")
    assert "XOF/USD manquant au 24 janvier 2021" in told(await approver.move(project, "approved", "2022-03-14"))
    officer.client.headers["Accept-Language"] = "fr"
    shares = [{"sector": "qip-water", "percentage": "60.5"}]
    answer = await officer.send("POST", f"/v1/projects/{project}/sectors", {"on": "2022-02-01", "shares": shares})
    assert "faire 100 ensemble, pas 60,5" in told(answer)


async def test_each_exact_number_is_called_by_its_name(desks):
    admin = await desks("admin", "root")
    place = {"slug": "x", "kind": "locality", "name": {"en": "X"}, "coordinate_precision": "exact"}
    said = told(await admin.client.post("/v1/places", json={**place, "latitude": 12.5, "longitude": "1.1234567"}))
    assert "A number is written as a JSON string" in said
    assert "amount" not in said
    assert "At most 6 decimal places are allowed." in said
