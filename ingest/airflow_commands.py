"""The commands of Airflow: `goldthread airflow` runs one, `goldthread airflow-reconcile` asks it what was not heard."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import threading
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from graph.errors import UnavailableError

if TYPE_CHECKING:
    from datetime import datetime

    from ingest.airflow_reconciliation import Reconciled


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(airflow)
    app.command("airflow-reconcile")(reconcile)


def airflow() -> None:
    """Run an Apache Airflow in the data folder, on this machine alone, until SIGTERM; installed at the first start."""
    from ingest.airflow_beside import AirflowServer, database_beside
    from ingest.airflow_server.programs import programs
    from ingest.airflow_server.secrets import ADMIN, passwords_file
    from ingest.settings import IngestSettings

    settings = IngestSettings.of_environment()
    if settings.airflow_url is not None:
        raise UnavailableError("GOLDTHREAD_AIRFLOW_URL names an Airflow that runs already")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: stop.set())
    python = programs(settings.cache, _tell)
    url = settings.airflow_database_url or asyncio.run(database_beside(settings.require_database_url()))
    server = AirflowServer(settings, python, url)
    try:
        server.start()
        from ingest.airflow_api import AirflowApi  # takes seconds to load, in which Airflow starts

        if server.wait_until_ready(stop.is_set, AirflowApi):
            _tell(f"Airflow answers at {server.place.url}")
            _tell(f"log in as {ADMIN} with the password in {passwords_file(server.place.home)}")
            while not stop.wait(1.0):
                server.check()
    finally:
        server.stop()


def reconcile(
    *,
    since: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="Compare what changed since then; else since the last time."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Compare Airflow's runs with what the catalog heard of them, and record what is missing, such as ends that were lost."""
    from graph.time import instant
    from ingest.running import until_terminated

    bound = None if since is None else instant(since, "--since")
    done = asyncio.run(until_terminated(_reconcile(bound)))
    told = {
        "dag_runs": done.dag_runs,
        "events": done.events,
        "versions": done.versions,
        "aborted": done.aborted,
        "open": done.open,
    }
    if as_json:
        typer.echo(json.dumps(told))
        return
    print(
        f"{done.dag_runs:,} DAG runs compared: {done.events:,} events recorded, {done.versions:,} versions of datasets, "
        f"{done.aborted:,} runs ended that Airflow does not know any more; {done.open:,} go on"
    )


async def _reconcile(since: datetime | None) -> Reconciled:
    from graph.store.database import Database
    from ingest.airflow_api import AirflowApi
    from ingest.airflow_history import AirflowHistory
    from ingest.airflow_reconciliation import Reconciliation
    from ingest.settings import IngestSettings

    settings = IngestSettings.of_environment()
    access = settings.require_airflow()
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.require_database_url(), connections=3)
        stack.push_async_callback(database.close)
        api = stack.enter_context(AirflowApi(access))
        reconciliation = Reconciliation(database, AirflowHistory(api), access.namespace)
        stack.push_async_callback(reconciliation.close)
        async with database.connection() as connection:
            now = await connection.fetchval("select clock_timestamp()")
        return await reconciliation.run(now, since)


def _tell(line: str) -> None:
    print(f"goldthread: {line}", file=sys.stderr, flush=True)
