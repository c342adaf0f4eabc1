"""The object store: bytes under their own SHA-256, put once, never swept while an edition names them."""

import contextlib
import hashlib
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore

from shared.errors import NotFound, Texts


def sha256_of(content: bytes) -> str:
    """The name of these bytes."""
    return hashlib.sha256(content).hexdigest()


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


class ArtefactStore:
    """Content-addressed bytes in a folder; S3, Azure and GCS are the same calls of the library."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._store = LocalStore(prefix=folder)

    async def put(self, content: bytes) -> str:
        """Keep these bytes; their SHA-256. Bytes that are there already are left as they are."""
        name = sha256_of(content)
        with contextlib.suppress(AlreadyExistsError):
            await obstore.put_async(self._store, _key(name), content, mode="create")
        return name

    async def get(self, sha256: str) -> bytes:
        """The bytes of that name, checked against it.

        Raises:
            NotFound: they are not in the store.
            DamagedArtefact: what is stored under that name has other bytes.
        """
        try:
            result = await obstore.get_async(self._store, _key(sha256))
        except FileNotFoundError as error:
            raise NotFound(
                {
                    "fr": f"Le fichier {sha256[:12]} n'est pas dans le magasin d'objets ; restaurez-le d'une sauvegarde.",
                    "en": f"File {sha256[:12]} is not in the object store; restore it from a backup.",
                }
            ) from error
        content = bytes(await result.bytes_async())
        if sha256_of(content) != sha256:
            raise DamagedArtefact(sha256)
        return content


class DamagedArtefact(RuntimeError):
    """A stored object no longer has the bytes that its name says: restore it from a backup."""

    def __init__(self, sha256: str) -> None:
        self.detail: Texts = {
            "fr": f"L'objet {sha256} du magasin n'a pas les octets que dit son nom ; restaurez-le.",
            "en": f"The object {sha256} in the store has other bytes than its name says; restore it.",
        }
        super().__init__(self.detail["en"])
