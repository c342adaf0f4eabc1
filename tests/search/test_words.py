"""What the words of a text are: `search_words` in the database."""

import asyncpg
import pytest


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("Sévaré", "sevare"),
        ("Se\u0301vare\u0301", "sevare"),
        ("RÉHABILITATION de l’école d'Inagam", "rehabilitation de l ecole d inagam"),
        ("Main-d’œuvre – Gao/Ménaka", "main d oeuvre gao menaka"),
        ("ﬁnance et N\u02bcGouma", "finance et n gouma"),
        ("  100 %_\t«\u00a0eau\u00a0» ", "100 eau"),
        ("سيفاري 2022", "سيفاري 2022"),
        ("%_: \"'", ""),
    ],
)
async def test_words_are_what_a_reader_would_type(database_url: str, given: str, words: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        assert await connection.fetchval("SELECT search_words($1::text)", given) == words
    finally:
        await connection.close()


async def test_of_a_text_by_language_only_the_values_count(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        found = await connection.fetchval("""SELECT search_words('{"fr": "École", "en": "School"}'::jsonb)""")
        assert found == "school ecole"
    finally:
        await connection.close()
