"""docs/connect.md keeps its word: its program sends to a running server, and its query finds what was sent."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import httpx
from pydantic import SecretStr

from graph.store.database import Database
from service.settings import Settings
from tests.architecture.sources import ROOT
from tests.service.servers import served

PAGE = (ROOT / "docs" / "connect.md").read_text()
KEY = "sesame"


def block(language: str) -> str:
    """Return the one block of the page in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return found


async def test_the_program_of_the_page_is_heard_and_its_query_answers(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Run as it stands, with nothing but URL and key in the environment, the program is a job between two files."""
    program = tmp_path / "own.py"
    program.write_text(block("python"))
    async with served(Settings(database_url=database_url, api_key=SecretStr(KEY))) as server:
        environment = {**os.environ, "OPENLINEAGE_URL": server.url, "OPENLINEAGE_API_KEY": KEY}
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(program), env=environment, cwd=tmp_path
        )
        assert await process.wait() == 0
        async with httpx.AsyncClient(
            base_url=server.url, headers={"Authorization": f"Bearer {KEY}"}
        ) as client:
            answer = (await client.post("/graphql", json={"query": block("graphql")})).json()
    assert "errors" not in answer, answer
    data = answer["data"]
    assert [(run["state"], run["job"]["name"]) for run in data["runs"]["nodes"]] == [
        ("COMPLETE", "nightly.totals")
    ]
    assert [node["name"] for node in data["lineage"]["nodes"]] == [
        "nightly.totals",
        "/data/orders.csv",
        "/data/totals.csv",
    ]
    assert (data["eventWarnings"]["nodes"], data["deadLetters"]["nodes"]) == ([], [])
