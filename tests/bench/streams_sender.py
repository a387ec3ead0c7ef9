"""Sends messages to a real Kafka, as fast as it takes them or at a rate, and tells where they are.

Arguments: address of the broker, what to send (orders, customers or events), a JSON object with count, seed, and rate (per
second; 0: as fast as possible), jobs (of which the events tell).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import islice
from typing import Any
from zlib import crc32

import orjson
import pyarrow.parquet as pq
from aiokafka import AIOKafkaProducer

from ingest.order_generator import orders
from ingest.streams.topics import LINEAGE, ORDERS, PARTITIONS, make_topics, source_topic, system_of
from tests.bench import datasets
from tests.bench.lineage_events import Events, jobs

Told = tuple[str, bytes, bytes]
"""A message: its topic, its key and its value."""

ATTRIBUTES = ("first_name", "last_name", "birth_date", "street", "postal_code", "city", "email", "phone")
LINGER_MS = 5


def messages(kind: str, count: int, seed: int, jobs_: int) -> Iterator[Told]:
    """Yield as many messages of a kind; the same seed makes the same ones, but for the time of orders."""
    made = {"orders": _orders, "customers": partial(_customers, count), "events": partial(_events, jobs_)}
    yield from islice(made[kind](seed), count)


def is_of(kind: str, topic: str) -> bool:
    """Whether a topic holds messages of a kind."""
    return topic == {"orders": ORDERS, "events": LINEAGE}.get(kind) or (
        kind == "customers" and system_of(topic) is not None
    )


def _orders(seed: int) -> Iterator[Told]:
    for key, value in orders(seed):
        yield ORDERS, key, value


def _customers(count: int, seed: int) -> Iterator[Told]:
    """Yield customers of four sources in random order, as each of them tells them in its topic."""
    rows = pq.read_table(datasets.customers(count, seed)).to_pylist()
    random.Random(seed).shuffle(rows)  # noqa: S311 - reproducible
    for row in rows:
        said = {name: row[name] for name in ATTRIBUTES if row[name] is not None}
        yield source_topic(row["source_system"]), f"{seed}-{row['source_key']}".encode(), orjson.dumps(said)


def _events(jobs_: int, seed: int) -> Iterator[Told]:
    for raw in Events(jobs(jobs_), seed=seed):
        job = orjson.loads(raw)["job"]
        yield LINEAGE, f"run:{job['namespace']}/{job['name']}".encode(), raw


@asynccontextmanager
async def _producer(address: str) -> AsyncGenerator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(
        bootstrap_servers=address,
        acks="all",
        enable_idempotence=True,
        max_batch_size=1 << 18,
        linger_ms=LINGER_MS,
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def send_all(producer: AIOKafkaProducer, told: Iterator[Told]) -> None:
    """Send messages in batches made here, which takes a third of what sending them one by one does."""
    open_: dict[tuple[str, int], Any] = {}
    for topic, key, value in told:
        place = topic, crc32(key) % PARTITIONS
        now = int(time.time() * 1000)
        if place in open_ and open_[place].append(key=key, value=value, timestamp=now) is None:
            await producer.send_batch(open_.pop(place), topic, partition=place[1])
        if place not in open_:
            open_[place] = producer.create_batch()
            open_[place].append(key=key, value=value, timestamp=now)
    for (topic, partition), batch in open_.items():
        await producer.send_batch(batch, topic, partition=partition)
    await producer.flush()


async def send_paced(producer: AIOKafkaProducer, told: Iterator[Told], rate: float) -> list[Any]:
    """Send messages at a rate; return topic, partition, offset and the second of each since the epoch."""
    began, sending = time.time(), []
    for number, (topic, key, value) in enumerate(told):
        wait = began + number / rate - time.time()
        if wait > 0:
            await asyncio.sleep(wait)
        at = time.time()
        sending.append((at, await producer.send(topic, value, key, timestamp_ms=int(at * 1000))))
    return [
        (place.topic, place.partition, place.offset, at) for at, future in sending for place in [await future]
    ]


async def main(address: str, kind: str, *, count: int, seed: int, rate: float, jobs_: int) -> dict[str, Any]:
    """Send the messages; return how many there were of each topic, and where each is if they were sent at a rate."""
    sent: dict[str, int] = {}

    def counted() -> Iterator[Told]:
        for told in messages(kind, count, seed, jobs_):
            sent[told[0]] = sent.get(told[0], 0) + 1
            yield told

    systems = (
        {told[0] for told in messages("customers", count, seed, jobs_)} if kind == "customers" else set()
    )
    await make_topics(address, systems or {ORDERS, LINEAGE})
    async with _producer(address) as producer:
        places = await send_paced(producer, counted(), rate) if rate else await send_all(producer, counted())
    return {"sent": sent, "places": places or []}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2], **json.loads(sys.argv[3])))))
