"""What the desk's own process is told: by the same variables as the API where they say the same."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.desk.sealing import Seal


class DeskSettings(BaseSettings):
    """The settings of `djoliba desk`; each field is the variable `DJOLIBA_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="DJOLIBA_", env_file=None, extra="ignore", frozen=True)

    environment: Literal["production", "development", "test"] = "development"
    public_url: str
    """Where officers reach the desk and the API: https://djoliba.example.org, of which the desk is `/desk`."""
    log_level: str = "INFO"
    connections: int = Field(512, ge=1)
    """Connections that the process keeps open."""
    head_seconds: float = 10.0
    """How long the head of a request may take."""

    issuer: str
    """The identity provider, exactly as its discovery document and its tokens name it."""
    identity_authorities: Path | None = None
    """PEM file of the certificate authorities of a provider inside the organisation, beside the public ones."""

    desk_api_url: str
    """The origin of the API as the desk reaches it; it may be the public one."""
    desk_client_id: str
    """How the provider knows the desk."""
    desk_client_secret_file: Path | None = None
    """File of the client's secret; without it the client is a public one."""
    desk_keys_file: Path
    """File of the keys that seal the cookies, one a line: the first one writes, all read (`djoliba desk key`)."""
    desk_scopes: str = "openid profile"
    """Scopes that are asked for; with `offline_access` where a provider gives refresh tokens for that only."""
    desk_resource: str | None = None
    """The API's identifier, for providers that want to be asked for it (RFC 8707)."""

    @property
    def seal(self) -> Seal:
        """What closes and opens the cookies."""
        return Seal([line.strip() for line in self.desk_keys_file.read_text().splitlines() if line.strip()])

    @property
    def client_secret(self) -> str | None:
        """The client's secret."""
        return None if self.desk_client_secret_file is None else self.desk_client_secret_file.read_text().strip()

    @model_validator(mode="after")
    def _insist(self) -> Self:
        for name in ("public_url", "issuer"):
            if self.environment == "production" and not getattr(self, name).startswith("https://"):
                raise ValueError(f"In production, DJOLIBA_{name.upper()} is an https address.")
        if "openid" not in self.desk_scopes.split():
            raise ValueError("DJOLIBA_DESK_SCOPES contains openid.")
        try:
            _ = self.seal, self.client_secret
        except (OSError, ValueError) as error:
            raise ValueError(
                "DJOLIBA_DESK_KEYS_FILE is a file of keys, one a line, that this process may read, and "
                "DJOLIBA_DESK_CLIENT_SECRET_FILE one with the client's secret. Keys are made by "
                f"`djoliba desk key`. ({type(error).__name__})"
            ) from error
        return self
