"""The programs of Apache Airflow: a venv of their own, every package of it locked by its hash, made once."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from graph.errors import UnavailableError

VERSION = "3.3.2"
"""The version of Apache Airflow that is locked in airflow.lock."""

SECONDS = 1800
"""How long fetching may take."""

LOCK = Path(__file__).with_name("airflow.lock")
_WHOLE = "whole"


def programs(cache_folder: Path, tell: Callable[[str], None]) -> Path:
    """Return the Python of Airflow's venv, making it first where it is missing, unfinished or locked otherwise by now.

    Raises UnavailableError with the remedy where it cannot be made.
    """
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = cache_folder / f"airflow-{VERSION}-python{version}-{digest[:12]}"
    python = folder / "bin" / "python"
    cache_folder.mkdir(parents=True, exist_ok=True)
    with _alone(cache_folder / f"{folder.name}.lock"):
        if not (folder / _WHOLE).exists() or not python.exists():
            tell(f"installing Apache Airflow {VERSION} with {_packages()} packages into {folder}")
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder, python)
            (folder / _WHOLE).write_text(digest, encoding="utf-8")
    return python


def _packages() -> int:
    return sum("==" in line for line in LOCK.read_text(encoding="utf-8").splitlines())


def _make(folder: Path, python: Path) -> None:
    uv = _uv()
    if uv is not None:
        _run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
        _run([*uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python), *_locked()])
        return
    _run([sys.executable, "-m", "venv", str(folder)])
    _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_locked()])


def _locked() -> list[str]:
    return ["--require-hashes", "-r", str(LOCK)]


def _uv() -> list[str] | None:
    if find_spec("uv") is not None:
        return [sys.executable, "-m", "uv"]
    found = shutil.which("uv")
    return [found] if found is not None else None


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SECONDS)  # noqa: S603 - our own words
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"Apache Airflow cannot be installed: {error}") from error
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise UnavailableError(
            f"Apache Airflow cannot be installed: {lines[-1].strip() if lines else 'no reason was given'}; see to it that "
            "the Python package index answers, or set GOLDTHREAD_AIRFLOW_URL to an Airflow that runs"
        )


@contextmanager
def _alone(file: Path) -> Generator[None]:
    """Be the only one who makes the venv."""
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
