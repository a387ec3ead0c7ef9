"""The commands of ingest: `goldthread worker`, `goldthread deliver`, `goldthread demo` and those of its neighbours."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import AsyncExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ingest import (
    airflow_commands,
    dead_commands,
    erase_commands,
    lake_commands,
    load_commands,
    match_commands,
    run_commands,
    stream_commands,
)
from ingest.running import until_terminated

if TYPE_CHECKING:
    from graph.store.deliveries import Delivery
    from ingest.airflow_api import AirflowApi
    from ingest.airflow_server.notice import AirflowAccess
    from ingest.demo import Demo
    from ingest.demo_state import DemoResult
    from ingest.generators import SourceFile
    from ingest.pipelines.airflow import Airflow
    from ingest.settings import IngestSettings

MOST_CUSTOMERS = 50_000
"""Beyond this the telephone numbers that are kept free for fiction run out."""

ACTOR = "command line"
"""Who has a file taken in, where `goldthread deliver` is asked to."""


def register(app: typer.Typer) -> None:
    """Add the commands of ingest to the command line."""
    app.command()(worker)
    load_commands.register(app)
    app.command()(deliver)
    app.command()(demo)
    match_commands.register(app)
    erase_commands.register(app)
    lake_commands.register(app)
    stream_commands.register(app)
    dead_commands.register(app)
    airflow_commands.register(app)
    run_commands.register(app)


def worker() -> None:
    """Carry changes into the lake and the warehouse, messages of Kafka and runs of pipelines, until SIGTERM."""
    from graph.process_memory import settle
    from ingest.airflow_assets import tell_assets
    from ingest.pipelines.carrying import carry_pipelines
    from ingest.uploads import carry_uploads
    from ingest.worker import work

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for chatty in ("openlineage", "aiobotocore", "botocore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # Of what it tries again by itself, it logs errors.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    settings = _settings()
    carriers = [
        partial(carry_pipelines, opened=_airflow),
        partial(tell_assets, opened=_airflow_api),
        carry_uploads,
    ]
    if settings.kafka_address is not None:
        from ingest.streams.running import stream

        settings.require_kafka()
        carriers.insert(0, stream)
    settle()
    asyncio.run(work(settings, *carriers))


def deliver(
    system: Annotated[str, typer.Argument(help="The source system that the file is from, such as crm.")],
    file: Annotated[
        Path, typer.Argument(help="A CSV file (with a header) or an NDJSON file of its customers.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Take a file of customers in, where it lies, and say what became of its rows; a file is taken in once."""
    from ingest.deliveries import check_delivery

    place = file.resolve()
    check_delivery(system, place)
    delivery, is_told = asyncio.run(until_terminated(_deliver(_settings(), system, place)))
    if as_json:
        typer.echo(json.dumps(_outcome(delivery) | {"is_lineage_told": is_told}))
    else:
        Console(stderr=True).print(_words(delivery), highlight=False, markup=False, soft_wrap=True)


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
    result = asyncio.run(until_terminated(loading))
    if as_json:
        typer.echo(json.dumps(asdict(result)))
    else:
        Console(stderr=True).print(_summary(result), highlight=False)


def _airflow(access: AirflowAccess) -> Airflow:
    from ingest.pipelines.airflow import Airflow  # takes seconds to load, and is not always needed

    return Airflow(access)


def _airflow_api(access: AirflowAccess) -> AirflowApi:
    from ingest.airflow_api import AirflowApi  # as above

    return AirflowApi(access)


async def _deliver(settings: IngestSettings, system: str, place: Path) -> tuple[Delivery, bool]:
    from graph.errors import UnavailableError
    from graph.intake import Intake
    from ingest.deliveries import FileDeliveries
    from ingest.worker import open_installation

    async with AsyncExitStack() as stack:
        installation = await open_installation(settings, stack)
        intake = Intake(installation.database, suppression_key=installation.suppression_key)
        stack.push_async_callback(intake.close)
        loader = FileDeliveries(installation.database, intake, installation.reports)
        try:
            delivery = await loader.announce(system, place.parent, place.name, ACTOR)
            delivery = await loader.take_in(delivery)
        except OSError as error:
            raise UnavailableError(f"{place} cannot be read: {error.strerror or error}") from error
        return delivery, await installation.reports.settle()


def _outcome(delivery: Delivery) -> dict[str, object]:
    return {
        "source_system": delivery.source_system,
        "file": delivery.location,
        "run_id": str(delivery.run_id),
        "taken_in_at": str(delivery.taken_in_at),
        "rows": delivery.rows,
        "accepted": delivery.accepted,
        "unchanged": delivery.unchanged,
        "rejected": delivery.rejected,
        "rejected_rows": _rejected_rows(delivery),
    }


def _words(delivery: Delivery) -> str:
    told = (
        f"{delivery.rows:,} rows of {delivery.location}: {delivery.accepted:,} accepted, "
        f"{delivery.unchanged:,} unchanged, {delivery.rejected:,} rejected"
    )
    if not delivery.rejected:
        return told
    return (
        f"{told}\nthe rejected ones are in quarantine; for their numbers and reasons ask `goldthread psql --run`:\n"
        f"{_rejected_rows(delivery)}"
    )


def _rejected_rows(delivery: Delivery) -> str:
    """Return the SQL that finds the rows of a file that were refused, and why."""
    place = delivery.location.replace("'", "''")
    return (
        "select origin_position, problems, body from quarantine join origin using (tenant_id, origin_id) "  # noqa: S608 - shown, not run
        f"where file = '{place}' order by origin_position"
    )


async def _load(
    settings: IngestSettings, customers: int, seed: int, *, if_empty: bool, quiet: bool
) -> DemoResult:
    from ingest.demo_state import DemoResult, is_needed

    if if_empty and not await is_needed(settings.require_database_url()):
        return DemoResult(skipped=True)
    from ingest.demo import Demo
    from ingest.worker import open_installation

    async with AsyncExitStack() as stack:
        task = Demo(await open_installation(settings, stack), settings, customers, seed)
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
