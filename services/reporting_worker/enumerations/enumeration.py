"""What an enumeration is: its values, a title, and the words for each value."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Words = tuple[str, str]
"""French, English."""


@dataclass(frozen=True)
class Enumeration:
    """An enumeration with its title and the label of each value."""

    values: type[StrEnum]
    title: Words
    labels: Mapping[str, Words]
