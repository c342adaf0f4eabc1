"""The life of the reference edition over the real HTTP API: controls, approval, freezing, delivery, where to look.

A step of `djoliba demo`, run as a process of its own; each part is left out when it has been done before. No address
is printed before everything is delivered.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from typing import Any

from deploy.embedded.api import Api
from deploy.embedded.edition_desk import ADMIN, PATIENCE_SECONDS, EditionDesk
from deploy.embedded.host import CannotStart
from shared.issuer import DevelopmentIssuer
from shared.settings import load_settings

EDITION = "2022-02"
PLATFORM = "archive"

ACCEPTANCE = {"fr": "Imprimé ainsi dans le bulletin d’origine.", "en": "Printed so in the original bulletin."}


def say(sentence: str) -> None:
    """One line of progress."""
    print(sentence, flush=True)


def configure_platform(desk: EditionDesk, base_url: str, secret: str) -> None:
    """Let the sandbox platform be the archive of this installation, at the address where it runs today."""
    fields = {
        "name": {"fr": "Archive de la plateforme (bac à sable)", "en": "Archive of the platform (sandbox)"},
        "base_url": base_url,
        "username": "djoliba-author",
        "secret_reference": secret,
        "publish_status": "publish",
        "categories": {"bulletin": ["bulletins"]},
    }
    known = desk.ask("GET", "/v1/platforms?limit=500", ADMIN).json()["items"]
    held = next((each for each in known if each["slug"] == PLATFORM), None)
    if held is None:
        desk.ask("POST", "/v1/platforms", ADMIN, json={**fields, "slug": PLATFORM, "kind": "wordpress"})
    elif any(held[name] != value for name, value in fields.items()):
        desk.ask("PUT", f"/v1/platforms/{PLATFORM}", ADMIN, json=fields, etag=held["etag"])


def standing(slug: str, editions: Sequence[dict[str, Any]]) -> str:
    """The slug of the edition that stands in the place of `slug`: somebody may have corrected it since.

    >>> standing("a", [{"slug": "b", "supersedes": "a", "state": "frozen"}])
    'b'
    """
    corrections = {each["supersedes"]: each["slug"] for each in editions if each["state"] in {"frozen", "superseded"}}
    while slug in corrections:
        slug = corrections[slug]
    return slug


def deliver(desk: EditionDesk, slug: str) -> Sequence[dict[str, Any]]:
    """Publish the frozen edition, and wait until each language has its receipt.

    Raises:
        CannotStart: not everything was delivered in time; the sentence tells the state of each.
    """
    asked = {"edition": slug, "platforms": [PLATFORM]}
    promised = desk.ask("POST", "/v1/deliveries", json=asked).json()["deliveries"]
    if waiting := sum(each["state"] != "delivered" for each in promised):
        say(f"Delivering {waiting} documents to the archive ...")
    found: Sequence[dict[str, Any]] = ()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not found or any(each["state"] != "delivered" for each in found):
        if time.monotonic() > deadline:
            states = ", ".join(
                f"{each['key']} {each['state']} ({(each['last_error'] or {}).get('en')})" for each in found
            )
            raise CannotStart(f"Not everything was delivered within {PATIENCE_SECONDS:.0f} s: {states}.")
        time.sleep(0.1)
        identities = sorted(each["id"] for each in promised)
        found = [desk.ask("GET", f"/v1/deliveries/{one}").json() for one in identities]
    return found


def where_to_look(url: str, deliveries: Sequence[dict[str, Any]], home: str) -> str:
    """The addresses; the last one answers everybody."""
    bulletin = f"{url}/bulletins/{deliveries[0]['edition']}"
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
        ["", "Everything is delivered. Stop with Ctrl-C.", *(f"  {name:<18} {place}" for name, place in lines)]
    )


def show(origin: str, platform: str, secret: str) -> Sequence[dict[str, Any]]:
    """Compile, freeze and deliver what has not been yet; the deliveries."""
    issuer = DevelopmentIssuer.from_settings(load_settings())
    desk = EditionDesk(Api(origin, issuer.token))
    desk.compile(EDITION, ACCEPTANCE, say)
    configure_platform(desk, platform, secret)
    return deliver(desk, standing(EDITION, desk.editions()))


def main() -> int:
    """Show the edition on the origin and the platform that are named; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m deploy.embedded.showcase")
    parser.add_argument("--origin", required=True)
    parser.add_argument("--platform", required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--home", required=True)
    chosen = parser.parse_args()
    try:
        deliveries = show(chosen.origin, chosen.platform, chosen.secret)
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        return 1
    say(where_to_look(chosen.origin, deliveries, chosen.home))
    return 0


if __name__ == "__main__":
    sys.exit(main())
