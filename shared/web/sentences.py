"""Pydantic's refusals as sentences in French and English; a type that is not listed keeps pydantic's English one."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shared import sentences
from shared.errors import Texts

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "missing": ("Ce champ est obligatoire.", "This field is required."),
    "extra_forbidden": (
        "Ce champ n'existe pas ici ; retirez-le ou corrigez son nom.",
        "There is no such field here; remove it or correct its name.",
    ),
    "json_invalid": (
        "Le corps n'est pas du JSON : il ne se lit plus à partir du caractère {position}.",
        "The body is not JSON: {error}.",
    ),
    "string_type": ("Un texte est attendu.", "A text is expected."),
    "string_unicode": (
        "Le texte contient un caractère qui n'est pas de l'Unicode valable.",
        "The text holds a character that is not valid Unicode.",
    ),
    "string_too_short": (
        "Le texte doit compter au moins {min_length} {min_length:caractère|caractères}.",
        "The text needs at least {min_length} {min_length:character|characters}.",
    ),
    "string_too_long": (
        "Le texte ne doit pas dépasser {max_length} {max_length:caractère|caractères}.",
        "The text may have at most {max_length} {max_length:character|characters}.",
    ),
    "string_pattern_mismatch": (
        "Le texte n'a pas la forme attendue : {pattern}",
        "The text does not have the expected form: {pattern}",
    ),
    "decimal_max_places": (
        "Au plus {decimal_places} {decimal_places:décimale est admise|décimales sont admises}.",
        "At most {decimal_places} decimal {decimal_places:place is|places are} allowed.",
    ),
    "tuple_type": ("Une liste est attendue.", "A list is expected."),
    "url_type": ("Une adresse URL est attendue.", "A URL is expected."),
    "int_type": ("Un nombre entier est attendu.", "A whole number is expected."),
    "int_parsing": ("Un nombre entier est attendu.", "A whole number is expected."),
    "int_from_float": ("Un nombre entier est attendu.", "A whole number is expected."),
    "int_parsing_size": ("Ce nombre est trop grand.", "This number is too large."),
    "bool_type": ("true ou false est attendu.", "true or false is expected."),
    "bool_parsing": ("true ou false est attendu.", "true or false is expected."),
    "date_type": ("Une date AAAA-MM-JJ est attendue.", "A date YYYY-MM-DD is expected."),
    "date_parsing": ("Une date réelle AAAA-MM-JJ est attendue.", "A real date YYYY-MM-DD is expected ({error})."),
    "date_from_datetime_parsing": (
        "Une date réelle AAAA-MM-JJ est attendue.",
        "A real date YYYY-MM-DD is expected ({error}).",
    ),
    "date_from_datetime_inexact": ("Une date sans heure est attendue.", "A date without a time is expected."),
    "date_past": ("La date doit être passée.", "The date must be in the past."),
    "datetime_type": (
        "Un instant avec fuseau est attendu, comme 2022-03-31T12:00:00Z.",
        "An instant with its zone is expected, such as 2022-03-31T12:00:00Z.",
    ),
    "datetime_parsing": (
        "Un instant réel avec fuseau est attendu, comme 2022-03-31T12:00:00Z.",
        "A real instant with its zone is expected ({error}).",
    ),
    "datetime_from_date_parsing": (
        "Un instant réel avec fuseau est attendu, comme 2022-03-31T12:00:00Z.",
        "A real instant with its zone is expected ({error}).",
    ),
    "timezone_aware": (
        "L'instant doit porter son fuseau, comme 2022-03-31T12:00:00Z.",
        "The instant must carry its zone, such as 2022-03-31T12:00:00Z.",
    ),
    "uuid_parsing": ("Un identifiant UUID est attendu.", "A UUID is expected."),
    "uuid_type": ("Un identifiant UUID est attendu.", "A UUID is expected."),
    "enum": ("Les valeurs admises sont {expected}.", "The values allowed are {expected}."),
    "literal_error": ("Les valeurs admises sont {expected}.", "The values allowed are {expected}."),
    "greater_than": ("La valeur doit être supérieure à {gt}.", "The value must be greater than {gt}."),
    "greater_than_equal": ("La valeur doit être au moins {ge}.", "The value must be at least {ge}."),
    "less_than": ("La valeur doit être inférieure à {lt}.", "The value must be less than {lt}."),
    "less_than_equal": ("La valeur doit être au plus {le}.", "The value may be at most {le}."),
    "too_short": (
        "La liste doit compter au moins {min_length} {min_length:élément|éléments}.",
        "The list needs at least {min_length} {min_length:item|items}.",
    ),
    "too_long": (
        "La liste ne doit pas dépasser {max_length} {max_length:élément|éléments}.",
        "The list may have at most {max_length} {max_length:item|items}.",
    ),
    "list_type": ("Une liste est attendue.", "A list is expected."),
    "dict_type": ("Un objet est attendu.", "An object is expected."),
    "model_type": ("Un objet est attendu.", "An object is expected."),
    "model_attributes_type": ("Un objet est attendu.", "An object is expected."),
    "union_tag_invalid": ("Les valeurs admises sont {expected_tags}.", "The values allowed are {expected_tags}."),
    "union_tag_not_found": (
        "Le champ {discriminator} manque : c'est lui qui dit de quel genre d'objet il s'agit.",
        "The field {discriminator} is missing: it says which kind of object this is.",
    ),
    "bytes_type": ("Un texte est attendu.", "A text is expected."),
    "set_type": ("Une liste est attendue.", "A list is expected."),
    "frozen_set_type": ("Une liste est attendue.", "A list is expected."),
    "decimal_type": (
        "Un nombre décimal est attendu, entre guillemets, comme « 25112500.50 ».",
        "A decimal number in quotes is expected, such as '25112500.50'.",
    ),
    "decimal_parsing": (
        "Un nombre décimal est attendu, entre guillemets, comme « 25112500.50 ».",
        "A decimal number in quotes is expected, such as '25112500.50'.",
    ),
    "decimal_max_digits": (
        "Au plus {max_digits} {max_digits:chiffre est admis|chiffres sont admis}.",
        "At most {max_digits} {max_digits:digit is|digits are} allowed.",
    ),
    "decimal_whole_digits": (
        "Au plus {whole_digits} {whole_digits:chiffre est admis|chiffres sont admis} avant la virgule.",
        "At most {whole_digits} {whole_digits:digit is|digits are} allowed before the point.",
    ),
    "finite_number": ("Un nombre fini est attendu.", "A finite number is expected."),
    "date_future": ("La date doit être à venir.", "The date must be in the future."),
    "url_too_long": (
        "L'adresse ne doit pas dépasser {max_length} {max_length:caractère|caractères}.",
        "The URL may have at most {max_length} {max_length:character|characters}.",
    ),
    "url_syntax_violation": ("Une adresse URL est attendue.", "A URL is expected."),
    "url_parsing": ("Une adresse URL est attendue.", "A URL is expected."),
    "url_scheme": ("L'adresse doit commencer par {expected_schemes}.", "The URL must start with {expected_schemes}."),
}

_SLUG = (
    "Une clé en minuscules sans accents, chiffres et tirets est attendue, comme « mali-espoir ».",
    "A key of small letters without accents, digits and hyphens is expected, such as 'mali-espoir'.",
)
FORMS: Mapping[str, tuple[str, str]] = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": _SLUG,
    r"^[a-z0-9][a-z0-9-]{0,63}$": _SLUG,
    r"^[a-z0-9]+([_-][a-z0-9]+)*$": (
        "Un nom de nomenclature en minuscules est attendu, comme « ocha_pcode ».",
        "The name of a scheme in small letters is expected, such as 'ocha_pcode'.",
    ),
    r"^[a-z0-9]+([._-][a-z0-9]+)*$": (
        "Une clé en minuscules, chiffres, points et tirets est attendue, comme « mandate.text ».",
        "A key of small letters, digits, dots and hyphens is expected, such as 'mandate.text'.",
    ),
    r"^[A-Z0-9]+(-[A-Z0-9]+)+$": (
        "Une référence est attendue, comme « QIP-2022-MNK-014 ».",
        "A reference is expected, such as 'QIP-2022-MNK-014'.",
    ),
    r"^[A-Z]{3}$": (
        "Le code ISO 4217 d'une monnaie est attendu, comme « XOF ».",
        "The ISO 4217 code of a currency is expected, such as 'XOF'.",
    ),
    r"^[A-Z][A-Z0-9]{1,9}$": (
        "Le code d'un mécanisme est attendu, comme « QIP ».",
        "The code of a mechanism is expected, such as 'QIP'.",
    ),
    r"^https?://.+$": (
        "Une adresse qui commence par https:// ou http:// est attendue.",
        "An address that starts with https:// or http:// is expected.",
    ),
}
"""What a text must look like, by the pattern that it did not match."""


def sentence(error: Mapping[str, Any]) -> Texts:
    """What is wrong and what is expected, from one of pydantic's errors."""
    context = error.get("ctx") or {}
    if isinstance(context.get("fr"), str) and isinstance(context.get("en"), str):
        return {"fr": context["fr"], "en": context["en"]}
    english = str(error.get("msg", "Invalid value"))
    kind = str(error.get("type", ""))
    if kind in {"value_error", "assertion_error"}:
        said = str(context.get("error", english))
        return {"fr": said, "en": said}
    french, ours = FORMS.get(str(context.get("pattern")), _SENTENCES.get(kind, ("Valeur refusée : {msg}.", "{msg}.")))
    place = error.get("loc") or ("?",)
    values = {"position": str(place[-1])} | {name: _plain(value) for name, value in context.items()} | {"msg": english}
    return {
        language: template.format_map(
            _Missing({name: sentences.agreeing(value, language) for name, value in values.items()})
        )
        for language, template, values in (("fr", french, _in_french(values)), ("en", ours, values))
    }


def _in_french(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with pydantic's enumerations (`'a', 'b' or 'c'`) as French writes them."""
    return {
        name: _QUOTED.sub(r"« \1 »", value).replace(" or ", " ou ") if name in _ENUMERATED else value
        for name, value in values.items()
    }


_ENUMERATED = {"expected", "expected_tags", "expected_schemes", "discriminator"}
_QUOTED = re.compile(r"'([^']*)'")


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | Decimal) else str(value).rstrip(".")


class _Missing(dict[str, Any]):
    def __missing__(self, _: str) -> str:
        return "?"
