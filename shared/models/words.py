"""What people call the rows of each table that may refer to others, in sentences that count them."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.errors import Texts
from shared.models.noun import named
from shared.sentences import sentence

ROWS: Mapping[str, tuple[str, str]] = MappingProxyType({
    **{model.__tablename__: (noun.fr, noun.en) for model, noun in named().items()},
    "account": ("compte|comptes", "account|accounts"),
    "activity": ("activité|activités", "activity|activities"),
    "activity_project": ("lien d'activité|liens d'activités", "link of an activity|links of activities"),
    "agreement": ("accord ou avenant|accords ou avenants", "agreement or amendment|agreements or amendments"),
    "allocation": ("allocation|allocations", "allocation|allocations"),
    "amount": ("montant|montants", "amount|amounts"),
    "announcement": ("annonce|annonces", "announcement|announcements"),
    "announcement_project": ("lien d'annonce|liens d'annonces", "link of an announcement|links of announcements"),
    "attempt": ("tentative d'envoi|tentatives d'envoi", "attempt to deliver|attempts to deliver"),
    "beneficiary_count": (
        "décompte de bénéficiaires|décomptes de bénéficiaires",
        "count of beneficiaries|counts of beneficiaries",
    ),
    "bucket": ("groupe d'états|groupes d'états", "group of states|groups of states"),
    "calendar_feed": ("flux de calendrier|flux de calendriers", "calendar feed|calendar feeds"),
    "contribution": ("contribution|contributions", "contribution|contributions"),
    "delivery": ("envoi|envois", "delivery|deliveries"),
    "edition": ("édition|éditions", "edition|editions"),
    "edition_artefact": ("fichier d'édition|fichiers d'éditions", "file of an edition|files of editions"),
    "edition_control": ("contrôle d'édition|contrôles d'éditions", "control of an edition|controls of editions"),
    "edition_item": ("élément d'édition|éléments d'éditions", "item of an edition|items of editions"),
    "exchange_rate": ("taux de change|taux de change", "exchange rate|exchange rates"),
    "journal_entry": ("écriture|écritures", "entry of the journal|entries of the journal"),
    "link": ("lien|liens", "link|links"),
    "organisation_alias": ("autre nom d'organisation|autres noms d'organisations", "alias|aliases"),
    "organisation_name": ("nom d'organisation|noms d'organisations", "name of an organisation|names of organisations"),
    "output": ("produit|produits", "output|outputs"),
    "place_alias": ("autre nom de lieu|autres noms de lieux", "alias|aliases"),
    "place_assignment": ("rattachement à des lieux|rattachements à des lieux", "statement of places|statements of places"),
    "place_code": ("code de lieu|codes de lieux", "code of a place|codes of places"),
    "place_share": ("part de lieu|parts de lieux", "share of a place|shares of places"),
    "platform": ("plateforme|plateformes", "platform|platforms"),
    "policy": ("règle|règles", "policy|policies"),
    "posting": ("ligne d'écriture|lignes d'écritures", "posting|postings"),
    "project": ("projet|projets", "project|projects"),
    "proposal": ("proposition|propositions", "proposal|proposals"),
    "quoted_figure": ("chiffre cité|chiffres cités", "quoted figure|quoted figures"),
    "receipt": ("accusé de réception|accusés de réception", "receipt|receipts"),
    "reporting_area_place": ("lieu de zone de rapport|lieux de zones de rapport", "place of an area|places of areas"),
    "role": ("rôle|rôles", "role|roles"),
    "sector_assignment": (
        "rattachement à des secteurs|rattachements à des secteurs",
        "statement of sectors|statements of sectors",
    ),
    "sector_share": ("part de secteur|parts de secteurs", "share of a sector|shares of sectors"),
    "standing_text": ("texte permanent|textes permanents", "standing text|standing texts"),
    "transition": ("changement d'état|changements d'état", "change of state|changes of state"),
})  # fmt: skip
"""By table, or by what is called otherwise than its table, in French and English: one row and several."""


FEMININE = frozenset(
    {
        "activity",
        "allocation",
        "announcement",
        "contribution",
        "delivery",
        "edition",
        "organisation",
        "person",
        "platform",
        "policy",
        "proposal",
        "reporting_area",
    }
)
"""The tables whose rows have a feminine name in French."""


def a_row(table: str) -> Texts:
    """One row of a table, with its article.

    >>> a_row("activity")
    {'fr': 'une activité', 'en': 'an activity'}
    """
    fr, en = (words.partition("|")[0] for words in ROWS[table])
    return {"fr": f"{'une' if table in FEMININE else 'un'} {fr}", "en": f"{'an' if en[0] in 'aeiou' else 'a'} {en}"}


def rows(table: str) -> Texts:
    """Several rows of a table."""
    fr, en = (words.partition("|")[2] for words in ROWS[table])
    return {"fr": fr, "en": en}


def counted(counts: Mapping[str, int]) -> Texts:
    """How many rows of which tables, as each language lists them.

    >>> counted({"project": 2, "edition": 1})["fr"]
    '2 projets, 1 édition'
    """
    said = [sentence(*(f"{{count}} {{count:{words}}}" for words in ROWS[name]), count=count)
            for name, count in counts.items()]  # fmt: skip
    return {language: ", ".join(one[language] for one in said) for language in ("fr", "en")}
