"""What is refused of any record: a key that is taken, a row that is not there, a circle."""

from uuid import UUID

from shared.errors import Conflict, InvalidInput, NotFound
from shared.refusal import Refusal


class ReferenceTaken(Refusal, Conflict):
    """A reference or slug names one record for ever."""

    kind, at = "reference-taken", "/{member}"
    fr = "{key} est déjà pris ; une référence ne sert qu'une fois."
    en = "{key} is taken; a reference is used once only."
    member: str
    key: str


class RecordNotFound(Refusal, NotFound):
    """No record of that kind and id is visible to the caller."""

    fr = "Aucun enregistrement {record} ({noun}) n'est visible pour vous."
    en = "No {noun} {record} is visible to you."
    noun: str
    record: UUID


class OwnAncestor(Refusal, InvalidInput):
    """A record would lie in itself, or follow itself, directly or through others: no walk through them would end."""

    at, code = "/{member}", "own_ancestor"
    fr = "{key} se trouverait dans son propre contenu ou se succéderait à lui-même ; nommez-en un autre."
    en = "{key} would lie within itself or follow itself; name another one."
    member: str
    key: str
