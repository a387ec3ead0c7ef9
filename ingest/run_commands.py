"""The commands of pipelines: `goldthread run`, `goldthread runs` and `goldthread step`."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from rich.console import Console
from rich.table import Table

from graph.errors import InvalidInputError, NotFoundError
from ingest.running import until_terminated

if TYPE_CHECKING:
    from graph.store.database import Database
    from graph.store.pipeline_runs import PipelineRun

ACTOR = "command line"
STILL_WAITING = 75
"""The exit code where a run is not over after as long as was to be waited: try again later."""

BAD_INPUT = 2
"""The exit code of a step that was asked for what cannot be: asking again does not help."""

Conf = Annotated[str | None, typer.Option(metavar="JSON", help="What it is to be given, as a JSON object.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(run)
    app.command()(runs)
    app.command()(step)


def run(
    pipeline: Annotated[str, typer.Argument(help="The name or the id of the pipeline.")],
    *,
    conf: Conf = None,
    key: Annotated[
        str | None, typer.Option(help="Asked for with the same key again, it is the same run.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the run is over.")] = False,
    timeout: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="How long to wait at most.")
    ] = 3600.0,
    as_json: AsJson = False,
) -> None:
    """Ask for a run of a pipeline; a worker carries it out, or hands it over to Airflow.

    With --wait it ends with 0 where the run succeeded, 1 where it did not, and 75 where it is not over in time.
    """
    until = timeout if wait else None
    found = asyncio.run(until_terminated(_run(pipeline, _conf(conf), key, until)))
    _show(found, as_json=as_json)
    if wait and found.state != "succeeded":
        raise typer.Exit(1 if found.is_ended else STILL_WAITING)


def runs(
    pipeline: Annotated[
        str | None, typer.Argument(help="The name or the id of a pipeline; all where none is named.")
    ] = None,
    *,
    first: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the newest runs of pipelines."""
    found = asyncio.run(until_terminated(_runs(pipeline, first)))
    if as_json:
        print(json.dumps([_as_json(each) for each in found], default=str))
        return
    table = Table(box=None)
    for heading in ("run", "pipeline", "state", "cause", "asked for", "seconds", ""):
        table.add_column(heading, overflow="fold")
    for each in found:
        seconds = "" if each.ended_at is None or each.started_at is None else f"{_seconds(each):,.1f}"
        asked = f"{each.requested_at:%Y-%m-%d %H:%M:%S}"
        why = each.error or each.state_reason or ""
        table.add_row(str(each.run_id), each.pipeline_name, each.state, each.cause, asked, seconds, why)
    Console().print(table)


def step(
    name: Annotated[str, typer.Argument(help="The step: what `worker:…` of a pipeline names.")],
    *,
    conf: Conf = None,
) -> None:
    """Do a step of a pipeline here and now, and print what it did as JSON; it is what tasks of Airflow call.

    The run that it is part of is named by OPENLINEAGE_PARENT_ID (namespace/job/run id). It ends with 2 where what it is
    asked for cannot be, and with 1 where something is in the way that may be gone next time.
    """
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    try:
        answer = asyncio.run(until_terminated(_step(name, _conf(conf))))
    except (InvalidInputError, NotFoundError) as error:
        print(f"goldthread: {error}", file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from error
    print(json.dumps(answer, default=str))


async def _run(pipeline: str, conf: dict[str, Any], key: str | None, until: float | None) -> PipelineRun:
    from graph.store.pipeline_requests import PipelineRequests
    from graph.store.pipeline_runs import PipelineRuns

    deadline = time.monotonic() + (until or 0)
    async with AsyncExitStack() as stack:
        database = await _database(stack)
        found = await PipelineRequests(database).run(pipeline, conf, key, ACTOR)
        while until is not None and not found.is_ended and time.monotonic() < deadline:
            await asyncio.sleep(0.3)
            found = (await PipelineRuns(database).by_id([found.run_id]))[found.run_id]
        return found


async def _runs(pipeline: str | None, first: int) -> list[PipelineRun]:
    from graph.store.pipeline_requests import PipelineRequests
    from graph.store.pipeline_runs import PipelineRuns

    async with AsyncExitStack() as stack:
        database = await _database(stack)
        wanted = None if pipeline is None else (await PipelineRequests(database).named(pipeline)).asset_id
        return (await PipelineRuns(database).page(wanted, None, first, None))[0]


async def _step(name: str, conf: dict[str, Any]) -> dict[str, Any]:
    from ingest.parents import parent_told
    from ingest.pipelines.steps import Place, do
    from ingest.settings import IngestSettings
    from ingest.worker import open_installation

    settings = IngestSettings.of_environment()
    parent = parent_told(settings.openlineage_parent_id, settings.openlineage_root_parent_id)
    async with AsyncExitStack() as stack:
        installation = await open_installation(settings, stack)
        answer = await do(Place(installation, settings, parent), name, conf)
        return answer | {"is_lineage_told": await installation.reports.settle()}


async def _database(stack: AsyncExitStack) -> Database:
    from graph.store.database import Database
    from ingest.settings import IngestSettings

    database = await Database.open(IngestSettings.of_environment().require_database_url(), connections=2)
    stack.push_async_callback(database.close)
    return database


def _conf(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text) if text is not None else {}
    except ValueError as error:
        raise InvalidInputError.at("--conf", f"is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise InvalidInputError.at("--conf", "must be a JSON object")
    return cast("dict[str, Any]", value)


def _show(found: PipelineRun, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_as_json(found), default=str))
        return
    why = found.error or found.state_reason
    console = Console(stderr=True, highlight=False)
    console.print(
        f"{found.pipeline_name}: {found.state}{f', {why}' if why else ''}", markup=False, soft_wrap=True
    )
    print(found.run_id)


def _as_json(found: PipelineRun) -> dict[str, object]:
    return {
        "id": found.run_id,
        "pipeline": found.pipeline_name,
        "runs_as": f"{found.engine}:{found.work}",
        "state": found.state,
        "state_reason": found.state_reason,
        "error": found.error,
        "conf": found.conf,
        "cause": found.cause,
        "requested_at": found.requested_at,
        "started_at": found.started_at,
        "ended_at": found.ended_at,
        "attempts": found.attempts,
        "dag_run_id": found.dag_run_id,
        "logs_url": found.logs_url,
        "result": found.result,
    }


def _seconds(found: PipelineRun) -> float:
    if found.ended_at is None or found.started_at is None:
        return 0.0
    return (found.ended_at - found.started_at).total_seconds()
