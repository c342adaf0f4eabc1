"""The life of the reference edition over the real HTTP API: controls, approval, freezing, delivery, where to look.

A step of `djoliba demo`, run as a process of its own; each part is left out when it has been done before. No address
is printed before everything is delivered.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from deploy.embedded.host import CannotStart
from shared.issuer import DevelopmentIssuer
from shared.settings import load_settings

EDITION = "2022-02"
PLATFORM = "archive"
PATIENCE = 120.0
"""Seconds for the workers to freeze the edition, and again to deliver it."""

ACCEPTANCE = "The original bulletin prints it so; the annex says what differs."


@dataclass
class Origin:
    """The API as two people use it: an editor who drafts and an approver who signs."""

    url: str
    issuer: DevelopmentIssuer

    def __post_init__(self) -> None:
        """Open one connection for all calls."""
        self._client = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def read(self, path: str, role: str = "reporting_officer", **parameters: str) -> Any:
        """GET a resource; None where there is none."""
        answer = self._client.get(path, params=parameters, headers=self._headers(role))
        if answer.status_code == 404:
            return None
        return _expected(answer).json()

    def write(
        self,
        path: str,
        body: Any = None,
        *,
        role: str = "reporting_officer",
        etag: str = "",
        method: str = "POST",
    ) -> Any:
        """POST (or PUT) as one of the two, with the version that was read."""
        headers = {**self._headers(role), "Idempotency-Key": str(uuid4())}
        if etag:
            headers["If-Match"] = etag if etag.startswith('"') else f'"{etag}"'
        return _expected(self._client.request(method, path, json=body, headers=headers)).json()

    def _headers(self, role: str) -> dict[str, str]:
        subject = {"approver": "demo-head-of-section", "admin": "demo-admin"}.get(role, "demo-editor")
        return {"Authorization": f"Bearer {self.issuer.token(role, subject)}"}


def _expected(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        raise CannotStart(
            f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}: {answer.text}"
        )
    return answer


def say(sentence: str) -> None:
    """One line of progress."""
    print(sentence, flush=True)


def freeze(origin: Origin) -> dict[str, Any]:
    """Bring the reference edition from its draft to frozen, through every step that people take."""
    edition = _edition(origin)
    path = f"/v1/editions/{edition['id']}"
    if edition["state"] == "draft":
        run = origin.write(f"{path}/controls", etag=edition["etag"])
        say(f"Controls: {run['passed']} passed, {run['failed']} failed, {run['notes']} notes.")
        for control in run["items"]:
            if control["outcome"] == "failed" and control["accepted_by"] is None:
                say(f"  accepted with a reason: {control['title']['en']}")
                etag = _edition(origin)["etag"]
                origin.write(
                    f"{path}/controls/{control['key']}/acceptance", {"reason": ACCEPTANCE}, etag=etag
                )
        edition = _after(origin, f"{path}/submission", _edition(origin)["etag"])
    if edition["state"] == "in_review":
        say("Approving it, by another person than the author ...")
        edition = _after(origin, f"{path}/approval", edition["etag"], role="approver")
    if edition["state"] == "approved":
        say("Freezing figures and texts, printing French and English ...")
        _after(origin, f"{path}/freezing", edition["etag"])
        edition = _until(
            lambda: _edition(origin), lambda found: found["state"] == "frozen", "The edition was not frozen"
        )
    return edition


def _edition(origin: Origin) -> dict[str, Any]:
    edition = origin.read(f"/v1/editions/{EDITION}")
    if edition is None:
        raise CannotStart(f"There is no edition {EDITION}: `djoliba load reference` did not end.")
    return dict(edition)


def _after(origin: Origin, path: str, etag: str, role: str = "reporting_officer") -> dict[str, Any]:
    origin.write(path, etag=etag, role=role)
    return _edition(origin)


def configure_platform(origin: Origin, base_url: str, secret: Path) -> None:
    """Let the sandbox platform be the archive of this installation, at the address where it runs today."""
    fields = {
        "name": {"fr": "Archive de la plateforme (bac à sable)", "en": "Archive of the platform (sandbox)"},
        "base_url": base_url,
        "username": "djoliba-author",
        "secret_reference": f"file:{secret}",
        "publish_status": "publish",
        "categories": {"bulletin": ["bulletins"]},
    }
    held = origin.read(f"/v1/platforms/{PLATFORM}", role="admin")
    if held is None:
        origin.write("/v1/platforms", {**fields, "slug": PLATFORM, "kind": "wordpress"}, role="admin")
    elif any(held[name] != value for name, value in fields.items()):
        origin.write(f"/v1/platforms/{PLATFORM}", fields, role="admin", etag=held["etag"], method="PUT")


def deliver(origin: Origin) -> list[dict[str, Any]]:
    """Publish the frozen edition, and wait until each language has its receipt."""
    asked = {"edition": EDITION, "platforms": [PLATFORM]}
    answered = origin.write("/v1/deliveries", asked)["deliveries"]
    promised = {each["id"] for each in answered}
    if waiting := sum(each["state"] != "delivered" for each in answered):
        say(f"Delivering {waiting} documents to the archive ...")
    delivered: list[dict[str, Any]] = _until(
        lambda: [origin.read(f"/v1/deliveries/{identity}") for identity in sorted(promised)],
        lambda found: all(each["state"] == "delivered" for each in found),
        "Not everything was delivered",
    )
    return delivered


def _until(read: Callable[[], Any], holds: Callable[[Any], bool], failure: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not holds(found := read()):
        if time.monotonic() > deadline:
            raise CannotStart(f"{failure} within {PATIENCE:.0f} s. Last seen: {found}")
        time.sleep(0.1)
    return found


def where_to_look(url: str, deliveries: list[dict[str, Any]], home: str) -> str:
    """The addresses; the last one answers everybody."""
    bulletin = f"{url}/bulletins/{EDITION}"
    lines = [
        ("Pages", f"{url}/"),
        ("API", f"{url}/docs"),
        ("Bulletin, English", f"{bulletin}/en"),
        ("PDF, French", f"{bulletin}/fr.pdf"),
        ("PDF, English", f"{bulletin}/en.pdf"),
        *((f"Archive, {each['language']}", each["url"]) for each in deliveries),
        ("A token", "djoliba token reporting_officer"),
        ("Data and logs", home),
        ("Bulletin, French", f"{bulletin}/fr"),
    ]
    return "\n".join(
        [
            "",
            "Everything is delivered. Stop with Ctrl-C.",
            *(f"  {name:<18} {place}" for name, place in lines),
        ]
    )


def main() -> int:
    """Show the edition on the origin and the platform that are named; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m deploy.embedded.showcase")
    parser.add_argument("--origin", required=True)
    parser.add_argument("--platform", required=True)
    parser.add_argument("--secret", type=Path, required=True)
    parser.add_argument("--home", required=True)
    chosen = parser.parse_args()
    origin = Origin(chosen.origin, DevelopmentIssuer.from_settings(load_settings()))
    try:
        freeze(origin)
        configure_platform(origin, chosen.platform, chosen.secret)
        deliveries = deliver(origin)
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        return 1
    say(where_to_look(chosen.origin, deliveries, chosen.home))
    return 0


if __name__ == "__main__":
    sys.exit(main())
