"""Which section an item of an edition stands in: one that the edition's series has."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Fault, InvalidInput
from shared.models.series import Series, SeriesSection
from shared.sentences import sentence

SectionKey = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
"""The key of a section of a series."""


async def refuse_unknown_sections(session: AsyncSession, series: str, sections: Sequence[str]) -> None:
    """Return if the series has each section that the items of an edition name.

    Raises:
        InvalidInput: there is no such series, or it has no such section; all at once.
    """
    held = await session.scalar(select(Series.id).where(Series.slug == series).with_for_update(read=True))
    if held is None:
        told = sentence(
            "La série « {series} » n'existe pas ; créez-la d'abord, avec ses rubriques.",
            "There is no series '{series}'; create it first, with its sections.",
            series=series,
        )
        raise InvalidInput(told, faults=[Fault("/series", told, "series_unknown")])
    query = select(SeriesSection.key).where(SeriesSection.series_id == held).order_by(SeriesSection.position)
    known = list(await session.scalars(query))
    faults = [
        Fault(
            f"/items/{place}/section",
            sentence(
                "La rubrique « {key} » n'existe pas ; rubriques : {known}.",
                "There is no section '{key}'; sections are: {known}.",
                key=key,
                known=", ".join(known) or "-",
            ),
            "section_unknown",
        )
        for place, key in enumerate(sections)
        if key not in known
    ]
    if faults:
        raise InvalidInput(faults[0].detail, faults=faults)
