"""What the environment says about this installation: the only place of the service that reads it."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import platformdirs
from pydantic import ByteSize, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.store.suppression_key import secret_of


class SettingsError(Exception):
    """The environment asks for something that cannot be; the message is one line with the remedy."""


class Settings(BaseSettings):
    """Where the database, the port and the data folder are; every field has its environment variable."""

    model_config = SettingsConfigDict(
        env_prefix="GOLDTHREAD_", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    home: Path = Field(default_factory=lambda: platformdirs.user_data_path("goldthread"))
    api_key: SecretStr | None = None
    entity_types: Path | None = None
    prefix: str = Field(default="", pattern=r"^(/[\w.~-]+)*$")
    largest_event: ByteSize = Field(default=ByteSize(16 << 20), ge=1 << 16)
    suppression_key: SecretStr | None = Field(default=None, min_length=16)
    keep_events: str | None = None
    infer_columns: bool = True
    kafka_bootstrap_servers: str | None = Field(default=None, validation_alias="KAFKA_BOOTSTRAP_SERVERS")
    airflow_url: str | None = None
    index_assets: bool = True
    lineage_edges_in_memory: int = Field(default=3_000_000, ge=0)
    trusted_documents: Path | None = None
    only_trusted_documents: bool = False

    @classmethod
    def of_environment(cls) -> Settings:
        """Return the settings of this process; raises SettingsError with one line for the user."""
        try:
            return cls()
        except ValidationError as error:
            raise SettingsError(_in_one_line(error)) from error

    @field_validator("home", "entity_types", "trusted_documents")
    @classmethod
    def _in_full(cls, folder: Path | None) -> Path | None:
        return folder.expanduser().absolute() if folder is not None else None

    @model_validator(mode="after")
    def _only_loopback_without_a_key(self) -> Settings:
        if self.api_key is None and not is_loopback(self.host):
            raise ValueError(
                f"GOLDTHREAD_HOST={self.host} opens the catalog to other machines: "
                "set GOLDTHREAD_API_KEY to a secret of your choice, or leave the host at 127.0.0.1"
            )
        return self

    @property
    def suppression_secret(self) -> bytes | None:
        """The secret that keeps erased people out; None where none was made yet."""
        return secret_of(self.home, self.suppression_key.get_secret_value() if self.suppression_key else None)

    @property
    def url(self) -> str:
        """Where this machine reaches the service."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - translated, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_one_line(error: ValidationError) -> str:
    told: list[str] = []
    for problem in error.errors():
        reason = problem["msg"].removeprefix("Value error, ")
        name = "_".join(str(part) for part in problem["loc"]).upper()
        known = name if name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS") else f"GOLDTHREAD_{name}"
        told.append(f"{known}: {reason}" if name else reason)
    return "; ".join(told)
