"""What the database itself refuses about deliveries, whoever asks."""

from itertools import product

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from shared.domain.delivery import TRANSITIONS, DeliveryState
from shared.models import Receipt

ALLOWED = {(before, after) for (before, _), after in TRANSITIONS.items() if before is not after}


async def test_the_database_allows_exactly_the_transitions_of_the_state_machine(desk):
    delivery = await desk.publish()
    held = set()
    for before, after in product(DeliveryState, repeat=2):
        if before is after:
            continue
        await desk.execute("ALTER TABLE delivery DISABLE TRIGGER honest_delivery", owner=True)
        await put(desk, delivery, before)
        await desk.execute("ALTER TABLE delivery ENABLE TRIGGER honest_delivery", owner=True)
        if await is_allowed(desk, delivery, after):
            held.add((before, after))
    assert held == ALLOWED


async def is_allowed(desk, delivery, state):
    """Whether the transition itself passes; what `delivered` needs besides is another rule."""
    try:
        await put(desk, delivery, state)
    except DBAPIError as refused:
        return "cannot go from" not in str(refused)
    return True


async def put(desk, delivery, state):
    reason = "'because'" if state is DeliveryState.DEAD else "NULL"
    await desk.execute(
        f"UPDATE delivery SET state = :state, dead_reason = {reason} WHERE id = :id", state=state, id=delivery.id
    )


async def test_nothing_is_delivered_without_a_receipt_for_each_step(desk):
    delivery = await desk.publish()
    await put(desk, delivery, DeliveryState.SENDING)
    with pytest.raises(DBAPIError, match="has no receipt for each step"):
        await put(desk, delivery, DeliveryState.DELIVERED)


async def test_one_receipt_per_step_is_current(desk):
    delivery = await desk.publish()
    await desk.turn()
    (receipt,) = await desk.rows(Receipt, delivery_id=delivery.id, step="post")
    copied = {**receipt, "fence": 99}
    with pytest.raises(DBAPIError, match="uq_receipt_current"):
        await desk.execute(
            "INSERT INTO receipt (delivery_id, fence, step, external_id, url, remote_sha256, found_by, is_visible, at,"
            " is_current) VALUES (:delivery_id, :fence, :step, :external_id, :url, :remote_sha256, :found_by,"
            " :is_visible, :at, :is_current)",
            **copied,
        )


async def test_a_receipt_changes_in_its_standing_once_and_what_is_delivered_keeps_its_proof(desk):
    delivery = await desk.publish()
    await desk.turn()
    of_it = f"delivery_id = '{delivery.id}' AND step = 'post'"
    one = f"{of_it} AND is_current"
    columns = "external_id, url, remote_sha256, found_by, is_visible, note, at, is_current"
    evidence = (
        f"INSERT INTO receipt (delivery_id, fence, step, {columns})"
        f" SELECT delivery_id, 0, step, {columns} FROM receipt WHERE {one}"
    )
    await desk.execute(evidence.replace("is_current FROM", "false FROM"))
    for statement, refusal in (
        (f"UPDATE receipt SET is_current = false WHERE {one}", "are its proof"),
        (f"UPDATE receipt SET is_current = true WHERE NOT is_current AND {of_it}", "stays aside"),
        (evidence.replace(", 0, step", ", -1, step"), "has a newer receipt"),
        (f"DELETE FROM receipt WHERE {one}", "stays"),
    ):
        with pytest.raises((DBAPIError, asyncpg.PostgresError), match=refusal):
            await desk.execute(statement, owner=True)


async def test_the_same_revision_is_promised_once(desk):
    delivery = await desk.publish()
    with pytest.raises(DBAPIError, match=r"uq_delivery_platform_id_document_key_sequence|uq_delivery_job_id"):
        await desk.execute(
            "INSERT INTO delivery SELECT (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid(),"
            " 'idem_key', 'other'))).* FROM delivery d WHERE id = :id",
            id=delivery.id,
        )


async def test_the_fence_never_falls(desk):
    delivery = await desk.publish()
    await desk.turn()
    with pytest.raises(DBAPIError, match="never falls"):
        await desk.execute("UPDATE job SET fence = 0 WHERE id = :id", id=delivery.job_id)
