"""The commands of streams: `goldthread kafka`, `goldthread publish` and `goldthread generate`."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from graph.errors import UnavailableError
from ingest.running import until_terminated

if TYPE_CHECKING:
    from graph.identity import DatasetName
    from ingest.settings import IngestSettings
    from ingest.streams.publishing import SourceTable

ORDERS_AT_ONCE = 500
START_SECONDS = 120.0
"""How long our own broker may take until it answers."""


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
    from ingest.streams.sending import Outgoing, sender
    from ingest.streams.standing_jobs import publishing
    from ingest.streams.topics import LINEAGE, make_topics, source_topic

    kafka = settings.require_kafka()
    async with AsyncExitStack() as stack:
        database = await Database.open(source_url, connections=1)
        stack.push_async_callback(database.close)
        await make_topics(kafka, [source_topic(source), LINEAGE])
        send = await stack.enter_async_context(sender(kafka))
        publisher = TablePublisher(database, what, source, send)
        event = publishing(
            _source_table(source_url, what.table), kafka.lineage_namespace, publisher.topic, datetime.now(UTC)
        )
        await send.send([Outgoing(LINEAGE, publisher.topic.encode(), event)])
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


def _source_table(source_url: str, table: str) -> DatasetName:
    from ingest.datasets import table_dataset

    schema, _, name = table.rpartition(".")
    return table_dataset(source_url, schema or "public", name)


async def _generate(settings: IngestSettings, rate: float, count: int | None, seed: int) -> int:
    from ingest.order_generator import orders
    from ingest.streams.sending import Outgoing, sender
    from ingest.streams.topics import ORDERS, make_topics

    cluster, sent, began = settings.require_kafka(), 0, time.monotonic()
    await make_topics(cluster, [ORDERS])
    source = orders(seed)
    async with sender(cluster) as send:
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


def _tell(line: str) -> None:
    print(f"goldthread: {line}", file=sys.stderr, flush=True)


def _settings() -> IngestSettings:
    from ingest.settings import IngestSettings

    logging.getLogger("aiokafka").setLevel(
        logging.CRITICAL
    )  # of what it tries again by itself, it logs errors
    return IngestSettings.of_environment()
