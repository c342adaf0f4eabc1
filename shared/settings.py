"""Settings of every process: read once from the environment, passed in explicitly, never global."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal, Protocol, Self

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.identity import AUDIENCE, ISSUER

Service = Literal["projects", "funds", "reporting"]
"""The three services, by the name that their database role, queue and pool bear."""

Environment = Literal["production", "development", "test"]


class ProcessSettings(Protocol):
    """What every process that serves is told: how it logs, and how many connections it keeps."""

    @property
    def environment(self) -> Environment:
        """Where it runs."""

    @property
    def log_level(self) -> str:
        """The least that is logged."""

    @property
    def connections(self) -> int:
        """How many connections it keeps open."""

    @property
    def head_seconds(self) -> float:
        """How long the head of a request may take."""


class Settings(BaseSettings):
    """What a process needs to know; each field is the variable `DJOLIBA_<FIELD>` (the two servers also bare)."""

    model_config = SettingsConfigDict(env_prefix="DJOLIBA_", env_file=None, extra="ignore", frozen=True)

    environment: Environment = "development"
    database_url: SecretStr = Field(validation_alias=AliasChoices("DJOLIBA_DATABASE_URL", "DATABASE_URL"))
    """postgresql://... ; a socket directory may stand in `?host=`. Postgres 18 is the minimum. Without a user, each
    service and the public reader log in as themselves (`djoliba_projects` ...); with one, they take their role."""
    redis_url: SecretStr = Field(validation_alias=AliasChoices("DJOLIBA_REDIS_URL", "REDIS_URL"))
    """redis://... or unix://... ; only wake-ups pass through it, it may be flushed at any time."""
    object_store: Path = Path("objects")
    """Folder of the content-addressed artefacts."""
    secrets_folder: Path | None = None
    """Folder of the partners' passwords, one file each; without it they are the variables `DJOLIBA_SECRET_<NAME>`."""
    allow_loopback_platforms: bool = False
    """Whether a partner platform may be this machine itself, over any port: the demo's sandbox; refused in production."""
    public_url: str = "http://127.0.0.1:8000"
    """Where readers reach the origin; printed into pages, documents and Location headers."""
    cors_origins: tuple[str, ...] = ()
    """Browser origins that may call the API, as a JSON list; none by default."""
    pool_size: int = 4
    """Connections a service's pool holds; more than twice the cores slows it (PERFORMANCE 1)."""
    pool_wait_seconds: float = 10.0
    """How long a request waits for a connection before it is answered 503: as long as the longest transaction."""
    log_level: str = "INFO"
    connections: int = Field(512, ge=1)
    """Connections that a process keeps open: with its files and those to Postgres they stay below 1,024 descriptors,
    which is all that many systems give a process."""
    head_seconds: float = 10.0
    """How long the address and headers of a request may take to arrive, and an idle connection to say anything."""
    body_seconds: float = 20.0
    """How long a body may take, with a second more for each 500 bytes: enough for a satellite link."""

    issuer: str = ISSUER
    audience: str = AUDIENCE
    jwks_url: str | None = None
    """Where the organisation's provider publishes its keys; without it the development issuer's file is read."""
    identity_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks inside the organisation where the provider may be, as a JSON list (`["10.20.0.0/16"]`): there also over
    plain http and any port. Elsewhere it is reached over https on the public internet only."""
    identity_authorities: Path | None = None
    """PEM file of the certificate authorities of a provider inside the organisation, beside the public ones."""
    development_keys: Path | None = None
    """Folder of the development issuer's key pair; refused when environment is production."""

    lease_seconds: float = 20.0
    renew_seconds: float = 5.0
    sweep_seconds: float = 2.0
    quarantine_seconds: float = 25.0
    """How long after its intent a delivery of unknown outcome waits before the platform is probed: the deadline to
    send plus the platform's longest processing time, and with the sweep less than the 30 s of a recovery."""
    send_deadline_seconds: float = 15.0
    backoff_seconds: float = 5.0
    """First delay of the retry schedule of deliveries."""
    cutoff_wait_seconds: float = 15.0
    renderer_idle_seconds: float = 300.0
    renderer_memory_mb: int = 250

    @model_validator(mode="after")
    def _insist_on_production(self) -> Self:
        if self.environment == "production" and self.allow_loopback_platforms:
            raise ValueError("DJOLIBA_ALLOW_LOOPBACK_PLATFORMS is for development; unset it in production.")
        return self


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process, from its environment; a missing one is named by pydantic's error."""
    return Settings()
