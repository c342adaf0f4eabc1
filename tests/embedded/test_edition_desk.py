"""What the console says of an edition whose freezing failed: why, and what to do."""

import pytest

from deploy.embedded.edition_desk import freezing_failure

GIVEN_BACK = {
    "slug": "2022-02",
    "state": "draft",
    "freeze_failure": {"fr": "Le signe 🎉 ne s'imprime pas.", "en": "The sign 🎉 cannot be printed."},
}


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("fr_FR.UTF-8", ("Le bulletin 2022-02 n'a pas pu être gelé", "Le signe 🎉", "relancez les contrôles")),
        ("C", ("Edition 2022-02 could not be frozen", "The sign 🎉", "run its controls")),
    ],
)
def test_the_reason_and_the_way_on_are_told_in_the_consoles_language(
    monkeypatch: pytest.MonkeyPatch, locale: str, told: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    sentence = freezing_failure(GIVEN_BACK)
    for part in told:
        assert part in sentence
