"""The field types of this service's inputs: dates, texts, references, and amounts that are never floats."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DECIMAL = re.compile(r"(0|[1-9]\d{0,16})(\.\d{1,10})?")
_PATTERN = r"^(0|[1-9]\d{0,16})(\.\d{1,10})?$"


def _read_date(value: Any) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("Write a date as YYYY-MM-DD.")
    return date.fromisoformat(value)


def _read_amount(value: Any) -> Decimal:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValueError('Write an amount as a string of digits with a point, such as "110726.859".')
    amount = Decimal(value)
    if amount <= 0:
        raise ValueError("It must be above zero.")
    return amount


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("The NUL character cannot be stored.")
    return value


DateText = Annotated[date, BeforeValidator(_read_date), WithJsonSchema({"type": "string", "format": "date"})]
AmountText = Annotated[
    Decimal,
    BeforeValidator(_read_amount),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["110726.859"]}),
]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_without_nul)
]
TextsField = Annotated[dict[Literal["fr", "en"], Line], Field(min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
ReferenceText = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)+$", max_length=60)]
Flag = Annotated[bool, Field(strict=True)]
