"""Typed digits of any kind are found; dates, references, years and what facts print are let through."""

import pytest

from services.reporting_worker.controls.printable import Placed
from services.reporting_worker.controls.prose import prose_control, typed_digits, untranslated_control
from services.reporting_worker.rendering.printed_text import COMPUTED_PART, PrintedText


@pytest.mark.parametrize(
    "text",
    [
        f"{COMPUTED_PART} projets depuis 2013",
        f"le {COMPUTED_PART} 2022, et {COMPUTED_PART}",
        "du 9 au 10 février 2022, le 1er mars, les 29 et 30 mars",
        "on 3 March 2022 and from 9 to 10 February; March 3, 2022",
        "En 2022, la Mission ; le bulletin de 2022 ne nomme pas ; in 2022 the Mission",
        "la résolution 2584 (2021) et le décret n° 08-095/P-RM du 21 février 2008",
        "ACT-2022-001, QTF-2022-006, QIP-2022-MNK-014",
        "le CREDD 2019-2023, l'exercice 2021/22",
        "voir https://example.org/2022/03/12",
    ],
)
def test_what_may_stand_in_prose(text: str) -> None:
    assert list(typed_digits(text)) == []


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("12 écoles", ["12"]),
        ("119.093.930 FCFA", ["119.093.930"]),
        ("24 752 766 FCFA pour 813 élèves", ["24 752 766", "813"]),
        (f"83% du budget de {COMPUTED_PART}", ["83"]),
        ("28,2 millions", ["28,2"]),
        ("2022 schools", ["2022"]),
        ("in 2022 schools", ["2022"]),
        ("en mars 12 écoles", ["12"]),
        ("there are no 12 schools", ["12"]),
        ("250 m²", ["250", "²"]),
        ("1³ Ⅻ ½ ①", ["1³ Ⅻ ½ ①"]),
        ("FCFA-12000000", ["12000000"]),
        ("4 000 mai", ["4 000"]),
    ],
)
def test_what_was_typed(text: str, digits: list[str]) -> None:
    assert list(typed_digits(text)) == digits


@pytest.mark.parametrize("piece", ["1,", "1 ", "en ", "A-", "mars ", "May 1,", "²", "no.1", "2022-", "https://"])
def test_a_long_text_is_read_in_one_go(piece: str) -> None:
    """What a pattern reads twice as long for a text twice as long, it reads at all: 100,000 characters."""
    list(typed_digits(piece * (100_000 // len(piece))))


def test_the_control_names_place_field_and_language() -> None:
    typed = Placed("foreword/1", "fr", PrintedText("text", "12 écoles", "12 écoles"))
    assert prose_control([typed]).message["en"] == "foreword/1 text (fr): '12'."
    computed = Placed("foreword/1", "fr", PrintedText("text", "12 écoles", f"{COMPUTED_PART} écoles"))
    assert prose_control([computed]).outcome == "passed"


def test_a_text_without_english_is_named() -> None:
    control = untranslated_control({"foreword/1/text": {"fr": "Écoles", "en": " "}})
    assert control.message["fr"] == "foreword/1/text n'existe pas en : en."
    assert untranslated_control({"foreword/1/text": {"fr": "Écoles", "en": "Schools"}}).outcome == "passed"
