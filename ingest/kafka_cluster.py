"""The Kafka that messages come from and go to: its servers, how it is spoken to safely, and what lineage calls it."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from graph.errors import InvalidInputError, Problem

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]

_SERVER = re.compile(r"(?:[^\s:/,\[\]]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})")
_LARGEST_PORT = 65535
_VARIABLE = "GOLDTHREAD_KAFKA_"


@dataclass(frozen=True, slots=True)
class KafkaCluster:
    """Some brokers that are one Kafka: `servers` is host:port,…; `security` is what clients are told besides."""

    servers: str
    security: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    namespace: str | None = None

    @classmethod
    def of(cls, kafka: str | KafkaCluster) -> KafkaCluster:
        """Return a cluster, or the one at some servers that anybody may speak to."""
        return cls(kafka) if isinstance(kafka, str) else kafka

    def client(self) -> dict[str, Any]:
        """Return what every client has to be told."""
        return {"bootstrap_servers": self.servers, **self.security}

    @property
    def lineage_namespace(self) -> str:
        """What OpenLineage calls it: as it is told to be called, else after the first server, as other clients do."""
        return self.namespace or f"kafka://{self.servers.split(',')[0].strip()}"


Kafka = str | KafkaCluster
"""A cluster, or the servers of one that needs no security."""


@dataclass(frozen=True, slots=True)
class KafkaSecurity:
    """How a cluster is spoken to, as settings say it."""

    protocol: Protocol = "PLAINTEXT"
    mechanism: Mechanism | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    password_file: Path | None = None
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    def client(self) -> dict[str, Any]:
        """Return what clients are told; raises InvalidInputError naming each setting that is missing or cannot be."""
        found = [*self._of_sasl(), *self._of_tls()]
        if found:
            raise InvalidInputError(*found)
        told: dict[str, Any] = {"security_protocol": self.protocol}
        if "SASL" in self.protocol:
            told |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password or _secret_in(self.password_file),
            }
        if "SSL" in self.protocol:
            told["ssl_context"] = self._context()
        return told

    def _of_sasl(self) -> list[Problem]:
        given: dict[str, object] = {
            "SASL_MECHANISM": self.mechanism,
            "SASL_USERNAME": self.username,
            "SASL_PASSWORD": self.password,
            "SASL_PASSWORD_FILE": self.password_file,
        }
        if "SASL" not in self.protocol:
            return self._unused(given, "SASL_SSL (or SASL_PLAINTEXT)")
        found: list[Problem] = []
        if self.mechanism is None:
            found.append(_problem("SASL_MECHANISM", "is missing: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512"))
        if not self.username:
            found.append(_problem("SASL_USERNAME", "is missing: who we are to the brokers"))
        if (self.password is None) == (self.password_file is None):
            found.append(_problem("SASL_PASSWORD", "or …_SASL_PASSWORD_FILE: set exactly one of the two"))
        return found

    def _of_tls(self) -> list[Problem]:
        given: dict[str, object] = {
            "SSL_CA_FILE": self.ca_file,
            "SSL_CERTIFICATE_FILE": self.certificate_file,
            "SSL_KEY_FILE": self.key_file,
        }
        if "SSL" not in self.protocol:
            return self._unused(given, "SSL or SASL_SSL")
        if self.key_file is not None and self.certificate_file is None:
            return [_problem("SSL_CERTIFICATE_FILE", "is missing: the certificate that belongs to the key")]
        return []

    def _unused(self, given: Mapping[str, object], users: str) -> list[Problem]:
        reason = f"is set, but {_VARIABLE}SECURITY_PROTOCOL is {self.protocol}: {users} makes use of it"
        return [_problem(name, reason) for name, value in given.items() if value is not None]

    def _context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise _unreadable("SSL_CA_FILE", self.ca_file, "certificates in PEM", error) from error
        if self.certificate_file is not None:
            try:
                # A key with a password would be asked for at the terminal, and there is none.
                context.load_cert_chain(self.certificate_file, self.key_file, password=lambda: "")
            except OSError as error:
                file, what = self.certificate_file, "a certificate and its key, without a password, in PEM"
                raise _unreadable("SSL_CERTIFICATE_FILE", file, what, error) from error
        return context


def servers_of(text: str) -> str:
    """Return bootstrap servers without blanks; raises InvalidInputError where one of them is no host:port."""
    servers = [part.strip() for part in text.split(",") if part.strip()]
    for server in servers or [text]:
        found = _SERVER.fullmatch(server)
        if found is None or not 0 < int(found[1]) <= _LARGEST_PORT:
            reason = f"holds {server[:100]!r}, which is no host:port"
            raise InvalidInputError.at("KAFKA_BOOTSTRAP_SERVERS", reason)
    return ",".join(servers)


def _secret_in(file: Path | None) -> str:
    try:
        secret = file.read_text(encoding="utf-8").strip("\r\n") if file is not None else ""
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable("SASL_PASSWORD_FILE", file, "a password", error) from error
    if not secret:
        raise InvalidInputError.at(f"{_VARIABLE}SASL_PASSWORD_FILE", f"names {file}, which is empty")
    return secret


def _unreadable(name: str, file: Path | None, what: str, error: Exception) -> InvalidInputError:
    reason = getattr(error, "strerror", None) or getattr(error, "reason", None) or type(error).__name__
    return InvalidInputError.at(
        f"{_VARIABLE}{name}", f"names {file}, which cannot be read as {what}: {reason}"
    )


def _problem(name: str, reason: str) -> Problem:
    return Problem(f"{_VARIABLE}{name}", reason)
