"""Who may write to the sandbox platform: accounts by role, application passwords over basic authentication."""

import base64
import binascii
import hmac
import json
import os
import secrets
import string
from dataclasses import dataclass
from pathlib import Path

CAPABILITIES: dict[str, frozenset[str]] = {
    "contributor": frozenset({"read", "edit_posts", "delete_posts"}),
    "author": frozenset(
        {"read", "edit_posts", "delete_posts", "edit_published_posts", "delete_published_posts"}
        | {"publish_posts", "upload_files"}
    ),
    "editor": frozenset(
        {"read", "edit_posts", "delete_posts", "edit_published_posts", "delete_published_posts"}
        | {"publish_posts", "upload_files", "edit_others_posts", "delete_others_posts", "manage_categories"}
    ),
}
"""What each role of WordPress may do, as far as it matters here."""


@dataclass(frozen=True)
class Account:
    """One person or system that may log in."""

    id: int
    login: str
    role: str
    password: str

    def can(self, capability: str) -> bool:
        """Whether the role gives this capability."""
        return capability in CAPABILITIES[self.role]


def _application_password() -> str:
    """24 letters and digits in groups of four, as WordPress shows them once."""
    alphabet = string.ascii_letters + string.digits
    return " ".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(6))


class Accounts:
    """The accounts of one sandbox, kept in `accounts.json` (mode 0600); made at the first start."""

    def __init__(self, folder: Path) -> None:
        path = folder / "accounts.json"
        if not path.exists():
            made = {f"djoliba-{role}": {"role": role, "password": _application_password()} for role in CAPABILITIES}
            draft = path.with_suffix(".new")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(made, file, indent=1)
            draft.rename(path)
        known = json.loads(path.read_text())
        self.by_login = {
            login: Account(number, login, entry["role"], entry["password"])
            for number, (login, entry) in enumerate(known.items(), start=2)
        }

    def authenticate(self, authorization: str | None) -> Account | None:
        """The account of a Basic header; None without one and, as in WordPress, for a wrong password too."""
        scheme, _, encoded = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            login, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        account = self.by_login.get(login)
        if account is None:
            return None
        given, wanted = (text.replace(" ", "").encode() for text in (password, account.password))
        return account if hmac.compare_digest(given, wanted) else None
