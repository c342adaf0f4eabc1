"""The words of funds, editions, deliveries and roles."""

from collections.abc import Mapping

from services.reporting_worker.enumerations.enumeration import Enumeration
from shared.domain.delivery import DeliveryState
from shared.domain.ledger import AccountKind
from shared.domain.publication import EditionState
from shared.domain.recompute import Verdict
from shared.identity import Role as Function
from shared.models.contribution import EarmarkKind
from shared.models.edition import ControlOutcome, ItemKind
from shared.models.journal import EntryKind
from shared.models.mechanism import JobState
from shared.models.proposal import ProposalKind, ProposalState
from shared.models.rate import RateSource

FUNDS: Mapping[str, Enumeration] = {
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
    "proposal_kind": Enumeration(
        ProposalKind,
        ("Objet de la proposition", "What is proposed"),
        {
            "allocation": ("allocation", "allocation"),
            "correction": ("correction d'un encaissement", "correction of a receipt"),
            "reversal": ("contre-passation", "reversal"),
            "rate": ("taux saisi ou corrigé", "rate by hand or corrected"),
        },
    ),
    "proposal_state": Enumeration(
        ProposalState,
        ("État de la proposition", "State of the proposal"),
        {
            "proposed": ("proposée", "proposed"),
            "released": ("libérée", "released"),
            "withdrawn": ("retirée par son auteur", "withdrawn by its author"),
            "sent_back": ("renvoyée", "sent back"),
        },
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

REPORTING: Mapping[str, Enumeration] = {
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
