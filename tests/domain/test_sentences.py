from datetime import date
from decimal import Decimal

import pytest

from shared.domain.money import Money
from shared.sentences import sentence


@pytest.mark.parametrize(
    ("amount", "fr", "en"),
    [
        (Money(Decimal("10000000.000"), "SEK"), "10 000 000 SEK", "10,000,000 SEK"),
        (Money(Decimal("53502.040"), "USD"), "53 502,04 USD", "53,502.04 USD"),
        (Money(Decimal("53502.5"), "USD"), "53 502,50 USD", "53,502.50 USD"),
        (Money(Decimal("110726.859"), "USD"), "110 726,859 USD", "110,726.859 USD"),
        (Money(Decimal(-64636472), "XOF"), "−64 636 472 XOF", "−64,636,472 XOF"),
    ],
)
def test_money_is_written_as_each_language_writes_it(amount, fr, en) -> None:
    said = sentence("{it}", "{it}", it=amount)
    assert said["fr"].replace("\u202f", " ").replace("\u00a0", " ") == fr
    assert said["en"] == en


def test_dates_are_words_and_numbers_keep_the_decimals_that_say_something() -> None:
    said = sentence("{n} au {on}", "{n} on {on}", n=Decimal("583.7470"), on=date(2022, 3, 1))
    assert said == {"fr": "583,747 au 1er mars 2022", "en": "583.747 on 1 March 2022"}


def test_a_french_number_never_breaks_at_the_end_of_a_line() -> None:
    said = sentence("{it}", "{it}", it=Money(Decimal(1250), "USD"))
    assert " " not in said["fr"]


def test_words_of_both_languages_stand_in_a_sentence_in_its_own() -> None:
    said = sentence("Elle est {state}.", "It is {state}.", state={"fr": "figée", "en": "frozen"})
    assert said == {"fr": "Elle est figée.", "en": "It is frozen."}


def test_a_year_has_four_digits() -> None:
    said = sentence("{on}", "{on}", on=date(25, 3, 31))
    assert said == {"fr": "31 mars 0025", "en": "31 March 0025"}
