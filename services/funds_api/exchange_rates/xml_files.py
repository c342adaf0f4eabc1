"""Files of rates in XML: the UN's operational rates, the ECB's reference rates."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from services.funds_api.exchange_rates.published import ECB_DOCUMENT, UN_DOCUMENT, PrintedRate, UnreadableRates
from services.funds_api.exchange_rates.tables import NO_RATE
from shared.models.rate import RateSource

_ECB = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"


def xml_rows(content: bytes) -> tuple[str, str, Iterator[PrintedRate]]:
    """The format, the encoding and the rows of a file in XML.

    Raises:
        UnreadableRates: it is no XML, or that of something else.
    """
    # a rates file has no use for entities, DTDs or the network; with them it could read files or fill the memory
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise UnreadableRates(
            f"Le fichier commence comme du XML, mais la ligne {line} n'en est plus : il est coupé ou abîmé ; "
            "téléchargez-le de nouveau. Sont lus les XML de l'ONU (UN_OPERATIONAL_RATES_DATASET) et de la BCE (Cube).",
            f"The file begins as XML, but line {line} is none: it is cut short or damaged; download it again. Read are "
            "the XML files of the UN (UN_OPERATIONAL_RATES_DATASET) and of the ECB (Cube).",
        ) from None
    encoding = root.getroottree().docinfo.encoding or "UTF-8"
    if root.tag == "UN_OPERATIONAL_RATES_DATASET":
        return "UN XML", encoding, _un_rows(root)
    if root.find(f".//{_ECB}[@time]") is not None:
        return "ECB XML", encoding, _ecb_rows(root)
    raise UnreadableRates(
        f"Ce XML n'est pas un fichier de taux : la ligne {_line(root)} commence par <{root.tag}>. Les plus proches : "
        "l'ONU (UN_OPERATIONAL_RATES_DATASET) et la BCE (Cube time=... currency=... rate=...).",
        f"This XML is no file of rates: line {_line(root)} begins with <{root.tag}>. The nearest: the UN's "
        "(UN_OPERATIONAL_RATES_DATASET) and the ECB's (Cube time=... currency=... rate=...).",
    )


def _un_rows(root: etree._Element) -> Iterator[PrintedRate]:
    for element in root.iterfind("UN_OPERATIONAL_RATES"):
        text = {child.tag: (child.text or "").strip() for child in element if isinstance(child.tag, str)}
        if text.get("f_curr_code") or text.get("rate"):
            stated = (text.get("f_curr_code", ""), text.get("eff_date", ""), text.get("rate", ""))
            yield PrintedRate(_line(element), RateSource.UNORE, "USD", *stated, UN_DOCUMENT, text.get("name", ""))


def _ecb_rows(root: etree._Element) -> Iterator[PrintedRate]:
    for day in root.iterfind(f".//{_ECB}[@time]"):
        for element in day.iterfind(_ECB):
            value = element.get("rate", "")
            if value not in NO_RATE:
                stated = (element.get("currency", ""), day.get("time", ""), value)
                yield PrintedRate(_line(element), RateSource.ECB, "EUR", *stated, ECB_DOCUMENT)


def _line(element: etree._Element) -> int:
    line: Any = element.sourceline
    return line or 0
