"""Every table that may refer to another has its words in both languages."""

from uuid import uuid4

from shared.models.naming import NAMES
from shared.models.referring import referrers
from shared.models.words import ROWS, counted


def test_every_kind_of_row_that_refers_to_another_is_called_by_its_words():
    names = {name for noun in NAMES for name, _ in referrers(noun, uuid4(), "x", beside=())}
    assert names - set(ROWS) == set()


def test_nouns_agree_with_their_counts():
    told = counted({"exchange_rate": 12_000, "edition": 1, "activity": 2})
    assert told == {
        "fr": "12\u202f000 taux de change, 1 édition, 2 activités",
        "en": "12,000 exchange rates, 1 edition, 2 activities",
    }
