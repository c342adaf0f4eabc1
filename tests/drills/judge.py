"""The verdict of a drill: the platform's own journal against what was promised, then our records against each other."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg

from shared.domain.document_names import post_slug, revision_reference, revisions_named


@dataclass
class Verdict:
    """What went wrong, in sentences; and how long each recovery from a death took, in seconds."""

    violations: list[str] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    delivered: int = 0


async def judge(database_url: str, effects: list[dict], deaths: dict[str, list[datetime]]) -> Verdict:
    """`deaths`: when workers that had claimed a delivery (its id) were killed."""
    connection = await asyncpg.connect(database_url)
    try:
        deliveries = [
            dict(row) for row in await connection.fetch("SELECT * FROM delivery ORDER BY document_key, sequence")
        ]
        receipts = [dict(row) for row in await connection.fetch("SELECT * FROM receipt")]
        attempts = [dict(row) for row in await connection.fetch("SELECT * FROM attempt ORDER BY started_at")]
        history = [
            (str(row["subject_id"]), row["event"], json.loads(row["payload"]), row["at"])
            for row in await connection.fetch("SELECT * FROM outbox WHERE subject_type = 'delivery' ORDER BY id")
        ]
    finally:
        await connection.close()
    verdict = Verdict()
    _lost(verdict, deliveries)
    _doubled(verdict, deliveries, effects)
    _overtaken(verdict, deliveries, effects)
    _proved(verdict, deliveries, receipts, effects)
    _fenced(verdict, history, attempts, receipts)
    _recovered(verdict, history, deaths)
    verdict.delivered = sum(each["state"] == "delivered" for each in deliveries)
    return verdict


def _lost(verdict: Verdict, deliveries: list[dict]) -> None:
    for delivery in deliveries:
        if delivery["state"] not in ("delivered", "cancelled"):
            verdict.violations.append(f"lost: {delivery['idem_key']} is {delivery['state']}")


def _base(slug: str) -> str:
    """A slug without what the platform appends to a repeated one (our keys end in letters, revisions in `-vN`)."""
    return re.sub(r"^(dj-.*?-pdf(?:-v\d+)?)(?:-\d+)?$", r"\1", slug)


def _doubled(verdict: Verdict, deliveries: list[dict], effects: list[dict]) -> None:
    made = Counter(_base(line["entry"]["slug"]) for line in effects if line["effect"].endswith(".created"))
    wanted, undecided = set(), set()
    for delivery in deliveries:
        if delivery["state"] in ("pending", "sending", "unknown"):  # it may be there: that is what is open
            undecided.add(post_slug(delivery["document_key"]))
            undecided.add(revision_reference(delivery["document_key"], delivery["sequence"]))
        if delivery["state"] == "delivered":
            wanted.add(post_slug(delivery["document_key"]))
            wanted.add(revision_reference(delivery["document_key"], delivery["sequence"]))
    for slug, count in made.items():
        if count > 1:
            verdict.violations.append(f"doubled: {slug} was created {count} times")
        if slug not in wanted and slug not in undecided:
            verdict.violations.append(f"surplus: {slug} was created though nothing delivered it")
    for slug in wanted - set(made):
        verdict.violations.append(f"lost: {slug} was never created")


def _overtaken(verdict: Verdict, deliveries: list[dict], effects: list[dict]) -> None:
    for key in {delivery["document_key"] for delivery in deliveries}:
        shown = [
            max(revisions_named(line["entry"]["content"], key))
            for line in effects
            if line["effect"] in ("post.created", "post.updated") and revisions_named(line["entry"]["content"], key)
        ]
        if shown != sorted(shown):
            verdict.violations.append(f"overtaken: {key} showed {shown}")
        last = max(
            (each["sequence"] for each in deliveries if each["document_key"] == key and each["state"] == "delivered"),
            default=None,
        )
        if shown and last is not None and shown[-1] != last:
            verdict.violations.append(f"overtaken: {key} shows revision {shown[-1]}, not {last}")


def _proved(verdict: Verdict, deliveries: list[dict], receipts: list[dict], effects: list[dict]) -> None:
    files = {str(line["id"]): line["sha256"] for line in effects if line["effect"] == "media.created"}
    posts = {str(line["id"]) for line in effects if line["effect"] == "post.created"}
    for delivery in deliveries:
        current = {row["step"]: row for row in receipts if row["delivery_id"] == delivery["id"] and row["is_current"]}
        if delivery["state"] != "delivered":
            continue
        media, post = current.get("media"), current.get("post")
        if media is None or files.get(media["external_id"]) != delivery["artefact_sha256"]:
            verdict.violations.append(f"unproved: {delivery['idem_key']} has no receipt of its file")
        if post is None or post["external_id"] not in posts:
            verdict.violations.append(f"unproved: {delivery['idem_key']} has no receipt of its post")


def _fenced(verdict: Verdict, history: list[Any], attempts: list[dict], receipts: list[dict]) -> None:
    """Nothing is written by a claim once a newer one has written."""
    newest: dict[str, int] = {}
    for subject, event, payload, _ in history:
        fence = payload.get("fence")
        if fence is None:
            continue
        if fence < newest.get(subject, 0):
            verdict.violations.append(f"fence: {event} of {subject} by {fence} after {newest[subject]}")
        newest[subject] = max(fence, newest.get(subject, 0))
    tried: dict[str, int] = {}
    for attempt in attempts:
        subject = str(attempt["delivery_id"])
        if attempt["fence"] < tried.get(subject, 0):
            verdict.violations.append(f"fence: an attempt of {subject} by {attempt['fence']} after {tried[subject]}")
        tried[subject] = max(attempt["fence"], tried.get(subject, 0))
    for row in receipts:
        newer = [each for each in receipts if (each["delivery_id"], each["step"]) == (row["delivery_id"], row["step"])]
        if row["is_current"] and any(each["fence"] > row["fence"] for each in newer):
            verdict.violations.append(f"fence: the current receipt of {row['delivery_id']} is not the newest")


def _recovered(verdict: Verdict, history: list[Any], deaths: dict[str, list[datetime]]) -> None:
    """From a worker's death to the next claim that sends; a recovery that another death cut short is not counted."""
    for subject, instants in deaths.items():
        claims = [at for about, event, _, at in history if about == subject and event == "delivery.sending"]
        for instant in instants:
            again = min((at for at in claims if at > instant), default=None)
            if again is not None and not any(instant < other < again for other in instants):
                verdict.recoveries.append((again - instant).total_seconds())
