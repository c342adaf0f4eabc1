"""What a workbook is refused for as a whole."""

from collections.abc import Sequence
from typing import Any

from shared.errors import Conflict, Fault, InvalidInput
from shared.refusal import Refusal


class WorkbookRefused(Refusal, InvalidInput):
    """Cells cannot be read, rows changed meanwhile or break rules; each fault names its row and column, and nothing was recorded."""

    kind, shown = "workbook-refused", ("changes",)
    fr = "Le classeur a {count} {count:erreur|erreurs} ; rien n'a été enregistré."
    en = "The workbook has {count} {count:error|errors}; nothing was recorded."
    count: int
    changes: list[Any]
    """What its other cells change."""
    faults: Sequence[Fault] = ()


class SeenOtherwise(Refusal, Conflict):
    """What would be done is not what was seen: the file is another one, or rows have changed since the dry run."""

    kind, at, shown = "seen-otherwise", "seen", ("fingerprint", "changes")
    fr = "Ce que ce fichier changerait maintenant n'est pas ce que l'essai a montré ; relisez les changements, puis redemandez avec leur empreinte."
    en = "What this file would change now is not what the dry run showed; read the changes again, then ask with their fingerprint."
    fingerprint: str
    changes: list[Any]


class ReasonMissing(Refusal, InvalidInput):
    """Changes from a file say why, once for all of them."""

    kind, at, code = "reason-missing", "X-Reason", "reason_missing"
    fr = "Dites pourquoi (en-tête X-Reason) : le motif vaut pour tous les changements du classeur."
    en = "Say why (header X-Reason): the reason holds for all changes of the workbook."
