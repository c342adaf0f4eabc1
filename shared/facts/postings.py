"""The journal as of a date and as known at a moment: reversals are entries of their own, nothing is struck out."""

from functools import cache

from sqlalchemy import CTE, select

from shared.facts.in_force import materialised
from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.models import Account, Contribution, JournalEntry, Posting


@cache
def posting_effective() -> CTE:
    """Postings of entries with value_on up to `:as_of`, recorded by `:known_at`.

    Columns: those of the posting, the entry's kind (`entry_kind`), reference, value_on, recorded_at,
    is_synthetic, and the account's kind (`account_kind`), contribution_id, project_id, announcement_id,
    mechanism_code.
    """
    return materialised(
        select(
            Posting.id,
            Posting.entry_id,
            Posting.account_id,
            Posting.currency,
            Posting.amount,
            Posting.usd,
            Posting.policy,
            Posting.exchange_rate_id,
            Posting.rate,
            JournalEntry.kind.label("entry_kind"),
            JournalEntry.reference,
            JournalEntry.value_on,
            JournalEntry.recorded_at,
            JournalEntry.is_synthetic,
            JournalEntry.reverses_id,
            Account.kind.label("account_kind"),
            Account.contribution_id,
            Account.project_id,
            Account.announcement_id,
            Contribution.mechanism_code,
        )
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .join(Account, Account.id == Posting.account_id)
        .join(Contribution, Contribution.id == Account.contribution_id)
        .where(JournalEntry.value_on <= AS_OF, JournalEntry.recorded_at <= KNOWN_AT)
        .cte("posting_effective")
    )
