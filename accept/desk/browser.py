"""A person at a browser: what they press and type is counted, and every page they see is judged by axe (WCAG 2.2 AA)."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


class Person:
    """Somebody at the desk, at one width and in one language."""

    def __init__(self, browser: Browser, base: str, axe: Path, pictures: Path, *, width: int, language: str) -> None:
        self.base, self._axe, self._pictures = base, axe, pictures
        self.width, self.language = width, language
        self.page: Page = browser.new_context(
            viewport={"width": width, "height": 900}, locale={"fr": "fr-FR", "en": "en-GB"}[language]
        ).new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("pageerror", lambda error: self._fail(f"script: {error}"))
        self.clicks = 0
        self.faults: list[str] = []

    def _fail(self, what: str) -> None:
        self.faults.append(f"{self.page.url} ({self.width} px, {self.language}): {what}")

    def signs_in(self, who: str, at: str = "/desk") -> None:
        """Choose who to be, on the way to a page."""
        self.page.goto(f"{self.base}{at}{'&' if '?' in at else '?'}language={self.language}")
        self.press(f"button[value={who}]")

    def signs_out(self) -> None:
        """Leave; the sign-in page stands there again."""
        self.press("form[action='/desk/sign-out'] button")
        self.page.wait_for_selector("button[name=person]")

    def opens(self, path: str) -> None:
        """Go to an address."""
        answer = self.page.goto(f"{self.base}{path}")
        if answer is None or answer.status != 200:
            self._fail(f"{path} answers {answer.status if answer else 'nothing'}")
        self.looks()

    def press(self, selector: str) -> None:
        """One click."""
        self.clicks += 1
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()

    def types(self, pointer: str, words: str) -> None:
        """Fill the input of a member."""
        self.page.fill(f'[name="{pointer}"]', words)

    def chooses(self, pointer: str, value: str) -> None:
        """Choose in a list."""
        self.clicks += 1
        self.page.select_option(f'[name="{pointer}"]', value)

    def looks(self, picture: str | None = None) -> None:
        """Judge the page that is open, and keep a picture of it."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(self._axe.read_text(encoding="utf-8"))
        found = self.page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", list(RULES))
        for one in found["violations"]:
            where = "; ".join(node["html"][:160] for node in one["nodes"][:3])
            self._fail(f"{one['id']} ({one['impact']}): {one['help']}: {where}")
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self._fail(f"the page is {wide} px wider than the window")
        if picture:
            self.page.screenshot(path=self._pictures / f"{picture}-{self.language}-{self.width}.png", full_page=True)

    def succeeds(self) -> None:
        """Insist that nothing was refused."""
        if self.page.locator(".problem").count():
            raise AssertionError(" ".join(self.page.locator(".problem").first.inner_text().split()))

    def reads(self, *words: str) -> None:
        """Insist that the page says this."""
        text = " ".join(self.page.inner_text("main").split())
        for one in words:
            if " ".join(one.split()) not in text:
                self._fail(f"does not say {one!r}: {text[:600]}")


@contextmanager
def people(base: str, axe: Path, pictures: Path) -> Iterator[Any]:
    """`people(width, language)`: a person with a browser of their own; all faults are told at the end."""
    everybody: list[Person] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))

        def person(width: int, language: str) -> Person:
            everybody.append(Person(browser, base, axe, pictures, width=width, language=language))
            return everybody[-1]

        try:
            yield person
        finally:
            _tell(everybody)
            browser.close()
    if faults := [fault for one in everybody for fault in one.faults]:
        sys.exit(f"{len(faults)} faults")


def _tell(everybody: list[Person]) -> None:
    for fault in dict.fromkeys(fault for one in everybody for fault in one.faults):
        print("FAULT", fault)


class Watch:
    """How long something took, and how many clicks."""

    def __init__(self, person: Person) -> None:
        self._person, self._clicks, self._begun = person, person.clicks, monotonic()

    def told(self, what: str) -> dict[str, Any]:
        """Print and give it."""
        found = {
            "what": what,
            "clicks": self._person.clicks - self._clicks,
            "seconds": round(monotonic() - self._begun, 1),
        }
        print(json.dumps(found))
        return found
