"""Accounts, their locked balances, and their movements by value date."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from shared.domain.ledger import AccountKey, AccountKind, Line, Valued
from shared.models import Account, AccountBalance, JournalEntry, Posting
from shared.models.among import among

Movements = dict[date, Decimal]
"""What an account moved, by value date."""


async def accounts_for(session: AsyncSession, keys: Iterable[AccountKey]) -> dict[AccountKey, UUID]:
    """The accounts of these keys, opened where they do not exist; the caller holds the contributions' locks."""
    wanted = set(keys)
    rows = await session.execute(
        select(
            Account.id,
            Account.kind,
            Account.currency,
            Account.contribution_id,
            Account.project_id,
            Account.announcement_id,
        ).where(among(Account.contribution_id, {key.contribution_id for key in wanted}))
    )
    found = {
        AccountKey(AccountKind(kind), currency, contribution_id, project_id, announcement_id): account_id
        for account_id, kind, currency, contribution_id, project_id, announcement_id in rows
    }
    opened = {key: uuid7() for key in wanted if key not in found}
    if opened:
        await session.execute(insert(Account), [_account_columns(*one) for one in opened.items()])
        await session.execute(
            insert(AccountBalance),
            [
                {"account_id": account_id, "balance": Decimal(0), "may_be_negative": key.may_be_negative}
                for key, account_id in opened.items()
            ],
        )
    return {key: found.get(key) or opened[key] for key in wanted}


def _account_columns(key: AccountKey, account_id: UUID) -> dict[str, Any]:
    return {
        "id": account_id,
        "kind": key.kind,
        "currency": key.currency,
        "contribution_id": key.contribution_id,
        "project_id": key.project_id,
        "announcement_id": key.announcement_id,
    }


async def lock_balances(session: AsyncSession, account_ids: Iterable[UUID]) -> None:
    """Lock the balances in id order, so that two entries over the same accounts wait and never deadlock."""
    await session.execute(
        select(AccountBalance.account_id)
        .where(among(AccountBalance.account_id, account_ids))
        .order_by(AccountBalance.account_id)
        .with_for_update()
    )


async def movements_of(session: AsyncSession, account_ids: Iterable[UUID]) -> dict[UUID, Movements]:
    """What each account moved, by value date; read after its balance is locked."""
    rows = await session.execute(
        select(Posting.account_id, JournalEntry.value_on, func.sum(Posting.amount))
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(among(Posting.account_id, account_ids))
        .group_by(Posting.account_id, JournalEntry.value_on)
    )
    movements: dict[UUID, Movements] = defaultdict(dict)
    for account_id, value_on, amount in rows:
        movements[account_id][value_on] = amount
    return movements


async def add_to_balances(session: AsyncSession, sums: dict[UUID, Decimal]) -> None:
    """Move the locked balances."""
    connection = await session.connection()
    await connection.execute(
        update(AccountBalance)
        .where(AccountBalance.account_id == bindparam("account"))
        .values(balance=AccountBalance.balance + bindparam("moved")),
        [{"account": account_id, "moved": moved} for account_id, moved in sums.items()],
    )


async def lines_of(session: AsyncSession, entry_id: UUID) -> Sequence[Line]:
    """The postings of an entry, as they were booked."""
    rows = await session.execute(
        select(Posting, Account)
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.entry_id == entry_id)
        .order_by(Posting.id)
    )
    return [
        Line(
            AccountKey(
                AccountKind(account.kind),
                account.currency,
                account.contribution_id,
                account.project_id,
                account.announcement_id,
            ),
            Valued(
                posting.amount, posting.currency, posting.usd, posting.policy, posting.exchange_rate_id, posting.rate
            ),
        )
        for posting, account in rows
    ]


async def reversal_of(session: AsyncSession, entry_id: UUID) -> JournalEntry | None:
    """The entry that reverses this one, if any."""
    found: JournalEntry | None = await session.scalar(select(JournalEntry).where(JournalEntry.reverses_id == entry_id))
    return found


async def entries_by_reference(session: AsyncSession, wanted: Iterable[str]) -> dict[str, JournalEntry]:
    """The entries that bear these references."""
    rows = await session.scalars(select(JournalEntry).where(among(JournalEntry.reference, wanted)))
    return {row.reference: row for row in rows}


async def next_reference(session: AsyncSession, stem: str) -> str:
    """`<stem><n>`, n one above the highest that is taken; the caller holds the contribution's lock."""
    taken = await session.scalars(
        select(JournalEntry.reference).where(JournalEntry.reference.startswith(stem, autoescape=True))
    )
    tails = (reference.removeprefix(stem) for reference in taken)
    return f"{stem}{1 + max((int(tail) for tail in tails if tail.isdecimal()), default=0)}"


_ONE_ENTRY = """
SELECT json_build_object(
    'id', entry.id, 'reference', entry.reference, 'kind', entry.kind, 'contribution', contribution.reference,
    'value_on', entry.value_on, 'reverses_id', entry.reverses_id, 'reason', entry.reason, 'source', entry.source,
    'reversed_by_id', (SELECT later.id FROM journal_entry AS later WHERE later.reverses_id = entry.id),
    'is_synthetic', entry.is_synthetic,
    'postings', (
        SELECT json_agg(json_build_object(
            'account', account.kind, 'currency', posting.currency, 'amount', trim_scale(posting.amount)::text,
            'usd', trim_scale(posting.usd)::text, 'project', project.reference,
            'announcement', announcement.reference,
            'rate', CASE WHEN rate.id IS NOT NULL THEN json_build_object(
                'id', rate.id, 'base', rate.base, 'quote', rate.quote, 'value', trim_scale(rate.value)::text,
                'effective_on', rate.effective_on, 'source', rate.source, 'policy', posting.policy) END)
            ORDER BY posting.id)
        FROM posting JOIN account ON account.id = posting.account_id
        LEFT JOIN project ON project.id = account.project_id
        LEFT JOIN announcement ON announcement.id = account.announcement_id
        LEFT JOIN exchange_rate AS rate ON rate.id = posting.exchange_rate_id
        WHERE posting.entry_id = entry.id))::text
FROM journal_entry AS entry JOIN contribution ON contribution.id = entry.contribution_id
WHERE entry.id = {wanted}
"""
ONE_ENTRY = _ONE_ENTRY.format(wanted="$1")
"""An entry with its postings and the rate of each, as JSON, for a bare connection."""

_ENTRY_NOW = text(_ONE_ENTRY.format(wanted=":entry_id"))


async def entry_in(session: AsyncSession, entry_id: UUID) -> Any:
    """The same as it stands inside a unit of work."""
    return json.loads((await session.execute(_ENTRY_NOW, {"entry_id": entry_id})).scalar_one())
