"""`goldthread up`: PostgreSQL, the newest schema, the server, the worker and the demo, from one command to one Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from rich.console import Console
from rich.markup import escape

from graph.store.database import Database
from graph.store.embedded import EmbeddedPostgres
from graph.store.migrations import migrate
from graph.store.suppression_key import keep_secret
from service.home import StartError, locked, require_free_port
from service.lineage_commands import record_anew_at
from service.settings import Settings
from service.supervisor import Interrupts, Supervisor

READY_SECONDS = 60
"""How long the server may take until it answers."""

KAFKA_NOTICE, AIRFLOW_NOTICE = "kafka.json", "airflow.json"
"""The files of the data folder in which our own Kafka and Airflow say where they answer, once they do."""

T = TypeVar("T")


class _StopError(Exception):
    """The user asked to stop before everything ran."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Which servers of others are run beside it."""

    kafka: bool = False
    airflow: bool = False


def up(settings: Settings, *, demo: bool, beside: Beside | None = None, console: Console) -> None:
    """Run everything until the user stops it, with a Kafka and an Airflow where that is wanted and none is named.

    Raises UnavailableError with one line for the user where something is in the way or a part dies.
    """
    with ExitStack() as stack:
        interrupts = Interrupts()
        stack.callback(interrupts.restore)
        killed = stack.enter_context(locked(settings))
        if killed:
            console.print("[yellow]![/] the last run was killed; recovering its data")
        require_free_port(settings.host, settings.port, patience=10 if killed else 0)
        if settings.suppression_key is None:
            keep_secret(settings.home)
        url = _database(settings, stack, console)
        _step(console, "schema", lambda: f"at revision {asyncio.run(to_newest(url))}")
        record_anew_at(url, console, interrupts.wanted.is_set)
        supervisor = Supervisor(_environment(settings, url), settings.home / "logs")
        stack.callback(supervisor.stop, hurry=interrupts.hurry)
        with suppress(_StopError):
            wanted = beside or Beside()
            wanted = Beside(
                kafka=wanted.kafka and settings.kafka_bootstrap_servers is None,
                airflow=wanted.airflow and settings.airflow_url is None,
            )
            _run(settings, supervisor, interrupts, console, demo=demo, beside=wanted)
    console.print("stopped")


async def to_newest(url: str) -> str:
    """Bring the database to the newest schema and return its revision; raises UnavailableError where none answers."""
    database = await Database.open(url, connections=1)
    await database.close()
    return await migrate(url)


def _run(
    settings: Settings,
    supervisor: Supervisor,
    interrupts: Interrupts,
    console: Console,
    *,
    demo: bool,
    beside: Beside,
) -> None:
    if beside.kafka:
        (settings.home / KAFKA_NOTICE).unlink(missing_ok=True)
        supervisor.start("kafka")
    supervisor.start("serve")
    if beside.kafka:
        _step(
            console, "Kafka", lambda: f"on {_told(settings, KAFKA_NOTICE, 'address', supervisor, interrupts)}"
        )
    if beside.airflow:
        (settings.home / AIRFLOW_NOTICE).unlink(missing_ok=True)
        supervisor.start("airflow")
    supervisor.start("worker")
    _step(console, "server", lambda: _wait_until_ready(settings, supervisor, interrupts))
    if beside.airflow:
        _step(
            console, "Airflow", lambda: f"at {_told(settings, AIRFLOW_NOTICE, 'url', supervisor, interrupts)}"
        )
    if demo:
        _load_demo(supervisor, interrupts)
    _welcome(settings, console, beside)
    while not interrupts.wanted.wait(0.2):
        _raise_for_dead(supervisor)


def _database(settings: Settings, stack: ExitStack, console: Console) -> str:
    if settings.database_url:
        return settings.database_url
    server = EmbeddedPostgres(settings.home)

    def start() -> str:
        stack.callback(server.stop)
        return f"on {urlsplit(server.start()).netloc.rpartition('@')[2]}"

    _step(console, "PostgreSQL", start)
    url = server.url()
    if url is None:
        raise StartError(f"PostgreSQL ended again at once: its log is {server.log}")
    return url


def _environment(settings: Settings, url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "GOLDTHREAD_HOME": str(settings.home),
        "GOLDTHREAD_HOST": settings.host,
        "GOLDTHREAD_PORT": str(settings.port),
        "GOLDTHREAD_URL": settings.url,
    }


def _step(console: Console, name: str, act: Callable[[], str]) -> None:
    """Do one step under a spinner and say how it went."""
    began = time.monotonic()
    with console.status(f"{name} …"):
        told = act()
    console.print(
        f"[green]✔[/] {name} {escape(told)} [dim]({time.monotonic() - began:.1f} s)[/]", highlight=False
    )


def _wait_until_ready(settings: Settings, supervisor: Supervisor, interrupts: Interrupts) -> str:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        _raise_for_dead(supervisor)
        if is_ready(settings):
            return f"ready at {settings.url}"
        if interrupts.wanted.wait(0.1):
            raise _StopError
    raise StartError(
        f"the server is not ready after {READY_SECONDS} s: see {settings.home / 'logs' / 'serve.log'}"
    )


def _told(settings: Settings, notice: str, name: str, supervisor: Supervisor, interrupts: Interrupts) -> str:
    """Wait, the first time until it is fetched, for a server beside us, and return what its notice says."""
    while True:
        _raise_for_dead(supervisor)
        with suppress(OSError):
            return json.loads((settings.home / notice).read_text(encoding="utf-8"))[name]
        if interrupts.wanted.wait(0.1):
            raise _StopError


def is_ready(settings: Settings) -> bool:
    """Whether the server of these settings answers that it is ready."""
    headers = {"Authorization": f"Bearer {settings.api_key.get_secret_value()}"} if settings.api_key else {}
    request = Request(f"{settings.url}/readyz", headers=headers)  # noqa: S310 - always http://
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=5) as answer:
            return json.load(answer)["status"] == "ready"
    except (URLError, OSError, ValueError, KeyError):
        return False


def _load_demo(supervisor: Supervisor, interrupts: Interrupts) -> None:
    demo = supervisor.start("demo", "--if-empty", on_terminal=True)
    while demo.process.poll() is None:
        if interrupts.wanted.wait(0.1):
            raise _StopError
        if (dead := supervisor.dead()) is not None and dead is not demo:
            raise StartError(dead.obituary())
    if demo.process.returncode != 0:
        raise StartError(f"{demo.obituary()}; to run without it: goldthread up --no-demo")
    supervisor.release(demo)


def _raise_for_dead(supervisor: Supervisor) -> None:
    if (dead := supervisor.dead()) is not None:
        raise StartError(dead.obituary())


def _welcome(settings: Settings, console: Console, beside: Beside) -> None:
    url = settings.url
    program_file = os.path.relpath(Path(sys.executable).with_name("goldthread"))
    program = "goldthread" if shutil.which("goldthread") else program_file
    key = " -H 'X-API-Key: …'" if settings.api_key else ""
    airflow = (
        f"\n  Airflow     log in as admin; the password is in {escape(str(settings.home / 'airflow' / 'passwords.json'))}"
        if beside.airflow
        else ""
    )
    console.print(
        f"""
[bold]Goldthread is ready.[/] Ctrl-C stops it; the data stays in {escape(str(settings.home))}

  catalog     [link={url}]{url}[/link]
  playground  [link={url}/playground]{url}/playground[/link]
  GraphQL     {url}/graphql
  REST        {url}/api/v1/customers
  metrics     {url}/metrics{airflow}

Three things to try:
  1. In the playground: {{ customers(first: 3) {{ nodes {{ id version {{ firstName lastName email }} }} }} }}
  2. curl{key} '{url}/api/v1/customers?first=3'
  3. {program} psql --run     then: table customers_history limit 5;
""",
        highlight=False,
        soft_wrap=True,
    )
