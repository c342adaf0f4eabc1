"""A token that prints nothing, and why, in both languages."""

from services.reporting_worker.prose.tokens import Token
from shared.errors import Texts

NO_SUCH_KIND: Texts = {"fr": "il n’y a pas de jeton de ce genre", "en": "no such kind of token"}
NOTHING_KNOWN: Texts = {"fr": "rien de connu sous ce nom", "en": "nothing is known by that name"}
LONE_BRACE: Texts = {
    "fr": "une accolade sans l’autre, ou un jeton mal écrit",
    "en": "a brace without its other, or a token badly written",
}
NO_SUCH_LINK: Texts = {"fr": "l’activité n’a pas ce lien", "en": "the activity has no such link"}
NO_VALUE: Texts = {"fr": "le chiffre n’a pas de valeur", "en": "the figure has no value"}
NO_SUM: Texts = {
    "fr": "ses parties n’ont pas de montants dans une même monnaie",
    "en": "its parts have no amounts in one currency",
}
NO_CONVERSION: Texts = {"fr": "cette conversion n’existe pas", "en": "no such conversion"}
NO_QUANTITY: Texts = {"fr": "la réalisation n’a pas de quantité", "en": "the output has no quantity"}
NO_ATTENDANCE: Texts = {"fr": "l’activité n’a pas de nombre de présents", "en": "the activity has no attendance"}
UNTRANSLATED: Texts = {"fr": "le texte manque dans cette langue", "en": "the text is missing in this language"}
NO_NOUN: Texts = {
    "fr": "un nombre et son nom s’écrivent {count:REF|singulier|pluriel}, sans chiffre",
    "en": "a number and its noun are written {count:REF|singular|plural}, without digits",
}
PROTECTED: Texts = {
    "fr": "n’est pas public\u202f; l’imprimer le révélerait",
    "en": "is not public; printing it would tell it to everybody",
}
NO_SUCH_NAME: Texts = {
    "fr": "aucun fait public ne porte ce nom, et la liste « names » de l’édition ne l’a pas",
    "en": "no public fact bears this name, and the edition's list 'names' does not hold it",
}
NO_FIRST_YEAR: Texts = {"fr": "le mécanisme n’a pas de première année", "en": "the mechanism has no first year"}


class UnresolvedToken(LookupError):
    """A token that names nothing known at the edition's date; `said` tells it in both languages."""

    def __init__(self, token: Token, why: Texts) -> None:
        self.token = token
        self.why = why
        self.is_unknown = why in (NOTHING_KNOWN, NO_SUCH_LINK)
        self.said: dict[str, str] = {"fr": f"{token}\u00a0: {why['fr']}", "en": f"{token}: {why['en']}"}
        super().__init__(self.said["en"])
