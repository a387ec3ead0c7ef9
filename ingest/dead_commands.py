"""The commands `goldthread dead`: messages that could not be used and events that could not be read."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.table import Table

from graph.errors import InvalidInputError

if TYPE_CHECKING:
    from ingest.all_letters import AllLetters, Letter
    from ingest.settings import IngestSettings

T = TypeVar("T")

LONGEST_REASON = 300

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]
Ids = Annotated[list[UUID] | None, typer.Argument(metavar="ID...", help="Ids of dead letters.")]
Topic = Annotated[str | None, typer.Option(help="Messages of one topic alone.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    dead = typer.Typer(
        no_args_is_help=True,
        help="Messages that could not be used and events that could not be read, kept with the reason of each.",
    )
    dead.command("list")(list_letters)
    dead.command("show")(show)
    dead.command("replay")(replay)
    dead.command("discard")(discard)
    app.add_typer(dead, name="dead")


def list_letters(
    *,
    topic: Topic = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="Those too that were replayed.")] = False,
    first: Annotated[int, typer.Option(min=1, max=1_000, help="How many at most, latest first.")] = 20,
    skip: Annotated[int, typer.Option(min=0, help="How many to pass over before.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List dead letters that wait for a replay, the latest first."""
    page, total = _with_letters(lambda found: found.page(first, skip, topic, open_only=not all_of_them))
    if as_json:
        print(json.dumps({"total": total, "letters": [_told(letter) for letter in page]}, ensure_ascii=False))
        return
    table = Table("id", "received", "times", "source", "size", "what is wrong", box=None)
    for letter in page:
        state = "" if letter.replayed_at is None else "[green]replayed[/] "
        table.add_row(
            str(letter.id),
            f"{letter.received_at:%Y-%m-%d %H:%M:%S}",
            str(letter.times),
            escape(letter.source),
            decimal(letter.size),
            state + escape(letter.reason[:LONGEST_REASON]),
        )
    console = Console()
    console.print(table)
    what = "dead letters" if all_of_them else "wait for a replay"
    more = f"; more: --skip {skip + len(page)}" if skip + len(page) < total else ""
    console.print(f"{len(page):,} of {total:,} {what}{more}", highlight=False)


def show(
    letter_id: Annotated[UUID, typer.Argument(metavar="ID", help="Its id.")],
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Only what it holds, byte for byte.")] = False,
) -> None:
    """Print a dead letter as JSON: what was wrong, and what it holds; bytes that are no text are shown in hexadecimal."""
    letter, content = _with_letters(lambda found: found.show(letter_id))
    if raw:
        sys.stdout.buffer.write(content.value or b"")
        return
    held = {"value": _shown(content.value)}
    if letter.kind == "message":
        headers = {name: _shown(value) for name, value in content.headers}
        held |= {"key": _shown(content.key), "headers": headers}
    typer.echo(json.dumps(_told(letter) | held, ensure_ascii=False, indent=2))


def replay(
    letter_ids: Ids = None,
    *,
    all_of_them: Annotated[
        bool, typer.Option("--all", help="All that wait, of --topic if that is given.")
    ] = False,
    topic: Topic = None,
    as_json: AsJson = False,
) -> None:
    """Send messages to their topics once more and record events. Exit code 1 where an event still cannot be read."""
    from ingest.streams.sending import sender

    wanted, settings = _wanted(letter_ids, topic, all_of_them=all_of_them), _settings()
    done = _with_letters(lambda found: found.replay(wanted, topic, lambda: sender(settings.require_kafka())))
    refused = [
        {"id": str(letter), "problems": [{"path": p.path, "reason": p.reason} for p in problems]}
        for letter, problems in done.refused
    ]
    if as_json:
        print(json.dumps({"sent": done.sent, "recorded": done.recorded, "refused": refused}))
    else:
        for letter, problems in done.refused:
            for problem in problems:
                print(f"{letter}: {problem.path}: {problem.reason}")
        sent = f"{done.sent:,} sent to their topics once more, " if done.sent else ""
        print(f"{sent}{done.recorded:,} recorded, {len(refused):,} still cannot be read")
    if refused:
        raise typer.Exit(1)


def discard(
    letter_ids: Ids = None,
    *,
    all_of_them: Annotated[
        bool, typer.Option("--all", help="All there are, of --topic if that is given.")
    ] = False,
    topic: Topic = None,
    as_json: AsJson = False,
) -> None:
    """Delete dead letters for good."""
    wanted = _wanted(letter_ids, topic, all_of_them=all_of_them)
    count = _with_letters(lambda found: found.discard(wanted, topic))
    print(json.dumps({"discarded": count}) if as_json else f"{count:,} discarded")


def _wanted(letter_ids: list[UUID] | None, topic: str | None, *, all_of_them: bool) -> list[UUID] | None:
    """Return the ids that are asked for, None for all; raises InvalidInputError where neither or both are given."""
    if bool(letter_ids) == all_of_them:
        raise InvalidInputError.at("ids", "say either which dead letters, or --all")
    if topic is not None and not all_of_them:
        raise InvalidInputError.at("--topic", "goes with --all")
    return list(dict.fromkeys(letter_ids)) if letter_ids else None


def _with_letters(act: Callable[[AllLetters], Awaitable[T]]) -> T:
    """Return what is done with the dead letters of the database that the environment names."""

    async def work() -> T:
        from graph.store.database import Database
        from ingest.all_letters import AllLetters

        async with AsyncExitStack() as stack:
            database = await Database.open(_settings().require_database_url(), connections=4)
            stack.push_async_callback(database.close)
            return await act(AllLetters(database))

    return asyncio.run(work())


def _told(letter: Letter) -> dict[str, object]:
    replayed_at = letter.replayed_at
    return {
        "id": str(letter.id),
        "kind": letter.kind,
        "source": letter.source,
        "receivedAt": letter.received_at.isoformat(timespec="seconds"),
        "replayedAt": None if replayed_at is None else replayed_at.isoformat(timespec="seconds"),
        "times": letter.times,
        "bytes": letter.size,
        "reason": letter.reason,
        "problems": [{"path": problem.path, "reason": problem.reason} for problem in letter.problems],
    }


def _shown(content: bytes | None) -> str | None:
    if content is None:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.hex()


def _settings() -> IngestSettings:
    from ingest.settings import IngestSettings

    return IngestSettings.of_environment()
