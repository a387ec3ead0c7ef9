"""What is committed names no machine, no account and no registry."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT, committed

PICTURES = {".png", ".ico", ".woff", ".woff2", ".ttf", ".jpg", ".parquet"}
FORBIDDEN = {
    "a folder of one machine": r"(?<![\w.])/(?:work|home/\w+|Users/\w+|root|tmp/\w+)/\w",
    "the host of a registry": r"(?:pypi|npmjs|pythonhosted|maven)\.(?:org|com)/\S*(?:simple|packages|-/|maven2)",
    "a private network": r"\b(?:10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+)\b",
}
TELLS_OF_PATHS = {"tests/architecture/test_words.py"}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_committed_names(what: str) -> None:
    """No text file holds a path of somebody's machine, an address of a registry or a private address."""
    pattern = re.compile(FORBIDDEN[what])
    found: list[str] = []
    for path in committed():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in PICTURES or name in TELLS_OF_PATHS or "/static/" in f"/{name}":
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if match := pattern.search(line):
                found.append(f"{name}:{number}: {match[0]}")
    assert found[:20] == []
