"""Addresses, counts, and the keys by which an input names rows."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from shared.fields import DecimalText
from shared.portfolio import RefersTo
from shared.sentences import refusal


def _address(value: str) -> str:
    if " " in value or not value.isprintable():
        raise refusal(
            "url_form",
            "Une adresse ne contient ni espace ni caractère qui ne se voit pas.",
            "A web address holds no white space and no character that cannot be seen.",
        )
    try:
        has_host = bool(urlsplit(value).hostname)
    except ValueError:
        has_host = False
    if not has_host:
        raise refusal(
            "address_without_host",
            "L'adresse ne nomme aucun site ; écrivez https://, le nom du site, puis le chemin.",
            "The address names no site; write https://, the site's name, then the path.",
        )
    return value


Slug = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Code = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z][A-Z0-9]{1,9}$"), Field(examples=["QIP"])]
ReferenceText = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)+$", max_length=60),
    Field(examples=["QIP-2022-MNK-014"]),
]
"""A public reference, never re-used."""
Url = Annotated[
    str, StringConstraints(strict=True, pattern=r"^https?://.+$", max_length=2000), AfterValidator(_address)
]
"""A web address, kept byte for byte."""
Count = Annotated[int, Field(strict=True, ge=0, le=2_000_000_000)]
Position = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Flag = Annotated[bool, Field(strict=True)]
Degrees = Annotated[DecimalText, Field(ge=-180, le=180, decimal_places=6)]
"""Latitude or longitude, WGS 84."""

MechanismCode = Annotated[Code, RefersTo("mechanism")]
SectorSlug = Annotated[Slug, RefersTo("sector")]
PlaceSlug = Annotated[Slug, RefersTo("place")]
AreaSlug = Annotated[Slug, RefersTo("reporting_area")]
OrganisationSlug = Annotated[Slug, RefersTo("organisation")]
OfficeSlug = Annotated[Slug, RefersTo("office")]
PersonSlug = Annotated[Slug, RefersTo("person")]
ProjectReference = Annotated[ReferenceText, RefersTo("project")]
ActivityReference = Annotated[ReferenceText, RefersTo("activity")]
AnnouncementReference = Annotated[ReferenceText, RefersTo("announcement")]
