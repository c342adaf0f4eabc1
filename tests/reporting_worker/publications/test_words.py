"""What an archive shows of a bulletin: the title tells the issue apart from all others of the same name."""

from datetime import date

import pytest

from services.reporting_worker.publications.words import headline, summary

PERIOD = (date(2022, 2, 1), date(2022, 3, 31))


@pytest.mark.parametrize(
    ("language", "title", "printed"),
    [
        ("fr", "Bulletin bimestriel", "Bulletin bimestriel, février – mars 2022"),
        ("en", "Bimonthly Bulletin", "Bimonthly Bulletin, February – March 2022"),
    ],
)
def test_the_title_tells_the_period(language, title, printed):
    assert headline(title, language, PERIOD) == printed


def test_a_period_of_one_month_is_told_once():
    assert headline("Note", "fr", (date(2022, 2, 1), date(2022, 2, 28))) == "Note, février 2022"


def test_the_sentence_tells_the_cut_off():
    assert summary("en", PERIOD, date(2022, 3, 31)).endswith("figures as of 31\u00a0March\u00a02022.")
