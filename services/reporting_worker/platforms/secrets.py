"""Credentials by name: the database says what a password is called, one configured place says what it is.

That place is the folder `DJOLIBA_SECRETS_FOLDER` (one file a secret), or, where none is set, the variables
`DJOLIBA_SECRET_<NAME>`. Nothing else of the host can be named, so nothing else can be sent out.
"""

import asyncio
import os
import re
import stat
from pathlib import Path

from pydantic import SecretStr

from shared.errors import Texts
from shared.settings import Settings

NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"
NAME_MAX_CHARACTERS = 60
_NAME = re.compile(NAME)
MAX_BYTES = 4096
VARIABLE_PREFIX = "DJOLIBA_SECRET_"


class SecretMissing(LookupError):
    """No password of that name can be read; the sentence says where it is looked for, never what is there."""

    def __init__(self, french: str, english: str) -> None:
        self.said: Texts = {"fr": french, "en": english}
        super().__init__(english)


async def read_secret(name: str, settings: Settings) -> SecretStr:
    """The password of that name, read off the event loop.

    Raises:
        SecretMissing: it is not there, is no regular file inside the folder, is too long, or is not one line of text.
    """
    if not _NAME.fullmatch(name) or len(name) > NAME_MAX_CHARACTERS:
        raise SecretMissing(
            f"« {name[:80]} » n'est pas le nom d'un secret : a-z, 0-9 et traits d'union simples.",
            f"'{name[:80]}' is not the name of a secret: a-z, 0-9 and single hyphens.",
        )
    if settings.secrets_folder is None:
        variable = variable_of(name)
        held = os.environb.get(variable.encode())
        return _password(held, f"la variable {variable}", f"the variable {variable}")
    content = await asyncio.to_thread(_content, settings.secrets_folder, name)
    return _password(content, f"le fichier {name} du dossier des secrets", f"the file {name} in the folder of secrets")


def variable_of(name: str) -> str:
    """The variable that holds a secret where there is no folder.

    >>> variable_of("ptf-archive")
    'DJOLIBA_SECRET_PTF_ARCHIVE'
    """
    return VARIABLE_PREFIX + name.upper().replace("-", "_")


def _content(folder: Path, name: str) -> bytes | None:
    """The bytes of a secret's file; None when it is not there or leads elsewhere.

    A mounted secret may be a link within its folder (Kubernetes), never out of it. Opened without waiting: a pipe
    would hold the thread, a device would never end.
    """
    try:
        real = (folder / name).resolve(strict=True)
        if not real.is_relative_to(folder.resolve()):
            return None
        descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(MAX_BYTES + 1) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except (OSError, RuntimeError):  # RuntimeError: links that turn in a circle
        return None


def _password(content: bytes | None, lieu: str, place: str) -> SecretStr:
    if content is None:
        raise SecretMissing(
            f"Il n'y a pas de mot de passe dans {lieu} ; mettez-l'y comme simple fichier, puis reprenez.",
            f"There is no password in {place}; put it there as a plain file, and resume.",
        )
    if len(content) > MAX_BYTES:
        raise SecretMissing(
            f"Ce qui se trouve dans {lieu} dépasse {MAX_BYTES} octets : ce n'est pas un mot de passe.",
            f"What stands in {place} is longer than {MAX_BYTES} bytes: that is no password.",
        )
    try:
        password = content.decode().strip()
    except UnicodeDecodeError:
        password = ""
    if not password or not password.isprintable():
        raise SecretMissing(
            f"Ce qui se trouve dans {lieu} n'est pas une ligne de texte : ce n'est pas un mot de passe.",
            f"What stands in {place} is not one line of text: that is no password.",
        )
    return SecretStr(password)
