"""Keep what rows said before they were changed or removed, so that what was known at a past instant stays known.

Why: an answer at a past `known_at` read today's titles, protection, roles, links and policies. One trigger serves all
tables: it closes what stood there at the instant of the unit of work, which the unit tells by a setting of its
transaction. Rows that stand today are taken as known for ever before. A person's revisions go with the person. Expand.
"""

from alembic import op

revision = "0061"
down_revision = "0091"
branch_labels = None
depends_on = None

REVISED = (
    "account", "activity", "announcement", "attempt", "bucket", "contribution", "delivery", "donor", "edition",
    "edition_control", "edition_item", "link", "mechanism", "monitoring", "office", "organisation",
    "organisation_alias", "organisation_name", "output", "person", "place", "place_alias", "place_code", "platform",
    "policy", "project", "proposal", "quoted_figure", "receipt", "reporting_area",
    "reporting_area_place", "role", "sector",
)  # fmt: skip

TABLE = """
CREATE TABLE revision (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_revision PRIMARY KEY,
    table_name text NOT NULL,
    content jsonb NOT NULL,
    known_from timestamptz NOT NULL,
    known_until timestamptz NOT NULL,
    CONSTRAINT ck_revision_lasts CHECK (known_until > known_from)
)
"""

# without a unit of work (a migration, a person at psql) it is the clock's, read after the transaction has its id
INSTANT = """
CREATE FUNCTION instant_of_unit() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN coalesce(
        nullif(current_setting('djoliba.recorded_at', true), '')::timestamptz,
        (SELECT clock_timestamp() FROM pg_current_xact_id()));
END $$
"""

# A unit that waited for another's lock has the earlier instant and the later word: what the other wrote was then never
# known, since whoever reads at an instant has first waited for all units that began before it.
KEEP = """
CREATE FUNCTION keep_revision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    at timestamptz := greatest(instant_of_unit(), OLD.known_since);
BEGIN
    IF at > OLD.known_since THEN
        INSERT INTO revision (table_name, content, known_from, known_until)
        VALUES (TG_TABLE_NAME, to_jsonb(OLD), OLD.known_since, at);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    NEW.known_since := at;
    RETURN NEW;
END $$
"""

ERASE = """
CREATE FUNCTION erase_revisions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    DELETE FROM revision WHERE table_name = TG_TABLE_NAME AND content ->> 'id' = OLD.id::text;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    for statement in (TABLE, INSTANT, KEEP, ERASE):
        op.execute(statement)
    op.execute("CREATE INDEX ix_revision_table_name_known_until ON revision (table_name, known_until)")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON revision FOR EACH ROW"
        " WHEN (OLD.table_name <> 'person') EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON revision"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for table in REVISED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN known_since timestamptz NOT NULL DEFAULT '-infinity'")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN known_since SET DEFAULT instant_of_unit()")
        changes = "UPDATE" if table == "person" else "UPDATE OR DELETE"
        op.execute(f"CREATE TRIGGER revised BEFORE {changes} ON {table} FOR EACH ROW EXECUTE FUNCTION keep_revision()")
    op.execute("CREATE TRIGGER erased AFTER DELETE ON person FOR EACH ROW EXECUTE FUNCTION erase_revisions()")


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
