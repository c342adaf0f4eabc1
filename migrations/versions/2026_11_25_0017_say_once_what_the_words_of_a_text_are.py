"""Say once what the words of a text are: `search_words(text)` and `search_words(jsonb)`, in SQL.

Why: a search, a warning of a likely duplicate and the neighbours of an unknown slug compare the same thing. Words are
lower case, without accents or ligatures, separated by one space; apostrophes, dashes and all other marks part them:
`search_words('L’École d''Œuvre – Sévaré')` is `l ecole d oeuvre sevare`. Of a text by language the values count, not
the languages. Both functions are immutable, so that columns and indexes may be built of them; the trigrams of pg_trgm
(`similarity`, `word_similarity`) compare their results. Both extensions are trusted: the database's owner may create
them. Expand.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OF_TEXT = """
CREATE FUNCTION search_words(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    btrim(regexp_replace(
        lower(public.unaccent('public.unaccent'::regdictionary, translate(normalize(given, NFKC), 'ʼʻʹʾʿ', '     '))),
        '[^[:alnum:]]+', ' ', 'g'))
"""

OF_TEXTS = """
CREATE FUNCTION search_words(given jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    (SELECT search_words(string_agg(value, ' ' ORDER BY key)) FROM jsonb_each_text(given))
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
    op.execute(OF_TEXT)
    op.execute(OF_TEXTS)


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
