"""Files of rates as their publishers make them, written for these tests."""


def un_xml(*rows: tuple[str, str, str, str]) -> bytes:
    """(country, currency code, effective date, rate) in the UN's XML, CRLF and trailing tabs included."""
    body = "".join(
        "<UN_OPERATIONAL_RATES>\r\n"
        f"<abbrv_name>{country[:3].upper()}\t</abbrv_name><name>{country}\t</name>"
        f"<f_curr_code>{code}\t\t</f_curr_code><eff_date>{on}</eff_date><rate>{rate}\t</rate>\r\n"
        "</UN_OPERATIONAL_RATES>\r\n"
        for country, code, on, rate in rows
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\r\n'
        f"<UN_OPERATIONAL_RATES_DATASET>\r\n{body}</UN_OPERATIONAL_RATES_DATASET>\r\n"
    ).encode()


def un_text(*rows: tuple[str, str, str, str]) -> bytes:
    """The same as the UN's tab-separated file, in the encoding in which its server sends it."""
    lines = [
        "United Nations Operational Rates of Exchange\t\t\t\t",
        "Rates as of 1 March 2022\t\t\t\t",
        "",
        "Country\tCurrency\tAbbreviation\tEffective Date\tRate\t",
        *(f"{country}\tFranc\t{code}\t{on}\t{rate}\t\t" for country, code, on, rate in rows),
        "",
        "Notes: the rate is in units of the currency per\t1 USD\t\t\t",
    ]
    return "\r\n".join(lines).encode("latin-1")


WAEMU = ("Benin", "Burkina Faso", "Côte d'Ivoire", "Guinea-Bissau", "Mali", "Niger", "Senegal", "Togo")
MARCH = tuple((country, "XOF", "1 Mar 2022", "583.747") for country in WAEMU)

ECB = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
    xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
  <Cube>
    <Cube time='2022-03-03'><Cube currency='USD' rate='1.1076'/><Cube currency='GBP' rate='0.82773'/></Cube>
    <Cube time='2022-03-02'><Cube currency='USD' rate='1.1106'/></Cube>
  </Cube>
</gesmes:Envelope>"""
