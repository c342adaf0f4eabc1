"""What the permissions look like on the wire."""

from pydantic import BaseModel, Field

from shared.identity import Role
from shared.permission_words import Action, Reach


class HolderRead(BaseModel):
    """A role that has the permission."""

    role: Role
    on: list[Reach] = Field(description="On which rows.", examples=[["any"]])


class PermissionRead(BaseModel):
    """One permission."""

    key: str = Field(description="As operations declare it in `x-permission`.", examples=["projects:approve"])
    resource: dict[str, str] = Field(
        description="What its rows are called, by language.", examples=[{"fr": "projets", "en": "projects"}]
    )
    action: Action
    holders: list[HolderRead] = Field(description="The roles that have it.")
    is_yours: bool = Field(description="Whether your roles give it to you, on some rows at least.")


class PermissionList(BaseModel):
    """All of them, by resource."""

    items: list[PermissionRead]
