"""What each permission allows, in words, and who holds it: refusals, and the page of who may do what, say the same."""

from collections.abc import Mapping

from shared.errors import Texts
from shared.identity import Role
from shared.models.noun import nouns
from shared.models.words import rows
from shared.permissions import GRANTS, Scope
from shared.worded import Worded


class Action(Worded, key="permission_action", fr="Acte", en="Act"):
    """What is done to rows: the part of a permission after the colon."""

    READ = "read", "lire", "read"
    CREATE = "create", "enregistrer", "record"
    EDIT = "edit", "modifier", "edit"
    DELETE = "delete", "supprimer", "delete"
    SUBMIT = "submit", "soumettre", "submit"
    REVIEW = "review", "examiner", "review"
    APPROVE = "approve", "approuver", "approve"
    TRANSITION = "transition", "changer l'état des", "change the state of"
    REVISE = "revise", "réviser les montants approuvés des", "revise the approved amounts of"
    CLOSE = "close", "clôturer", "close"
    MERGE = "merge", "fusionner", "merge"
    FREEZE = "freeze", "figer", "freeze"
    RELEASE = "release", "libérer", "release"
    RETURN = "return", "renvoyer", "return"
    REPLAY = "replay", "envoyer de nouveau", "send again"


class Reach(Worded, key="permission_scope", fr="Sur quelles lignes", en="On which rows"):
    """The rows that a grant holds on (`shared.permissions.Scope`)."""

    ANY = "any", "toutes", "all"
    OWN_SECTION = "own_section", "celles de sa section", "those of one's section"
    SELF = "self", "les siennes", "one's own"


_OWN_TABLE: Mapping[str, str] = {
    "activities": "activity", "allocations": "allocation", "announcements": "announcement", "contributions": "contribution",
    "deliveries": "delivery", "editions": "edition", "platforms": "platform", "projects": "project",
    "proposals": "proposal", "rates": "exchange_rate", "standing-texts": "standing_text",
}  # fmt: skip
"""The resources that are no plain records, by the table whose rows they are."""
_OWN_WORDS: Mapping[str, tuple[str, str]] = {
    "allocations_above_cost": ("allocations au-delà du coût", "allocations above the cost"),
    "audit": ("journal d'audit", "audit log"),
    "enumerations": ("énumérations", "enumerations"),
    "figures": ("chiffres", "figures"),
    "imports": ("fichiers chargés", "files that are loaded"),
    "mechanisms": ("mécanismes", "mechanisms"),
    "worklists": ("listes de travail", "worklists"),
    "calendar-feeds": ("flux de calendrier", "calendar feeds"),
}


def resource_words(resource: str) -> Texts:
    """What the rows of a permission's resource are called.

    Raises:
        KeyError: nothing says it (a mistake of ours: a test asks for every permission).
    """
    if resource in _OWN_WORDS:
        fr, en = _OWN_WORDS[resource]
        return {"fr": fr, "en": en}
    by_path = {noun.path: model.__tablename__ for model, noun in nouns().items()}
    table = _OWN_TABLE.get(resource) or by_path.get(resource) or resource
    return rows(table)


def permission_words(permission: str) -> Texts:
    """What a permission allows: `projects:approve` is "approuver : projets" and "approve: projects"."""
    resource, _, action = permission.partition(":")
    done, what = Action(action).words, resource_words(resource)
    return {"fr": f"{done['fr']} : {what['fr']}", "en": f"{done['en']}: {what['en']}"}


def holders(permission: str) -> Mapping[Role, frozenset[Scope]]:
    """The roles of persons that have it, with the rows on which each does; in the order of the roles."""
    return {
        role: scopes
        for role in Role
        if role is not Role.SERVICE
        and (scopes := frozenset(one.scope for one in GRANTS if one.role is role and one.permission == permission))
    }


def who_may(permission: str) -> Texts:
    """Whom to ask for it: "cela revient à : approbateur, administrateur"."""
    roles = holders(permission)
    return {language: ", ".join(role.words[language] for role in roles) for language in ("fr", "en")}
