"""Typed digits are found; tokens, dates, references, years and links are let through."""

import pytest

from services.reporting_worker.controls.prose import prose_control, typed_digits, untranslated_control


@pytest.mark.parametrize(
    "text",
    [
        "{figure:qip.total} projets depuis 2013",
        "{figure:qip.projects@area=mopti} et {amount:QIP-2022-MNK-014}",
        "du 9 au 10 février 2022, le 1er mars, les 29 et 30 mars",
        "on 3 March 2022 and from 9 to 10 February; March 3, 2022",
        "le [château d'eau](ACT-2022-005#0) et [le site](https://example.org/2022/03/12)",
        "la résolution 2584 (2021) et le décret n° 08-095",
        "ACT-2022-001, QTF-2022-006",
        "le CREDD 2019-2023",
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
        ("83% du budget de {figure:tf.budget}", ["83"]),
        ("28,2 millions", ["28,2"]),
    ],
)
def test_what_was_typed(text: str, digits: list[str]) -> None:
    assert list(typed_digits(text)) == digits


def test_the_control_names_place_and_language() -> None:
    control = prose_control({"foreword/1/text": {"fr": "12 écoles", "en": "Schools"}})
    assert control.message["en"] == "foreword/1/text (fr): '12'."
    assert prose_control({"foreword/1/text": {"fr": "Écoles", "en": "Schools"}}).outcome == "passed"


def test_a_text_without_english_is_named() -> None:
    control = untranslated_control({"foreword/1/text": {"fr": "Écoles", "en": " "}})
    assert control.message["fr"] == "foreword/1/text n'existe pas en : en."
    assert untranslated_control({"foreword/1/text": {"fr": "Écoles", "en": "Schools"}}).outcome == "passed"
