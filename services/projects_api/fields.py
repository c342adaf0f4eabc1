"""The field types of this service's inputs: dates, texts, references, and quantities that are never floats."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from shared.models.base import Precision, Protection, Qualifier

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DECIMAL = re.compile(r"(0|[1-9]\d{0,16})(\.\d{1,10})?")


def _read_date(value: Any) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("Write a date as YYYY-MM-DD.")
    return date.fromisoformat(value)


def _read_decimal(value: Any) -> Decimal:
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValueError('Write a quantity as a string of digits with a point, such as "110726.859".')
    return Decimal(value)


def _positive(value: Decimal) -> Decimal:
    if value <= 0:
        raise ValueError("It must be above zero.")
    return value


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("The NUL character cannot be stored.")
    return value


DateText = Annotated[date, BeforeValidator(_read_date), WithJsonSchema({"type": "string", "format": "date"})]
QuantityText = Annotated[
    Decimal,
    BeforeValidator(_read_decimal),
    WithJsonSchema({"type": "string", "pattern": r"^(0|[1-9]\d{0,16})(\.\d{1,10})?$"}),
]
AmountText = Annotated[QuantityText, AfterValidator(_positive)]
PercentageText = Annotated[QuantityText, Field(le=100, decimal_places=3)]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_without_nul)
]
LongText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20000),
    AfterValidator(_without_nul),
]
TextsField = Annotated[dict[Literal["fr", "en"], LongText], Field(min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
ReferenceText = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)+$", max_length=60)]
Url = Annotated[
    str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000), AfterValidator(_without_nul)
]
Count = Annotated[int, Field(strict=True, ge=0, le=2_000_000_000)]
Flag = Annotated[bool, Field(strict=True)]

__all__ = [
    "AmountText", "Code", "Count", "Currency", "DateText", "Flag", "Line", "LongText", "PercentageText",
    "Precision", "Protection", "Qualifier", "QuantityText", "ReferenceText", "Slug", "TextsField", "Url",
]  # fmt: skip
