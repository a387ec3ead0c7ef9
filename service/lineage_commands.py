"""The commands about kept events: retention, replay of those of an earlier release, and dead letters."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from graph.errors import InvalidInputError
from service import graph_commands
from service.local_database import on_database, on_database_at
from service.settings import Settings

if TYPE_CHECKING:
    from graph.store.database import Database
    from lineage.dead_letters import DeadLetter, DeadLetters, Replayed, Tally
    from lineage.replay import Replay
    from lineage.retention import Retention

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]
Ids = Annotated[list[UUID] | None, typer.Argument(help="Ids of dead letters.")]

events = typer.Typer(
    cls=graph_commands.NodeFirst,
    help="The lineage of a dataset or job, and what events told.",
    no_args_is_help=True,
)
letters = typer.Typer(
    help="Events that could not be read, kept until they are replayed.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(retention)
    app.add_typer(events, name="lineage")
    graph_commands.register(app, events)
    app.add_typer(letters, name="dead-letters")


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


@letters.command("list")
def list_letters(
    *,
    all_of_them: Annotated[bool, typer.Option("--all", help="Those too that were replayed.")] = False,
    first: Annotated[int, typer.Option(min=1, max=1_000, help="How many.")] = 20,
    after: Annotated[UUID | None, typer.Option(help="The last id of the page before.")] = None,
    as_json: AsJson = False,
) -> None:
    """List dead letters, the latest first."""

    async def read(database: Database) -> tuple[list[DeadLetter], bool, Tally]:
        found = _letters(database)
        return *await found.page(first, after, open_only=not all_of_them), await found.tally()

    page, has_more, tally = on_database(read)
    if as_json:
        told = {"dead_letters": [asdict(letter) for letter in page], "has_more": has_more, **asdict(tally)}
        print(json.dumps(told, default=str, ensure_ascii=False))
        return
    table = Table("id", "last received", "times", "source", "size", "what is wrong", box=None)
    for letter in page:
        wrong = "; ".join(f"{problem.path}: {problem.reason}" for problem in letter.problems)
        state = "" if letter.event_id is None else f"[green]replayed as {letter.event_id}[/] "
        table.add_row(
            str(letter.dead_letter_id),
            f"{letter.last_received_at:%Y-%m-%d %H:%M:%S}",
            str(letter.times),
            escape(letter.source),
            decimal(letter.size),
            state + escape(wrong[:300]),
        )
    console = Console()
    console.print(table)
    more = f"; more: --after {page[-1].dead_letter_id}" if has_more else ""
    lost = f", {tally.let_go:,} were let go because too many came" if tally.let_go else ""
    console.print(f"{tally.waiting:,} of {tally.letters:,} wait for a replay{lost}{more}", highlight=False)


@letters.command()
def show(
    dead_letter_id: Annotated[UUID, typer.Argument(help="Its id.")],
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Only the content, byte for byte.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print a dead letter: what was wrong with it, and its content."""
    letter, content = on_database(lambda database: _letters(database).show(dead_letter_id))
    if raw:
        sys.stdout.buffer.write(content)
        return
    text = content.decode(errors="replace")
    if as_json:
        print(json.dumps({**asdict(letter), "content": text}, default=str, ensure_ascii=False))
        return
    console = Console()
    for name, value in asdict(letter).items():
        if name != "problems" and value is not None:
            console.print(f"{name.replace('_', ' ')}: {value}", highlight=False, markup=False, soft_wrap=True)
    for problem in letter.problems:
        console.print(f"  {problem.path}: {problem.reason}", highlight=False, markup=False, soft_wrap=True)
    print(text)


@letters.command()
def replay(
    dead_letter_ids: Ids = None,
    *,
    all_of_them: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    as_json: AsJson = False,
) -> None:
    """Record dead letters as events; what still cannot be read stays, with what is wrong now. Exit code 1 for those."""
    wanted = _wanted(dead_letter_ids, all_of_them=all_of_them)

    async def act(database: Database) -> list[Replayed]:
        from lineage.recorder import Recorder

        recorder = Recorder(database)
        try:
            with _bar(
                "dead letters", len(wanted) if wanted else None, Console(stderr=True, quiet=as_json)
            ) as advance:
                return await _letters(database).replay(wanted, recorder, advance)
        finally:
            await recorder.close()

    told = on_database(act)
    refused = [outcome for outcome in told if outcome.event_id is None]
    if as_json:
        print(json.dumps([asdict(outcome) for outcome in told], default=str, ensure_ascii=False))
    else:
        for outcome in refused:
            for problem in outcome.problems:
                print(f"{outcome.dead_letter_id}: {problem.path}: {problem.reason}")
        print(f"{len(told) - len(refused):,} recorded, {len(refused):,} still cannot be read")
    if refused:
        raise typer.Exit(1)


@letters.command()
def discard(
    dead_letter_ids: Ids = None,
    *,
    all_of_them: Annotated[bool, typer.Option("--all", help="All there are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete dead letters for good."""
    wanted = _wanted(dead_letter_ids, all_of_them=all_of_them)
    count = on_database(lambda database: _letters(database).discard(wanted))
    print(json.dumps({"discarded": count}) if as_json else f"{count:,} discarded")


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


def _wanted(dead_letter_ids: Sequence[UUID] | None, *, all_of_them: bool) -> list[UUID] | None:
    """Return the ids that are asked for, None for all; raises InvalidInputError where neither or both are given."""
    if bool(dead_letter_ids) == all_of_them:
        raise InvalidInputError.at("ids", "say either which dead letters, or --all")
    return list(dict.fromkeys(dead_letter_ids)) if dead_letter_ids else None


def _letters(database: Database) -> DeadLetters:
    from lineage.dead_letters import DeadLetters

    return DeadLetters(database)


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
