"""Runs the parts of Goldthread as child processes: starts them, sees one that dies, ends them in good order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.parse import unquote, urlsplit

LOG_LIMIT = 10_000_000
"""Bytes after which a log is put aside at the next start; the one put aside before is dropped."""


@dataclass(frozen=True, slots=True)
class Child:
    """One running part; `log` is None where it writes to the terminal."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None

    def obituary(self) -> str:
        """Return in one line how it ended and where to read why."""
        code = self.process.returncode
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        if self.log is None:
            return f"{self.name} {how}"
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        last = f": {lines[-1].strip()[:200]}" if lines and code > 0 else ""
        return f"{self.name} {how}{last}; its log is {self.log}"


class Supervisor:
    """The children of one `goldthread up`; each is `goldthread NAME …` under the same interpreter."""

    def __init__(self, environment: dict[str, str], logs: Path) -> None:
        self._environment = {**os.environ, **environment}
        self._logs = logs
        self._children: list[Child] = []

    def start(self, *command: str, on_terminal: bool = False) -> Child:
        """Start `goldthread COMMAND`, its output in logs/NAME.log or on our terminal."""
        arguments = [sys.executable, "-P", "-m", "service.cli", "--supervised-by", str(os.getpid()), *command]
        log = None if on_terminal else self._logs / f"{command[0]}.log"
        output = _opened(log) if log else None
        try:
            process = subprocess.Popen(  # noqa: S603 - our own program
                arguments,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,  # Ctrl-C reaches us alone, and we end them in order
            )
        finally:
            if output is not None:
                os.close(output)
        child = Child(command[0], process, log)
        self._children.append(child)
        return child

    def dead(self) -> Child | None:
        """Return a child that has ended by itself."""
        return next((child for child in self._children if child.process.poll() is not None), None)

    def release(self, child: Child) -> None:
        """Stop watching a child that has ended as it should."""
        self._children.remove(child)

    def stop(self, seconds: float = 20, hurry: threading.Event | None = None) -> None:
        """End every child: ask, and after `seconds`, or as soon as `hurry` is set, kill."""
        for child in reversed(self._children):
            if child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not (hurry and hurry.is_set()):
            if all(child.process.poll() is not None for child in self._children):
                break
            time.sleep(0.05)
        for child in self._children:
            if child.process.poll() is None:
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
        self._children.clear()


class Interrupts:
    """Notes Ctrl-C, SIGTERM and a closed terminal: the first one asks to stop, the second one to hurry."""

    def __init__(self) -> None:
        self.wanted = threading.Event()
        self.hurry = threading.Event()
        self._before = {
            number: signal.signal(number, self._note)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }

    def restore(self) -> None:
        """Hand the signals back to whoever had them before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        (self.hurry if self.wanted.is_set() else self.wanted).set()


def follow(supervisor: int) -> None:
    """End this process, first politely, when its supervisor is gone: nobody else would."""

    def watch() -> None:
        while os.getppid() == supervisor:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(20)
        os._exit(1)

    threading.Thread(target=watch, name="follow-supervisor", daemon=True).start()


def _opened(log: Path) -> int:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def become_psql(client: str, url: str) -> NoReturn:
    """Let the user's own psql take our place, on the database at `url`; the password stays out of the list of processes."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    shown = parts._replace(netloc=f"{parts.username}@{host}" if parts.username else host).geturl()
    password = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    os.execve(client, [client, shown], {**os.environ, **password})  # noqa: S606
