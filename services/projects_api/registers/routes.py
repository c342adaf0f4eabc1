"""`/v1/registers`: an office's own register of projects, as its workbook or CSV stands."""

from typing import Annotated

from fastapi import Body, Query

from services.projects_api.registers.schemas import RegisterTaken
from services.projects_api.registers.service import REFUSES, take_register
from shared.web.route import Unit, permission, router

routes = router("/registers", "registers")


@routes.post("", summary="Take in a register of projects")
@permission("imports:create", needs_key=True, refuses=REFUSES)
async def take_in_register(
    unit: Unit,
    content: Annotated[
        bytes,
        Body(
            media_type="application/octet-stream",
            description="A workbook (.xlsx, its first sheet) or a CSV (UTF-8 or Windows-1252), of at most 1,000 rows.",
        ),
    ],
    columns: Annotated[
        str | None,
        Query(
            description="What each column says, in order, separated by commas; `-` for none. Without it, headings tell.",
            examples=["reference,title_fr,-,amount"],
        ),
    ] = None,
    document: Annotated[
        str | None, Query(max_length=200, description="What the file is: the source of its facts.")
    ] = None,
) -> RegisterTaken:
    """Faults are named by row and column, and then nothing is recorded; else all is. Again, it changes nothing."""
    told = None if columns is None else [one.strip() for one in columns.split(",")]
    return await take_register(unit, content, told=told, document=document)
