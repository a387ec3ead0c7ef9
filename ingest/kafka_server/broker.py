"""One Kafka broker in a data folder, on loopback alone: made, started, and ended in good order."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from graph.errors import UnavailableError
from ingest.kafka_server.jars import locked
from ingest.kafka_server.notice import announce, withdraw

HOST = "127.0.0.1"
LARGEST_MESSAGE = 16 << 20
"""How many bytes a message may have at our own broker."""

END_SECONDS = 20.0

_LOGGING = """status = warn
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""

# One broker is controller, too; everything that is replicated elsewhere has one copy here.
_SETTINGS = """process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers={host}:{control}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{control}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={logs}
num.partitions=3
num.network.threads=2
num.io.threads=4
background.threads=2
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=3
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=3
group.initial.rebalance.delay.ms=0
message.max.bytes={largest}
log.cleaner.dedupe.buffer.size=16777216
"""


@dataclass(frozen=True, slots=True)
class Programs:
    """What a broker is run by: a Java, the folder of jars, and the most memory (MB) that its objects may take."""

    java: Path
    jars: Path
    heap: int = 512


class Broker:
    """The broker of one data folder; one process at a time may start or stop it."""

    def __init__(self, home: Path, programs: Programs, port: int) -> None:
        self.folder = home / "kafka"
        self.address = f"{HOST}:{port}"
        self._programs = programs
        self._port = port
        self._home = home
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, output: int | None = None) -> subprocess.Popen[bytes]:
        """Start the broker, making its data folder first, and return its process; it takes some seconds until it answers.

        One that a killed process left running on the same folder is ended before. `output`: where its log goes, else to
        where ours goes. Raises UnavailableError where its port is taken or its folder cannot be made.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UnavailableError(f"cannot keep data in {self.folder}: {error.strerror}") from error
        self._end_left()
        control = _free_port()
        settings = self._configure(control)
        if not (self.folder / "logs" / "meta.properties").exists():
            self._format(settings)
        try:
            socket.create_server((HOST, self._port)).close()
        except OSError as error:
            raise UnavailableError(
                f"port {self._port} is taken: stop what uses it, or choose another one with GOLDTHREAD_KAFKA_PORT"
            ) from error
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            self._command("kafka.Kafka", str(settings)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            start_new_session=True,  # Ctrl-C reaches us alone
        )
        return self.process

    def announce(self) -> None:
        """Let others of this data folder find the broker; call it once the broker answers."""
        if self.process is not None:
            announce(self._home, self.address, self.process.pid)

    def stop(self) -> None:
        """End the broker, if it runs, after it has written everything."""
        withdraw(self._home)
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _configure(self, control: int) -> Path:
        settings = self.folder / "server.properties"
        logs = str(self.folder / "logs").replace("\\", "\\\\")
        words: Mapping[str, object] = {"port": self._port, "control": control, "logs": logs}
        settings.write_text(_SETTINGS.format(host=HOST, largest=LARGEST_MESSAGE, **words), encoding="utf-8")
        (self.folder / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")
        return settings

    def _format(self, settings: Path) -> None:
        cluster = "G" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]
        command = self._command(
            "kafka.tools.StorageTool", "format", "--standalone", "-t", cluster, "-c", str(settings)
        )
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)  # noqa: S603
        if done.returncode:
            lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
            raise UnavailableError(
                f"Kafka cannot make its data folder {self.folder}: {lines[-1] if lines else '?'}"
            )

    def _command(self, program: str, *arguments: str) -> list[str]:
        return [
            str(self._programs.java),
            f"-Xmx{self._programs.heap}m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dlog4j.shutdownHookEnabled=false",
            f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}",
            "-cp",
            os.pathsep.join(str(self._programs.jars / jar.file) for jar in locked()),
            program,
            *arguments,
        ]

    def _end_left(self) -> None:
        """End a broker that still runs on this folder though whoever started it is gone."""
        withdraw(self._home)
        settings = str(self.folder / "server.properties")
        for process in psutil.process_iter(["cmdline"]):
            command = process.info["cmdline"] or []
            if command[-2:] == ["kafka.Kafka", settings]:
                with suppress(psutil.NoSuchProcess):
                    process.terminate()
                    _, alive = psutil.wait_procs([process], timeout=END_SECONDS)
                    for left in alive:
                        left.kill()
                        left.wait(END_SECONDS)


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return probe.getsockname()[1]
