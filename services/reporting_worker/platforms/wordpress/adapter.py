"""A stock WordPress over its REST interface: the file as media, then one post per document that shows it.

Neither create call is idempotent, and unregistered meta is neither kept nor searchable: the key lives in a
deterministic slug (WordPress appends `-2` to a post's and `-1` to a file's when it is taken) and in a visible
reference line. Behaviour observed on 6.1.9 (accept/).
"""

from services.reporting_worker.platforms.adapter import (
    Finding,
    Found,
    Outdated,
    PlatformFailure,
    Publication,
    RemoteCopy,
)
from services.reporting_worker.platforms.wordpress.files import Files
from services.reporting_worker.platforms.wordpress.posts import Posts
from services.reporting_worker.platforms.wordpress.rest import Rest
from shared.domain.delivery import Outcome, Step
from shared.egress import NOWHERE, Networks


class WordPress:
    """One site, reached as one of its users with an application password."""

    def __init__(
        self, base_url: str, username: str, password: str, *, deadline: float, inner: Networks = NOWHERE
    ) -> None:
        self._rest = Rest(base_url, username, password, deadline=deadline, inner=inner)
        self._files, self._posts = Files(self._rest), Posts(self._rest)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._rest.transfer.client.aclose()

    async def find(self, step: Step, publication: Publication) -> Found:
        """What the site holds of this step."""
        return await (self._files if step == "media" else self._posts).find(publication)

    async def send(
        self, step: Step, publication: Publication, *, media: RemoteCopy | None, outdated: Outdated | None
    ) -> RemoteCopy:
        """Upload the file, or create or update the post that shows it."""
        if step == "media":
            copy, is_named_so = await self._files.upload(publication)
        elif media is not None:
            copy, is_named_so = await self._posts.write(publication, media, outdated)
        else:
            raise ValueError("A post shows a file: send the media step first.")
        return copy if is_named_so else await self._without_surplus(step, copy, publication)

    async def retract(self, step: Step, external_id: str) -> None:
        """Delete one of our copies for good."""
        await self._rest.delete("media" if step == "media" else "posts", external_id)

    async def check(self, categories: tuple[str, ...], status: str) -> list[Finding]:
        """Whether the site would take a document from this account; writes nothing."""
        return await self._rest.check(categories, status)

    async def _without_surplus(self, step: Step, made: RemoteCopy, publication: Publication) -> RemoteCopy:
        """Another slug than asked for: was there a copy already? Then ours is the surplus, and is taken back."""
        try:
            found = await self.find(step, publication)
            if isinstance(found, RemoteCopy) and found.external_id != made.external_id:
                await self.retract(step, made.external_id)
                return found
        except PlatformFailure as failure:
            raise PlatformFailure.told(
                Outcome.UNCLEAR,
                "Une seconde copie s'y trouve peut-être : {why}",
                "A second copy may stand there: {why}",
                why=failure.detail,
            ) from failure
        return made
