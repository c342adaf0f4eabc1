"""The words for every value of every enumeration that the API shows; a test finds the value without one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.auth import Role as Function
from shared.domain.delivery import DeliveryState
from shared.domain.ledger import AccountKind
from shared.domain.lifecycle import Guard, State
from shared.domain.recompute import Verdict
from shared.models.activity import ActivityKind
from shared.models.base import Precision, Protection, Qualifier
from shared.models.contribution import EarmarkKind
from shared.models.edition import ControlOutcome, EditionState, ItemKind
from shared.models.journal import EntryKind
from shared.models.mechanism import JobState
from shared.models.organisation import OrganisationKind, RoleKind
from shared.models.place import PlaceKind
from shared.models.project import AmountKind, BeneficiaryUnit, ConversionBasis
from shared.models.rate import RateSource
from shared.models.reference import PolicyKind

Words = tuple[str, str]
"""French, English."""


@dataclass(frozen=True)
class Enumeration:
    """An enumeration with its title and the label of each value."""

    values: type[StrEnum]
    title: Words
    labels: Mapping[str, Words]


_PORTFOLIO: Mapping[str, Enumeration] = {
    "project_state": Enumeration(
        State,
        ("État du projet", "Project state"),
        {
            "identified": ("identifié", "identified"),
            "submitted": ("soumis", "submitted"),
            "under_review": ("en examen", "under review"),
            "deferred": ("différé", "deferred"),
            "rejected": ("rejeté", "rejected"),
            "approved": ("approuvé", "approved"),
            "agreement_signed": ("accord signé", "agreement signed"),
            "in_progress": ("en cours", "in progress"),
            "suspended": ("suspendu", "suspended"),
            "completed": ("achevé", "completed"),
            "handed_over": ("remis", "handed over"),
            "closed": ("clôturé", "closed"),
            "cancelled": ("annulé", "cancelled"),
        },
    ),
    "transition_guard": Enumeration(
        Guard,
        ("Condition d'un changement d'état", "Condition of a change of state"),
        {
            "has_sponsor": ("a une section porteuse", "has a sponsoring section"),
            "has_place": ("a un lieu", "has a place"),
            "has_amount": ("a un montant", "has an amount"),
            "amount_converted": ("montant convertible en dollars", "amount convertible to dollars"),
            "under_ceiling": ("sous le plafond", "under the ceiling"),
            "approver_is_another": (
                "approuvé par une autre personne que l'auteur",
                "approved by another person than the author",
            ),
            "has_implementer": ("a un partenaire d'exécution", "has an implementing partner"),
        },
    ),
    "amount_kind": Enumeration(
        AmountKind,
        ("Nature du montant", "Kind of amount"),
        {
            "requested": ("demandé", "requested"),
            "estimated": ("estimé", "estimated"),
            "approved": ("approuvé", "approved"),
            "revised": ("révisé", "revised"),
            "final": ("final", "final"),
        },
    ),
    "conversion_basis": Enumeration(
        ConversionBasis,
        ("Base de la conversion", "Basis of the conversion"),
        {
            "identity": ("déjà en dollars", "already in dollars"),
            "rate": ("au taux indiqué", "at the rate given"),
            "printed": ("tel qu'imprimé", "as printed"),
            "unconverted": ("non converti", "not converted"),
        },
    ),
    "beneficiary_unit": Enumeration(
        BeneficiaryUnit,
        ("Unité des bénéficiaires", "Unit of beneficiaries"),
        {
            "persons": ("personnes", "persons"),
            "households": ("ménages", "households"),
            "pupils": ("élèves", "pupils"),
            "women": ("femmes", "women"),
            "associations": ("associations", "associations"),
            "schools": ("écoles", "schools"),
        },
    ),
    "activity_kind": Enumeration(
        ActivityKind,
        ("Nature de l'activité", "Kind of activity"),
        {
            "launch": ("lancement", "launch"),
            "handover": ("remise", "handover"),
            "launch_or_handover": ("lancement ou remise, non précisé", "launch or handover, not said"),
            "approval": ("approbation", "approval"),
            "field_visit": ("visite de terrain", "field visit"),
            "donor_meeting": ("réunion avec les donateurs", "donor meeting"),
            "training": ("formation", "training"),
            "awareness_session": ("séance de sensibilisation", "awareness session"),
            "evaluation": ("évaluation", "evaluation"),
            "ceremony": ("cérémonie", "ceremony"),
            "coordination_meeting": ("réunion de coordination", "coordination meeting"),
            "workshop": ("atelier", "workshop"),
            "observance": ("journée internationale", "observance"),
            "retreat": ("retraite", "retreat"),
            "funding_agreement": ("accord de financement", "funding agreement"),
        },
    ),
    "organisation_kind": Enumeration(
        OrganisationKind,
        ("Nature de l'organisation", "Kind of organisation"),
        {
            "state": ("État", "State"),
            "un_entity": ("entité des Nations Unies", "United Nations entity"),
            "mission_section": ("section de la Mission", "section of the Mission"),
            "government_body": ("organe de l'État", "government body"),
            "ngo": ("organisation non gouvernementale", "non-governmental organisation"),
            "association": ("association", "association"),
            "company": ("entreprise", "company"),
            "forces": ("forces", "forces"),
            "other": ("autre", "other"),
        },
    ),
    "role_kind": Enumeration(
        RoleKind,
        ("Rôle d'un participant", "Role of a participant"),
        {
            "sponsor": ("section porteuse", "sponsoring section"),
            "funder": ("bailleur", "funder"),
            "implementer": ("partenaire d'exécution", "implementing partner"),
            "requester": ("demandeur", "requester"),
            "recipient": ("bénéficiaire institutionnel", "recipient"),
            "organiser": ("organisateur", "organiser"),
            "participant": ("participant", "participant"),
            "trainer": ("formateur", "trainer"),
            "signatory": ("signataire", "signatory"),
            "coordinating_office": ("bureau coordonnateur", "coordinating office"),
        },
    ),
    "place_kind": Enumeration(
        PlaceKind,
        ("Nature du lieu", "Kind of place"),
        {
            "country": ("pays", "country"),
            "region": ("région", "region"),
            "cercle": ("cercle", "cercle"),
            "commune": ("commune", "commune"),
            "locality": ("localité", "locality"),
        },
    ),
    "policy_kind": Enumeration(
        PolicyKind,
        ("Nature de la règle", "Kind of policy"),
        {
            "ceiling": ("plafond", "ceiling"),
            "duration_months": ("durée maximale en mois", "longest duration in months"),
            "first_tranche": ("première tranche", "first tranche"),
            "support_cost": ("coûts d'appui", "support cost"),
        },
    ),
    "precision": Enumeration(
        Precision,
        ("Précision de la date", "Precision of the date"),
        {
            "day": ("au jour", "to the day"),
            "month": ("au mois", "to the month"),
            "period": ("période", "period"),
        },
    ),
    "qualifier": Enumeration(
        Qualifier,
        ("Exactitude de la quantité", "Exactness of the quantity"),
        {
            "exact": ("exactement", "exactly"),
            "about": ("environ", "about"),
            "more_than": ("plus de", "more than"),
            "nearly": ("près de", "nearly"),
            "estimated": ("estimé à", "estimated at"),
        },
    ),
    "protection": Enumeration(
        Protection,
        ("Niveau de protection", "Protection level"),
        {
            "public": ("public", "public"),
            "partners": ("partenaires", "partners"),
            "internal": ("interne", "internal"),
        },
    ),
}

_FUNDS: Mapping[str, Enumeration] = {
    "earmark_kind": Enumeration(
        EarmarkKind,
        ("Affectation de la contribution", "Earmark of the contribution"),
        {
            "none": ("sans affectation", "not earmarked"),
            "soft": ("affectation souple", "softly earmarked"),
            "hard": ("affectation stricte", "strictly earmarked"),
        },
    ),
    "account_kind": Enumeration(
        AccountKind,
        ("Nature du compte", "Kind of account"),
        {
            "receivable": ("à recevoir", "receivable"),
            "available": ("disponible", "available"),
            "allocated": ("alloué", "allocated"),
            "exchange_position": ("position de change", "exchange position"),
            "rounding": ("arrondis", "rounding"),
        },
    ),
    "entry_kind": Enumeration(
        EntryKind,
        ("Nature de l'écriture", "Kind of journal entry"),
        {"receipt": ("réception", "receipt"), "allocation": ("allocation", "allocation")},
    ),
    "rate_source": Enumeration(
        RateSource,
        ("Source du taux", "Source of the rate"),
        {
            "unore": ("taux opérationnels de l'ONU", "UN operational rates"),
            "ecb": ("taux de référence de la BCE", "ECB reference rates"),
            "contract": ("contrat", "contract"),
            "manual": ("saisi, avec motif", "entered, with a reason"),
        },
    ),
}

_REPORTING: Mapping[str, Enumeration] = {
    "edition_state": Enumeration(
        EditionState,
        ("État de l'édition", "Edition state"),
        {
            "draft": ("brouillon", "draft"),
            "in_review": ("en relecture", "in review"),
            "approved": ("approuvée", "approved"),
            "frozen": ("figée", "frozen"),
            "superseded": ("remplacée", "superseded"),
        },
    ),
    "edition_item_kind": Enumeration(
        ItemKind,
        ("Nature de l'élément", "Kind of item"),
        {
            "standing_text": ("texte permanent", "standing text"),
            "text": ("texte", "text"),
            "figure_box": ("encadré de chiffres", "figure box"),
            "map": ("carte", "map"),
            "sector_lists": ("listes de secteurs", "lists of sectors"),
            "chart": ("graphique", "chart"),
            "highlights": ("faits saillants", "highlights"),
            "computed_list": ("liste calculée", "computed list"),
            "activity": ("activité", "activity"),
            "contact": ("contact", "contact"),
            "links": ("liens", "links"),
            "controls": ("contrôles", "controls"),
        },
    ),
    "control_outcome": Enumeration(
        ControlOutcome,
        ("Résultat du contrôle", "Outcome of the control"),
        {"passed": ("réussi", "passed"), "failed": ("échoué", "failed"), "note": ("remarque", "note")},
    ),
    "recomputation_verdict": Enumeration(
        Verdict,
        ("Accord d'une conversion imprimée", "Agreement of a printed conversion"),
        {
            "in_force": ("au taux en vigueur", "at the rate in force"),
            "other_rate": ("à un autre taux voisin", "at another rate nearby"),
            "swapped_digits": ("après permutation de deux chiffres", "once two digits are swapped"),
            "no_match": ("à aucun taux connu", "at no rate held"),
        },
    ),
    "delivery_state": Enumeration(
        DeliveryState,
        ("État de la livraison", "Delivery state"),
        {
            "pending": ("en attente", "pending"),
            "sending": ("en cours d'envoi", "sending"),
            "unknown": ("issue inconnue", "outcome unknown"),
            "delivered": ("livrée", "delivered"),
            "dead": ("abandonnée", "given up"),
            "cancelled": ("annulée", "cancelled"),
        },
    ),
    "job_state": Enumeration(
        JobState,
        ("État de la tâche", "Job state"),
        {
            "pending": ("en attente", "pending"),
            "leased": ("en cours", "in work"),
            "done": ("faite", "done"),
            "dead": ("abandonnée", "given up"),
            "cancelled": ("annulée", "cancelled"),
        },
    ),
    "user_role": Enumeration(
        Function,
        ("Rôle d'un utilisateur", "Role of a user"),
        {
            "viewer": ("lecteur", "viewer"),
            "sponsor_editor": ("rédacteur de section", "sponsor editor"),
            "programme_officer": ("chargé de programme", "programme officer"),
            "fund_manager": ("gestionnaire de fonds", "fund manager"),
            "reporting_officer": ("chargé des rapports", "reporting officer"),
            "approver": ("approbateur", "approver"),
            "admin": ("administrateur", "administrator"),
            "service": ("programme", "program"),
        },
    ),
}

ENUMERATIONS: Mapping[str, Enumeration] = {**_PORTFOLIO, **_FUNDS, **_REPORTING}
"""Every enumeration by its key, portfolio first."""
