"""A change of the audit in words: what was done, and each member from what to what, in French and English."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from shared.domain.lifecycle import State
from shared.domain.notation import day, number
from shared.errors import Texts
from shared.models.words import ROWS
from shared.web.words import headed
from shared.worded import enumerations

LANGUAGES = ("fr", "en")
UNTOLD = frozenset({
    "id", "supersedes_id", "exchange_rate_id", "entry_id", "result_id", "position", "version", "sha256", "facts", "is_synthetic",
    "precision", "from", "usd", "rate", "basis",
})  # fmt: skip
"""Members that tell how a row is kept, or follow from others: the structured change has them all."""
ACTS: Mapping[str, Texts] = {
    name: {"fr": fr, "en": en}
    for names, fr, en in (
        ("created recorded identified made agreed requested set taken imported", "enregistré", "recorded"),
        ("edited changed replaced revised amended", "modifié", "changed"),
        ("corrected", "corrigé", "corrected"),
        ("retracted withdrawn", "retiré", "withdrawn"),
        ("deleted", "supprimé", "deleted"),
        ("merged", "fusionné", "merged"),
        ("double_merged", "a reçu un doublon", "took a double in"),
        ("confirmed unchanged", "confirmé", "confirmed"),
        ("received", "reçu", "received"),
        ("allocated", "alloué", "allocated"),
        ("reversed", "contre-passé", "reversed"),
        ("released", "libéré", "released"),
        ("returned sent_back", "renvoyé", "sent back"),
        ("controls_run", "contrôles passés", "controls run"),
        ("control_accepted", "contrôle accepté", "control accepted"),
        ("freeze_asked", "gel demandé", "freezing asked for"),
        ("frozen", "figé", "frozen"),
        ("freezing_failed", "gel échoué", "freezing failed"),
        ("publication_requested", "publication demandée", "publication asked for"),
        ("held", "en attente d'une preuve", "held for want of proof"),
    )
    for name in names.split()
}
"""What was done, by the end of the action's name."""
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Moved:
    """One member from what to what; None where there was, or is, nothing."""

    member: str
    before: Any
    after: Any

    def said(self, language: str) -> str:
        """In words: "budget from 24,752,766 to 24,725,766"."""
        name = headed(self.member)[language]
        old, new = (None if one is None else written(one, self.member, language) for one in (self.before, self.after))
        if old is None:
            return f"{name} : {new}" if language == "fr" else f"{name}: {new}"
        if new is None:
            return f"{name} : {old} retiré" if language == "fr" else f"{name}: {old} removed"
        return f"{name} : de {old} à {new}" if language == "fr" else f"{name}: from {old} to {new}"


def moved(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Moved]:
    """The members that differ, without those that tell nothing to people."""
    old, new = _told(before or {}), _told(after or {})
    names = [*new, *(name for name in old if name not in new and not new)]
    found = [Moved(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]
    return [one for one in found if one.before is not None or one.after is not None]


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """The members with an amount and its currency as one."""
    found = {name: value for name, value in values.items() if name not in UNTOLD}
    if "amount" in found and "currency" in found:
        found["amount"] = f"{found['amount']} {found.pop('currency')}" if found["amount"] is not None else None
    if "to" in found:
        found["status"] = found.pop("to")
    if "state" in found:
        found["status"] = found.pop("state")
    return found


def act(action: str, subject_type: str) -> Texts:
    """What was done: "projet : approuvé", "project: approved"."""
    noun = ROWS.get(subject_type)
    done = action.partition(".")[2]
    words = (
        ACTS.get(done)
        or _part_and_act(done)
        or _states().get(done)
        or {one: done.replace("_", " ") for one in LANGUAGES}
    )
    called = {"fr": subject_type, "en": subject_type}
    if noun is not None:
        called = {"fr": noun[0].partition("|")[0], "en": noun[1].partition("|")[0]}
    return {"fr": f"{called['fr']} : {words['fr']}", "en": f"{called['en']}: {words['en']}"}


def _part_and_act(done: str) -> Texts | None:
    """`amount_corrected` is "montant corrigé"."""
    part, _, end = done.rpartition("_")
    if not part or end not in ACTS:
        return None
    name = headed(part)
    return {language: f"{name[language].lower()} {ACTS[end][language]}" for language in LANGUAGES}


@cache
def _states() -> Mapping[str, Texts]:
    return {one.value: one.words for one in State}


@cache
def _words() -> Mapping[str, Texts]:
    """The words of every value that has the same in all enumerations which have it."""
    found: dict[str, list[Texts]] = {}
    for kind in enumerations():
        for one in kind:
            found.setdefault(one.value, []).append(one.words)
    return {value: words[0] for value, words in found.items() if all(one == words[0] for one in words)}


def written(value: Any, member: str, language: str) -> str:
    """A value as people read it."""
    match value:
        case bool():
            return {"fr": ("non", "oui"), "en": ("no", "yes")}[language][value]
        case int():
            return number(Decimal(value), language)
        case dict():
            if value.keys() & set(LANGUAGES):
                return (
                    f"« {value.get(language) or next(iter(value.values()))} »"
                    if language == "fr"
                    else f'"{value.get(language) or next(iter(value.values()))}"'
                )
            return ", ".join(_parts(value, language))
        case list():
            return ", ".join(written(one, member, language) for one in value) or "–"
    return _plain(str(value), member, language)


def _parts(value: Mapping[str, Any], language: str) -> Iterator[str]:
    for name, one in value.items():
        if name not in UNTOLD and one is not None:
            yield f"{headed(name)[language].lower()} {written(one, name, language)}"


def _plain(text: str, member: str, language: str) -> str:
    if member == "status" and text in _states():
        return _states()[text][language]
    if words := _words().get(text):
        return words[language]
    if _DAY.fullmatch(text):
        return day(date.fromisoformat(text), language)
    amount, _, currency = text.partition(" ")
    if _NUMBER.fullmatch(amount) and (not currency or currency.isupper()):
        try:
            return f"{number(Decimal(amount), language)} {currency}".strip()
        except InvalidOperation:
            return text
    return text
