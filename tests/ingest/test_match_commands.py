"""`goldthread match`: train, run and report from the command line."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from graph.store.database import Database
from ingest.settings import IngestSettings
from tests.graph.batch.stored_people import grouping, raw_records, store


async def _match(settings: IngestSettings, *arguments: str) -> tuple[int | None, str, str]:
    """Run `goldthread match` and return its exit code and what it printed on either channel."""
    environment = {
        **os.environ,
        "DATABASE_URL": settings.require_database_url(),
        "GOLDTHREAD_HOME": str(settings.home),
        "COLUMNS": "120",
    }
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "service.cli", "match", *arguments)
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=pipe, stderr=pipe)
    out, told = await process.communicate()
    return process.returncode, out.decode(), told.decode()


async def _told(settings: IngestSettings, *arguments: str) -> dict[str, Any]:
    code, out, told = await _match(settings, *arguments, "--json")
    assert code == 0, told
    return json.loads(out)


async def test_a_model_is_trained_applied_and_reported(
    tmp_path: Path, database: Database, settings: IngestSettings
) -> None:
    """A dry run stores nothing; the trained model is version 1, the run applies it, the report adds up."""
    await store(database, raw_records(600, seed=4))
    out = tmp_path / "model.json"
    code, shown, told = await _match(settings, "train", "--dry-run", "--sample", "400", "--out", str(out))
    assert (code, shown) == (0, "")
    assert "match weights in bits" in told
    assert "not stored (--dry-run)" in told
    assert json.loads(out.read_text())["trained_on"]["records"] == 400
    assert (await _told(settings, "report"))["model"] is None

    assert (await _told(settings, "train"))["version"] == 1
    found = await _told(settings, "run")
    assert (found["model_version"], found["golden_records"]) == (1, len(await grouping(database)))
    assert found["merged"] + found["split"] > 0
    assert (await _told(settings, "run"))["reconsidered"] == 0

    told_again = await _told(settings, "report")
    assert (told_again["model_version"], told_again["model"]["version"]) == (1, 1)
    assert sum(row["golden_records"] for row in told_again["sizes"]) == found["golden_records"]
    assert sum(row["size"] * row["golden_records"] for row in told_again["sizes"]) == found["records"]
    assert sum(row["pairs"] for row in told_again["bands"]) == found["pairs"]
    assert sum(row["tasks"] for row in told_again["tasks"]) == sum(found["tasks"].values())


async def test_what_cannot_be_trained_or_matched_is_told_in_words(
    database: Database, settings: IngestSettings
) -> None:
    """Too few records, and an entity type nobody has defined; nothing is written."""
    code, out, told = await _match(settings, "train")
    assert (code, out) == (1, "")
    assert told == ("goldthread: population: has 0 records; at least 100 are needed to train a match model\n")
    code, out, told = await _match(settings, "run", "--entity-type", "custommer")
    assert (code, out) == (1, "")
    assert told.startswith("goldthread: no entity type is called 'custommer'")
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from policy") == 0
