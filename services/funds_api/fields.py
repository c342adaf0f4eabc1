"""Field types of this service's inputs beside those of `shared.web.fields`: slugs, references, mechanism codes."""

from typing import Annotated

from pydantic import Field, StringConstraints

Slug = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80), Field(examples=["denmark"])
]
"""The stable name of a donor or an organisation in files and addresses."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$"), Field(examples=["TF"])]
"""A mechanism's code."""

ReferenceText = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)+$", max_length=60),
    Field(examples=["CTB-2022-BEL"]),
]
"""A human reference, never re-used."""

Flag = Annotated[bool, Field(strict=True)]
