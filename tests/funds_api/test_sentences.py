"""What the refusals of funds say, in each language."""

from datetime import date
from decimal import Decimal

import pytest

from services.funds_api.journal.service import BookedInFuture
from shared.domain.money import MoneyError, money


def test_a_date_ahead_is_told_in_words() -> None:
    told = BookedInFuture("TF-001-R1", date(2022, 4, 1), date(2022, 3, 31)).detail
    assert "le 1er avril 2022 est à venir" in told["fr"]
    assert "today, 31 March 2022" in told["en"]


def test_an_amount_with_too_many_decimals_is_written_as_each_language_writes_it() -> None:
    with pytest.raises(MoneyError) as refused:
        money(Decimal("53502.0405"), "USD")
    assert refused.value.detail["fr"].startswith("53\u202f502,0405\u00a0USD a trop")
    assert refused.value.detail["en"].startswith("53,502.0405 USD has too many")
