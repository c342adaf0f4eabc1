"""Texts as offices type and paste them: stored as meant, or refused with what to write instead."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.text import Unwritable, lines

WORDS = st.text(st.sampled_from("aée\u0301Ãâ€1:«»- \u00a0\u202f\t\r\n\u2028"), max_size=30)


def refusal_of(value: str) -> Unwritable:
    with pytest.raises(Unwritable) as refused:
        lines(value)
    assert refused.value.fr != refused.value.en
    return refused.value


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Forage\u00a0 à   Testville\t", "Forage à Testville"),
        ("Forage\u00a0à Testville", "Forage à Testville"),
        ("Coût\u00a0: 5\u202f000 «\u00a0francs\u00a0»", "Coût\u00a0: 5\u202f000 «\u00a0francs\u00a0»"),
        (unicodedata.normalize("NFD", "Réhabilitation"), "Réhabilitation"),
        ("un \r\n  - deux\u2028trois\n", "un\n  - deux\ntrois"),
    ],
)
def test_blanks_and_accents_are_stored_as_meant(typed: str, stored: str) -> None:
    assert lines(typed) == stored


@pytest.mark.parametrize("written", ["Merci 🎉 👩‍🌾", "می\u200cخواهم", "CAFÉ»", "L’UNITÉ’", "Ndjaména – Âge d’or"])
def test_what_people_write_is_left_alone(written: str) -> None:
    assert lines(written) == written


@given(WORDS)
def test_what_is_stored_is_stored_the_same_again(typed: str) -> None:
    try:
        stored = lines(typed)
    except Unwritable:
        return
    assert lines(stored) == stored


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Forage\u200b à Testville", "U+200B (ZERO WIDTH SPACE)"),
        ("Forage\u202e", "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
        ("\ufeffForage", "U+FEFF (ZERO WIDTH NO-BREAK SPACE)"),
        ("For\u00adage", "U+00AD (SOFT HYPHEN)"),
        ("For\u200dage", "U+200D (ZERO WIDTH JOINER)"),
        ("Forage\x7f", "U+007F (CONTROL CHARACTER)"),
        ("Forage\x00", "U+0000 (CONTROL CHARACTER)"),
    ],
)
def test_a_character_that_nobody_sees_is_named(typed: str, name: str) -> None:
    refused = refusal_of(typed)
    assert name in refused.fr
    assert name in refused.en


@pytest.mark.parametrize(
    "meant", ["Réhabilitation de l’école", "à côté", "Œuvre – cœur", "« 50 € »", "Merci 🎉", "الماء"]
)
def test_utf8_read_as_windows_1252_is_refused_with_the_likely_text(meant: str) -> None:
    misread = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in meant.encode("utf-8"))
    refused = refusal_of(misread)
    assert refused.code == "wrong_encoding"
    assert f"« {meant} »" in refused.fr


def test_a_lost_character_is_refused_with_the_likely_text() -> None:
    refused = refusal_of("R\ufffdhabilitation de l\ufffdeau \ufffd Gao")
    assert refused.code == "replacement_character"
    assert "'Réhabilitation de l’eau à Gao'" in refused.en


def test_letters_under_piles_of_marks_are_refused_before_they_cost_time() -> None:
    assert refusal_of("a" + "\u0315\u0300" * 10_000).code == "too_many_marks"
