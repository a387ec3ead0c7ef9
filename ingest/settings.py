"""What the environment says about this installation: the only place of ingest that reads it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.errors import InvalidInputError, Problem, UnavailableError
from graph.store.embedded import running_url
from graph.store.suppression_key import secret_of
from ingest.airflow_server.notice import AirflowAccess, running_airflow
from ingest.kafka_cluster import KafkaCluster, KafkaSecurity, Mechanism, Protocol, servers_of
from ingest.kafka_server.notice import running_address
from ingest.messages import Limits

_NAMED_IN_FULL = {
    "DATABASE_URL",
    "KAFKA_BOOTSTRAP_SERVERS",
    "JAVA_HOME",
    "OPENLINEAGE_PARENT_ID",
    "OPENLINEAGE_ROOT_PARENT_ID",
}


class IngestSettings(BaseSettings):
    """Where the database, the lake and the Goldthread server are; every field has its environment variable."""

    model_config = SettingsConfigDict(
        env_prefix="GOLDTHREAD_", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    home: Path = Field(default_factory=lambda: platformdirs.user_data_path("goldthread"))
    lake: str | None = None
    lake_endpoint: str | None = None
    lake_access_key: str | None = None
    lake_secret_key: SecretStr | None = None
    lake_batch_messages: int = Field(default=100, ge=1, le=1_000_000)
    lake_batch_seconds: float = Field(default=5.0, gt=0, le=3600)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    url: str | None = None
    api_key: SecretStr | None = None
    suppression_key: SecretStr | None = Field(default=None, min_length=16)
    poll_seconds: float = Field(default=1.0, gt=0, le=3600)
    lake_file_facts: int = Field(default=50_000, ge=1)
    keep_events: str | None = None
    kafka_bootstrap_servers: str | None = Field(default=None, validation_alias="KAFKA_BOOTSTRAP_SERVERS")
    kafka_namespace: str | None = Field(default=None, pattern="^kafka://[^/\\s]+$")
    kafka_security_protocol: Protocol = "PLAINTEXT"
    kafka_sasl_mechanism: Mechanism | None = None
    kafka_sasl_username: str | None = None
    kafka_sasl_password: SecretStr | None = None
    kafka_sasl_password_file: Path | None = None
    kafka_ssl_ca_file: Path | None = None
    kafka_ssl_certificate_file: Path | None = None
    kafka_ssl_key_file: Path | None = None
    kafka_port: int = Field(default=9092, ge=1, le=65535)
    maven_repository: str | None = None
    java_home: Path | None = Field(default=None, validation_alias="JAVA_HOME")
    cache: Path = Field(default_factory=lambda: platformdirs.user_cache_path("goldthread"))
    airflow_url: str | None = None
    airflow_username: str | None = None
    airflow_password: SecretStr | None = None
    airflow_token: SecretStr | None = None
    airflow_namespace: str = Field(default="airflow", pattern=r"^[^/\s][^\s]*$")
    airflow_port: int | None = Field(default=None, ge=1, le=65535)
    airflow_database_url: str | None = None
    airflow_dags: Path | None = None
    bin: Path | None = None
    warehouse_loads: Literal["worker", "pipelines"] = "worker"
    openlineage_parent_id: str | None = Field(default=None, validation_alias="OPENLINEAGE_PARENT_ID")
    openlineage_root_parent_id: str | None = Field(
        default=None, validation_alias="OPENLINEAGE_ROOT_PARENT_ID"
    )

    @classmethod
    def of_environment(cls) -> IngestSettings:
        """Return the settings of this process; raises InvalidInputError naming the variables that cannot be."""
        try:
            return cls()
        except ValidationError as error:
            raise InvalidInputError(
                *(_problem(found["loc"], found["msg"]) for found in error.errors())
            ) from error

    @property
    def suppression_secret(self) -> bytes | None:
        """The secret that keeps erased people out; None where none was made yet."""
        return secret_of(self.home, self.suppression_key.get_secret_value() if self.suppression_key else None)

    @property
    def lake_url(self) -> str | None:
        """The place of the lake on an S3 server (s3://bucket/prefix); None where it is a folder."""
        return self.lake if self.lake is not None and self.lake.startswith("s3://") else None

    @property
    def lake_folder(self) -> Path:
        """The absolute folder of the lake on this machine; one on an S3 server keeps only what is delivered here."""
        local = None if self.lake is None or self.lake_url is not None else Path(self.lake)
        return (local or self.home / "lake").expanduser().absolute()

    @property
    def lake_limits(self) -> Limits:
        """When a batch of messages becomes a file of the lake."""
        return Limits(messages=self.lake_batch_messages, seconds=self.lake_batch_seconds)

    @property
    def landing_folder(self) -> Path:
        """The absolute folder into which source systems deliver, one folder each."""
        return self.lake_folder / "landing"

    @property
    def server_url(self) -> str:
        """Where the Goldthread server is told of lineage."""
        if self.url is not None:
            return self.url
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - translated, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def key(self) -> str | None:
        """The API key in the clear."""
        return self.api_key.get_secret_value() if self.api_key is not None else None

    @property
    def kafka_address(self) -> str | None:
        """Where Kafka answers: the brokers named, or the one that runs in the data folder; None where there is neither."""
        return self.kafka_bootstrap_servers or running_address(self.home)

    @property
    def airflow(self) -> AirflowAccess | None:
        """How Airflow is reached: the one named, or the one that runs in the data folder; None where there is neither."""
        if self.airflow_url is None:
            return running_airflow(self.home)
        return AirflowAccess(
            url=self.airflow_url.rstrip("/"),
            username=self.airflow_username,
            password=self.airflow_password.get_secret_value() if self.airflow_password else None,
            token=self.airflow_token.get_secret_value() if self.airflow_token else None,
            namespace=self.airflow_namespace,
        )

    def require_airflow(self) -> AirflowAccess:
        """Return how Airflow is reached; raises UnavailableError where none is known."""
        if self.airflow is None:
            raise UnavailableError(
                "no Airflow runs: start `goldthread up --airflow` first, or set GOLDTHREAD_AIRFLOW_URL, "
                "GOLDTHREAD_AIRFLOW_USERNAME and GOLDTHREAD_AIRFLOW_PASSWORD"
            )
        return self.airflow

    @property
    def program(self) -> Path:
        """The absolute path of the program `goldthread` of this environment."""
        return (self.bin or Path(sys.executable).with_name("goldthread")).absolute()

    def require_kafka(self) -> KafkaCluster:
        """Return the Kafka that is named, or the one that runs in the data folder, which needs no security.

        Raises UnavailableError where there is neither, InvalidInputError where a setting of it cannot be.
        """
        if self.kafka_bootstrap_servers is not None:
            servers = servers_of(self.kafka_bootstrap_servers)
            return KafkaCluster(servers, self._kafka_security().client(), self.kafka_namespace)
        if self.kafka_address is None:
            raise UnavailableError(
                "no Kafka runs: start `goldthread up --kafka` first, or set KAFKA_BOOTSTRAP_SERVERS"
            )
        return KafkaCluster(self.kafka_address, namespace=self.kafka_namespace)

    def _kafka_security(self) -> KafkaSecurity:
        password = self.kafka_sasl_password
        return KafkaSecurity(
            self.kafka_security_protocol,
            self.kafka_sasl_mechanism,
            self.kafka_sasl_username,
            None if password is None else password.get_secret_value(),
            self.kafka_sasl_password_file,
            self.kafka_ssl_ca_file,
            self.kafka_ssl_certificate_file,
            self.kafka_ssl_key_file,
        )

    def require_database_url(self) -> str:
        """Return the URL of the database: the one named, or the server that runs in the data folder.

        Raises UnavailableError where there is neither.
        """
        url = self.database_url or running_url(self.home)
        if url is None:
            raise UnavailableError("no database runs: start `goldthread up` first, or set DATABASE_URL")
        return url


def _problem(location: tuple[int | str, ...], message: str) -> Problem:
    name = "_".join(str(part) for part in location).upper()
    return Problem(name if name in _NAMED_IN_FULL else f"GOLDTHREAD_{name}", message)


def child_environment(wishes: Mapping[str, str], needs: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a child process: ours, which goes before what is wished, and after what is needed."""
    return {**wishes, **os.environ, **needs}
