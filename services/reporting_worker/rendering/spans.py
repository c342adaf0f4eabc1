"""What every part of a language snapshot is made of: runs of text, keys, addresses, and how a text is marked."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Language = Literal["fr", "en"]
Text = Annotated[str, StringConstraints(max_length=20_000)]
UNSEEN = "unseen"
"""Marks a text that is not printed: a key or an address."""
COMPUTED = "computed"
"""Marks a text that is printed, but that facts or the layout make: nobody typed it into the edition."""

Key = Annotated[str, UNSEEN]
Made = Annotated[str, COMPUTED]
Link = Annotated[str, StringConstraints(max_length=4_000, pattern=r"^(https?://|mailto:|/|#)"), UNSEEN]
"""An address kept byte for byte; other schemes (javascript:, data:) are refused."""
DecimalText = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)?$", max_length=100)]
"""An exact decimal as text, with whatever decimals a share of an amount has; it only sets the length of a bar."""


class Frozen(BaseModel):
    """Base of all parts: unknown members are refused, nothing is changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(Frozen):
    """A run of text inside a paragraph: plain, a figure, a link, or both."""

    text: Text
    figure: Key | None = None
    """Key of the figure that the text prints, for instance `qip.budget`."""
    href: Link | None = None
    """The figure's rows, or the target of a link."""
    strong: bool = False
    synthetic: bool = False
    """True when the fact was made up for the demonstration; printed with a discreet mark."""
    computed: bool = Field(default=False, exclude=True)
    """True when facts make the text: the controls of what was typed leave it out. No part of what is frozen."""


Spans = tuple[Span, ...]
