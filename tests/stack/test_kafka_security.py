"""A Kafka that wants to know who speaks to it, with and without TLS, and settings of it that cannot be."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from graph.store.database import Database
from graph.store.stream_positions import StreamPositions
from ingest.kafka_server.jars import jars
from ingest.kafka_server.java import java
from ingest.settings import IngestSettings
from tests.journeys.conftest import free_port
from tests.stack.programs import Programs, until

pytestmark = pytest.mark.stack

USER, PASSWORD = "alice", "a secret for tests"
PLAIN_PORT, TLS_PORT = "SASL_PLAINTEXT", "SASL_SSL"

_BROKER = """process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{control}
listeners=PLAINTEXT://127.0.0.1:{inner},SASL_PLAINTEXT://127.0.0.1:{plain},SASL_SSL://127.0.0.1:{tls},CONTROLLER://127.0.0.1:{control}
advertised.listeners=PLAINTEXT://127.0.0.1:{inner},SASL_PLAINTEXT://127.0.0.1:{plain},SASL_SSL://127.0.0.1:{tls}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={folder}/logs
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="{password}";
listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="{password}";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location={folder}/server.pem
"""


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run a broker that lets nobody in without a password; return its ports by protocol, and the file of its CA."""
    folder = tmp_path_factory.mktemp("secured")
    settings = IngestSettings.of_environment()
    settings.cache.mkdir(parents=True, exist_ok=True)
    program = java(settings.cache, settings.java_home, print)
    classes = f"{jars(settings.cache, settings.maven_repository, print)}/*"
    _certify(folder)
    inner, plain, tls, control = (free_port() for _ in range(4))
    properties = folder / "server.properties"
    words = {"inner": inner, "plain": plain, "tls": tls, "control": control, "folder": folder}
    properties.write_text(_BROKER.format(password=PASSWORD, **words))
    scram = f"SCRAM-SHA-256=[name={USER},password={PASSWORD}]"
    command = [str(program), "-Xmx256m", "-cp", classes]
    cluster = (
        "format",
        "--standalone",
        "-t",
        "GoldthreadTestsSecureA",
        "-c",
        str(properties),
        "--add-scram",
        scram,
    )
    subprocess.run([*command, "kafka.tools.StorageTool", *cluster], check=True, capture_output=True)
    with (folder / "broker.log").open("wb") as log:
        broker = subprocess.Popen(
            [*command, "kafka.Kafka", str(properties)], stdout=log, stderr=log, start_new_session=True
        )
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", tls), 1):
            break
        time.sleep(0.1)
    yield {PLAIN_PORT: str(plain), TLS_PORT: str(tls), "ca": str(folder / "ca.pem")}
    broker.kill()
    broker.wait()


def _certify(folder: Path) -> None:
    """Make a certificate of 127.0.0.1 that is its own authority."""
    if shutil.which("openssl") is None:
        if os.environ.get("GOLDTHREAD_STACK") == "1":
            pytest.fail("openssl is not installed")
        pytest.skip("no certificate can be made: install openssl")
    made = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "ca.pem")]
    subprocess.run(["openssl", *made.split(), *files], check=True, capture_output=True)
    (folder / "server.pem").write_text((folder / "key.pem").read_text() + (folder / "ca.pem").read_text())


@pytest.fixture
def programs(secured: dict[str, str], database_url: str, tmp_path: Path) -> Iterator[Programs]:
    """Programs that are told where the broker is, and nothing more yet."""
    environment = {
        "DATABASE_URL": database_url,
        "GOLDTHREAD_HOME": str(tmp_path),
        "GOLDTHREAD_PORT": "1",
        "GOLDTHREAD_KAFKA_SASL_USERNAME": USER,
    }
    there = Programs(environment, tmp_path / "log")
    yield there
    there.clear_away()


@pytest.mark.parametrize(
    ("protocol", "mechanism"),
    [("SASL_PLAINTEXT", "PLAIN"), ("SASL_PLAINTEXT", "SCRAM-SHA-256"), ("SASL_SSL", "SCRAM-SHA-256")],
)
async def test_messages_go_out_and_come_in_by_name_and_password(
    secured: dict[str, str], programs: Programs, database: Database, protocol: str, mechanism: str
) -> None:
    """Topics are made, orders sent and taken in; a wrong password is told of, without it."""
    password = programs.log.with_name("password")
    password.write_text(f"{PASSWORD}\n")
    programs.environment |= {
        "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{secured[protocol]}",
        "GOLDTHREAD_KAFKA_SECURITY_PROTOCOL": protocol,
        "GOLDTHREAD_KAFKA_SASL_MECHANISM": mechanism,
    }
    if protocol == "SASL_SSL":
        programs.environment["GOLDTHREAD_KAFKA_SSL_CA_FILE"] = secured["ca"]
    before = await _ordered(database)
    sent = _sent(programs, GOLDTHREAD_KAFKA_SASL_PASSWORD_FILE=str(password))
    assert "20 orders sent" in sent.stderr, sent.stderr
    wrong = _sent(programs, GOLDTHREAD_KAFKA_SASL_PASSWORD="another secret")
    assert (wrong.returncode, wrong.stderr.count("another secret")) == (1, 0)
    assert "uthentication" in wrong.stderr, wrong.stderr
    programs.environment["GOLDTHREAD_KAFKA_SASL_PASSWORD_FILE"] = str(password)
    worker = programs.start("worker")

    async def all_taken_in() -> bool:
        return await _ordered(database) - before >= 20

    await until(all_taken_in, programs.words())
    assert PASSWORD not in programs.log.read_text()
    programs.end(worker)


async def _ordered(database: Database) -> int:
    return sum(
        each.messages for each in await StreamPositions(database).standings() if each.topic == "orders"
    )


def _sent(programs: Programs, **environment: str) -> subprocess.CompletedProcess[str]:
    """Send orders, and return how that ended."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "service.cli", "generate", "orders", "--rate", "1000", "--count", "20"],
        env=programs.environment | environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
