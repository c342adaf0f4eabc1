"""What taking in a register answers."""

from pydantic import BaseModel, Field


class ColumnRead(BaseModel):
    """A column of the file, and what it was taken to say."""

    heading: str = Field(description="What the file heads it by.", examples=["Titre du projet"])
    says: str = Field(description="The field that it says; `-` for none.", examples=["title_fr"])


class RegisterTaken(BaseModel):
    """What the file brought."""

    created: int
    changed: int = Field(description="Number of rows changed.")
    unchanged: int
    columns: list[ColumnRead] = Field(description="How the columns were read.")
