"""What taking in a workbook answers."""

from pydantic import BaseModel, Field


class CellChange(BaseModel):
    """A cell that says something else than what stood."""

    line: int = Field(description="Row of the sheet, from 1.")
    column: int | None = Field(description="Column of the sheet, from 1.")
    key: str = Field(description="The reference of what it belongs to.")
    pointer: str = Field(description="The member that it says.")
    before: str | None = Field(description="What stood, as people read it; null of a new row.")
    after: str = Field(description="What the cell says, as people read it.")
    said: str = Field(description="The change in words.")


class WorkbookTaken(BaseModel):
    """What a workbook changes, cell by cell."""

    created: int
    changed: int = Field(description="Number of rows changed.")
    unchanged: int
    changes: list[CellChange]
    fingerprint: str = Field(description="Of these changes: give it as `seen` to have exactly these made.")
