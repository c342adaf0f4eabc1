"""Rows that were entered by mistake: deleted with what belongs to them, their facts retracted."""

from typing import Any

from shared.deletion import delete_row
from shared.models import APPEND_ONLY
from shared.models.base import Fact
from shared.models.referring import PARTS
from shared.recording.facts import retract
from shared.unit_of_work import UnitOfWork

ENTERED_BY_MISTAKE = "Entered by mistake."


async def delete_entry(unit: UnitOfWork, noun: str, row: Any) -> None:
    """Delete a row that was opened for change and had been entered by mistake; its facts are retracted.

    Raises:
        StillReferredTo: other rows refer to it, or an edition names or prints it.
    """
    column = f"{noun}_id"
    children = []
    for model in PARTS[noun]:
        if issubclass(model, Fact):
            await retract(unit, model, column, row.id, unit.reason or ENTERED_BY_MISTAKE)
        elif model not in APPEND_ONLY:
            children.append((model, column))
    await delete_row(unit, noun, row, children=children)
