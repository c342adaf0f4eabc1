"""The steps of an edition as its author and its approver take them over the API; the console and the demo share them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from deploy.embedded.host import CannotStart
from shared.auth import Role

ADMIN = (Role.ADMIN, "administrator")
AUTHOR = (Role.REPORTING_OFFICER, "reporting.officer")
APPROVER = (Role.APPROVER, "head.of.section")
PATIENCE_SECONDS = 120.0
"""How long a freezing may take before the desk gives up waiting; the job goes on."""

Token = Callable[..., str]


@dataclass(frozen=True)
class EditionDesk:
    """Author and approver at one API."""

    http: httpx.AsyncClient
    token: Token
    """`token(role, subject)`: an access token for that person."""

    async def ask(
        self,
        method: str,
        path: str,
        who: tuple[str, str] = AUTHOR,
        *,
        json: Any = None,
        etag: str | None = None,
    ) -> httpx.Response:
        """One request as one of the people; writes bear a key of their own, and the version that was read.

        Raises:
            CannotStart: the answer is an error; the sentence is the problem's, with all its faults.
        """
        headers = {"Authorization": f"Bearer {self.token(*who)}", **({"If-Match": etag} if etag else {})}
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid4())
        answer = await self.http.request(method, path, json=json, headers=headers)
        if answer.is_error:
            raise CannotStart(_sentence(answer))
        return answer

    async def find(self, slug: str) -> dict[str, Any]:
        """The edition of that slug, with items, controls and files."""
        found: dict[str, Any] = (await self.ask("GET", f"/v1/editions/{slug}")).json()
        return found

    async def editions(self) -> Sequence[dict[str, Any]]:
        """All editions, newest first."""
        found: Sequence[dict[str, Any]] = (await self.ask("GET", "/v1/editions?limit=500")).json()["items"]
        return found

    async def _step(self, slug: str, step: str, who: tuple[str, str] = AUTHOR, json: Any = None) -> Any:
        edition = await self.find(slug)
        path = f"/v1/editions/{edition['id']}/{step}"
        return (await self.ask("POST", path, who, json=json, etag=edition["etag"])).json()

    async def run_controls(self, slug: str) -> dict[str, Any]:
        """Run the controls; their outcomes."""
        outcome: dict[str, Any] = await self._step(slug, "controls")
        return outcome

    async def accept(self, slug: str, key: str, reason: str) -> None:
        """Accept a failed control with a reason."""
        await self._step(slug, f"controls/{key}/acceptance", json={"reason": reason})

    async def submit(self, slug: str) -> None:
        """Hand the draft in."""
        await self._step(slug, "submission")

    async def approve(self, slug: str) -> None:
        """Approve it, as another person than the author."""
        await self._step(slug, "approval", APPROVER)

    async def ask_freeze(self, slug: str) -> str:
        """Ask for the freezing; the job's id."""
        job: str = (await self._step(slug, "freezing"))["job_id"]
        return job

    async def until_frozen(self, slug: str) -> dict[str, Any]:
        """Wait for the freezing to end.

        Raises:
            CannotStart: it takes too long; the sentence says where to look.
        """
        pause = 0.05
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (edition := await self.find(slug))["state"] not in {"frozen", "superseded"}:
                    await asyncio.sleep(pause)
                    pause = min(pause * 1.5, 1.0)
        except TimeoutError as error:
            raise CannotStart(
                f"Edition {slug} is not frozen after {PATIENCE_SECONDS:.0f} s. The worker's log says why; "
                "`djoliba doctor` checks the installation."
            ) from error
        return edition

    async def compile(self, slug: str, reason: str, say: Callable[[str], None]) -> dict[str, Any]:
        """From wherever the edition stands to frozen: controls, acceptance with `reason`, approval, freezing."""
        state = (await self.find(slug))["state"]
        if state == "draft":
            run = await self.run_controls(slug)
            say(f"Controls: {run['passed']} passed, {run['failed']} failed, {run['notes']} notes.")
            for control in run["items"]:
                if control["outcome"] == "failed" and control["accepted_by"] is None:
                    say(f"  accepted with a reason: {control['title']['en']}")
                    await self.accept(slug, control["key"], reason)
            await self.submit(slug)
            state = "in_review"
        if state == "in_review":
            say("Approving it, by another person than the author ...")
            await self.approve(slug)
            state = "approved"
        if state == "approved":
            say("Freezing figures and texts, printing French and English ...")
            await self.ask_freeze(slug)
        return await self.until_frozen(slug)

    async def explain(self, slug: str) -> dict[str, Any]:
        """How the frozen figures differ from those known now."""
        edition = await self.find(slug)
        found: dict[str, Any] = (await self.ask("GET", f"/v1/editions/{edition['id']}/explanation")).json()
        return found

    async def file(self, slug: str, language: str, format_: str) -> bytes:
        """The stored bytes of a frozen edition, or the preview of a draft."""
        edition = await self.find(slug)
        path = f"/v1/editions/{edition['id']}"
        if edition["state"] in {"frozen", "superseded"}:
            return (await self.ask("GET", f"{path}/artefacts/{language}/{format_}")).content
        return (await self.ask("GET", f"{path}/preview?language={language}&format={format_}")).content


def _sentence(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return f"{answer.request.url.path} answered {answer.status_code}."
    faults = [f"  {one.get('pointer', '')}: {one.get('detail', '')}" for one in problem.get("errors", ())]
    return "\n".join([str(problem.get("detail") or problem.get("title")), *faults])
