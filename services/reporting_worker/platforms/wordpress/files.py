"""The file of a document on a WordPress: found under a name made from our key, uploaded, and proved by its bytes."""

import hashlib

from services.reporting_worker.platforms.adapter import Found, PlatformFailure, Publication, RemoteCopy
from services.reporting_worker.platforms.addresses import origin_of
from services.reporting_worker.platforms.wordpress.copies import VARIANTS, one_copy
from services.reporting_worker.platforms.wordpress.rest import Rest, has
from shared.domain.delivery import Outcome
from shared.domain.document_names import revision_reference
from shared.errors import Texts
from shared.sentences import sentence


class Files:
    """The files of one site."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def find(self, publication: Publication) -> Found:
        """The file of this revision, whichever slug it was given."""
        name = revision_reference(publication.document_key, publication.sequence)
        slugs = [name, *(f"{name}-{number}" for number in range(1, VARIANTS + 1))]
        parameters = {"slug": ",".join(slugs), "per_page": 100, "_fields": "id,slug,source_url"}
        listed = await self._rest.listed("media", parameters)
        copies = []
        for entry in sorted(listed, key=lambda entry: int(entry["id"])):
            copy = await self._copy_of_file(str(entry["id"]), str(entry["source_url"]), publication)
            if copy is not None and copy.sha256 in ("", publication.file_sha256):
                copies.append(copy)
        return one_copy(copies)

    async def upload(self, publication: Publication) -> tuple[RemoteCopy, bool]:
        """The file as uploaded and fetched back; and whether it got the name that was asked for."""
        name = revision_reference(publication.document_key, publication.sequence)
        answer = await self._rest.write(
            "POST",
            "/wp/v2/media",
            content=publication.file,
            headers={"Content-Type": "application/pdf", "Content-Disposition": f'attachment; filename="{name}.pdf"'},
        )
        media = answer.json()
        if not has(media, id=int, source_url=str, slug=str):
            raise PlatformFailure(
                Outcome.UNCLEAR,
                {"fr": "La réponse à l'envoi ne nomme aucun fichier.", "en": "The answer to the upload names no file."},
                http_status=answer.status,
            )
        copy = await self._proved_file(str(media["id"]), media["source_url"], publication)
        return copy, media["slug"] == name

    async def _proved_file(self, external_id: str, url: str, publication: Publication) -> RemoteCopy:
        try:
            copy = await self._copy_of_file(external_id, url, publication)
        except PlatformFailure as failure:
            raise PlatformFailure.told(
                Outcome.UNCLEAR,
                "Le fichier ne peut pas être relu : {why}",
                "The file cannot be fetched back: {why}",
                why=failure.detail,
            ) from failure
        if copy is None or copy.sha256 not in ("", publication.file_sha256):
            raise PlatformFailure.told(
                Outcome.UNCLEAR,
                "Le fichier relu n'est pas celui qui a été envoyé (SHA-256 {sha256}).",
                "The file fetched back has the SHA-256 {sha256}.",
                sha256=copy.sha256 if copy else "-",
            )
        return copy

    async def _copy_of_file(self, external_id: str, url: str, publication: Publication) -> RemoteCopy | None:
        """A file as an anonymous reader gets it; None when it is gone.

        Where readers are shut out, or files are served from a host that we do not reach, it is what the API says of
        it: accepted, not visible.
        """
        size = len(publication.file)
        try:
            answer = await self._rest.transfer.read(url, limit=size + 1)
        except PlatformFailure as failure:
            is_elsewhere = origin_of(url) != origin_of(self._rest.base_url)
            if failure.http_status in (401, 403) or (is_elsewhere and failure.outcome is not Outcome.LATE):
                return await self._said_of_file(external_id, url, size, failure.detail)
            if failure.http_status in (404, 410):
                return None
            raise
        return RemoteCopy(external_id, url, hashlib.sha256(answer.body).hexdigest(), is_visible=True)

    async def _said_of_file(self, external_id: str, url: str, size: int, why: Texts) -> RemoteCopy:
        media = (await self._rest.ask(f"/wp/v2/media/{external_id}", {"context": "edit"})).json()
        details = media.get("media_details") if isinstance(media, dict) else None
        held = details.get("filesize") if isinstance(details, dict) else None
        if held != size or media.get("mime_type") != "application/pdf":
            raise PlatformFailure.told(
                Outcome.REFUSED,
                "Les lecteurs n'obtiennent pas le fichier ({why}), et le site en annonce {held} octets sur {size}.",
                "Readers do not get the file ({why}), and the site says {held} bytes of {size}.",
                why=why,
                held=held if isinstance(held, int) else "?",
                size=size,
            )
        note = sentence(
            "Le site a le fichier, mais les lecteurs ne l'obtiennent pas : {why}",
            "The site holds the file, but readers do not get it: {why}",
            why=why,
        )
        return RemoteCopy(external_id, url, "", is_visible=False, note=note)
