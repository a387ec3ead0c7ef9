"""The commands of streams: `goldthread kafka`, `goldthread publish`, `goldthread generate` and `goldthread dead`."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from graph.errors import InvalidInputError, UnavailableError
from ingest.running import until_terminated

if TYPE_CHECKING:
    from graph.store.stream_letters import StreamLetter
    from ingest.settings import IngestSettings
    from ingest.streams.publishing import SourceTable

ORDERS_AT_ONCE = 500
LETTERS_AT_ONCE = 20
START_SECONDS = 120.0
"""How long our own broker may take until it answers."""

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(kafka)
    publish = typer.Typer(no_args_is_help=True, help="Publish what a source system holds to its topic.")
    publish.command("customers")(publish_customers)
    app.add_typer(publish, name="publish")
    generate = typer.Typer(
        no_args_is_help=True, help="Make up messages, for demonstrations and measurements."
    )
    generate.command("orders")(generate_orders)
    app.add_typer(generate, name="generate")
    dead = typer.Typer(no_args_is_help=True, help="Messages that could not be used, and why.")
    dead.command("list")(dead_list)
    dead.command("show")(dead_show)
    dead.command("replay")(dead_replay)
    app.add_typer(dead, name="dead")


def kafka() -> None:
    """Run an Apache Kafka broker in the data folder, on this machine alone, until SIGTERM; fetched at the first start."""
    settings = _settings()
    if settings.kafka_bootstrap_servers:
        raise UnavailableError("KAFKA_BOOTSTRAP_SERVERS names a Kafka that runs already")
    asyncio.run(_broker(settings))


def publish_customers(
    source_url: Annotated[str, typer.Option("--from", metavar="URL", help="The database: postgresql://…")],
    *,
    source: Annotated[str, typer.Option(help="What the source system is called, such as crm.")] = "crm",
    table: Annotated[str, typer.Option(help="Its table, with the schema where needed.")] = "customers",
    key_column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The key of its rows, else its primary key.")
    ] = None,
    valid_from_column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column that says since when a row holds.")
    ] = None,
    named: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="COLUMN=ATTRIBUTE", help="What a column means, where its name does not say it."
        ),
    ] = None,
    every: Annotated[
        float | None,
        typer.Option(min=0.1, metavar="SECONDS", help="Look again so often, until Ctrl-C; else once."),
    ] = None,
) -> None:
    """Publish a source database's customers to `source.SYSTEM.customers`: each row once, then what changes and what goes."""
    from ingest.columns import parsed_map
    from ingest.streams.publishing import SourceTable

    what = SourceTable(table, key_column, valid_from_column, parsed_map(named or ()))
    asyncio.run(until_terminated(_publish(_settings(), source_url, source, what, every)))


def generate_orders(
    *,
    rate: Annotated[float, typer.Option(min=0.1, max=1_000_000, help="How many orders in a second.")] = 10.0,
    count: Annotated[int | None, typer.Option(min=1, help="End after so many; else at Ctrl-C.")] = None,
    seed: Annotated[int, typer.Option(help="Equal seeds make equal orders.")] = 7,
) -> None:
    """Send made-up orders to the topic `orders`, keyed by who orders."""
    sent = asyncio.run(until_terminated(_generate(_settings(), rate, count, seed)))
    Console(stderr=True).print(f"{sent:,} orders sent", highlight=False)


def dead_list(
    *,
    topic: Annotated[str | None, typer.Option(help="Those of one topic alone.")] = None,
    open_only: Annotated[bool, typer.Option("--open", help="Those alone that were not replayed.")] = False,
    first: Annotated[int, typer.Option(min=1, max=1_000, help="How many at most, latest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List messages that could not be used, with the reason of each."""
    letters, total = asyncio.run(_letters(_settings(), first, topic, open_only=open_only))
    if as_json:
        typer.echo(json.dumps({"total": total, "letters": [_told(letter) for letter in letters]}))
        return
    table = Table(
        "id", "topic", "partition", "offset", "received", "reason", "replayed", title_justify="left"
    )
    for letter in letters:
        told = _told(letter)
        names = ("id", "topic", "partition", "offset", "receivedAt", "reason", "replayedAt")
        table.add_row(*(str(told[name] or "") for name in names))
    Console().print(table)
    print(f"{len(letters)} of {total}")


def dead_show(letter_id: Annotated[UUID, typer.Argument(metavar="ID")]) -> None:
    """Show one such message, as it came, as JSON; bytes that are no text are shown in hexadecimal."""
    letter = asyncio.run(_letter(_settings(), letter_id))
    headers = {name: _shown(value) for name, value in letter.headers}
    content = {"key": _shown(letter.key), "value": _shown(letter.value), "headers": headers}
    typer.echo(json.dumps(_told(letter) | content, ensure_ascii=False, indent=2))


def dead_replay(
    letter_ids: Annotated[list[UUID] | None, typer.Argument(metavar="ID...")] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="All that were not replayed, of --topic if given.")
    ] = False,
    topic: Annotated[str | None, typer.Option(help="With --all: those of one topic alone.")] = None,
) -> None:
    """Send such messages to their topics once more, after what was wrong with their reader is mended."""
    if bool(letter_ids) == everything:
        raise InvalidInputError.at("ID", "name the messages to replay, or --all")
    count = asyncio.run(until_terminated(_replay(_settings(), letter_ids, topic)))
    print(f"{count} replayed")


async def _broker(settings: IngestSettings) -> None:
    from ingest.kafka_server.broker import Broker, Programs
    from ingest.kafka_server.jars import jars
    from ingest.kafka_server.java import java
    from ingest.streams import topics

    settings.cache.mkdir(parents=True, exist_ok=True)
    fetched = jars(settings.cache, settings.maven_repository, _tell)
    programs = Programs(java(settings.cache, settings.java_home, _tell), fetched)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    broker = Broker(settings.home, programs, settings.kafka_port)
    try:
        process = broker.start()
        ending = [asyncio.create_task(asyncio.to_thread(process.wait)), asyncio.create_task(stop.wait())]
        answered = asyncio.create_task(topics.answers(broker.address, START_SECONDS))
        await asyncio.wait([*ending, answered], return_when=asyncio.FIRST_COMPLETED)
        if answered.done():
            answered.result()
            await topics.make_topics(broker.address, topics.OURS)
            broker.announce()
            _tell(f"Kafka answers at {broker.address}")
            await asyncio.wait(ending, return_when=asyncio.FIRST_COMPLETED)
        answered.cancel()
        if not stop.is_set():
            raise UnavailableError(f"Kafka ended by itself with exit code {process.returncode}")
    finally:
        broker.stop()


async def _publish(
    settings: IngestSettings, source_url: str, source: str, what: SourceTable, every: float | None
) -> None:
    from graph.store.database import Database
    from ingest.streams.publishing import TablePublisher, publish_every
    from ingest.streams.sending import sender
    from ingest.streams.topics import make_topics, source_topic

    address = settings.require_kafka_address()
    async with AsyncExitStack() as stack:
        database = await Database.open(source_url, connections=1)
        stack.push_async_callback(database.close)
        await make_topics(address, [source_topic(source)])
        publisher = TablePublisher(database, what, source, await stack.enter_async_context(sender(address)))
        stop = asyncio.Event()
        async for done in publish_every(publisher, every or 0.1, stop):
            if every is None:
                stop.set()
            if publisher.left_out:
                _tell(
                    f"columns left out: {', '.join(publisher.left_out)} (--map COLUMN=ATTRIBUTE takes them along)"
                )
                publisher.left_out = ()
            if done.sent or done.ended or every is None:
                _tell(
                    f"{done.rows:,} rows: {done.sent:,} new or changed, {done.ended:,} gone → {publisher.topic}"
                )


async def _generate(settings: IngestSettings, rate: float, count: int | None, seed: int) -> int:
    from ingest.order_generator import orders
    from ingest.streams.sending import Outgoing, sender
    from ingest.streams.topics import ORDERS, make_topics

    address, sent, began = settings.require_kafka_address(), 0, time.monotonic()
    await make_topics(address, [ORDERS])
    source = orders(seed)
    async with sender(address) as send:
        while count is None or sent < count:
            due = int((time.monotonic() - began) * rate) + 1 - sent
            some = min(due, ORDERS_AT_ONCE, sys.maxsize if count is None else count - sent)
            if some > 0:
                made = [next(source) for _ in range(some)]
                await send.send([Outgoing(ORDERS, key, value) for key, value in made])
                sent += some
            else:
                await asyncio.sleep(min(1 / rate, 0.05))
    return sent


async def _letters(
    settings: IngestSettings, first: int, topic: str | None, *, open_only: bool
) -> tuple[list[StreamLetter], int]:
    from graph.store.database import Database
    from graph.store.stream_letters import StreamLetters

    async with AsyncExitStack() as stack:
        database = await Database.open(settings.require_database_url(), connections=1)
        stack.push_async_callback(database.close)
        return await StreamLetters(database).page(first, topic, open_only=open_only)


async def _letter(settings: IngestSettings, letter_id: UUID) -> StreamLetter:
    from graph.store.database import Database
    from graph.store.stream_letters import StreamLetters

    async with AsyncExitStack() as stack:
        database = await Database.open(settings.require_database_url(), connections=1)
        stack.push_async_callback(database.close)
        (letter,) = await StreamLetters(database).some([letter_id])
        return letter


async def _replay(settings: IngestSettings, letter_ids: list[UUID] | None, topic: str | None) -> int:
    from graph.store.database import Database
    from graph.store.stream_letters import StreamLetters
    from ingest.streams.dead_letters import replay
    from ingest.streams.sending import sender

    async with AsyncExitStack() as stack:
        database = await Database.open(settings.require_database_url(), connections=1)
        stack.push_async_callback(database.close)
        wanted = letter_ids or await StreamLetters(database).waiting(topic)
        send = await stack.enter_async_context(sender(settings.require_kafka_address()))
        for start in range(0, len(wanted), LETTERS_AT_ONCE):
            await replay(database, send, wanted[start : start + LETTERS_AT_ONCE])
    return len(wanted)


def _told(letter: StreamLetter) -> dict[str, object]:
    return {
        "id": str(letter.dead_letter_id),
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "messageAt": letter.message_at.isoformat(),
        "receivedAt": letter.received_at and letter.received_at.isoformat(timespec="seconds"),
        "publishedAt": letter.published_at and letter.published_at.isoformat(timespec="seconds"),
        "replayedAt": letter.replayed_at and letter.replayed_at.isoformat(timespec="seconds"),
        "reason": letter.reason,
        "problems": [{"path": problem.path, "reason": problem.reason} for problem in letter.problems],
        "bytes": len(letter.value or b""),
    }


def _shown(content: bytes | None) -> str | None:
    if content is None:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.hex()


def _tell(line: str) -> None:
    print(f"goldthread: {line}", file=sys.stderr, flush=True)


def _settings() -> IngestSettings:
    from ingest.settings import IngestSettings

    logging.getLogger("aiokafka").setLevel(
        logging.CRITICAL
    )  # of what it tries again by itself, it logs errors
    return IngestSettings.of_environment()
