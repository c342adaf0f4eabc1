"""The steps of an edition as its author and its approver take them over the API; the console and the demo share them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from deploy.embedded.api import Answer, Api, Who
from deploy.embedded.host import CannotStart
from deploy.embedded.language import in_language, said
from shared.identity import Role

ADMIN = (Role.ADMIN, "administrator")
AUTHOR = (Role.REPORTING_OFFICER, "reporting.officer")
APPROVER = (Role.APPROVER, "head.of.section")
PATIENCE_SECONDS = 120.0
"""How long a freezing may take before the desk gives up waiting; the job goes on."""


@dataclass(frozen=True)
class EditionDesk:
    """Author and approver at one API."""

    api: Api

    def ask(self, method: str, path: str, who: Who = AUTHOR, *, json: Any = None, etag: str | None = None) -> Answer:
        """One request as one of the people.

        Raises:
            Refused: the answer is an error.
        """
        return self.api.ask(method, path, who, json=json, etag=etag)

    def find(self, slug: str) -> dict[str, Any]:
        """The edition of that slug, with items, controls and files."""
        found: dict[str, Any] = self.ask("GET", f"/v1/editions/{slug}").json()
        return found

    def editions(self) -> list[dict[str, Any]]:
        """All editions, newest first."""
        return self.api.items("/v1/editions", AUTHOR)

    def _step(self, slug: str, step: str, who: Who = AUTHOR, json: Any = None) -> Any:
        edition = self.find(slug)
        return self.ask("POST", f"/v1/editions/{edition['id']}/{step}", who, json=json, etag=edition["etag"]).json()

    def run_controls(self, slug: str) -> dict[str, Any]:
        """Run the controls; their outcomes."""
        outcome: dict[str, Any] = self._step(slug, "controls")
        return outcome

    def accept(self, slug: str, key: str, reason: Mapping[str, str]) -> None:
        """Accept a failed control with a reason, by language."""
        self._step(slug, f"controls/{key}/acceptance", json={"reason": dict(reason)})

    def submit(self, slug: str) -> None:
        """Hand the draft in."""
        self._step(slug, "submission")

    def approve(self, slug: str) -> None:
        """Approve it, as another person than the author."""
        self._step(slug, "approval", APPROVER)

    def ask_freeze(self, slug: str) -> str:
        """Ask for the freezing; the job's id."""
        job: str = self._step(slug, "freezing")["job_id"]
        return job

    def until_frozen(self, slug: str) -> dict[str, Any]:
        """Wait for the freezing to end.

        Raises:
            CannotStart: it failed, the edition was given back, or it takes too long; the sentence says what to do.
        """
        pause, deadline = 0.05, time.monotonic() + PATIENCE_SECONDS
        while (edition := self.find(slug))["state"] not in {"frozen", "superseded"}:
            if edition["freeze_failure"]:
                raise CannotStart(freezing_failure(edition))
            if edition["state"] != "approved":
                raise CannotStart(_given_back(slug))
            if time.monotonic() > deadline:
                raise CannotStart(_not_frozen(slug))
            time.sleep(pause)
            pause = min(pause * 1.5, 1.0)
        return edition

    def compile(self, slug: str, reason: Mapping[str, str], say: Callable[[str], None]) -> dict[str, Any]:
        """From wherever the edition stands to frozen: controls, acceptance with `reason`, approval, freezing."""
        state = self.find(slug)["state"]
        if state == "draft":
            run = self.run_controls(slug)
            say(summary(run))
            for control in run["items"]:
                if control["outcome"] == "failed" and control["accepted_by"] is None:
                    title = in_language(control["title"])
                    say(said(f"  accepté avec un motif : {title}", f"  accepted with a reason: {title}"))
                    self.accept(slug, control["key"], reason)
            self.submit(slug)
            state = "in_review"
        if state == "in_review":
            say(
                said(
                    "Approbation, par une autre personne que l'auteur ...",
                    "Approving it, by another person than the author ...",
                )
            )
            self.approve(slug)
            state = "approved"
        if state == "approved":
            say(
                said(
                    "Gel des chiffres et des textes, impression en français et en anglais ...",
                    "Freezing figures and texts, printing French and English ...",
                )
            )
            self.ask_freeze(slug)
        return self.until_frozen(slug)

    def explain(self, slug: str) -> dict[str, Any]:
        """How the frozen figures differ from those known now."""
        edition = self.find(slug)
        found: dict[str, Any] = self.ask("GET", f"/v1/editions/{edition['id']}/explanation").json()
        return found

    def file(self, slug: str, language: str, format_: str) -> bytes:
        """The stored bytes of a frozen edition, or the preview of a draft."""
        edition = self.find(slug)
        path = f"/v1/editions/{edition['id']}"
        if edition["state"] in {"frozen", "superseded"}:
            return self.ask("GET", f"{path}/artefacts/{language}/{format_}").content
        return self.ask("GET", f"{path}/preview?language={language}&format={format_}").content


def summary(run: dict[str, Any]) -> str:
    """A run of controls in one line."""
    passed, failed, notes = run["passed"], run["failed"], run["notes"]
    return said(
        f"Contrôles : {passed} réussis, {failed} échoués, {notes} remarques.",
        f"Controls: {passed} passed, {failed} failed, {notes} notes.",
    )


def _given_back(slug: str) -> str:
    return said(
        f"Le bulletin {slug} n'est plus approuvé : quelqu'un l'a renvoyé ou retiré ; l'audit dit qui et pourquoi. "
        "Relancez les contrôles, la relecture et l'approbation.",
        f"Edition {slug} is no longer approved: somebody sent it back or withdrew it; the audit says who and why. Run "
        "its controls, hand it in and have it approved anew.",
    )


def _not_frozen(slug: str) -> str:
    return said(
        f"Le bulletin {slug} n'est pas gelé après {PATIENCE_SECONDS:.0f} s. Le journal de l'ouvrier dit pourquoi ; "
        "`djoliba doctor` examine l'installation.",
        f"Edition {slug} is not frozen after {PATIENCE_SECONDS:.0f} s. The worker's log says why; "
        "`djoliba doctor` checks the installation.",
    )


def freezing_failure(edition: dict[str, Any]) -> str:
    """Why an edition could not be frozen, and what to do."""
    slug, why = edition["slug"], in_language(edition["freeze_failure"])
    return said(
        f"Le bulletin {slug} n'a pas pu être gelé et redevient un projet : {why} Corrigez-le, puis relancez les "
        "contrôles, la relecture et l'approbation.",
        f"Edition {slug} could not be frozen and is a draft again: {why} Mend it, then run its controls, hand it in "
        "and have it approved anew.",
    )
