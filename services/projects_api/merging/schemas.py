"""What the merging of doubles takes."""

from pydantic import ConfigDict, Field

from shared.fields import LineText
from shared.portfolio import Part


class MergeCommand(Part):
    """The row that is kept, and why the one addressed is its double."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"into": "bourem", "reason": "The same cercle, entered twice."}]}
    )

    into: LineText = Field(description="The id, slug or reference of the row that is kept.", max_length=200)
    reason: LineText = Field(examples=["The same cercle, entered twice."])
