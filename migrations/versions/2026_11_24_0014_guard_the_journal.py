"""Guard the journal and the rates: nothing ahead of its day, no account below zero on any date, one rate per date.

Why: what must hold under any concurrency is held by the database itself (DESIGN 7); expand.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SOUND_ACCOUNT = """
CREATE FUNCTION sound_account() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held account%ROWTYPE;
    total numeric;
    lowest numeric;
BEGIN
    SELECT * INTO held FROM account WHERE id = NEW.account_id;
    IF held.currency <> NEW.currency
        OR held.contribution_id <> (SELECT contribution_id FROM journal_entry WHERE id = NEW.entry_id) THEN
        RAISE EXCEPTION 'posting % is on an account of another currency or contribution', NEW.id USING ERRCODE = '23514';
    END IF;
    SELECT sum(day), min(running) INTO total, lowest FROM (
        SELECT sum(posting.amount) AS day, sum(sum(posting.amount)) OVER (ORDER BY journal_entry.value_on) AS running
        FROM posting JOIN journal_entry ON journal_entry.id = posting.entry_id
        WHERE posting.account_id = NEW.account_id GROUP BY journal_entry.value_on) AS days;
    IF total IS DISTINCT FROM (SELECT balance FROM account_balance WHERE account_id = NEW.account_id) THEN
        RAISE EXCEPTION 'the balance of account % is not the sum of its postings', NEW.account_id USING ERRCODE = '23514';
    END IF;
    IF held.kind IN ('available', 'allocated') AND lowest < 0 THEN
        RAISE EXCEPTION 'account % would be overdrawn on some date', NEW.account_id USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$
"""

MIRRORED_REVERSAL = """
CREATE FUNCTION mirrored_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.reverses_id IS NOT NULL AND EXISTS (
        SELECT FROM posting WHERE entry_id IN (NEW.id, NEW.reverses_id)
        GROUP BY account_id HAVING sum(amount) <> 0 OR sum(usd) <> 0) THEN
        RAISE EXCEPTION 'entry % does not mirror the entry that it reverses', NEW.id USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$
"""

SINGLE_RATE = """
CREATE FUNCTION single_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM exchange_rate AS older WHERE older.id = NEW.supersedes_id
        AND (older.source, older.base, older.quote) <> (NEW.source, NEW.base, NEW.quote)) THEN
        RAISE EXCEPTION 'rate % supersedes one of another source or currency', NEW.id USING ERRCODE = '23514';
    END IF;
    IF (SELECT count(*) FROM exchange_rate AS same WHERE same.source = NEW.source AND same.base = NEW.base
        AND same.quote = NEW.quote AND same.effective_on = NEW.effective_on
        AND NOT EXISTS (SELECT FROM exchange_rate AS later WHERE later.supersedes_id = same.id)) > 1 THEN
        RAISE EXCEPTION 'two rates of % % on % would be in force', NEW.source, NEW.quote, NEW.effective_on USING ERRCODE = '23505';
    END IF;
    RETURN NULL;
END $$
"""

DEFERRED = "CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {function}()"


def upgrade() -> None:
    op.create_check_constraint(
        op.f("ck_journal_entry_not_ahead"), "journal_entry", "value_on <= (recorded_at AT TIME ZONE 'UTC')::date"
    )
    for function in (SOUND_ACCOUNT, MIRRORED_REVERSAL, SINGLE_RATE):
        op.execute(function)
    op.execute(DEFERRED.format(name="sound", table="posting", function="sound_account"))
    op.execute(DEFERRED.format(name="mirrored", table="journal_entry", function="mirrored_reversal"))
    op.execute(DEFERRED.format(name="single", table="exchange_rate", function="single_rate"))


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
