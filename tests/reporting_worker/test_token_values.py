"""What single tokens print."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from services.reporting_worker.prose.material import Beneficiaries
from services.reporting_worker.prose.tokens import Token
from services.reporting_worker.prose.values import Printer


@pytest.mark.parametrize(
    ("share", "language", "printed"),
    [
        ("62.50", "fr", "62,5\u00a0%"),
        ("62.50", "en", "62.5%"),
        ("60.00", "fr", "60\u00a0%"),
        ("33.333", "en", "33.333%"),
    ],
)
def test_a_share_of_women_is_printed_as_it_was_stated(share: str, language: str, printed: str) -> None:
    held = Beneficiaries("persons", 813, None, Decimal(share))
    material: Any = SimpleNamespace(meant={}, protected=frozenset(), beneficiaries={"QIP-1": (held,)})
    span = Printer(material, language, str).span_of(Token("beneficiaries", "QIP-1.female_share"))
    assert span.text == printed
