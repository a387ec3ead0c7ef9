"""The commands about kept events: retention, and replay of those of an earlier release."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from graph.errors import InvalidInputError
from service import graph_commands
from service.local_database import on_database, on_database_at
from service.settings import Settings

if TYPE_CHECKING:
    from graph.store.database import Database
    from lineage.replay import Replay
    from lineage.retention import Retention

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]

events = typer.Typer(
    cls=graph_commands.NodeFirst,
    help="The lineage of a dataset or job, and what events told.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(retention)
    app.add_typer(events, name="lineage")
    graph_commands.register(app, events)


def retention(
    keep: Annotated[
        str | None,
        typer.Option(help="How long: 90d, 8w, 12mo, 2y. Without it GOLDTHREAD_KEEP_EVENTS says."),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let go of the raw bytes of old events, whole months at a time; lineage, runs and facets stay as they are."""
    from lineage.retention import Keep, retain

    setting = Settings.of_environment().keep_events
    if keep is None and setting is None:
        raise InvalidInputError.at("--keep", "is missing: how long raw events are kept, such as 12mo")
    told = Keep.of(keep, "--keep") if keep is not None else Keep.of(setting or "", "GOLDTHREAD_KEEP_EVENTS")
    done = on_database(lambda database: retain(database, told, dry_run=dry_run))
    if as_json:
        print(json.dumps({**asdict(done), "dry_run": dry_run}, default=str))
    else:
        _print_retention(done, dry_run=dry_run)


@events.command("replay")
def replay_events(as_json: AsJson = False) -> None:
    """Record events anew that an earlier release stored; `goldthread up` and `serve` do so before they start."""
    done = on_database(lambda database: record_anew(database, Console(stderr=True, quiet=as_json)))
    if as_json:
        print(json.dumps(asdict(done)))
    elif done.is_elsewhere:
        print("another process records them anew already")
    else:
        print(f"{done.recorded:,} events recorded anew, {done.refused:,} became dead letters")


async def record_anew(
    database: Database, console: Console, is_unwanted: Callable[[], bool] = lambda: False
) -> Replay:
    """Record the events of an earlier release, under a bar where there are any; says nothing where there are none.

    Ends early once it is unwanted; the rest is recorded the next time.
    """
    from lineage.recorder import Recorder
    from lineage.replay import Replay, waiting
    from lineage.replay import replay as replayed

    count = await waiting(database)
    if not count:
        return Replay()
    with _bar("events of an earlier release", count, console) as advance:

        def advanced(done: int) -> bool:
            advance(done)
            return is_unwanted()

        recorder = Recorder(database)
        try:
            return await replayed(database, recorder, advance=advanced)
        finally:
            await recorder.close()


def record_anew_at(url: str, console: Console, is_unwanted: Callable[[], bool] = lambda: False) -> Replay:
    """Do the same on the database of a URL; for those who are about to start."""
    return on_database_at(url, lambda database: record_anew(database, console, is_unwanted))


def _print_retention(done: Retention, *, dry_run: bool) -> None:
    console = Console()
    table = Table("table", "events", "bytes", box=None)
    for each in done.gone:
        table.add_row(each.table, f"{each.events:,}", decimal(each.bytes))
    if done.gone:
        console.print(table)
    count, size = sum(each.events for each in done.gone), sum(each.bytes for each in done.gone)
    verb = "would be let go" if dry_run else "let go"
    told = f"{count:,} raw events of before {done.since:%Y-%m-%d} {verb}, {decimal(size)}; the model stays"
    console.print(told, highlight=False)


@contextmanager
def _bar(name: str, total: int | None, console: Console) -> Generator[Callable[[int], None]]:
    """Show how far something is, and lend what moves it on."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bars:
        bar = bars.add_task(name, total=total)
        yield lambda done: bars.advance(bar, done)
