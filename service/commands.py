"""The commands of the service: up, serve, migrate, export-schema, doctor and psql."""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from graph.errors import UnavailableError
from graph.store.database import Database
from graph.store.embedded import program, running_url
from service import lineage_commands, timeline_commands
from service.settings import Settings
from service.supervisor import become_psql
from service.type_commands import app as types

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(up)
    app.command()(serve)
    app.command()(migrate)
    app.command()(doctor)
    app.command()(psql)
    app.command("export-schema")(export_schema)
    app.add_typer(types, name="types")
    lineage_commands.register(app)
    timeline_commands.register(app)


def up(
    demo: Annotated[
        bool, typer.Option(envvar="GOLDTHREAD_DEMO", help="Load the demo into an empty catalog.")
    ] = True,
    kafka: Annotated[
        bool,
        typer.Option(
            "--kafka", envvar="GOLDTHREAD_KAFKA", help="Run an Apache Kafka beside it, fetched once."
        ),
    ] = False,
    airflow: Annotated[
        bool,
        typer.Option(
            "--airflow", envvar="GOLDTHREAD_AIRFLOW", help="Run an Apache Airflow beside it, installed once."
        ),
    ] = False,
) -> None:
    """Start everything: PostgreSQL, the server, the worker and, in an empty catalog, the demo. Ctrl-C ends it."""
    from service.up import Beside
    from service.up import up as run_everything

    beside = Beside(kafka=kafka, airflow=airflow)
    run_everything(Settings.of_environment(), demo=demo, beside=beside, console=Console())


def serve() -> None:
    """Run the server alone, on the database of DATABASE_URL or the one that `goldthread up` runs."""
    import uvicorn

    from graph.process_memory import settle
    from service.app import create_app
    from service.graphql_socket import LONGEST_MESSAGE
    from service.whole_answers import WholeAnswers

    settings = _with_database(Settings.of_environment())
    if settings.entity_types is not None:
        from graph.store.entity_types import documents_in

        documents_in(settings.entity_types)  # what is wrong with them is told here, in words
    asyncio.run(_answers(_database_url(settings)))
    lineage_commands.record_anew_at(_database_url(settings), Console(stderr=True))
    running: list[uvicorn.Server] = []
    config = uvicorn.Config(
        create_app(settings, is_ending=lambda: any(server.should_exit for server in running)),
        host=settings.host,
        port=settings.port,
        http=WholeAnswers,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody here asks from where or by which scheme a request came
        timeout_graceful_shutdown=15,
        timeout_keep_alive=30,
        ws_max_size=LONGEST_MESSAGE,
    )
    running.append(uvicorn.Server(config))
    settle()
    with suppress(KeyboardInterrupt):
        running[0].run()
    if not running[0].started:
        raise typer.Exit(3)


def migrate(as_json: AsJson = False) -> None:
    """Bring the database to the newest schema."""
    from service.up import to_newest

    revision = asyncio.run(to_newest(_database_url(Settings.of_environment())))
    print(json.dumps({"revision": revision}) if as_json else f"the schema is at revision {revision}")


def doctor(as_json: AsJson = False) -> None:
    """Look at everything Goldthread needs and say how to mend what is wrong."""
    from service.doctor import examine

    findings = asyncio.run(examine())
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        console = Console()
        for finding in findings:
            sign = "[green]✔[/]" if finding.is_well else "[red]✘[/]"
            remedy = f" [bold]→ {escape(finding.remedy)}[/]" if finding.remedy else ""
            console.print(
                f"{sign} {finding.name}: {escape(finding.detail)}{remedy}", highlight=False, soft_wrap=True
            )
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


def psql(
    run: Annotated[bool, typer.Option("--run", help="Open psql on it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the URL of the database, password and all, for psql and other tools."""
    url = _database_url(Settings.of_environment())
    if run:
        client = shutil.which("psql") or str(program("psql"))
        become_psql(client, url)
    print(json.dumps({"url": url}) if as_json else url)


def export_schema() -> None:
    """Print the GraphQL schema."""
    from service.schema.root import sdl

    print(sdl(), end="")


def _database_url(settings: Settings) -> str:
    url = settings.database_url or running_url(settings.home)
    if url is None:
        raise UnavailableError("no database runs: start it with `make run`, or set DATABASE_URL")
    return url


async def _answers(url: str) -> None:
    """Raise UnavailableError, which is told in one line, before a server starts that could only fail."""
    await (await Database.open(url, connections=1)).close()


def _with_database(settings: Settings) -> Settings:
    return settings.model_copy(update={"database_url": _database_url(settings)})
