import json
from datetime import UTC, date, datetime
from decimal import Decimal

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ARRAY, Numeric, bindparam, column, func, select

from services.funds_api.exchange_rates.parsers import parse_rates
from services.funds_api.exchange_rates.policies import set_rate_policy
from services.funds_api.exchange_rates.published import PublishedRate
from services.funds_api.exchange_rates.queries import AFFECTED
from services.funds_api.exchange_rates.schemas import RateCreate
from services.funds_api.exchange_rates.service import (
    Loaded,
    RateHeld,
    RateNotFound,
    RateRefused,
    RateSuperseded,
    record_rate,
    record_rates,
)
from shared.domain.conversion import Direction, convert
from shared.domain.notation import day
from shared.errors import RateMissing
from shared.facts import compiled
from shared.facts.rates import RateWanted, converted, converted_to_quote, latest_rate, rate_in_force, rates_in_force
from tests.cluster import in_thread
from tests.funds_api.rate_files import ECB, MARCH, un_text, un_xml

DIGITS = st.integers(1, 10**9 - 1)
RATE = st.builds(lambda digits, exponent: Decimal(digits).scaleb(-exponent), DIGITS, st.integers(0, 10))
AMOUNT = st.decimals("0.001", "99999999999999999.999", places=3)

_pair = (
    func.unnest(bindparam("amounts", type_=ARRAY(Numeric)), bindparam("rates", type_=ARRAY(Numeric)))
    .table_valued(column("amount", Numeric), column("rate", Numeric), name="pair")
    .render_derived()
)
TWINS = compiled(
    select(
        converted(_pair.c.amount, _pair.c.rate).label("divided"),
        converted_to_quote(_pair.c.amount, _pair.c.rate).label("multiplied"),
    )
)


def command(**changed) -> RateCreate:
    fields = {
        "base": "USD",
        "quote": "XOF",
        "value": "583.747",
        "source": "unore",
        "effective_on": "2022-03-01",
        "document": "UN rates of 1 March 2022",
    }
    return RateCreate.model_validate({**fields, **changed})


class TestConversion:
    def test_python_and_postgres_convert_alike(self, database_url: str) -> None:
        async def in_postgres(pairs):
            connection = await asyncpg.connect(database_url)
            try:
                amounts, rates = zip(*pairs, strict=True)
                return await connection.fetch(*TWINS.asked(amounts=list(amounts), rates=list(rates)))
            finally:
                await connection.close()

        @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.lists(st.tuples(AMOUNT, RATE), min_size=1, max_size=100))
        def hold(pairs) -> None:
            for (amount, rate), row in zip(pairs, in_thread(in_postgres(pairs)), strict=True):
                assert convert(amount, rate) == row["divided"]
                assert convert(amount, rate, Direction.TO_QUOTE) == row["multiplied"]

        hold()

    def test_a_half_is_rounded_up_once(self) -> None:
        assert convert(Decimal("0.001"), Decimal(20000000)) == Decimal("0.0000000001")
        assert convert(Decimal("0.001"), Decimal(20000001)) == Decimal("0.0000000000")


@pytest.mark.usefixtures("world")
class TestRateInForce:
    async def test_takes_the_latest_on_or_before_the_value_date(self, units) -> None:
        async with units() as unit:
            found = await rate_in_force(unit.session, "unore", "XOF", date(2022, 2, 24))
            later = await rate_in_force(unit.session, "unore", "XOF", date(2022, 3, 1))
        assert (found.value, found.effective_on) == (Decimal("575.704"), date(2022, 2, 15))
        assert later.convert(Decimal(64636472), "XOF") == Decimal("110726.8594099841")

    @pytest.mark.parametrize(
        ("policy", "currency", "on", "why"),
        [
            ("unore", "XOF", date(2022, 2, 14), "no rate effective"),
            ("unore", "XOF", date(2022, 4, 30), "more than 45 days old"),
            ("unore", "CHF", date(2022, 3, 1), "no rate effective"),
            ("ecb", "EUR", date(2022, 3, 1), "no rate effective"),
        ],
    )
    async def test_says_what_to_load_when_there_is_none(self, units, policy, currency, on, why) -> None:
        async with units() as unit:
            with pytest.raises(RateMissing) as missing:
                await rate_in_force(unit.session, policy, currency, on)
            late = await latest_rate(unit.session, "unore", "XOF", date(2022, 4, 30))
        assert why in missing.value.detail["en"]
        assert currency in missing.value.detail["fr"]
        assert day(on, "fr") in missing.value.detail["fr"]
        assert late is not None
        assert late.value == Decimal("598.610")

    async def test_needs_the_policys_greatest_age_as_it_was_known(self, units, admin) -> None:
        await admin.execute("SET session_replication_role = replica")  # the owner, past the guard of the facts
        await admin.execute("UPDATE rate_policy SET recorded_at = '2022-01-02 00:00Z'")
        async with units() as unit:
            await rate_in_force(unit.session, "unore", "XOF", date(2022, 3, 1))
            before = datetime(2022, 1, 1, 12, tzinfo=UTC)
            with pytest.raises(RateMissing, match="rate_policy"):
                await rate_in_force(unit.session, "unore", "XOF", date(2022, 3, 1), before)

    async def test_a_policy_set_anew_leaves_what_was_known_before(self, units, admin) -> None:
        late = date(2022, 5, 20)
        before = await admin.fetchval("SELECT clock_timestamp()")
        async with units() as unit:
            await set_rate_policy(unit, "unore", 90)
        between = await admin.fetchval("SELECT clock_timestamp()")
        async with units() as unit:
            await set_rate_policy(unit, "unore", 10)
        async with units() as unit:
            for known_at, is_held in ((before, False), (between, True), (None, False)):
                (answer,) = (await rates_in_force(unit.session, [RateWanted("unore", "XOF", late)], known_at)).values()
                assert isinstance(answer, RateMissing) is not is_held

    async def test_answers_many_questions_at_once(self, units) -> None:
        asked = [
            RateWanted("unore", "XOF", date(2022, 3, 1)),
            RateWanted("unore", "EUR", date(2022, 3, 3)),
            RateWanted("unore", "SEK", date(2022, 3, 3)),
        ]
        async with units() as unit:
            found = await rates_in_force(unit.session, asked)
        assert [getattr(found[one], "value", None) for one in asked] == [Decimal("583.747"), Decimal("0.890"), None]

    async def test_multiplies_at_a_rate_printed_the_other_way(self, units) -> None:
        async with units() as unit:
            await record_rates(unit, parse_rates(ECB).rates)
        async with units() as unit:
            found = await rate_in_force(unit.session, "ecb", "EUR", date(2022, 3, 3))
        assert found.convert(Decimal(1000000), "EUR") == Decimal("1107600.0000000000")

    async def test_knows_at_a_past_moment_only_what_was_recorded_then(self, units) -> None:
        moment = datetime(2022, 6, 1, tzinfo=UTC)
        async with units() as unit:
            held = await rate_in_force(unit.session, "unore", "XOF", date(2022, 3, 1))
            await record_rate(unit, command(value="583.774", supersedes_id=str(held.id), reason="misread by the clerk"))
            await record_rate(unit, command(value="590.1", effective_on="2022-03-04"))
        async with units() as unit:
            now = await rate_in_force(unit.session, "unore", "XOF", date(2022, 3, 1))
            then = await rate_in_force(unit.session, "unore", "XOF", date(2022, 3, 1), moment)
            late_now = await rate_in_force(unit.session, "unore", "XOF", date(2022, 3, 5))
            late_then = await rate_in_force(unit.session, "unore", "XOF", date(2022, 3, 5), moment)
        assert (now.value, then.value) == (Decimal("583.774"), Decimal("583.747"))
        assert (late_now.value, late_then.value) == (Decimal("590.1"), Decimal("583.747"))


class TestRecording:
    async def test_the_same_file_twice_changes_nothing(self, units) -> None:
        for content in (un_xml(*MARCH), un_text(*MARCH)):
            async with units() as unit:
                loaded = await record_rates(unit, parse_rates(content).rates)
        assert loaded == Loaded(created=0, unchanged=1, superseded=0)

    async def test_refuses_another_value_for_the_same_date_unless_it_corrects(self, units, admin) -> None:
        async with units() as unit:
            first = await record_rate(unit, command())
        with pytest.raises(RateHeld, match=r"583\.747 is held"):
            async with units() as unit:
                await record_rate(unit, command(value="583.774"))
        other = [PublishedRate("unore", "USD", "XOF", Decimal("583.774"), date(2022, 3, 1), "UN")]
        with pytest.raises(RateHeld):
            async with units() as unit:
                await record_rates(unit, other)
        async with units() as unit:
            assert await record_rates(unit, other, reason="corrigendum") == Loaded(0, 0, 1)
        rows = await admin.fetch("SELECT id, value, supersedes_id FROM exchange_rate ORDER BY recorded_at")
        assert [(row["value"], row["supersedes_id"]) for row in rows] == [
            (Decimal("583.747"), None),
            (Decimal("583.774"), first.id),
        ]

    async def test_refuses_a_fork(self, units) -> None:
        async with units() as unit:
            first = await record_rate(unit, command())
        async with units() as unit:
            await record_rate(unit, command(value="583.774", supersedes_id=str(first.id), reason="misread"))
        with pytest.raises(RateSuperseded, match="correct that one"):
            async with units() as unit:
                await record_rate(unit, command(value="583.7", supersedes_id=str(first.id), reason="again"))

    async def test_a_correction_may_move_the_date_but_not_onto_another_rate(self, units) -> None:
        async with units() as unit:
            wrong = await record_rate(unit, command(effective_on="2022-03-10"))
            await record_rate(unit, command(effective_on="2022-03-15", value="598.610"))
        with pytest.raises(RateHeld):
            async with units() as unit:
                await record_rate(
                    unit, command(effective_on="2022-03-15", supersedes_id=str(wrong.id), reason="wrong day")
                )
        async with units() as unit:
            await record_rate(unit, command(supersedes_id=str(wrong.id), reason="wrong day"))

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"source": "manual"}, "reason_missing"),
            ({"base": "XOF"}, "same_currency"),
            ({"value": "583.7471234"}, "rate_unusable"),
        ],
    )
    async def test_refuses_what_cannot_be_held(self, units, changed, code) -> None:
        with pytest.raises(RateRefused) as refused:
            async with units() as unit:
                await record_rate(unit, command(**changed))
        assert [fault.code for fault in refused.value.faults] == [code]

    async def test_refuses_to_correct_what_is_not_held_or_another_currency(self, units) -> None:
        unknown = "01900000-0000-7000-8000-000000000000"
        with pytest.raises(RateNotFound):
            async with units() as unit:
                await record_rate(unit, command(supersedes_id=unknown, reason="none"))
        async with units() as unit:
            euro = await record_rate(unit, command(quote="EUR", value="0.89"))
        with pytest.raises(RateRefused, match="keeps the source"):
            async with units() as unit:
                await record_rate(unit, command(supersedes_id=str(euro.id), reason="wrong row"))

    @pytest.mark.parametrize("value", ["NaN", "Infinity", "0", "-1"])
    async def test_the_database_itself_refuses_what_is_no_rate(self, admin, value) -> None:
        with pytest.raises((asyncpg.CheckViolationError, asyncpg.NumericValueOutOfRangeError)):
            await admin.execute(
                "INSERT INTO exchange_rate (id, base, quote, value, source, effective_on, document, recorded_at,"
                " recorded_by) VALUES (uuidv7(), 'USD', 'XOF', $1::text::numeric, 'unore', '2022-03-01', 'UN',"
                " now(), 'x')",
                value,
            )


@pytest.mark.usefixtures("world")
async def test_a_late_rate_rewrites_nothing_and_says_what_it_would_change(units, admin) -> None:
    async with units() as unit:
        used = await rate_in_force(unit.session, "unore", "XOF", date(2022, 3, 10))
    await admin.execute(
        "INSERT INTO amount (id, project_id, kind, amount, currency, qualifier, usd, basis, policy,"
        " exchange_rate_id, rate, value_on, precision, position, recorded_at, recorded_by, is_retraction,"
        " is_synthetic) SELECT uuidv7(), id, 'approved', 27000000, 'XOF', 'exact', 46252.9109357307, 'rate',"
        " 'unore', $1, $2, '2022-03-10', 'day', 0, now(), 'awa', false, false"
        " FROM project WHERE reference = 'QIP-2022-GAO-001'",
        used.id,
        used.value,
    )
    async with units() as unit:
        late = await record_rate(unit, command(value="590.000", effective_on="2022-03-08"))
        other = await record_rate(unit, command(value="591.000", effective_on="2022-03-12"))
    (affected,) = json.loads(await admin.fetchval(AFFECTED, late.id))
    assert affected["reference"] == "QIP-2022-GAO-001"
    assert affected["usd"] == "46252.9109357307"
    assert affected["usd_now"] == "45762.7118644068"
    assert affected["rate_used"]["value"] == "583.747"
    assert await admin.fetchval(AFFECTED, other.id) == "[]"
    assert await admin.fetchval("SELECT usd FROM amount") == Decimal("46252.9109357307")
