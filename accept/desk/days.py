"""Three officers' days at the desk of a demo, from sign-in to sign-out, in a real browser: `days.py URL AXE PICTURES`."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from browser import Person, Watch, people

TODAY = datetime.now(UTC).date().isoformat()
FILE = """base,quote,value,source,effective_on,document
USD,XOF,601.25,unore,2022-04-15,UN operational rates of April 2022
USD,EUR,0.917,unore,2022-04-15,UN operational rates of April 2022
"""


def enters_a_project(officer: Person) -> str:
    """A QIP entered completely on one screen, and submitted; gives its address."""
    watch = Watch(officer)
    officer.press("a.button[href='/desk/projects/new']")
    officer.looks("new-project")
    officer.chooses("/mechanism", "QIP")
    officer.types("/identified_on", "2022-03-01")
    officer.types("/title/fr", f"Forage solaire à Bourem {uuid4().hex[:6]}")
    officer.types("/title/en", "Solar borehole in Bourem")
    officer.chooses(
        "/sectors/shares/0/sector",
        officer.page.locator('[name="/sectors/shares/0/sector"] option').nth(1).get_attribute("value"),
    )
    officer.types("/sectors/shares/0/percentage", "100")
    officer.chooses("/places/shares/0/place", "cercle-bourem")
    officer.types("/amounts/0/amount", "21 500 000")
    officer.chooses("/amounts/0/currency", "XOF")
    officer.chooses("/amounts/0/kind", "requested")
    officer.chooses("/beneficiaries/0/kind", "planned")
    officer.chooses("/beneficiaries/0/unit", "persons")
    officer.types("/beneficiaries/0/total", "1200")
    officer.types("/beneficiaries/0/female", "640")
    officer.chooses("/roles/0/kind", "sponsor")
    officer.chooses(
        "/roles/0/organisation",
        officer.page.locator('[name="/roles/0/organisation"] option').nth(1).get_attribute("value"),
    )
    officer.press("button[value=submitted]")
    found = watch.told("a QIP entered completely and submitted")
    assert found["seconds"] < 180
    officer.succeeds()
    officer.looks("project")
    return officer.page.url.split("?")[0].removeprefix(officer.base)


def moves(officer: Person, project: str, state: str, **typed: str) -> None:
    """The project brought to a state by what its page offers."""
    officer.opens(project)
    officer.press(f"a.button[href*='to={state}']")
    officer.looks()
    for name, value in typed.items():
        pointer = "/" + name.replace("__", "/")
        kind = officer.page.locator(f'[name="{pointer}"]').evaluate("one => one.tagName")
        (officer.chooses if kind == "SELECT" else officer.types)(pointer, value)
    officer.press("form.filling p > button:not([name])")
    officer.succeeds()


def programme_day(person: Person, words: dict[str, str]) -> None:
    """A QIP from its entry to its completion by two persons; a mistake corrected with its reason; lists and map."""
    person.signs_in("moussa")
    person.looks("home")
    project = enters_a_project(person)
    moves(person, project, "under_review", on="2022-03-05")
    person.signs_out()
    person.signs_in("awa", project)
    person.looks()
    moves(person, project, "approved", on="2022-03-10")
    person.signs_out()
    person.signs_in("moussa", project)
    moves(person, project, "in_progress", on="2022-03-20")
    person.opens(project)
    person.press("section a[href*='/beneficiaries?']")
    person.types("/total", "1 250")
    person.types("reason", words["why"])
    person.press("form.filling p > button:not([name])")
    person.reads("1 250" if person.language == "fr" else "1,250")
    person.opens(f"{project}/history")
    person.reads(words["why"], words["corrected"])
    person.looks("history")
    moves(person, project, "completed", on="2022-03-30")
    person.looks("project-completed")
    person.opens("/desk/projects?mechanism__in=QIP")
    person.looks("projects")
    person.press(".map a[href*='area__in']")
    person.looks("projects-of-an-area")
    person.opens("/desk/search?q=inagham")
    person.reads("Inagam")
    person.looks()
    person.opens("/desk/calendar?month=2022-03")
    person.looks("calendar")
    person.signs_out()


def register_day(person: Person, pictures: Path) -> None:
    """An office's register of 200 rows with five errors: tried, mended, taken in."""
    person.signs_in("moussa", "/desk/register")
    person.looks("register")
    begin = uuid4().hex[:6].upper()
    wrong = {
        3: ("cost", "vingt millions"),
        50: ("day", "31/02/2022"),
        77: ("place", "Gao/Tombouctou"),
        120: ("people", "x"),
        199: ("cost", "?"),
    }
    for is_mended in (False, True):
        file = pictures / "registre.csv"
        file.write_bytes(register(begin, {} if is_mended else wrong))
        person.page.set_input_files("#chosen", file)
        person.press("form[enctype] button:not([class])")
        person.looks("register-tried" if is_mended else "register-refused")
    person.press("button[value=record]")
    person.opens(f"/desk/projects/{begin}-200")
    person.signs_out()


def register(begin: str, wrong: dict[int, tuple[str, str]]) -> bytes:
    """A register as an office keeps it: Windows-1252, semicolons, francs with spaces that do not break."""
    lines = ["Registre des projets;;;;;", "Référence;Intitulé du projet;Région/Cercle;Coût;Date;Bénéficiaires"]
    for number in range(1, 201):
        row = {
            "place": "Gao/Ansongo",
            "cost": f"{10 + number % 15}\u00a0500\u00a0000 FCFA",
            "day": "01/03/2022",
            "people": str(100 + number),
        }
        if number in wrong:
            row[wrong[number][0]] = wrong[number][1]
        lines.append(
            f"{begin}-{number:03};Forage n° {number};{row['place']};{row['cost']};{row['day']};{row['people']}"
        )
    return "\r\n".join(lines).encode("cp1252")


def fund_day(person: Person, pictures: Path) -> None:
    """A file of rates tried and recorded; a contribution recorded, received, allocated, and released by a second person."""
    person.signs_in("fatou", "/desk/rates")
    rates = pictures / "rates.csv"
    rates.write_text(FILE, encoding="utf-8")
    person.page.set_input_files("#chosen", rates)
    person.press("form[enctype] button:not([class])")
    person.looks("rates-tried")
    person.press("button[value=record]")
    person.looks("rates")
    person.opens("/desk/donors/sweden")
    person.looks("donor")
    person.press("a[href^='/desk/contributions/new']")
    person.looks()
    reference = f"CTB-2022-SWE-{uuid4().hex[:6].upper()}"
    person.types("/reference", reference)
    person.chooses("/mechanism", "TF")
    person.types("/amount", "500 000")
    person.chooses("/currency", "USD")
    person.page.locator("[name$='/on'], [name='/agreement_on']").first.fill("2022-03-01")
    person.press("form.filling p > button:not([name])")
    person.succeeds()
    person.looks()
    person.press("a[href$='/receipts']")
    person.types("/amount", "500000")
    person.types("/on", "2022-03-10")
    person.press("form.filling p > button:not([name])")
    person.succeeds()
    person.opens(f"/desk/allocations/new?contribution={reference}&project=TF-2022-GAO-001")
    person.types("/amount", "1000")
    person.chooses("/currency", "USD")
    person.types("/on", "2022-03-20")
    person.press("form.filling p > button:not([name])")
    person.succeeds()
    person.signs_out()
    person.signs_in("ibrahim", "/desk/proposals?state__in=proposed")
    person.looks("proposals")
    person.press("table a")
    person.looks()
    person.press("a[href$='/release']")
    person.press("form.filling p > button:not([name])")
    person.succeeds()
    person.signs_out()


def reporting_day(person: Person) -> None:
    """The last bulletin read with its controls; who may do what; every list opened."""
    person.signs_in("sira")
    person.opens("/desk/editions/2022-02")
    person.looks("edition")
    person.opens("/desk/worklists")
    person.looks("worklists")
    waiting = person.page.locator("main table a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    for address in waiting:
        person.opens(address)
    person.opens("/desk/people")
    person.looks("people")
    person.opens("/desk")
    lists = person.page.locator(".lists a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    for address in lists:
        person.opens(address)
    person.signs_out()


def keyboard(person: Person) -> None:
    """A draft entered by the keyboard alone, with a reference found as one types."""
    person.signs_in("moussa", "/desk/projects/new")
    page = person.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip", "the first stop leads to the content"
    page.focus('[name="/mechanism"]')
    page.keyboard.type("Projets" if person.language == "fr" else "Quick")
    page.focus('[name="/title/fr"]')
    page.keyboard.type("Puits à grand diamètre")
    page.focus("button[name=then]")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    person.signs_out()


def main(base: str, axe: str, pictures: str) -> None:
    """Live them, in French on a wide screen and in English on a phone."""
    folder = Path(pictures)
    with people(base, Path(axe), folder) as person:
        for width, language, why, corrected in (
            (1280, "fr", "Recompté sur place.", "de 1\u202f200 à 1\u202f250"),
            (390, "en", "Counted again on the spot.", "from 1,200 to 1,250"),
        ):
            programme_day(person(width, language), {"why": why, "corrected": corrected})
            register_day(person(width, language), folder)
            fund_day(person(width, language), folder)
            reporting_day(person(width, language))
            keyboard(person(width, language))
    print("the three days: ok")


if __name__ == "__main__":
    main(*sys.argv[1:])
