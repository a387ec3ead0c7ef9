"""All streams of a worker: what it takes in from Kafka and what it sends there, until it is told to end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

from graph.errors import CatalogError
from graph.intake import Intake
from graph.store.database import Database
from ingest.customer_messages import CUSTOMERS
from ingest.kafka_cluster import KafkaCluster
from ingest.lake_place import open_storage
from ingest.message_files import MessageFileWriter
from ingest.messages import Limits
from ingest.orders import ORDERS
from ingest.settings import IngestSettings
from ingest.streams import standing_jobs, topics
from ingest.streams.consumer import Consumer, Stream
from ingest.streams.customers import CustomerRecords
from ingest.streams.dead_letters import DeadLetterPost
from ingest.streams.golden_changes import GoldenChanges
from ingest.streams.lineage_events import LineageEvents
from ingest.streams.sending import sender
from lineage.dead_letters import DeadLetters
from lineage.recorder import Recorder

CONNECTIONS = 12
DRAIN_SECONDS = 15.0
"""How long a batch that is being stored may take once the worker is told to end; then it is broken off, and stored by the next one."""

RETRY_SECONDS = 5.0
LOOK_SECONDS = 1.0
"""How often it is looked whether our runs are seen to live."""

_RECORDS = Limits(messages=4_000)
"""So many records make a batch: those of a larger one cost no less each."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Streams:
    """What runs: everything that is to be ended by `stop`."""

    consumers: Sequence[Consumer]
    writers: Sequence[MessageFileWriter]
    letters: DeadLetterPost
    changes: GoldenChanges


async def stream(settings: IngestSettings, stop: asyncio.Event) -> None:
    """Carry messages in and out until `stop` is set, and wait no longer than DRAIN_SECONDS for what is begun then.

    Where no Kafka answers yet, it is looked for again. Raises UnavailableError where none is known.
    """
    cluster = settings.require_kafka()
    told = False
    while not stop.is_set():
        try:
            async with AsyncExitStack() as stack:
                await topics.make_topics(cluster, topics.OURS)
                streams = await _opened(settings, cluster, stack)
                _logger.info("streams of %s are carried", cluster.servers)
                told = False
                await _run(streams, stop, settings.poll_seconds)
        except Exception as error:
            words = error.message if isinstance(error, CatalogError) else f"{type(error).__name__}: {error}"
            _logger.log(logging.DEBUG if told else logging.WARNING, "streams wait: %s", words)
            told = True
            try:
                await asyncio.wait_for(stop.wait(), RETRY_SECONDS)
            except TimeoutError:
                continue


async def _opened(settings: IngestSettings, cluster: KafkaCluster, stack: AsyncExitStack) -> Streams:
    database = await Database.open(settings.require_database_url(), connections=CONNECTIONS)
    stack.push_async_callback(database.close)
    send = await stack.enter_async_context(sender(cluster))
    intake = Intake(database, suppression_key=settings.suppression_secret)
    recorder, dead_letters = Recorder(database), DeadLetters(database)
    for part in (intake, recorder, dead_letters):
        stack.push_async_callback(part.close)
    letters = DeadLetterPost(database, cluster, send)
    storage, broker = open_storage(settings), cluster.lineage_namespace
    orders, golden = [
        await stack.enter_async_context(MessageFileWriter.running(database, storage, shape, topic, broker))
        for shape, topic in ((ORDERS, topics.ORDERS), (CUSTOMERS, topics.GOLDEN))
    ]
    async with database.connection() as connection:
        began_at = await connection.fetchval("select clock_timestamp()")
    await recorder.record(standing_jobs.telling(broker, began_at))

    async def heard(topic: str, system: str) -> None:
        await recorder.record(standing_jobs.taking_in(broker, topic, system, began_at))

    there = [
        Stream("customers", topics.SOURCES, CustomerRecords(intake, heard), _RECORDS, at_once=1),
        Stream("lineage", _exactly(topics.LINEAGE), LineageEvents(recorder, dead_letters), Limits(800, 0.5)),
        Stream("orders", _exactly(topics.ORDERS), orders, settings.lake_limits),
        Stream("golden", _exactly(topics.GOLDEN), golden, settings.lake_limits),
    ]
    consumers = [Consumer(each, database, cluster, letters.wake) for each in there]
    changes = GoldenChanges(database, send, intake=there[0].consumer)
    return Streams(consumers, (orders, golden), letters, changes)


async def _run(streams: Streams, stop: asyncio.Event, poll_seconds: float) -> None:
    """Carry messages until `stop` is set, or until a run of ours cannot be seen to live any more."""
    ending = asyncio.Event()
    tasks = [
        *(asyncio.create_task(consumer.run(ending)) for consumer in streams.consumers),
        asyncio.create_task(streams.letters.run(ending)),
        asyncio.create_task(streams.changes.run(ending, poll_seconds)),
    ]
    try:
        while not stop.is_set() and all(writer.is_alive for writer in streams.writers):
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
    finally:
        ending.set()
        _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if not stop.is_set():
        _logger.warning("PostgreSQL was gone: streams begin anew, as other runs")


def _exactly(topic: str) -> str:
    return topic.replace(".", r"\.")
