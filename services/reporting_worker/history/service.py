"""History for whom a row may be read: its changes in words, and the feed of all changes."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from services.reporting_worker.history import queries
from services.reporting_worker.history.schemas import ChangeItem, ChangePage, HistoryItem, HistoryPage, MemberChange
from services.reporting_worker.history.wording import LANGUAGES, act, moved
from shared.auth import Principal
from shared.database import Reader
from shared.errors import Fault, InvalidInput, NotFound
from shared.fields import parse_instant
from shared.models.noun import nouns
from shared.pagination import decode_cursor, encode_cursor
from shared.permissions import permitted, require
from shared.refusal import Refusal
from shared.web.named import ids_named

NEWEST_FIRST = "-id"
FEED = "transaction"
BEGINNING = ("0", 0)
_OWN_PATHS: Mapping[str, str] = {
    "project": "projects", "activity": "activities", "announcement": "announcements", "contribution": "contributions",
    "allocation": "allocations", "edition": "editions", "delivery": "deliveries", "platform": "platforms",
    "proposal": "proposals", "standing_text": "standing-texts", "exchange_rate": "rates", "mechanism": "mechanisms",
}  # fmt: skip
"""The permission's resource of the nouns that are no plain records."""
_ADDRESSES: Mapping[str, str] = {"exchange_rate": "exchange-rates"}
"""Where the first segment of the address is another word than that of the permission."""
_GONE = ("deleted", "merged")


class UnknownNoun(Refusal, InvalidInput):
    """No rows are called this."""

    kind, at = "unknown-noun", "/noun"
    fr = "« {noun:.80} » n'est pas un nom de ligne ; il y a : {known}."
    en = "'{noun:.80}' names no kind of row; there are: {known}."
    noun: str
    known: str


class NoHistory(Refusal, NotFound):
    """No such row was ever recorded."""

    fr = "Rien ne s'appelle « {key:.80} » ; donnez l'identifiant ou la référence exacte."
    en = "Nothing is called '{key:.80}'; give the id or the exact reference."
    key: str


def resources() -> Mapping[str, str]:
    """The permission's resource of each kind of row that has a history."""
    return {**_OWN_PATHS, **{model.__tablename__: noun.path for model, noun in nouns().items()}}


async def history_of(
    reads: Reader, caller: Principal, noun: str, key: str, *, cursor: str | None, limit: int
) -> HistoryPage:
    """The changes of a row, newest first, in words.

    Raises:
        UnknownNoun: see there.
        NoHistory: see there.
        NotPermitted: the caller may not read such rows.
        InvalidInput: the cursor is not of this list.
    """
    known = resources()
    if noun not in known:
        raise UnknownNoun(noun, ", ".join(sorted(known)))
    require(caller, f"{known[noun]}:read")
    ids = await ids_named(reads, key, noun)
    if not ids:
        raise NoHistory(key)
    before = None if cursor is None else decode_cursor(cursor, NEWEST_FIRST)[1]
    rows = await queries.of_one(reads, noun, ids, before, limit)
    shown = rows[:limit]
    following = encode_cursor(NEWEST_FIRST, "", str(shown[-1]["id"])) if len(rows) > limit else None
    return HistoryPage(items=[_item(row) for row in shown], next_cursor=following)


def _item(row: Any) -> HistoryItem:
    changes = moved(_object(row["before"]), _object(row["after"]))
    return HistoryItem(
        id=row["id"],
        at=row["at"],
        actor=row["actor"],
        action=row["action"],
        words=act(row["action"], row["subject_type"]),
        changes=[
            MemberChange(
                member=one.member, before=one.before, after=one.after,
                words={language: one.said(language) for language in LANGUAGES},
            )
            for one in changes
        ],
        reason=row["reason"],
    )  # fmt: skip


def _object(value: Any) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = json.loads(value) if isinstance(value, str) else value
    return found


async def changes_since(
    reads: Reader, caller: Principal, since: str | None, wanted: frozenset[str] | None, limit: int
) -> ChangePage:
    """The changes after a cursor or an instant, of the rows that the caller may read.

    Raises:
        UnknownNoun: a kind of row is asked for that there is not.
        InvalidInput: the cursor is none of ours.
    """
    known = resources()
    for noun in sorted(wanted or ()):
        if noun not in known:
            raise UnknownNoun(noun, ", ".join(sorted(known)))
    readable = [noun for noun, path in known.items() if permitted(caller, f"{path}:read")]
    asked = [noun for noun in readable if wanted is None or noun in wanted]
    instant: datetime | None = None if since is None else parse_instant(since)
    after = BEGINNING if since is None or instant is not None else _position(since)
    rows = await queries.feed(reads, after, asked, instant, limit)
    last = (rows[-1]["transaction"], rows[-1]["id"]) if rows else after
    following = encode_cursor(FEED, last[0], str(UUID(int=last[1])))
    return ChangePage(items=[_change(row, known) for row in rows], next_cursor=following)


def _position(cursor: str) -> tuple[str, int]:
    transaction, identity = decode_cursor(cursor, FEED)
    if not (transaction.isascii() and transaction.isdigit() and len(transaction) <= 20):
        raise InvalidInput(_BAD, faults=[Fault("since", _BAD, "cursor")])
    return transaction, identity.int


_BAD = {
    "fr": "Donnez next_cursor tel que reçu, ou un instant (2022-04-04T09:00:00Z).",
    "en": "Give next_cursor as received, or an instant (2022-04-04T09:00:00Z).",
}


def _change(row: Any, known: Mapping[str, str]) -> ChangeItem:
    noun = row["subject_type"]
    is_gone = row["event"].partition(".")[2] in _GONE
    path = _ADDRESSES.get(noun, known[noun])
    key = row["reference"] or str(row["subject_id"])
    return ChangeItem(
        noun=noun,
        subject_id=row["subject_id"],
        reference=row["reference"],
        change="deleted" if is_gone else "changed",
        action=row["event"],
        at=row["at"],
        link=None if is_gone else f"/v1/{path}/{quote(key, safe='')}",
    )
