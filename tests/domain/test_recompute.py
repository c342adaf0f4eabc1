from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.recompute import DatedRate, Verdict, neighbour_swaps, recompute

XOF = [
    DatedRate(date.fromisoformat(on), Decimal(value))
    for on, value in (
        ("2021-12-31", "578.088"),
        ("2022-01-14", "574.494"),
        ("2022-02-01", "588.039"),
        ("2022-02-15", "575.704"),
        ("2022-03-01", "583.747"),
        ("2022-03-15", "598.610"),
        ("2022-04-01", "587.828"),
    )
]


class TestReferenceBulletin:
    def test_finds_the_rate_of_1_march_and_names_the_one_in_force(self) -> None:
        found = recompute(Decimal(64636472), Decimal("110726.859"), 3, date(2022, 2, 24), XOF)
        assert found.verdict is Verdict.OTHER_RATE
        assert found.agreement is not None
        assert found.agreement.rate == DatedRate(date(2022, 3, 1), Decimal("583.747"))
        assert found.in_force == DatedRate(date(2022, 2, 15), Decimal("575.704"))
        assert found.expected == Decimal("112273.793")

    def test_finds_the_two_digits_swapped(self) -> None:
        found = recompute(Decimal(246131569), Decimal("421640.983"), 3, date(2022, 2, 24), XOF)
        assert found.verdict is Verdict.SWAPPED_DIGITS
        assert [(one.amount, one.rate.value) for one in found.agreements] == [(Decimal(246131659), Decimal("583.747"))]
        assert found.implied_rate == Decimal("583.747")

    @pytest.mark.parametrize(
        ("amount", "printed", "decimals", "value_on", "implied"),
        [
            ("105555500", "181136.217", 3, date(2022, 2, 10), "582.741"),
            ("191817697", "319143", 0, date(2022, 3, 24), "601.040"),
        ],
    )
    def test_says_that_no_rate_held_matches(
        self, amount: str, printed: str, decimals: int, value_on: date, implied: str
    ) -> None:
        found = recompute(Decimal(amount), Decimal(printed), decimals, value_on, XOF)
        assert (found.verdict, found.agreements) == (Verdict.NO_MATCH, ())
        assert found.implied_rate == Decimal(implied)

    def test_agrees_when_the_rate_in_force_was_used(self) -> None:
        found = recompute(Decimal(64636472), Decimal("112273.793"), 3, date(2022, 2, 24), XOF)
        assert found.verdict is Verdict.IN_FORCE


class TestFalsePositives:
    def test_tries_no_swap_on_a_value_of_few_digits(self) -> None:
        # 12,000 at 500 prints 24; so does 21,000 at 875: two digits agree with anything
        found = recompute(
            Decimal(12000), Decimal(24), 0, date(2022, 2, 24), [DatedRate(date(2022, 2, 24), Decimal(875))]
        )
        assert found.verdict is Verdict.NO_MATCH

    def test_tries_no_rate_further_than_31_days(self) -> None:
        far = [DatedRate(date(2022, 3, 28), Decimal("583.747"))]
        found = recompute(Decimal(64636472), Decimal("110726.859"), 3, date(2022, 2, 24), far)
        assert (found.verdict, found.in_force) == (Verdict.NO_MATCH, None)

    def test_calls_a_rate_too_old_not_in_force(self) -> None:
        old = [DatedRate(date(2022, 1, 1), Decimal("583.747"))]
        found = recompute(
            Decimal(64636472), Decimal("110726.859"), 3, date(2022, 2, 24), old, max_age=timedelta(days=45)
        )
        assert (found.verdict, found.in_force) == (Verdict.NO_MATCH, None)

    @given(st.integers(10_000_000, 999_999_999), st.decimals("550", "620", places=3))
    def test_a_conversion_at_a_rate_not_held_rarely_matches_and_never_as_printed(
        self, amount: int, rate: Decimal
    ) -> None:
        printed = (Decimal(amount) / rate).quantize(Decimal("0.001"))
        found = recompute(Decimal(amount), printed, 3, date(2022, 2, 24), XOF)
        if all(one.value != rate for one in XOF[1:]):
            assert found.verdict in {Verdict.NO_MATCH, Verdict.SWAPPED_DIGITS}
        for agreement in found.agreements:
            assert (agreement.amount / agreement.rate.value).quantize(Decimal("0.001")) == printed


@given(st.integers(1, 10**15))
def test_swaps_are_distinct_permutations_of_the_same_length(amount: int) -> None:
    swaps = list(neighbour_swaps(Decimal(amount)))
    assert len(set(swaps)) == len(swaps)
    for swap in swaps:
        assert sorted(str(swap)) == sorted(str(amount))
        assert swap != amount
