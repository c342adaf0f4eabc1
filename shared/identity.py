"""What an issuer of tokens and their verifier agree on: roles, names, where the development keys lie.

Imports nothing but the standard library, so that a console command need not load what a server needs.
"""

from enum import StrEnum

ISSUER = "https://djoliba.local/dev"
"""Who signs where no identity provider is configured: the development issuer."""
AUDIENCE = "djoliba"
"""Whom a token is for."""
KEYS_FILE = "jwks.json"
"""Where the development issuer publishes its keys in its folder."""


class Role(StrEnum):
    """What a person or program does here; what each may do stands in `shared.permissions`."""

    VIEWER = "viewer"
    SPONSOR_EDITOR = "sponsor_editor"
    PROGRAMME_OFFICER = "programme_officer"
    FUND_MANAGER = "fund_manager"
    REPORTING_OFFICER = "reporting_officer"
    APPROVER = "approver"
    ADMIN = "admin"
    SERVICE = "service"


class MisconfiguredIdentity(RuntimeError):
    """The settings name no acceptable source of keys; the process must not start."""
