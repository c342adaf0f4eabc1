"""Guards that the database itself keeps: append-only facts, balanced entries, whole shares, honest deliveries.

Why: whoever holds a connection, history is not rewritten and no entry is lopsided; expand. Decisions stay in Python.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "transition",
    "amount",
    "sector_assignment",
    "sector_share",
    "place_assignment",
    "place_share",
    "beneficiary_count",
    "activity_project",
    "announcement_project",
    "exchange_rate",
    "journal_entry",
    "posting",
    "printed_figure",
    "standing_text",
    "artefact",
    "edition_artefact",
    "audit",
    "outbox",
)

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only; record a row that supersedes', TG_TABLE_NAME USING ERRCODE = '42501';
END $$
"""

BALANCED_ENTRY = """
CREATE FUNCTION balanced_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM posting WHERE entry_id = NEW.entry_id GROUP BY currency HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'entry % does not sum to zero per currency', NEW.entry_id USING ERRCODE = '23514';
    END IF;
    IF (SELECT sum(usd) FROM posting WHERE entry_id = NEW.entry_id) <> 0 THEN
        RAISE EXCEPTION 'entry % does not sum to zero in USD', NEW.entry_id USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$
"""

POSTED_ENTRY = """
CREATE FUNCTION posted_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM posting WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'entry % has no posting', NEW.id USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$
"""

WHOLE_SHARES = """
CREATE FUNCTION whole_shares() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'sector_share'
        AND (SELECT sum(percentage) FROM sector_share WHERE assignment_id = NEW.assignment_id) <> 100 THEN
        RAISE EXCEPTION 'the sectors of assignment % do not add up to 100', NEW.assignment_id USING ERRCODE = '23514';
    END IF;
    IF TG_TABLE_NAME = 'place_share' AND EXISTS (
        SELECT FROM place_share WHERE assignment_id = NEW.assignment_id
        HAVING count(percentage) > 0 AND (count(percentage) < count(*) OR sum(percentage) <> 100)) THEN
        RAISE EXCEPTION 'the places of assignment % do not add up to 100', NEW.assignment_id USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$
"""

HONEST_FENCE = """
CREATE FUNCTION honest_fence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.fence < OLD.fence THEN
        RAISE EXCEPTION 'the fence of job % never falls', OLD.id USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""

HONEST_DELIVERY = """
CREATE FUNCTION honest_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('pending', 'sending'), ('pending', 'cancelled'), ('unknown', 'sending'), ('dead', 'pending'),
        ('sending', 'delivered'), ('sending', 'pending'), ('sending', 'unknown'), ('sending', 'dead')) THEN
        RAISE EXCEPTION 'delivery % cannot go from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = '23514';
    END IF;
    IF NEW.state = 'delivered' AND OLD.state <> 'delivered' AND (
        SELECT count(DISTINCT step) FROM receipt WHERE delivery_id = NEW.id AND is_current) < 2 THEN
        RAISE EXCEPTION 'delivery % has no receipt for each step', NEW.id USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""

DEFERRED = "CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {function}()"


def upgrade() -> None:
    for function in (REFUSE_CHANGE, BALANCED_ENTRY, POSTED_ENTRY, WHOLE_SHARES, HONEST_FENCE, HONEST_DELIVERY):
        op.execute(function)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(DEFERRED.format(name="balanced", table="posting", function="balanced_entry"))
    op.execute(DEFERRED.format(name="posted", table="journal_entry", function="posted_entry"))
    op.execute(DEFERRED.format(name="whole", table="sector_share", function="whole_shares"))
    op.execute(DEFERRED.format(name="whole", table="place_share", function="whole_shares"))
    op.execute("CREATE TRIGGER honest_fence BEFORE UPDATE ON job FOR EACH ROW EXECUTE FUNCTION honest_fence()")
    op.execute(
        "CREATE TRIGGER honest_delivery BEFORE UPDATE ON delivery FOR EACH ROW EXECUTE FUNCTION honest_delivery()"
    )
    op.execute("INSERT INTO installation (id, epoch) VALUES (1, 1)")


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
