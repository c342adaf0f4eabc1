"""The proofreading of what services say (`tests/proofreading.py`) finds what it is there for, and no more."""

import pytest

from tests.proofreading import slips


@pytest.mark.parametrize(
    ("fr", "en"),
    [
        ("Donnez une date à partir du 2022-03-01.", "Give a date."),
        ("Donnez une date.", "Give a date from 2022-03-01 on."),
        ("Il reste 53502,04 USD.", "Something is left."),
        ("Il reste 583.747.", "Something is left."),
        ("Le passage à approved est refusé.", "This step is refused."),
        ("Ce pas est refusé.", "The step to in_progress is refused."),
        ("Il reste quelque chose.", "583,74 is left."),
        ("Il reste quelque chose.", "64636472 XOF is left."),
        ("Nothing is left.", "Nothing is left."),
    ],
)
def test_finds_what_is_written_as_the_language_does_not(fr, en) -> None:
    assert len(slips({"fr": fr, "en": en})) == 1


@pytest.mark.parametrize(
    ("fr", "en"),
    [
        ("Il reste 53\u202f502,04\u00a0USD au 1er mars 2022.", "53,502.04 USD is left on 1 March 2022."),
        ("« 2022-03-01 » et « approved » sont d'un lecteur.", "'2022-03-01' and 'in_progress' are a reader's."),
        ("QIP-2022-MNK-014 est approuvé.", "QIP-2022-MNK-014 is approved."),
        ("Civil Affairs", "Civil Affairs"),
        ("Voyez /v1/projects/12345.", "See https://example.org/2022-03-01."),
        ("Écrivez comme 2022-03-31T12:00:00Z.", "Write as 2022-03-31T12:00:00Z."),
    ],
)
def test_lets_pass_what_is_right_or_somebody_elses_words(fr, en) -> None:
    assert slips({"fr": fr, "en": en}) == []
