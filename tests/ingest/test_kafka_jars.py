"""The programs of Kafka are those that are locked, or they are not used."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import UnavailableError
from ingest.kafka_server.jars import LEFT_SECONDS, VERSION, jars, locked
from ingest.kafka_server.java import java, version_of


def silent(line: str) -> None:
    """Tell nobody."""


def test_every_jar_is_locked_by_its_digest() -> None:
    """The list names each jar once, with its SHA-256, and Kafka itself in the version that is told."""
    names = [jar.file for jar in locked()]
    assert len(set(names)) == len(names) == 46
    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) for jar in locked())
    assert {jar.version for jar in locked() if jar.group == "org.apache.kafka"} == {VERSION}
    assert locked()[0].path.endswith(f"/{locked()[0].file}")


def test_a_jar_that_is_another_one_is_not_used(tmp_path: Path) -> None:
    """Whatever a repository sends: what is not the locked file is refused, and nothing of it stays in the cache."""
    cache = tmp_path / "cache"
    cache.mkdir()
    for jar in locked():
        place = tmp_path / "repository" / jar.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"something else")
    with pytest.raises(UnavailableError, match="is not the file that is locked"):
        jars(cache, (tmp_path / "repository").as_uri(), silent)
    assert [file.name for file in cache.rglob("*") if file.is_file()] == []


def test_a_repository_without_the_jars_is_told_of(tmp_path: Path) -> None:
    """The address that could not be fetched is named."""
    with pytest.raises(UnavailableError, match=r"cannot be fetched"):
        jars(tmp_path, (tmp_path / "nothing").as_uri(), silent)


@pytest.mark.parametrize("repository", ["ftp://example.org/maven", "example.org"])
def test_what_is_no_repository_is_told_of(tmp_path: Path, repository: str) -> None:
    """An address that nothing can be fetched from is named before anything is tried."""
    with pytest.raises(UnavailableError, match="GOLDTHREAD_MAVEN_REPOSITORY"):
        jars(tmp_path, repository, silent)


def program(folder: Path, words: str) -> Path:
    """Write a Java that says a version, and return its home."""
    (folder / "bin").mkdir(parents=True)
    place = folder / "bin" / "java"
    place.write_text(f"#!/bin/sh\necho '{words}' >&2\n")
    place.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("words", "version"),
    [('openjdk version "17.0.15" 2025-04-15', 17), ('java version "1.8.0_401"', 1), ("no Java", 0)],
)
def test_a_java_says_its_version(tmp_path: Path, words: str, version: int) -> None:
    """The major version is read from what the program says; what is none has 0."""
    assert version_of(program(tmp_path / "jdk", words) / "bin" / "java") == version
    assert version_of(tmp_path / "nothing") == 0


def test_the_java_of_java_home_is_used_first(tmp_path: Path) -> None:
    """A Java that is new enough and named is taken, whatever else there is; an old one is passed over."""
    home = program(tmp_path / "new", 'openjdk version "21.0.1" 2023-10-17')
    tell: Callable[[str], None] = silent
    assert java(tmp_path, home, tell) == home / "bin" / "java"


def test_the_mirror_of_mavens_settings_is_asked_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no repository is named and no Maven is installed; without a mirror it would be Maven Central."""
    repository = tmp_path / "mirror"
    for jar in locked():
        (repository / jar.path).parent.mkdir(parents=True, exist_ok=True)
        (repository / jar.path).write_bytes(b"something else")
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2" / "settings.xml").write_text(
        f"<settings><mirrors><mirror><id>a</id><mirrorOf>*</mirrorOf><url>{repository.as_uri()}</url></mirror>"
        "</mirrors></settings>"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError, match="is not the file that is locked"):
        jars(tmp_path, None, silent)


def test_what_a_killed_process_left_is_taken_away(tmp_path: Path) -> None:
    """An old part of a fetch goes; one that may be under way stays."""
    for name, age in (("part-old", 2 * LEFT_SECONDS), ("part-new", 0.0)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jar").write_bytes(b"half")
        os.utime(tmp_path / name, times=(time.time() - age, time.time() - age))
    with pytest.raises(UnavailableError):
        jars(tmp_path, (tmp_path / "nothing").as_uri(), silent)
    assert [each.name for each in tmp_path.glob("part-*")] == ["part-new"]
