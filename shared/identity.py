"""What an issuer of tokens and their verifier agree on: roles, names, where the development keys lie.

Imports next to nothing, so that a console command need not load what a server needs.
"""

from shared.worded import Worded

ISSUER = "https://djoliba.local/dev"
"""Who signs where no identity provider is configured: the development issuer."""
AUDIENCE = "djoliba"
"""Whom a token is for."""
KEYS_FILE = "jwks.json"
"""Where the development issuer publishes its keys in its folder."""


class Role(Worded, key="user_role", fr="Rôle d'un utilisateur", en="Role of a user"):
    """What a person or program does here; what each may do stands in `shared.permissions`."""

    VIEWER = "viewer", "lecteur", "viewer"
    SPONSOR_EDITOR = "sponsor_editor", "rédacteur de section", "sponsor editor"
    PROGRAMME_OFFICER = "programme_officer", "chargé de programme", "programme officer"
    FUND_MANAGER = "fund_manager", "gestionnaire de fonds", "fund manager"
    REPORTING_OFFICER = "reporting_officer", "chargé des rapports", "reporting officer"
    APPROVER = "approver", "approbateur", "approver"
    ADMIN = "admin", "administrateur", "administrator"
    SERVICE = "service", "programme", "program"


class MisconfiguredIdentity(RuntimeError):
    """The settings name no acceptable source of keys; the process must not start."""
