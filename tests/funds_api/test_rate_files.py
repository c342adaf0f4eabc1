from datetime import date
from decimal import Decimal

import pytest

from services.funds_api.exchange_rates.parsers import PublishedRate, UnreadableRates, parse_rates
from tests.funds_api.rate_files import ECB, MARCH, un_text, un_xml

UN = "United Nations Operational Rates of Exchange"
XOF_MARCH = PublishedRate("unore", "USD", "XOF", Decimal("583.747"), date(2022, 3, 1), UN)


@pytest.mark.parametrize("make", [un_xml, un_text])
class TestUnFiles:
    def test_reads_one_rate_out_of_the_eight_rows_of_the_franc(self, make) -> None:
        assert parse_rates(make(*MARCH)) == [XOF_MARCH]

    def test_reads_any_effective_date_and_leaves_the_dollar_out(self, make) -> None:
        rates = parse_rates(
            make(
                ("Euro zone", "EUR", "31 Dec 2021", "0.881"), ("USA", "USD", "31 Dec 2021", "1.00"), MARCH[0]
            )
        )
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
    assert [(rate.base, rate.quote, rate.effective_on, rate.value) for rate in parse_rates(ECB)] == [
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
    assert parse_rates(short) == [XOF_MARCH]
    first, second = parse_rates(full)
    assert first == XOF_MARCH
    assert (second.source, second.reason) == ("manual", "The bank's own rate")


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
