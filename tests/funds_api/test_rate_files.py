from datetime import date
from decimal import Decimal

import pytest

from services.funds_api.exchange_rates.parsers import parse_rates
from services.funds_api.exchange_rates.published import PublishedRate, RateFile, UnreadableRates
from tests.funds_api.rate_files import ECB, MARCH, un_text, un_xml

UN = "United Nations Operational Rates of Exchange"
XOF_MARCH = PublishedRate("unore", "USD", "XOF", Decimal("583.747"), date(2022, 3, 1), UN)


@pytest.mark.parametrize("make", [un_xml, un_text])
class TestUnFiles:
    def test_reads_one_rate_out_of_the_eight_rows_of_the_franc(self, make) -> None:
        assert parse_rates(make(*MARCH)).rates == [XOF_MARCH]

    def test_reads_any_effective_date_and_leaves_the_dollar_out(self, make) -> None:
        rates = parse_rates(
            make(("Euro zone", "EUR", "31 Dec 2021", "0.881"), ("USA", "USD", "31 Dec 2021", "1.00"), MARCH[0])
        ).rates
        assert [(rate.quote, rate.effective_on, rate.value) for rate in rates] == [
            ("EUR", date(2021, 12, 31), Decimal("0.881")),
            ("XOF", date(2022, 3, 1), Decimal("583.747")),
        ]

    def test_refuses_rows_of_one_currency_that_disagree(self, make) -> None:
        with pytest.raises(UnreadableRates) as refused:
            parse_rates(make(*MARCH, ("Mali", "XOF", "1 Mar 2022", "583.774")))
        (fault,) = refused.value.faults
        assert "583.774" in fault.detail["en"]
        assert "583.747" in fault.detail["en"]

    def test_names_every_row_that_is_wrong(self, make) -> None:
        with pytest.raises(UnreadableRates) as refused:
            parse_rates(
                make(
                    ("A", "XOF", "30 Feb 2022", "583.747"),
                    ("B", "EURO", "1 Mar 2022", "0.890"),
                    ("C", "GBP", "1 Mar 2022", "0,747 (2)"),
                    ("D", "DKK", "1 Mar 2022", "0"),
                    ("E", "SEK", "1 Mar 2022", "1234567.8901"),
                )
            )
        assert len(refused.value.faults) == 5
        assert all(fault.line for fault in refused.value.faults)


def test_reads_the_ecb_file_in_its_own_direction() -> None:
    assert [(rate.base, rate.quote, rate.effective_on, rate.value) for rate in parse_rates(ECB).rates] == [
        ("EUR", "USD", date(2022, 3, 3), Decimal("1.1076")),
        ("EUR", "GBP", date(2022, 3, 3), Decimal("0.82773")),
        ("EUR", "USD", date(2022, 3, 2), Decimal("1.1106")),
    ]


def test_reads_both_forms_of_our_own_file() -> None:
    short = b"currency,eff_date,units_per_usd\r\nXOF,2022-03-01,583.747\r\n"
    full = (
        "\ufeffsource,base,quote,value,effective_on,document,reason\n"
        f"unore,USD,XOF,583.747,2022-03-01,{UN},\n"
        "manual,USD,XOF,584,2022-03-02,Letter of the bank,The bank's own rate\n"
    ).encode()
    assert parse_rates(short).rates == [XOF_MARCH]
    first, second = parse_rates(full).rates
    assert first == XOF_MARCH
    assert (second.source, second.reason) == ("manual", "The bank's own rate")


def columns(*rows: str, separator: str = "\t") -> bytes:
    """The UN's columns as a spreadsheet saves them: Mali's francs on a date at a rate, or whole rows."""
    heads = "Country,Currency,Code,Effective Date,Rate".replace(",", separator)
    return "\r\n".join(["Rates of exchange", "", heads, *rows, ""]).encode()


def francs(on: str = "01 Mar 2026", rate: str = "562.5") -> str:
    return f"Mali\tCFA Franc\tXOF\t{on}\t{rate}"


def pounds(rate: str) -> str:
    return f"UK\tPound\tGBP\t01 Mar 2026\t{rate}"


def values(file: RateFile) -> list[tuple[str, str, str]]:
    return [(rate.quote, rate.effective_on.isoformat(), f"{rate.value.normalize():f}") for rate in file.rates]


@pytest.mark.parametrize(
    "on", ["01-Mar-26", "01-Mar-2026", "2026-03-01 00:00:00", "2026-03-01T00:00", "1 March 2026", "01.03.2026"]
)
def test_reads_dates_as_spreadsheets_write_them(on: str) -> None:
    assert values(parse_rates(columns(francs(on)))) == [("XOF", "2026-03-01", "562.5")]


def test_reads_a_date_with_strokes_only_where_one_reading_is_left() -> None:
    assert values(parse_rates(columns(francs("13/1/2026")))) == [("XOF", "2026-01-13", "562.5")]
    with pytest.raises(UnreadableRates) as refused:
        parse_rates(columns(francs("3/1/2026")))
    (fault,) = refused.value.faults
    assert "3 January 2026 / 1 March 2026" in fault.detail["en"]
    assert "2026-01-03" in fault.detail["fr"]


@pytest.mark.parametrize(
    ("rates", "read"),
    [
        (["562,50"], ["562.5"]),
        (["562,50", "0,751"], ["562.5", "0.751"]),
        (["1,562"], None),
        (["1,562", "0,751"], ["1.562", "0.751"]),
        (["1,562", "1,562.50"], ["1562", "1562.5"]),
        (["1,562.50"], ["1562.5"]),
        (["1.562,50"], ["1562.5"]),
        (["1\u00a0562,50"], ["1562.5"]),
        (["562,50", "0.751"], None),
        (["1,562.50", "0,75"], None),
        (["1.05E+6"], ["1050000"]),
        (["5.625e2"], ["562.5"]),
        (["5,,6"], None),
        (["1E+999999999"], None),
        (["1E+11"], None),
        (["9" * 200_000], None),
        (["1," * 9990], None),
    ],
)
def test_reads_numbers_as_the_whole_file_writes_them_or_not_at_all(rates, read) -> None:
    rows = [francs(rate=rates[0]), *(pounds(rate) for rate in rates[1:])]
    if read is None:
        with pytest.raises(UnreadableRates):
            parse_rates(columns(*rows))
    else:
        assert [value for _, _, value in values(parse_rates(columns(*rows)))] == read


@pytest.mark.parametrize("separator", ["\t", ";", ","])
@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_finds_separator_and_encoding(separator, encoding, named) -> None:
    row = "Côte d'Ivoire\tCFA Franc\tXOF\t01 Mar 2026\t562.5".replace("\t", separator)
    file = parse_rates(columns(row, separator=separator).decode().encode(encoding))
    assert values(file) == [("XOF", "2026-03-01", "562.5")]
    assert (file.format, file.encoding, file.separator) == ("UN columns", named, separator)


def test_reads_our_own_columns_as_french_spreadsheets_save_them() -> None:
    assert values(parse_rates(b"currency;eff_date;units_per_usd\r\nXOF;2025-10-01;570,1\r\n")) == [
        ("XOF", "2025-10-01", "570.1")
    ]


ECB_HISTORY = b"Date,USD,JPY,RUB,\n2022-03-02,1.1106,128.13,N/A,\n2022-03-01,1.1162,128.3,117.201,\n"
ECB_PORTAL = (
    b"KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE\n"
    b"EXR.D.USD.EUR.SP00.A,D,USD,EUR,SP00,A,2022-03-08,1.0892\n"
    b"EXR.D.RUB.EUR.SP00.A,D,RUB,EUR,SP00,A,2022-03-08,\n"
    b"EXR.M.USD.EUR.SP00.A,M,USD,EUR,SP00,A,2022-03,1.1019\n"
)


def test_reads_the_ecbs_history_and_portal_and_leaves_gaps_as_gaps() -> None:
    history = parse_rates(ECB_HISTORY)
    assert history.format == "ECB history"
    assert ("RUB", "2022-03-01", "117.201") in values(history)
    assert ("RUB", "2022-03-02") not in {one[:2] for one in values(history)}
    assert values(parse_rates(ECB_PORTAL)) == [("USD", "2022-03-08", "1.0892")]
    suspended = ECB.replace(b"rate='0.82773'", b"rate='N/A'")
    assert [rate.quote for rate in parse_rates(suspended).rates] == ["USD", "USD"]


def test_a_wrong_row_of_a_currency_that_nothing_uses_is_skipped_and_named() -> None:
    file = parse_rates(columns(francs(), pounds("about one")), {"USD", "XOF"}.__contains__)
    assert values(file) == [("XOF", "2026-03-01", "562.5")]
    (skipped,) = file.skipped
    assert "about one" in skipped.detail["en"]
    assert skipped.line == 5
    with pytest.raises(UnreadableRates):
        parse_rates(columns(francs(rate="about one"), pounds("0.75")), {"USD", "XOF"}.__contains__)


def test_a_file_nobody_can_read_is_told_the_nearest_formats_and_its_first_strange_line() -> None:
    with pytest.raises(UnreadableRates) as refused:
        parse_rates(b"\ncurrency;rate;date\nXOF;562;2026-03-01\n")
    said = refused.value.detail["en"]
    assert "our UN rates (currency, eff_date, units_per_usd)" in said
    assert "line 2: 'currency;rate;date'" in said
    assert "nos taux de l'ONU (currency, eff_date, units_per_usd)" in refused.value.detail["fr"]
    with pytest.raises(UnreadableRates, match="wrapped in a form"):
        parse_rates(b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ncurrency,eff_date\r\n--x--')
    with pytest.raises(UnreadableRates, match="line 2 is none: it is cut short"):
        parse_rates(b"<UN_OPERATIONAL_RATES_DATASET>\n<UN_OPER")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<UN_OPERATIONAL_RATES_DATASET><UN_OPER",
        b"<html><body>Service unavailable</body></html>",
        b"<UN_OPERATIONAL_RATES_DATASET/>",
        b"currency,eff_date,units_per_usd\n",
        b"currency,eff_date,units_per_usd\nXOF,2022-03-01\n",
        b"currency,eff_date,units_per_usd\nXOF,2022-03-01,NaN\n",
        b"some,other,file\n1,2,3\n",
        b"\xff\xfe\x00\x01",
    ],
)
def test_refuses_what_is_no_file_of_rates(content: bytes) -> None:
    with pytest.raises(UnreadableRates):
        parse_rates(content)


def test_expands_no_entity_of_an_xml_file() -> None:
    bomb = (
        b'<!DOCTYPE r [<!ENTITY a "583.747"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
        b"<UN_OPERATIONAL_RATES_DATASET><UN_OPERATIONAL_RATES><f_curr_code>XOF</f_curr_code>"
        b"<eff_date>01 Mar 2022</eff_date><rate>&f;</rate></UN_OPERATIONAL_RATES></UN_OPERATIONAL_RATES_DATASET>"
    )
    with pytest.raises(UnreadableRates):
        parse_rates(bomb)


def test_no_row_is_lost_silently() -> None:
    file = parse_rates(columns(francs(), "Togo\tCFA Franc", pounds("0.75")), {"USD", "XOF"}.__contains__)
    assert [one[0] for one in values(file)] == ["XOF", "GBP"]
    assert [one.line for one in file.skipped] == [5, 5, 5]


def test_a_long_file_of_wrong_rows_is_refused_after_the_first_thousand() -> None:
    content = un_text(*(("Mali", "XOF", "1 Apr 2022", "about") for _ in range(5000)))
    with pytest.raises(UnreadableRates) as refused:
        parse_rates(content)
    assert "1000 rows" in refused.value.detail["en"]
    assert len(refused.value.faults) == 100


def test_wrong_rows_are_counted_and_not_their_faults() -> None:
    content = un_text(("Mali", "XOF", "32 Apr 2022", "about 5"), ("Mali", "XOF", "1 Apr 2022", "591.5"))
    with pytest.raises(UnreadableRates) as refused:
        parse_rates(content)
    assert refused.value.detail["en"].startswith("1 row of the file is wrong")


def test_blank_lines_cost_nothing_and_end_a_table_as_before() -> None:
    content = un_text(("Mali", "XOF", "1 Apr 2022", "591.5")) + b"\n" * 100_000 + b"A note"
    assert len(parse_rates(content).rates) == 1
