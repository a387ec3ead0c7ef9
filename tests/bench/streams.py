"""How fast a worker takes messages in from a real Kafka: orders into the lake, customers into golden records, lineage."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from graph.store.database import Database
from tests.bench import lineage, stored
from tests.bench.environments import told_by
from tests.bench.sections import Section
from tests.bench.streams_worker import Program, Taken, Watch, broker, program

SEED = 101
COLUMNS = ("what", "messages", "messages/s", "worker µs", "PostgreSQL µs", "both", "server µs", "broker µs")
AGE = 1
"""The age limit of batches in seconds, in all measurements."""

MANY, FEW = 10_000, 100
"""How many messages make a file."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many messages of each kind are taken in, in how many steps the worker's memory is looked at, and at which rate
    messages are sent for `paced` seconds; a worker knows the `jobs` of the events after the first `events_warm_up`.
    """

    orders: int = 2_000_000
    orders_few: int = 200_000
    memory: int = 250_000
    customers: int = 100_000
    events: int = 100_000
    events_warm_up: int = 8_000
    jobs: int = 2_000
    rate: int = 1_000
    paced: int = 30


FULL = Sizes()
QUICK = Sizes(100_000, 10_000, 25_000, 10_000, 10_000, 1_000, 200, 500, 8)


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything runs; each measurement has a worker of its own."""

    url: str
    address: str
    server: lineage.Server
    broker: Program
    seeds: list[int] = field(default_factory=list[int])

    def worker(self, batch: int) -> Any:
        """Run a worker that makes files of so many messages."""
        return program(
            "worker",
            DATABASE_URL=self.url,
            KAFKA_BOOTSTRAP_SERVERS=self.address,
            GOLDTHREAD_PORT=str(self.server.port),
            GOLDTHREAD_LAKE_BATCH_MESSAGES=str(batch),
            GOLDTHREAD_LAKE_BATCH_SECONDS=str(AGE),
        )

    async def send(self, kind: str, count: int, jobs: int, rate: int = 0) -> list[Any]:
        """Send messages of a kind that nobody sent before, as fast as that goes; at a rate, return where each is."""
        self.seeds.append(len(self.seeds))
        asked = {"count": count, "seed": SEED + self.seeds[-1], "rate": rate, "jobs_": jobs}
        told = await asyncio.to_thread(told_by, "streams_sender", self.address, kind, json.dumps(asked))
        return told["places"]

    def watch(self, database: Database, worker: Program, kind: str) -> Watch:
        """Look at how a worker takes messages of a kind in."""
        return Watch(database, {"worker": worker, "broker": self.broker}, self.server, kind)


def run(sizes: Sizes = FULL) -> list[Section]:
    """Measure on a broker, a server and a PostgreSQL of its own."""
    with ExitStack() as stack:
        url = stack.enter_context(stored.server())
        server = stack.enter_context(lineage.running(url))
        kafka, address = stack.enter_context(broker())
        place = Place(url, address, server, kafka)
        return asyncio.run(_measured(place, sizes))


async def _measured(place: Place, sizes: Sizes) -> list[Section]:
    database = await Database.open(place.url, connections=2)
    try:
        orders, loaded = await _taken(place, database, "orders", sizes, sizes.orders)
        few, few_loaded = await _taken(place, database, "orders", sizes, sizes.orders_few, FEW)
        events, _ = await _taken(place, database, "events", sizes, sizes.events)
        late = await _latency(place, database, sizes)
        customers, told = await _taken(place, database, "customers", sizes, sizes.customers)
    finally:
        await database.close()
    rows = [
        _row(f"orders → lake, files of {MANY:,}", orders),
        _row("the same, until lineage and the warehouse have them", loaded),
        _row(f"orders → lake, files of {FEW}", few),
        _row("the same, until lineage and the warehouse have them", few_loaded),
        _row("customers → golden records", customers),
        _row("the same, until topic, lake, lineage, the warehouse and search have them", told),
        _row("OpenLineage events → catalog", events),
    ]
    return [_speed(rows, orders), _lateness(late, sizes)]


async def _taken(
    place: Place, database: Database, kind: str, sizes: Sizes, count: int, batch: int = MANY
) -> tuple[Taken, Taken]:
    """Send messages and let a worker that starts then take them in; return what that took, and the way of files to its end."""
    await place.send(kind, count, sizes.jobs)
    with place.worker(batch) as worker:
        watch = place.watch(database, worker, kind)
        before = await watch.done()
        warm_up = sizes.events_warm_up if kind == "events" else count // 20
        await watch.until(before + warm_up)
        start = await watch.mark()
        taken = await watch.taken(start, before + count, sizes.memory)
        await watch.settled()
        return taken, await watch.since(start)


async def _latency(place: Place, database: Database, sizes: Sizes) -> dict[str, list[float]]:
    """Send messages at a rate to a worker that waits for them; return how late each kind is taken in, in seconds."""
    late: dict[str, list[float]] = {}
    with place.worker(MANY) as worker:
        for kind, rate in (
            ("orders", sizes.rate),
            ("customers", sizes.rate // 5),
            ("events", sizes.rate // 5),
        ):
            watch, count = place.watch(database, worker, kind), rate * sizes.paced
            before = await watch.done()
            await place.send(kind, rate, sizes.jobs)  # so that it has begun
            await watch.until(before + rate)
            looking = asyncio.create_task(watch.arrivals(before + rate + count))
            places = await place.send(kind, count, sizes.jobs, rate)
            late[kind] = lateness(places, await looking)
        await watch.settled()
    return late


def lateness(
    places: Sequence[tuple[str, int, int, float]], seen: dict[tuple[str, int], list[tuple[int, float]]]
) -> list[float]:
    """Return how many seconds after it was sent each message was seen to be taken in, in ascending order."""
    late: list[float] = []
    for topic, partition, offset, at in places:
        taken = next(moved for position, moved in seen[topic, partition] if position > offset)
        late.append(taken - at)
    return sorted(late)


def _speed(rows: Sequence[Sequence[str]], orders: Taken) -> Section:
    kept = ", ".join(f"{done:,}: {size >> 20:,}" for done, size in orders.memory)
    return Section(
        "Streams",
        "What one `goldthread worker` takes in from the Kafka that we ship, three partitions a topic, everything on the same "
        "cores: orders into Parquet files on a local disk with manifest and lineage (which a `goldthread serve` is told "
        "of) while the same worker loads these files into the warehouse; customers of four sources into golden records, while it "
        "carries their changes to the topic `customers`, into the lake and on (five of a hundred have no usable e-mail or "
        "phone and become dead letters); what follows from them steps back while they pile up, and search most of all; "
        "OpenLineage events of 10 kB, from jobs whose SQL the server analyses meanwhile. The messages are there when the worker starts; its start and the first twentieth of "
        "them are not measured. CPU per message of the worker, of PostgreSQL, of the server and of the broker. We hold "
        "ourselves to 30,000 orders a second in files of 10,000, 3,000 customers and 5,000 events. Memory of the worker "
        f"(MB) after so many orders: {kept}.",
        COLUMNS,
        rows,
    )


def _row(name: str, taken: Taken) -> list[str]:
    worker, postgres = taken.microseconds("worker"), taken.microseconds("postgres")
    costs = (worker, postgres, worker + postgres, taken.microseconds("server"), taken.microseconds("broker"))
    return [name, f"{taken.messages:,}", f"{taken.rate:,.0f}", *(f"{cost:.0f}" for cost in costs)]


def _lateness(late: dict[str, list[float]], sizes: Sizes) -> Section:
    names = {"orders": "in a file of the lake", "customers": "golden record", "events": "in the catalog"}
    rows = [
        [f"{kind}: {names[kind]}", f"{len(found):,}", *(f"{_share(found, s):.2f}" for s in (0.5, 0.95, 0.99))]
        for kind, found in late.items()
    ]
    return Section(
        "Streams: how late",
        f"Seconds from the moment in which a message was sent until the transaction that took it in was seen to be "
        f"committed, at an age limit of {AGE} s and files of {MANY:,}; {sizes.rate:,} orders a second, a fifth as many "
        "customers and events. p95 below 2 s is what we hold ourselves to.",
        ("what", "messages", "p50 s", "p95 s", "p99 s"),
        rows,
    )


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
