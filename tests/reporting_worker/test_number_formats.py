"""How amounts are printed, in any currency that is booked."""

from decimal import Decimal

import pytest

from services.reporting_worker.prose.formats import amount
from shared.currencies import Currency
from shared.domain.money import SCALES


@pytest.mark.parametrize(
    ("currency", "fr", "en"),
    [
        ("SEK", "10 millions de couronnes suédoises", "10 million Swedish kronor"),
        ("XOF", "10 millions de FCFA", "10 million FCFA"),
        ("EUR", "10 millions d’euros", "10 million euros"),
        ("TND", "10 millions de TND", "10 million TND"),
        ("AOA", "10 millions d’AOA", "10 million AOA"),
    ],
)
def test_whole_millions_are_words_that_go_together(currency, fr, en) -> None:
    printed = [amount(Decimal(10_000_000), currency, language) for language in ("fr", "en")]
    assert [text.replace("\u00a0", " ") for text in printed] == [fr, en]


def test_every_currency_that_is_booked_has_a_name() -> None:
    assert set(Currency) == set(SCALES)
