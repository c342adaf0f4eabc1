"""Let nothing lie within itself.

Why: a place under its own commune made every walk through the places, and so every figure, run without end. The services
refuse it where it is entered; two edits at once, or a hand in the database, are refused at the commit.
"""

from alembic import op

revision = "0133"
down_revision = "0132"
branch_labels = None
depends_on = None

REFUSE = """
CREATE FUNCTION refuse_circle() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE closes boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('circle of ' || TG_TABLE_NAME, 0));
    EXECUTE format(
        'WITH RECURSIVE above AS ('
        'SELECT %1$I AS id FROM %2$I WHERE id = $1 '
        'UNION SELECT %2$I.%1$I FROM above JOIN %2$I ON %2$I.id = above.id) '
        'SELECT EXISTS (SELECT FROM above WHERE id = $1)', TG_ARGV[0], TG_TABLE_NAME)
        INTO closes USING NEW.id;
    IF closes THEN
        RAISE EXCEPTION '% of % leads back to itself', TG_ARGV[0], TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
TREES = (
    ("place", "parent_id"),
    ("place", "successor_id"),
    ("organisation", "parent_id"),
    ("organisation", "predecessor_id"),
    ("announcement", "parent_id"),
    ("sector", "parent_id"),
)


def upgrade() -> None:
    op.execute(REFUSE)
    for table, column in TREES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER no_circle_of_{column} AFTER INSERT OR UPDATE OF {column} ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
            f"WHEN (NEW.{column} IS NOT NULL) EXECUTE FUNCTION refuse_circle('{column}')"
        )
