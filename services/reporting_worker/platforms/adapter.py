"""What an adapter of a partner platform offers: find by our key, send, prove, retract; each answer is typed.

An adapter decides nothing: it says what the remote holds, or raises `PlatformFailure` with the outcome that the state
machine of `shared.domain.delivery` needs: refused before the first byte, unclear after it, or a final no.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

from shared.database import storable
from shared.domain.delivery import Outcome, Step
from shared.errors import Texts
from shared.sentences import sentence

PostStatus = Literal["draft", "pending", "publish"]
DETAIL_MAX_CHARACTERS = 500
"""In each language."""


@dataclass(frozen=True)
class Publication:
    """One revision of one document, as a platform gets it: public words and the bytes of the file."""

    document_key: str
    sequence: int
    language: str
    title: str
    summary: str
    file: bytes
    file_sha256: str
    categories: tuple[str, ...] = ()
    """Slugs of the partner's own categories; none is ever created."""
    status: PostStatus = "publish"


@dataclass(frozen=True)
class RemoteCopy:
    """What the platform holds of one step, proved by bytes fetched back."""

    external_id: str
    url: str
    sha256: str
    """Of the file fetched back (media), or of the file that the post shows (post); empty when readers do not get it."""
    is_visible: bool
    """Whether an anonymous reader gets it."""
    note: Texts | None = None
    """Why it is not visible, for a person."""
    surplus: tuple[str, ...] = ()
    """Ids of further copies under the same key."""


@dataclass(frozen=True)
class Outdated:
    """The document's post exists and shows an earlier revision: it is to be updated, not created."""

    external_id: str


@dataclass(frozen=True)
class Absent:
    """The platform holds nothing under this key."""


Found = RemoteCopy | Outdated | Absent


@dataclass(frozen=True)
class Finding:
    """One line of a platform test: what was asked, whether it is well, what was seen."""

    question: str
    is_well: bool
    detail: Texts


def alike(words: object) -> Texts:
    """A name, or words of the platform's own, which are the same in both languages."""
    return {"fr": str(words), "en": str(words)}


class PlatformFailure(Exception):
    """A request that did not give what was asked for; `outcome` says what may be concluded."""

    def __init__(
        self, outcome: Outcome, detail: Texts, *, http_status: int | None = None, retry_after: float | None = None
    ) -> None:
        self.outcome = outcome
        self.detail = {language: storable(said)[:DETAIL_MAX_CHARACTERS] for language, said in detail.items()}
        super().__init__(self.detail["en"])
        self.http_status, self.retry_after = http_status, retry_after

    @classmethod
    def told(cls, outcome: Outcome, french: str, english: str, **values: Any) -> Self:
        """The failure that a sentence tells (`shared.sentences.sentence`)."""
        return cls(outcome, sentence(french, english, **values))


def lacks_categories(slugs: Sequence[str]) -> Texts:
    """What to say of categories that a partner does not have; none is ever created over there."""
    return sentence(
        "La plateforme n'a pas {count:la catégorie|les catégories} {listed}.",
        "The platform has no category {listed}.",
        count=len(slugs),
        listed=", ".join(slugs),
    )


class PlatformAdapter(Protocol):
    """One platform, for as long as one claim lasts."""

    async def find(self, step: Step, publication: Publication) -> Found:
        """What the platform holds of this step; writes nothing. Raises `PlatformFailure`, never with a doubt."""

    async def send(
        self, step: Step, publication: Publication, *, media: RemoteCopy | None, outdated: Outdated | None
    ) -> RemoteCopy:
        """Create or update, then prove it by what can be fetched back. Raises `PlatformFailure`."""

    async def retract(self, step: Step, external_id: str) -> None:
        """Remove one of our copies; one that is gone already is no failure."""

    async def check(self, categories: tuple[str, ...], status: str) -> list[Finding]:
        """Whether the platform would take a document from us; writes nothing."""

    async def aclose(self) -> None:
        """Close the connections."""
