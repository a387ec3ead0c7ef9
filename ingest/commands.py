"""The commands `goldthread worker` and `goldthread demo`."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from ingest.demo import Demo
    from ingest.demo_state import DemoResult
    from ingest.generators import SourceFile
    from ingest.settings import IngestSettings

MOST_CUSTOMERS = 50_000
"""Beyond this the telephone numbers that are kept free for fiction run out."""

T = TypeVar("T")


def register(app: typer.Typer) -> None:
    """Add the commands of ingest to the command line."""
    app.command()(worker)
    app.command()(demo)


def worker() -> None:
    """Carry every change of the golden records into the lake and the warehouse, until SIGTERM."""
    from ingest.worker import work

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("openlineage").setLevel(logging.WARNING)
    asyncio.run(work(_settings()))


def demo(
    *,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing where the catalog holds customers already.")
    ] = False,
    customers: Annotated[
        int, typer.Option(min=1, max=MOST_CUSTOMERS, help="How many people the source systems know.")
    ] = 2_000,
    seed: Annotated[int, typer.Option(help="Equal seeds make equal people.")] = 7,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, and no progress.")
    ] = False,
) -> None:
    """Load a CRM and a web shop of made-up customers through intake, lake and warehouse."""
    loading = _load(_settings(), customers, seed, if_empty=if_empty, quiet=as_json)
    result = asyncio.run(_until_terminated(loading))
    if as_json:
        typer.echo(json.dumps(asdict(result)))
    else:
        Console(stderr=True).print(_summary(result), highlight=False)


async def _load(
    settings: IngestSettings, customers: int, seed: int, *, if_empty: bool, quiet: bool
) -> DemoResult:
    from ingest.demo_state import DemoResult, is_needed

    if if_empty and not await is_needed(settings.require_database_url()):
        return DemoResult(skipped=True)
    from ingest.demo import Demo
    from ingest.worker import open_carrier

    async with AsyncExitStack() as stack:
        task = Demo(await open_carrier(settings, stack), settings, customers, seed)
        return await _with_progress(task, await task.files(), quiet=quiet)


async def _with_progress(task: Demo, files: list[SourceFile], *, quiet: bool) -> DemoResult:
    columns = (
        TextColumn("{task.description:<30}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bars:
        all_files = bars.add_task("deliveries", total=len(files), rate="files")
        bar_of: dict[str, TaskID] = {}
        rows = {file.path: file.rows for file in files}

        def advance(path: str, done: int) -> None:
            if path not in bar_of:
                bar_of[path] = bars.add_task(path, total=rows[path], rate="rows")
            bars.advance(bar_of[path], done)
            bar = bars.tasks[bars.task_ids.index(bar_of[path])]
            if bar.elapsed:
                bars.update(bar_of[path], rate=f"rows  {bar.completed / bar.elapsed:,.0f}/s")
            if bar.finished and done:
                bars.advance(all_files)

        return await task.load(files, advance)


def _summary(result: DemoResult) -> str:
    if result.skipped:
        return "the catalog holds customers already; the demo is not loaded again"
    told = "" if result.is_lineage_told else "; no server took the lineage, the worker tells it once one does"
    return (
        f"{result.rows:,} rows of {result.files} files: {result.accepted:,} accepted, {result.unchanged:,} unchanged, "
        f"{result.rejected:,} in quarantine → {result.customers:,} golden records → {result.lake_files} files in the "
        f"lake → {result.warehouse_rows:,} versions in the warehouse, in {result.seconds:.1f} s{told}"
    )


def _settings() -> IngestSettings:
    from ingest.settings import IngestSettings

    return IngestSettings.of_environment()


async def _until_terminated(work: Coroutine[object, object, T]) -> T:
    """Let SIGTERM end the work as Ctrl-C does, so that the terminal is left as it was."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGTERM) from None
