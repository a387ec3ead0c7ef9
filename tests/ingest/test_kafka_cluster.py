"""How a Kafka is spoken to: settings that fit together, and a word for each that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import InvalidInputError, UnavailableError
from ingest.settings import IngestSettings

SERVERS = {"KAFKA_BOOTSTRAP_SERVERS": "a:9092, b:9093"}
SASL = {
    "GOLDTHREAD_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "GOLDTHREAD_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
    "GOLDTHREAD_KAFKA_SASL_USERNAME": "alice",
}


def settings(monkeypatch: pytest.MonkeyPatch, home: Path, **environment: str) -> IngestSettings:
    """Return the settings of an environment."""
    for name, value in {**environment, "GOLDTHREAD_HOME": str(home)}.items():
        monkeypatch.setenv(name, value)
    return IngestSettings.of_environment()


def test_several_servers_are_one_cluster_named_after_the_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As OpenLineage's clients name it, unless it is told what it is called."""
    kafka = settings(monkeypatch, tmp_path, **SERVERS).require_kafka()
    assert kafka.client() == {"bootstrap_servers": "a:9092,b:9093", "security_protocol": "PLAINTEXT"}
    assert kafka.lineage_namespace == "kafka://a:9092"
    named = settings(monkeypatch, tmp_path, GOLDTHREAD_KAFKA_NAMESPACE="kafka://k.example.com:9092")
    assert named.require_kafka().lineage_namespace == "kafka://k.example.com:9092"


def test_without_any_kafka_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither is one named nor does one run."""
    with pytest.raises(UnavailableError, match="goldthread up --kafka"):
        settings(monkeypatch, tmp_path, KAFKA_BOOTSTRAP_SERVERS="").require_kafka()


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_password_comes_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: str) -> None:
    """Without the end of the line, and shown by nothing that prints the cluster."""
    file = tmp_path / "password"
    file.write_bytes(f"open sesame {ending}".encode())
    told = {"GOLDTHREAD_KAFKA_SASL_PASSWORD_FILE": str(file)}
    kafka = settings(monkeypatch, tmp_path, **SERVERS, **SASL, **told).require_kafka()
    client = kafka.client()
    assert (client["sasl_mechanism"], client["sasl_plain_username"], client["sasl_plain_password"]) == (
        "SCRAM-SHA-512",
        "alice",
        "open sesame ",
    )
    assert client["ssl_context"].check_hostname
    assert "sesame" not in repr(kafka)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"KAFKA_BOOTSTRAP_SERVERS": "a"}, "KAFKA_BOOTSTRAP_SERVERS: holds 'a', which is no host:port"),
        ({"KAFKA_BOOTSTRAP_SERVERS": "a:1,b:99999"}, "holds 'b:99999'"),
        ({"KAFKA_BOOTSTRAP_SERVERS": "kafka://a:9092"}, "holds 'kafka://a:9092'"),
        (
            {"GOLDTHREAD_KAFKA_SECURITY_PROTOCOL": "TLS"},
            "SECURITY_PROTOCOL: Input should be 'PLAINTEXT', 'SSL'",
        ),
        ({"GOLDTHREAD_KAFKA_NAMESPACE": "a:9092"}, "GOLDTHREAD_KAFKA_NAMESPACE: String should match"),
        (
            {"GOLDTHREAD_KAFKA_SASL_USERNAME": "x"},
            "SASL_USERNAME: is set, but .*PROTOCOL is PLAINTEXT: SASL_SSL",
        ),
        ({"GOLDTHREAD_KAFKA_SSL_CA_FILE": "x"}, "SSL_CA_FILE: is set, but .*PROTOCOL is PLAINTEXT: SSL or"),
        (SASL, "SASL_PASSWORD: or …_SASL_PASSWORD_FILE: set exactly one"),
        (
            {**SASL, "GOLDTHREAD_KAFKA_SASL_PASSWORD": "x", "GOLDTHREAD_KAFKA_SASL_PASSWORD_FILE": "x"},
            "set exactly one",
        ),
        (
            {"GOLDTHREAD_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT"},
            "SASL_MECHANISM: is missing: PLAIN, SCRAM",
        ),
        (
            {**SASL, "GOLDTHREAD_KAFKA_SASL_PASSWORD_FILE": "nowhere"},
            "SASL_PASSWORD_FILE: names nowhere, which cannot be read as a password: No such file",
        ),
        (
            {"GOLDTHREAD_KAFKA_SECURITY_PROTOCOL": "SSL", "GOLDTHREAD_KAFKA_SSL_CA_FILE": __file__},
            "SSL_CA_FILE: names .*, which cannot be read as certificates in PEM",
        ),
        (
            {"GOLDTHREAD_KAFKA_SECURITY_PROTOCOL": "SSL", "GOLDTHREAD_KAFKA_SSL_CERTIFICATE_FILE": __file__},
            "SSL_CERTIFICATE_FILE: names .*, which cannot be read as a certificate and its key",
        ),
        (
            {"GOLDTHREAD_KAFKA_SECURITY_PROTOCOL": "SSL", "GOLDTHREAD_KAFKA_SSL_KEY_FILE": __file__},
            "SSL_CERTIFICATE_FILE: is missing",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str], told: str
) -> None:
    """Each says which variable it is, and what to do."""
    with pytest.raises(InvalidInputError, match=told):
        settings(monkeypatch, tmp_path, **{**SERVERS, **environment}).require_kafka()
