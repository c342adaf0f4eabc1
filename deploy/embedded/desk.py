"""The desk of a machine for trying: at the same origin, where one chooses who to be. Production has none of it."""

import httpx
from starlette.types import ASGIApp

from deploy.desk.main import create_desk
from deploy.desk.trial import Person, TrialReception
from shared.identity import Role
from shared.issuer import DevelopmentIssuer
from shared.settings import Settings

PEOPLE = (
    ("moussa", "Moussa Traoré", Role.PROGRAMME_OFFICER, ("Chargé de programme", "Programme officer")),
    ("awa", "Awa Keïta", Role.APPROVER, ("Approuve les projets et les bulletins", "Approves projects and bulletins")),
    ("fatou", "Fatou Diarra", Role.FUND_MANAGER, ("Chargée des fonds", "Fund officer")),
    ("ibrahim", "Ibrahim Cissé", Role.FUND_MANAGER, ("Chargé des fonds, seconde main", "Fund officer, second hand")),
    ("sira", "Sira Coulibaly", Role.REPORTING_OFFICER, ("Chargée des rapports", "Reporting officer")),
    ("fanta", "Fanta Sangaré", Role.VIEWER, ("Lit", "Reads")),
    ("oumar", "Oumar Maïga", Role.ADMIN, ("Administre", "Administers")),
)
"""Made-up people, one for each part that somebody plays."""


def desk_of(settings: Settings, api: ASGIApp) -> ASGIApp | None:
    """The desk over the API of this process; None in production, where nobody chooses who to be."""
    if settings.environment == "production" or settings.development_keys is None:
        return None
    issuer = DevelopmentIssuer.from_settings(settings)
    roles = {key: (role, name) for key, name, role, _ in PEOPLE}

    def client() -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url=settings.public_url, timeout=60)

    def token(person: str) -> str:
        role, name = roles[person]
        return issuer.token(role, person, name=name)

    people = [Person(key, name, {"fr": fr, "en": en}) for key, name, _, (fr, en) in PEOPLE]
    return create_desk(TrialReception(client, people, token, is_secure=settings.public_url.startswith("https://")))
