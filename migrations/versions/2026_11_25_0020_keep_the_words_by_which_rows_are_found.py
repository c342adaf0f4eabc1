"""Keep beside each row the words by which it is found, computed by the database from its own texts.

Why: a search compares words, and to compute them anew for each row of each search would cost more than the comparing;
projects, which are many, get an index of their trigrams (without a list of pending entries, which each search would have
to read whole). Expand.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WITH_REFERENCE = """
CREATE FUNCTION search_words(reference text, given jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    search_words(reference) || coalesce(' ' || search_words(given), '')
"""

WORDS = {
    "project": "search_words(reference, title)",
    "activity": "search_words(reference, title)",
    "announcement": "search_words(reference, title)",
    "monitoring": "search_words(reference, phase)",
    "contribution": "search_words(reference, earmark)",
    "donor": "search_words(slug)",
    "edition": "search_words(slug, title)",
    "organisation": "search_words(slug, acronym)",
    "organisation_name": "search_words(name)",
    "organisation_alias": "search_words(alias)",
    "place": "search_words(slug, name)",
    "place_alias": "search_words(alias)",
    "place_code": "search_words(code)",
}


def upgrade() -> None:
    op.execute(WITH_REFERENCE)
    for table, words in WORDS.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN words text GENERATED ALWAYS AS ({words}) STORED")
    op.execute("CREATE INDEX ix_project_words ON project USING gin (words gin_trgm_ops) WITH (fastupdate = off)")


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
