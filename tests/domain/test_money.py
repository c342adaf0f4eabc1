from decimal import Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.conversion import PEG, Direction, UnusableRate, convert, direction_of, usable_rate
from shared.domain.money import NotAnAmount, TooManyDecimals, UnknownCurrency, money, rounded, scale_of

AMOUNTS = st.decimals("0.001", "99999999999999999.999", places=3)
RATES = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(-exponent), st.integers(1, 10**9 - 1), st.integers(0, 10)
)


def half_up(exact: Fraction, decimals: int) -> Decimal:
    """The exact value rounded half-up once, by integers alone."""
    scaled = exact * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-decimals, Context(prec=60))  # the default of 28 digits would round again


class TestScales:
    @pytest.mark.parametrize(
        ("amount", "currency", "mechanism"),
        [("64636472", "XOF", "TF"), ("110726.859", "USD", "TF"), ("1000000.00", "EUR", "TF"), ("0.01", "USD", "QIP")],
    )
    def test_take_an_amount_as_its_kind_prints_it(self, amount, currency, mechanism) -> None:
        held = money(Decimal(amount), currency, mechanism)
        assert held.amount == Decimal(amount)
        assert -held.amount.as_tuple().exponent == scale_of(currency, mechanism)

    @pytest.mark.parametrize(
        ("amount", "currency", "mechanism", "error"),
        [
            ("64636472.5", "XOF", "TF", TooManyDecimals),
            ("110726.859", "USD", "QIP", TooManyDecimals),
            ("110726.8594", "USD", "TF", TooManyDecimals),
            ("1", "ZZZ", None, UnknownCurrency),
            ("NaN", "USD", None, NotAnAmount),
            ("Infinity", "USD", None, NotAnAmount),
        ],
    )
    def test_refuse_what_no_document_prints_in_both_languages(self, amount, currency, mechanism, error) -> None:
        with pytest.raises(error) as refused:
            money(Decimal(amount), currency, mechanism)
        assert refused.value.detail["fr"] != refused.value.detail["en"]

    def test_show_a_half_as_the_next_unit(self) -> None:
        assert rounded(Decimal("1123595.505"), 2) == Decimal("1123595.51")
        assert rounded(Decimal("0.5"), 0) == 1


class TestConversion:
    @given(AMOUNTS, RATES)
    def test_is_the_exact_quotient_or_product_rounded_once(self, amount: Decimal, rate: Decimal) -> None:
        exact = Fraction(amount), Fraction(rate)
        assert convert(amount, rate) == half_up(exact[0] / exact[1], 10)
        assert convert(amount, rate, Direction.TO_QUOTE) == half_up(exact[0] * exact[1], 10)

    @given(st.integers(1, 10**12))
    def test_by_the_peg_comes_back(self, euros: int) -> None:
        francs = convert(Decimal(euros), PEG, Direction.TO_QUOTE)
        assert convert(francs, PEG) == euros

    def test_goes_through_one_rate_only(self) -> None:
        assert direction_of("XOF", "USD", base="USD", quote="XOF") is Direction.TO_BASE
        assert direction_of("EUR", "USD", base="EUR", quote="USD") is Direction.TO_QUOTE
        assert direction_of("EUR", "XOF", base="USD", quote="XOF") is None
        # the chain that is never made: one euro would have two values
        assert rounded(Decimal("583.747") / Decimal("0.890"), 3) == Decimal("655.896") != PEG

    @pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity", "583.7471234", "0.00000000001"])
    def test_refuses_what_is_no_rate(self, rate: str) -> None:
        with pytest.raises(UnusableRate):
            usable_rate(Decimal(rate))
