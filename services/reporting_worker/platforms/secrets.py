"""Credentials by reference: the database names where a password is found, never the password."""

import os
from pathlib import Path

from pydantic import SecretStr


class SecretMissing(LookupError):
    """Nothing is found where a reference points."""


def read_secret(reference: str) -> SecretStr:
    """The secret that `env:NAME` or `file:PATH` names.

    Raises:
        SecretMissing: the variable is not set, the file cannot be read, or the reference is of no known kind.
    """
    kind, _, place = reference.partition(":")
    if kind == "env" and place in os.environ:
        return SecretStr(os.environ[place])
    if kind == "file":
        try:
            return SecretStr(Path(place).read_text().strip())
        except OSError as error:
            raise SecretMissing(f"The password file {place} cannot be read: {error.strerror}.") from error
    raise SecretMissing(f"There is no secret at {reference}; set the variable, or name a file (file:PATH).")
