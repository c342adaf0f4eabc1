"""The words of projects, activities, organisations and places."""

from collections.abc import Mapping

from services.reporting_worker.enumerations.enumeration import Enumeration
from shared.domain.lifecycle import STATE_WORDS, Guard, State
from shared.models.activity import ActivityKind
from shared.models.base import Precision, Protection, Qualifier
from shared.models.organisation import OrganisationKind, RoleKind
from shared.models.place import PlaceKind
from shared.models.project import AmountKind, BeneficiaryUnit, ConversionBasis
from shared.models.reference import PolicyKind

PORTFOLIO: Mapping[str, Enumeration] = {
    "project_state": Enumeration(
        State,
        ("État du projet", "Project state"),
        {state.value: words for state, words in STATE_WORDS.items()},
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
                "approuvé par une personne qui n'y a rien écrit",
                "approved by somebody who wrote nothing in it",
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
