"""The processes of our own Airflow: its parts, each with a log and a process group, started together and ended together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import psutil

from graph.errors import UnavailableError

PARTS = ("api-server", "scheduler", "dag-processor")
"""What runs; a triggerer is not among it: nothing of ours is deferred."""

MARK = "GOLDTHREAD_AIRFLOW_HOME"
"""The variable by which the processes of our own Airflow, and what they start, are known: its folder."""

END_SECONDS = 12.0
MIGRATE_SECONDS = 300.0
_PART = Path(__file__).with_name("part.py")
_UNSET = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


@dataclass(slots=True)
class AirflowProcesses:
    """The parts of one Airflow; `environment` is the whole of theirs, `logs` a folder."""

    python: Path
    environment: Mapping[str, str]
    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict[str, subprocess.Popen[bytes]])

    def migrate(self) -> None:
        """Bring Airflow's database to its newest schema; raises UnavailableError with its last words where it cannot."""
        log = self.logs / "airflow-migrate.log"
        with log.open("ab") as output:
            process = self._begin(["db", "migrate"], output.fileno())
            try:
                code = process.wait(MIGRATE_SECONDS)
            except subprocess.TimeoutExpired:
                code = -signal.SIGKILL
            finally:
                _end_group(process)
        if code:
            raise UnavailableError(f"Airflow cannot set its database up: {last_words(log)}; its log is {log}")

    def start(self) -> None:
        """Start all parts; it takes a dozen seconds or more until they are ready."""
        for part in PARTS:
            with (self.logs / f"airflow-{part}.log").open("ab") as output:
                self.running[part] = self._begin([part], output.fileno())

    def dead(self) -> str | None:
        """Return in one line which part has ended by itself, None where all run."""
        for part, process in self.running.items():
            if (code := process.poll()) is not None:
                log = self.logs / f"airflow-{part}.log"
                return (
                    f"the {part} of Airflow ended with exit code {code}: {last_words(log)}; its log is {log}"
                )
        return None

    def stop(self) -> None:
        """End every part and whatever it started: asked first, all at once, and killed after a while."""
        started = [child for process in self.running.values() for child in _children(process.pid)]
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + END_SECONDS
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            _end_group(process)
        self.running.clear()
        _end([*started, *_left(Path(self.environment["AIRFLOW_HOME"]))])

    def _begin(self, command: list[str], output: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - a program of the venv that we made
            [str(self.python), "-P", str(_PART), str(os.getpid()), *command],
            env={name: value for name, value in self.environment.items() if name not in _UNSET},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone; what it starts is ended with it
            cwd=self.environment["AIRFLOW_HOME"],
        )


def health(url: str) -> dict[str, str]:
    """Return the state of each part of the Airflow at an address, "healthy" where it is; nothing where nobody answers."""
    try:
        with build_opener(ProxyHandler({})).open(f"{url}/api/v2/monitor/health", timeout=5) as answer:
            told = json.load(answer)
    except (URLError, OSError, ValueError):
        return {}
    return {part: str(said["status"]) for part, said in told.items() if said.get("status")}


def is_ready(url: str) -> bool:
    """Whether all parts of the Airflow at an address are healthy."""
    states = health(url)
    return all(states.get(part) == "healthy" for part in ("metadatabase", "scheduler", "dag_processor"))


def end_left(airflow_home: Path) -> None:
    """End every process that still runs on a folder of Airflow though whoever started it is gone."""
    _end(_left(airflow_home))


def last_words(log: Path) -> str:
    """Return the last line of a log that says something."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"


def _left(airflow_home: Path) -> list[psutil.Process]:
    """Return the processes of an Airflow on that folder: tasks and what they call inherit its environment."""
    return [process for process in psutil.process_iter() if _is_of(process, airflow_home)]


def _is_of(process: psutil.Process, airflow_home: Path) -> bool:
    try:
        if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.environ().get(MARK) == str(airflow_home)
    except psutil.Error:
        return False


def _children(pid: int) -> list[psutil.Process]:
    """Return what a process started, down to the last: tasks have groups of their own and show nobody their environment."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _end(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=END_SECONDS / 4)
    for process in alive:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=END_SECONDS / 4)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a process's group, itself among it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
