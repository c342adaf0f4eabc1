"""Refusals whose members are typed: the sentences hold them, and the problem document shows those that programs need.

A placeholder without a member is found when the module is imported, a wrong member by the type checker. A subclass says
its `kind`, where the fault lies (`at`), its sentences (`fr`, `en`), and its members with their types::

    class AlreadyCorrected(Refusal, Conflict):
        kind, at, shown = "already-corrected", "/supersedes_id", ("superseded_by",)
        fr = "Le fait {fact} a déjà été corrigé par {superseded_by} ; corrigez celui-ci."
        en = "The fact {fact} was already corrected by {superseded_by}; correct that one."
        fact: UUID
        superseded_by: UUID

A member `faults` bears what is wrong at several places; the fault at `at` is for where there is none of these.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from string import Formatter
from typing import Any, ClassVar, dataclass_transform

from shared.errors import Fault, Problem
from shared.sentences import sentence


@dataclass_transform(eq_default=False)
class Refusal(Problem):
    """An expected refusal, said in both languages from its members."""

    fr: ClassVar[str] = ""
    en: ClassVar[str] = ""
    at: ClassVar[str | None] = None
    """The JSON pointer of its fault, which may hold members (`/{column}`); None where it has none."""
    code: ClassVar[str | None] = None
    """The fault's, for programs; the kind with underscores unless said otherwise."""
    shown: ClassVar[tuple[str, ...]] = ()
    """The members that the problem document shows (RFC 9457 section 3.2)."""
    header: ClassVar[tuple[str, str] | tuple[()]] = ()
    """A header of the answer with its value, which may hold members."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Take the members; a subclass that says no sentence is a base for others.

        Raises:
            TypeError: a sentence, the pointer or `shown` names a member that there is not.
        """
        super().__init_subclass__(**options)
        dataclass(eq=False, repr=False)(cls)
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        named = {
            name.partition(":")[0] for text in (cls.fr, cls.en, cls.at or "", *cls.header) for name in _named(text)
        }
        if unknown := (named | set(cls.shown)) - known:
            raise TypeError(f"{cls.__name__} has no member {', '.join(sorted(unknown))}.")

    def __init__(self) -> None:
        """Say it, where it has no members; with members each subclass takes them."""
        self.__post_init__()

    def __post_init__(self) -> None:
        """Say it."""
        members = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
        told = sentence(self.fr, self.en, **members)
        faults = list(members.get("faults", ()))
        if self.at is not None and not faults:
            faults.append(Fault(self.at.format(**members), told, self.code or self.kind.replace("-", "_")))
        headers = {self.header[0]: self.header[1].format(**members)} if self.header else {}
        Problem.__init__(self, told, faults, headers, {name: _json(members[name]) for name in self.shown})


def refusals(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every refusal that is loaded."""
    for one in base.__subclasses__():
        yield one
        yield from refusals(one)


def _named(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def _json(value: Any) -> object:
    return value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)
