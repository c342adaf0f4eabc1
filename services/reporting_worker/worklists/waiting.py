"""Worklists of what waits for a second person, and of what failed and waits for anybody."""

import json

from sqlalchemy import func, or_, select

from services.reporting_worker.worklists.worklist import Act, Worklist
from shared.domain.delivery import DeliveryState
from shared.domain.publication import EditionState
from shared.models import Delivery, Edition, EditionControl, Platform, Proposal
from shared.models.edition import ControlOutcome
from shared.models.kept import told
from shared.models.proposal import ProposalKind, ProposalState
from shared.reading.resource import CALLER
from shared.resources.deliveries import DELIVERIES
from shared.resources.editions import EDITIONS
from shared.resources.proposals import PROPOSALS
from shared.two_persons import OF_EDITIONS, OF_PROPOSALS, has_hand_in

_open_controls = (
    select(EditionControl.edition_id, func.count().label("failed"))
    .where(EditionControl.outcome == ControlOutcome.FAILED, EditionControl.accepted_by.is_(None))
    .group_by(EditionControl.edition_id)
    .subquery("open_controls")
)

WAITING_WORKLISTS = (
    Worklist(
        "proposals.to_release",
        ("Propositions à libérer", "Proposals to release"),
        (
            "Libérez la proposition d'une autre personne, ou renvoyez-la avec un commentaire.",
            "Release the proposal of another person, or send it back with a comment.",
        ),
        ("{kind}, proposé par {author} le {since}.", "{kind}, proposed by {author} on {since}."),
        Act("POST", "/v1/proposals/{proposal}/release", "proposals:release"),
        PROPOSALS,
        select(Proposal.id, Proposal.recorded_at.label("since"), Proposal.kind, Proposal.author).where(
            Proposal.state == ProposalState.PROPOSED
        ),
        unless=or_(Proposal.author == CALLER, has_hand_in(OF_PROPOSALS, Proposal.id, CALLER)),
        reads={"kind": ProposalKind},
    ),
    Worklist(
        "editions.to_check",
        ("Éditions à contrôler", "Editions to check"),
        (
            "Corrigez ce que les contrôles trouvent, ou acceptez-le avec un motif.",
            "Mend what the controls find, or accept it with a reason.",
        ),
        (
            "{failed} {failed:contrôle échoue|contrôles échouent}, sans motif accepté.",
            "{failed} {failed:control fails|controls fail}, without an accepted reason.",
        ),
        Act("POST", "/v1/editions/{edition}/controls", "editions:edit"),
        EDITIONS,
        select(Edition.id, Edition.period_end.label("since"), _open_controls.c.failed)
        .join(_open_controls, _open_controls.c.edition_id == Edition.id)
        .where(or_(Edition.state == EditionState.DRAFT, Edition.state == EditionState.IN_REVIEW)),
    ),
    Worklist(
        "editions.to_approve",
        ("Éditions à approuver", "Editions to approve"),
        ("Relisez l'édition ; approuvez-la ou renvoyez-la.", "Read the edition; approve it or send it back."),
        ("En relecture, écrite par {author}.", "In review, written by {author}."),
        Act("POST", "/v1/editions/{edition}/approval", "editions:approve"),
        EDITIONS,
        select(Edition.id, Edition.period_end.label("since"), Edition.author).where(
            Edition.state == EditionState.IN_REVIEW
        ),
        unless=or_(Edition.author == CALLER, has_hand_in(OF_EDITIONS, Edition.id, CALLER)),
    ),
    Worklist(
        "deliveries.failed",
        ("Livraisons échouées", "Failed deliveries"),
        (
            "Écartez la cause, puis faites reprendre la livraison.",
            "Remove the cause, then have the delivery taken up again.",
        ),
        ("{platform}, {language} : {why}", "{platform}, {language}: {why}"),
        Act("POST", "/v1/deliveries/{delivery}/replays", "deliveries:replay"),
        DELIVERIES,
        select(
            Delivery.id,
            Delivery.state_since.label("since"),
            Platform.slug.label("platform"),
            Delivery.language,
            func.coalesce(told(Delivery.dead_reason), told(Delivery.held_reason)).label("why"),
        )
        .join(Platform, Platform.id == Delivery.platform_id)
        .where(or_(Delivery.state == DeliveryState.DEAD, Delivery.held_reason.is_not(None))),
        reads={"why": json.loads},
    ),
)
"""Worklists of decisions and of failures."""
