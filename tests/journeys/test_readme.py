"""The README keeps its word: its queries, pasted into a running installation with the demo, answer as printed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.architecture.sources import ROOT
from tests.journeys.conftest import SECONDS, Installation

pytestmark = pytest.mark.journey

QUERY_AND_ANSWER = re.compile(r"```graphql\n(.*?)```\s+```json\n(.*?)```", re.DOTALL)
VARYING = [
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "an id"),
    (re.compile(r"\d{8}T\d{6}\.\d+Z"), "an instant"),
    (re.compile(r'(?<="loadedAt": ")[^"]+'), "an instant"),
    (re.compile(r'(?<=")[^"]*(?=/lake/landing/)'), "a folder"),
]
"""What differs from installation to installation: ids, instants of recording and folders."""


def steady(answer: Any) -> Any:
    """Return an answer with what differs from installation to installation named, not shown."""
    text = json.dumps(answer, ensure_ascii=False)
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    return json.loads(text)


def test_the_queries_of_the_readme_answer_as_printed(installation: Installation) -> None:
    """Three queries and every example of the playground, asked of a fresh installation with its demo."""
    process = installation.begin("--demo")
    installation.wait_until_ready(process)
    words = ""
    assert process.stdout is not None
    while "Goldthread is ready" not in words:
        line = process.stdout.readline()
        assert line, words
        words += line
    printed = QUERY_AND_ANSWER.findall((ROOT / "README.md").read_text())
    assert len(printed) == 3
    for query, answer in printed:
        assert steady(ask(installation, query)) == steady(json.loads(answer))
    examples = sorted((ROOT / "docs" / "queries").glob("*.graphql"))
    assert len(examples) >= 3
    for example in examples:
        assert filled(ask(installation, example.read_text())), example.name
    assert [body(path) for path in examples[:3]] == [query for query, _ in printed]
    process.terminate()
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0


def ask(installation: Installation, query: str) -> Any:
    """Return the data a query answers with; an error fails the test."""
    answer = httpx.post(f"{installation.url}/graphql", json={"query": query}, timeout=30).json()
    assert "errors" not in answer, answer
    return answer["data"]


def filled(data: Any) -> bool:
    """Whether an answer shows something: no null at its top and no empty list of nodes."""
    return all(value and value.get("nodes", True) for value in data.values())


def body(example: Path) -> str:
    """Return the query of an example file, without the two lines that say what it asks."""
    return "\n".join(example.read_text().splitlines()[2:]) + "\n"
