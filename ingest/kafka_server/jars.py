"""The programs of Apache Kafka: fetched once, each proven to be the one that is locked, and kept in the cache folder."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen
from xml.sax.saxutils import escape

from graph.errors import UnavailableError

VERSION = "4.3.1"
"""The version of Apache Kafka that is locked in jars.lock."""

FETCHERS = 6
"""How many jars are fetched at a time."""

SECONDS = 60.0
"""How long the repository may be silent."""

CENTRAL = "https://repo.maven.apache.org/maven2"
"""Maven Central: what jars are fetched from where nothing else is named; each is proven by its digest."""

SERVER_ERRORS = 500
ATTEMPTS = 3
"""How often a file is asked for."""

LEFT_SECONDS = 3600.0
"""How old what a killed process left half fetched has to be until it is taken away: nobody fetches for so long."""

_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>goldthread</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>{}</dependencies></project>
"""
_DEPENDENCY = (
    "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version>"
    "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>"
)


@dataclass(frozen=True, slots=True)
class Jar:
    """One jar as it is locked."""

    group: str
    name: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        """Its file name."""
        return f"{self.name}-{self.version}.jar"

    @property
    def path(self) -> str:
        """Where it lies in a Maven repository."""
        return f"{self.group.replace('.', '/')}/{self.name}/{self.version}/{self.file}"


@cache
def locked() -> tuple[Jar, ...]:
    """Return every jar that Kafka needs."""
    lines = Path(__file__).with_name("jars.lock").read_text(encoding="utf-8").splitlines()
    return tuple(_jar(line) for line in lines)


def _jar(line: str) -> Jar:
    sha256, _, place = line.partition(" ")
    group, name, version = place.split(":")
    return Jar(group, name, version, sha256)


def jars(cache_folder: Path, repository: str | None, tell: Callable[[str], None]) -> Path:
    """Return the folder of all jars, fetching those that are missing or damaged.

    From `repository` (https, a Maven layout) where one is named; else by Maven where it is installed; else from the mirror
    that Maven's settings name, or Maven Central. Raises UnavailableError with the remedy where that cannot be.
    """
    folder = cache_folder / f"kafka-{VERSION}"
    missing = [jar for jar in locked() if not _is_whole(folder / jar.file, jar)]
    if not missing:
        return folder
    tell(f"fetching Apache Kafka {VERSION}: {len(missing)} of {len(locked())} files")
    folder.mkdir(parents=True, exist_ok=True)
    _clear_left(cache_folder)
    with tempfile.TemporaryDirectory(dir=cache_folder, prefix="part-") as part:
        _fetch(missing, Path(part), repository)
        for jar in missing:
            if not _is_whole(Path(part) / jar.file, jar):
                raise UnavailableError(
                    f"{jar.file} is not the file that is locked: its SHA-256 is another one"
                )
            (Path(part) / jar.file).replace(folder / jar.file)
    return folder


def _fetch(missing: Iterable[Jar], into: Path, repository: str | None) -> None:
    maven = shutil.which("mvn")
    if repository is None and maven is not None and _by_maven(maven, missing, into):
        return
    source = repository or _mirror(Path.home() / ".m2" / "settings.xml") or CENTRAL
    if urlsplit(source).scheme not in ("https", "http", "file"):
        raise UnavailableError(
            f"GOLDTHREAD_MAVEN_REPOSITORY={source} is no address that begins with https://"
        )

    def fetch(jar: Jar) -> None:
        _download(f"{source.rstrip('/')}/{jar.path}", into / jar.file)

    with ThreadPoolExecutor(FETCHERS) as fetchers:
        list(fetchers.map(fetch, missing))


def _by_maven(maven: str, missing: Iterable[Jar], into: Path) -> bool:
    """Let Maven copy the jars, and exactly these, into a folder; return whether it did."""
    wanted = "".join(_DEPENDENCY.format(*map(escape, (jar.group, jar.name, jar.version))) for jar in missing)
    pom = into / "pom.xml"
    pom.write_text(_POM.format(wanted), encoding="utf-8")
    command = [maven, "-B", "-q", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={into}"]
    return subprocess.run(command, check=False, capture_output=True, timeout=900).returncode == 0  # noqa: S603


def _mirror(settings: Path) -> str | None:
    """Return the repository that stands for all others by the settings of Maven, where there are any."""
    with suppress(OSError, ET.ParseError):
        for mirror in ET.parse(settings).iterfind(".//{*}mirror"):  # noqa: S314 - the user's own file
            of, url = mirror.findtext("{*}mirrorOf", ""), mirror.findtext("{*}url")
            if url and {"*", "central", "external:*"} & set(of.split(",")):
                return url.strip()
    return None


def _download(address: str, place: Path) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urlopen(address, timeout=SECONDS) as answer, place.open("wb") as file:  # noqa: S310 - scheme checked
                shutil.copyfileobj(answer, file, 1 << 20)
            return
        except (URLError, OSError, HTTPException) as error:
            is_final = isinstance(error, HTTPError) and error.code < SERVER_ERRORS
            if is_final or attempt == ATTEMPTS:
                reason = getattr(error, "reason", None) or error
                raise UnavailableError(
                    f"{address} cannot be fetched: {reason}; set GOLDTHREAD_MAVEN_REPOSITORY to a Maven repository that "
                    "this machine reaches, or KAFKA_BOOTSTRAP_SERVERS to a Kafka that runs"
                ) from error
            time.sleep(attempt)


def _clear_left(cache_folder: Path) -> None:
    """Take away what killed processes left half fetched."""
    for left in cache_folder.glob("part-*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


def _is_whole(file: Path, jar: Jar) -> bool:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == jar.sha256
    except OSError:
        return False
