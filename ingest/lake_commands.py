"""The commands of the lake: `goldthread lake files` and `goldthread lake compact`."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from ingest.running import until_terminated

if TYPE_CHECKING:
    from graph.store.message_files import MessageFile

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]

lake = typer.Typer(help="The lake's files of messages.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(lake, name="lake")


@lake.command()
def compact(
    rows: Annotated[
        int, typer.Option(min=2, max=100_000_000, help="So many rows a file has at most.")
    ] = 1_000_000,
    *,
    as_json: AsJson = False,
) -> None:
    """Make few large files of many small ones that the warehouse holds already; every message stays traceable."""
    merged = asyncio.run(until_terminated(_compact(rows)))
    if as_json:
        print(json.dumps([{"file": file.location, "sources": count} for file, count in merged]))
        return
    for file, count in merged:
        Console().print(f"{file.location}: {count:,} files in one", highlight=False, soft_wrap=True)
    if not merged:
        print("nothing to merge: there are no neighbours of few rows that the warehouse holds")


@lake.command("files")
def list_files(
    *,
    first: Annotated[int, typer.Option(min=1, max=10_000, help="How many of each dataset, the latest.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the files that hold messages now, the latest of each dataset last."""
    found = asyncio.run(until_terminated(_files(first)))
    if as_json:
        print(json.dumps([_as_json(file) for files, _ in found for file in files]))
        return
    for files, left in found:
        if not files:
            continue
        table = Table(title=files[0].dataset, box=None)
        for heading in ("file", "topic", "offsets", "rows", "size", "written"):
            table.add_column(heading, overflow="fold")
        for file in files:
            span = f"{file.partition}:{file.start_position}-{file.end_position - 1}"
            written = "" if file.written_at is None else f"{file.written_at:%Y-%m-%d %H:%M:%S}"
            table.add_row(file.path, file.topic, span, f"{file.rows:,}", decimal(file.size or 0), written)
        Console().print(table)
        if left:
            Console().print(f"and {left:,} before these", style="dim")


async def _compact(rows: int) -> list[tuple[MessageFile, int]]:
    from graph.store.message_files import MessageFiles
    from ingest.compaction import Compaction
    from ingest.settings import IngestSettings
    from ingest.worker import open_installation

    async with AsyncExitStack() as stack:
        installation = await open_installation(IngestSettings.of_environment(), stack)
        merged = await Compaction(installation.database, installation.storage).run(rows)
        await installation.reports.settle()
        files = MessageFiles(installation.database)
        return [(file, len(await files.sources(file))) for file in merged]


async def _files(first: int) -> list[tuple[list[MessageFile], int]]:
    from graph.store.message_files import MessageFiles
    from ingest.message_runs import SHAPES
    from ingest.settings import IngestSettings
    from ingest.worker import open_installation

    async with AsyncExitStack() as stack:
        installation = await open_installation(IngestSettings.of_environment(), stack)
        files = MessageFiles(installation.database)
        found: list[tuple[list[MessageFile], int]] = []
        for shape in SHAPES.values():
            held = await files.files(installation.storage.folder(*shape.folder))
            found.append((held[-first:], max(0, len(held) - first)))
        return found


def _as_json(file: MessageFile) -> dict[str, object]:
    return {
        "file": file.location,
        "topic": file.topic,
        "partition": file.partition,
        "start_position": file.start_position,
        "end_position": file.end_position,
        "rows": file.rows,
        "size": file.size,
        "written_at": str(file.written_at),
        "run_id": str(file.run_id),
    }
