"""What the enumerations look like on the wire."""

from pydantic import BaseModel, ConfigDict, Field


class ValueRead(BaseModel):
    """One value with its label in both languages."""

    value: str = Field(description="As it stands in every field and filter of the API.")
    label: dict[str, str] = Field(examples=[{"fr": "en cours", "en": "in progress"}])


class EnumerationRead(BaseModel):
    """One enumeration, its values in their usual order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "place_kind",
                    "title": {"fr": "Nature du lieu", "en": "Kind of place"},
                    "values": [{"value": "region", "label": {"fr": "région", "en": "region"}}],
                }
            ]
        }
    )

    key: str
    title: dict[str, str]
    values: list[ValueRead]


class EnumerationList(BaseModel):
    """All of them."""

    items: list[EnumerationRead]
