"""`goldthread deliver`: a file taken in from the command line, where it lies."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from graph.store.database import Database
from ingest.settings import IngestSettings
from tests.ingest.conftest import Listener

ROWS = (
    "key,valid_from,first_name,email\n"
    "1,2024-01-01T00:00:00Z,Ann,ann@example.com\n"
    "2,2024-01-02T00:00:00Z,Ben,ben.at.example.com\n"
    "1,2024-01-01T00:00:00Z,Ann,ann@example.com\n"
)


async def _deliver(settings: IngestSettings, *arguments: str | Path) -> tuple[int | None, str, str]:
    """Run the command and return its exit code and what it printed on either channel."""
    environment = {
        **os.environ,
        "DATABASE_URL": settings.require_database_url(),
        "GOLDTHREAD_HOME": str(settings.home),
        "GOLDTHREAD_URL": settings.server_url,
    }
    command: Sequence[str] = (sys.executable, "-m", "service.cli", "deliver", *map(str, arguments))
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, told = await process.communicate()
    return process.returncode, out.decode(), told.decode()


def _landing(tmp_path: Path) -> Path:
    folder = tmp_path / "it's landing"
    folder.mkdir()
    (folder / "2024.csv").write_text(ROWS)
    (folder / "2024.xlsx").write_bytes(b"PK")
    return folder


async def test_a_file_is_taken_in_where_it_lies(
    tmp_path: Path, database: Database, settings: IngestSettings, listener: Listener
) -> None:
    """Its rows are counted, the refused ones are found by what is printed, and again it is the same delivery."""
    file = _landing(tmp_path) / "2024.csv"
    code, out, told = await _deliver(settings, "crm", file, "--json")
    assert (code, told) == (0, "")
    result = json.loads(out)
    counts = {
        name: result[name] for name in ("source_system", "file", "rows", "accepted", "unchanged", "rejected")
    }
    assert counts == {
        "source_system": "crm",
        "file": str(file),
        "rows": 3,
        "accepted": 1,
        "unchanged": 1,
        "rejected": 1,
    }
    assert result["is_lineage_told"]
    async with database.connection() as connection:
        refused = await connection.fetch(result["rejected_rows"])
        assert await connection.fetchval("select array_agg((actor, dataset)::text) from delivery") == [
            f'("command line","{file.parent}")'
        ]
    assert [(row["origin_position"], row["problems"][0]["path"]) for row in refused] == [(2, "$.email")]
    assert listener.told() == [("crm_to_golden_records", "START"), ("crm_to_golden_records", "COMPLETE")]
    assert sorted(os.listdir(file.parent)) == ["2024.csv", "2024.xlsx"]
    assert json.loads((await _deliver(settings, "crm", file, "--json"))[1]) == result
    code, out, told = await _deliver(settings, "crm", file)
    assert (code, out) == (0, "")
    assert told.splitlines() == [
        f"3 rows of {file}: 1 accepted, 1 unchanged, 1 rejected",
        "the rejected ones are in quarantine; for their numbers and reasons ask `goldthread psql --run`:",
        result["rejected_rows"],
    ]


@pytest.mark.parametrize(
    ("system", "name", "line"),
    [
        ("crm", "missing.csv", "FILE: there is no file {file}"),
        ("crm", "", "FILE: {file} is not a file"),
        (
            "crm",
            "2024.xlsx",
            "FILE: 2024.xlsx is neither CSV (.csv, .tsv) nor NDJSON (.ndjson, .jsonl) nor Parquet (.parquet), plain, .gz or .zst",
        ),
        (" ", "2024.csv", "SYSTEM: ' ' cannot be the name of a source system"),
    ],
)
async def test_what_cannot_be_delivered_is_told_in_one_line(
    tmp_path: Path, database: Database, settings: IngestSettings, system: str, name: str, line: str
) -> None:
    """A missing file, a folder, another kind of file and a system without a name: exit code 1, and nothing is recorded."""
    file = _landing(tmp_path) / name
    code, out, told = await _deliver(settings, system, file)
    assert (code, out, told) == (1, "", f"goldthread: {line.format(file=file)}\n")
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from delivery") == 0
