"""`goldthread timeline`: one customer with everything that carried it on, or many, a line each."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

import pytest

from graph.golden.record import Origin
from graph.intake import Intake
from graph.store.database import Database

RECORDS: list[dict[str, Any]] = [
    {"sourceSystem": "crm", "key": "1", "validFrom": "2024-01-01T00:00:00Z", "firstName": "Ann", "email": "ann@example.com"},
    {"sourceSystem": "crm", "key": "1", "validFrom": "2025-01-01T00:00:00Z", "firstName": "Anna", "email": "ann@example.com"},
    {"sourceSystem": "crm", "key": "2", "validFrom": "2024-06-01T00:00:00Z", "firstName": "Ben", "email": "ben@example.com"},
]  # fmt: skip


async def _timeline(database_url: str, *arguments: str) -> tuple[int, str, str]:
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "service.cli",
        "timeline",
        *arguments,
        env=os.environ | {"DATABASE_URL": database_url, "COLUMNS": "100", "NO_COLOR": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await program.communicate()
    return program.returncode or 0, out.decode(), err.decode()


@pytest.fixture
async def known(database: Database) -> str:
    """Take some customers in, and return the id of the first."""
    outcomes = await Intake(database).take_in(RECORDS, Origin("rest"))
    return str(outcomes[0].golden_id)


async def test_a_customer_is_drawn_with_what_is_missing(database_url: str, known: str) -> None:
    """Versions stand on one axis; a stage that nothing has reached yet says so."""
    code, out, _ = await _timeline(database_url, "ann@example.com")
    lines = out.splitlines()
    assert (code, lines[0]) == (0, f"Anna  {known}")
    assert lines[2].startswith("versions    1━") and "2━" in lines[2]  # noqa: PT018 - one line
    assert [line.split() for line in lines[4:7]] == [
        ["Kafka", "missing"],
        ["lake", "missing"],
        ["warehouse", "missing"],
    ]
    code, out, _ = await _timeline(database_url, known, "--json")
    told = json.loads(out)
    assert [(one["version"], one["valid_from"], one["message"], one["load"]) for one in told] == [
        (1, "2024-01-01T00:00:00Z", None, None),
        (2, "2025-01-01T00:00:00Z", None, None),
    ]
    assert told[0]["source_events"][0]["source_key"] == "1"


async def test_many_are_drawn_a_line_each(database_url: str, known: str) -> None:
    """What does not fit is counted."""
    code, out, _ = await _timeline(database_url, "--all")
    names = [line.split()[0] for line in out.splitlines()[1:]]
    assert (code, sorted(names)) == (0, ["Anna", "Ben"])
    _, out, _ = await _timeline(database_url, "--all", "--first", "1")
    assert "1 more" in out
    _, out, _ = await _timeline(database_url, "--all", "--json")
    assert sorted(len(one["versions"]) for one in json.loads(out)["customers"]) == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nobody@example.com"], "no customer is known"),
        (["nonsense"], "is neither an id nor an e-mail"),
        ([], "is needed, or --all"),
        (["x", "--all"], "is needed, or --all"),
    ],
)
async def test_who_is_not_known_is_told_in_one_line(
    database: Database, database_url: str, arguments: list[str], told: str
) -> None:
    """No traceback, and an exit status that scripts see."""
    code, out, err = await _timeline(database_url, *arguments)
    assert code != 0
    assert out == ""
    assert told in err
    assert "Traceback" not in err
