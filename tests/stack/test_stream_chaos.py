"""Everything that carries messages is killed, doubled, cut off and poisoned; afterwards each message counts exactly once.

GOLDTHREAD_CHAOS_KILLS says how often a worker is killed, GOLDTHREAD_CHAOS_OUTAGE for how many seconds the S3 server is down,
GOLDTHREAD_CHAOS_MESSAGES how many messages each topic gets, GOLDTHREAD_CHAOS_SEED when what happens.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.errors import UnavailableError
from graph.store.database import Database
from graph.store.embedded import EmbeddedPostgres
from graph.store.migrations import migrate
from graph.store.stream_letters import StreamLetters
from ingest.streams.sending import Outgoing, Sender, sender
from ingest.streams.topics import OURS, make_topics
from tests.ingest.message_batches import order
from tests.journeys.conftest import free_port
from tests.stack.conftest import KafkaProcess
from tests.stack.programs import Programs, everything, settings_of, until, until_ready
from tests.stack.s3_server import BUCKET, S3Server

pytestmark = pytest.mark.stack

KILLS = int(os.environ.get("GOLDTHREAD_CHAOS_KILLS", "4"))
OUTAGE = float(os.environ.get("GOLDTHREAD_CHAOS_OUTAGE", "8"))
COUNT = int(os.environ.get("GOLDTHREAD_CHAOS_MESSAGES", "600"))
SEED = int(os.environ.get("GOLDTHREAD_CHAOS_SEED", "4"))
PATIENCE = 120.0 + COUNT / 50

SOURCE, EVENTS, CUSTOMERS = "source.crm.customers", "openlineage.events", "customers"
POISONED = (SOURCE, "orders", EVENTS, CUSTOMERS)
LETTERS_AT_ONCE = 1_000


def customer(number: int) -> Outgoing:
    """Return the message that tells of a customer who is nobody else."""
    said = {"firstName": f"Customer {number}", "email": f"customer{number}@example.org"}
    return Outgoing(SOURCE, str(number).encode(), json.dumps(said).encode())


def event(number: int) -> Outgoing:
    """Return the end of a run that read and wrote something."""
    told = {
        "eventType": "COMPLETE",
        "eventTime": "2024-01-01T00:00:00Z",
        "producer": "https://example.org/load",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(UUID(int=number + 1))},
        "job": {"namespace": "load", "name": f"job{number % 7}"},
        "inputs": [{"namespace": "load", "name": f"in{number % 7}"}],
        "outputs": [{"namespace": "load", "name": f"out{number % 7}"}],
    }
    return Outgoing(EVENTS, f"run:{number}".encode(), json.dumps(told).encode())


def poison(topic: str) -> list[Outgoing]:
    """Return what nobody can use: no JSON, another schema, 5 MB, nothing but null, and no text.

    Brokers take no message without a key in a topic that they compact, as that of golden records is.
    """
    return [
        Outgoing(topic, b"poison-1", b'{"firstName": "Ann"'),
        Outgoing(topic, b"poison-2", b'{"schema": "another"}'),
        Outgoing(topic, b"poison-3", json.dumps({"firstName": "a" * 5_000_000}).encode()),
        Outgoing(topic, b"poison-5" if topic == CUSTOMERS else None, None),
        Outgoing(topic, b"poison-4", b"\xff\xfe\x00"),
    ]


POISON = [each for topic in POISONED for each in poison(topic)]


@dataclass
class World:
    """Everything that runs, and may be broken."""

    postgres: EmbeddedPostgres
    url: str
    database: Database
    kafka: KafkaProcess
    s3: S3Server
    lake: str
    programs: Programs
    chance: random.Random
    act: int = 0
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def taken_in(self) -> int:
        """Return how many messages were taken in, of all topics; -1 where the database does not answer."""
        try:
            async with self.database.connection() as connection:
                return await connection.fetchval("select coalesce(sum(messages), 0) from stream_position")
        except Exception:  # it was just killed
            return -1

    async def moves_on(self) -> None:
        """Return a moment after something more was taken in, at whichever point of the next batch that may be."""
        before = await self.taken_in()

        async def moved() -> bool:
            return await self.taken_in() > before

        await until(moved, f"anything more than {before} is taken in in act {self.act}", PATIENCE)
        await asyncio.sleep(self.chance.uniform(0, 1.5))


@pytest.fixture
async def world(
    own_kafka: KafkaProcess | None, kafka: str, s3: S3Server, tmp_path: Path
) -> AsyncIterator[World]:
    """A PostgreSQL of its own, a server, Kafka and S3; the workers are the test's."""
    if own_kafka is None:
        pytest.skip("the Kafka of KAFKA_BOOTSTRAP_SERVERS is not ours to restart")
    home = tempfile.mkdtemp(prefix="goldthread chaos ")
    os.chmod(home, 0o711)  # noqa: S103 - the embedded PostgreSQL of root runs as another user
    postgres = EmbeddedPostgres(Path(home))
    url, port, lake = postgres.start(), free_port(), f"s3://{BUCKET}/{tmp_path.name}"
    await migrate(url)
    database = await Database.open(url, connections=2)
    environment = settings_of(url, kafka, s3, lake, tmp_path / "home", port=port)
    environment["GOLDTHREAD_LAKE_BATCH_MESSAGES"] = "20"
    programs = Programs(environment, tmp_path / "log")
    chance = random.Random(SEED)  # noqa: S311 - no secret
    programs.start("serve")
    await until_ready(f"http://127.0.0.1:{port}")
    yield World(postgres, url, database, own_kafka, s3, lake, programs, chance)
    programs.clear_away()
    await database.close()
    postgres.stop()
    shutil.rmtree(home)


async def test_each_message_counts_once_whatever_is_killed_cut_off_or_poisoned(world: World) -> None:
    """Workers killed, two at a time; broker, PostgreSQL and S3 gone for a while: rows, files, versions, lineage, letters."""
    messages = [
        *map(customer, range(COUNT)),
        *(Outgoing("orders", str(n % 7).encode(), order(n)) for n in range(COUNT)),
        *map(event, range(COUNT // 2)),
        *POISON,
    ]
    world.chance.shuffle(messages)
    await make_topics(world.kafka.address, [SOURCE, *OURS])
    acts = ["kill"] * KILLS + ["broker", "s3", "postgres", "third"]
    world.chance.shuffle(acts)
    async with asyncio.TaskGroup() as both:
        both.create_task(_produce(world, messages, len(acts) + 1))
        both.create_task(_break(world, acts))
    await until(
        lambda: _is_settled(world, len(messages) + COUNT), f"all is told: {world.programs.words()}", PATIENCE
    )

    topics = {topic: await everything(world.kafka.address, topic) for topic in POISONED}
    assert {(m.topic, m.key, m.value) for m in messages if m.topic != CUSTOMERS} == {
        (m.topic, m.key, m.value) for topic in (SOURCE, "orders", EVENTS) for m in topics[topic]
    }
    await _require_letters(world, topics)
    await _require_rows(world, topics)
    await _require_files(world, topics)
    assert await asyncio.to_thread(world.programs.end, *world.programs.running[1:]) < 20
    await until(lambda: _are_runs_told(world), "the end of every run is told", PATIENCE)


async def _produce(world: World, messages: list[Outgoing], parts: int) -> None:
    """Send messages little by little, a part of them during each act and the last one after all of them."""
    size = -(-len(messages) // parts)
    async with sender(world.kafka.address) as send:
        for start in range(0, len(messages), 5):
            while start // size > world.act:  # noqa: ASYNC110 - no hurry
                await asyncio.sleep(0.05)
            async with world.sending:
                await _sent(send, messages[start : start + 5])
            await asyncio.sleep(0.1)


async def _sent(send: Sender, messages: list[Outgoing]) -> None:
    """Send messages; where the broker fails they are sent again, so that the topic may hold some of them twice."""
    for _ in range(20):
        try:
            await send.send(messages)
            return
        except UnavailableError:
            await asyncio.sleep(1)
    pytest.fail("Kafka takes no messages")


async def _break(world: World, acts: list[str]) -> None:
    """Do everything bad, each while something is being taken in."""
    workers = [world.programs.start("worker"), world.programs.start("worker")]
    for world.act, act in enumerate(acts):
        await world.moves_on()
        print(f"{act} at {await world.taken_in()}")  # shown where the test fails
        if act == "kill":
            killed = world.chance.randrange(2)
            world.programs.kill(workers[killed])
            workers[killed] = world.programs.start("worker")
        elif act == "broker":
            async with world.sending:
                await asyncio.to_thread(world.kafka.stop)
                await asyncio.to_thread(world.kafka.start)
        elif act == "s3":
            await asyncio.to_thread(world.s3.stop)
            await asyncio.sleep(OUTAGE)
            await asyncio.to_thread(world.s3.start)
        elif act == "postgres":
            _kill_postgres(world.url)
            await asyncio.to_thread(world.postgres.start)
        else:
            await _double(world)
    world.act = len(acts)


async def _double(world: World) -> None:
    """Let a third worker share the partitions for a moment, and end in good order."""
    third = Programs(world.programs.environment, world.programs.log.with_name("third"))
    worker = third.start("worker")

    async def carries() -> bool:
        return "are carried" in third.log.read_text()

    try:
        await until(carries, "the third worker carries streams")
        await asyncio.sleep(world.chance.uniform(0, 3))
        assert await asyncio.to_thread(third.end, worker) < 20
    finally:
        third.clear_away()


def _kill_postgres(url: str) -> None:
    """Kill the server that listens at a URL, and whatever belongs to it; return once all of that is gone."""
    port = int(url.rpartition("@")[2].partition(":")[2].partition("/")[0])
    (pid,) = {
        each.pid
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port and each.pid
    }
    postmaster = psutil.Process(pid)
    processes = [postmaster, *postmaster.children(recursive=True)]
    for process in processes:
        process.kill()
    _, left = psutil.wait_procs(processes, timeout=10)
    assert [each for each in left if each.status() != psutil.STATUS_ZOMBIE] == []


async def _is_settled(world: World, count: int) -> bool:
    """Whether all is taken in, loaded, told to lineage, and every dead letter sent."""
    if await world.taken_in() < count:
        return False
    async with world.database.connection() as connection:
        left = await connection.fetchval(
            """select (select count(*) from change_event where system_from > (
                         select max(known_at) from customer_message))
                    + (select count(*) from message_file where status = 'planned')
                    + (select count(*) from message_file where load_reported_at is null)
                    + (select count(*) from stream_position where next_offset < end_offset)
                    + (select count(*) from stream_dead_letter where published_at is null)"""
        )
    return left == 0


async def _require_letters(world: World, topics: dict[str, list[Any]]) -> None:
    """Require that the dead letters are exactly the poison, in the database and in the topics of dead letters."""
    letters, total = await StreamLetters(world.database).page(LETTERS_AT_ONCE)
    bad = {(each.topic, each.key, each.value) for each in POISON}
    there = [(each.topic, each.key, each.value) for topic in POISONED for each in topics[topic]]
    expected = Counter(each for each in there if each in bad)
    assert set(expected) == bad
    assert total == expected.total()
    assert Counter((letter.topic, letter.key, letter.value) for letter in letters) == expected
    for topic in POISONED:
        sent = await everything(world.kafka.address, f"{topic}.dead")
        found = {dict(each.headers)["goldthread.id"].decode(): (topic, each.key, each.value) for each in sent}
        assert set(found) == {str(each.dead_letter_id) for each in letters if each.topic == topic}
        assert Counter(found.values()) == Counter(each for each in expected.elements() if each[0] == topic)


async def _require_rows(world: World, topics: dict[str, list[Any]]) -> None:
    """Require each record, version, order, event and run once."""
    async with world.database.connection() as connection:
        records = await connection.fetch(
            "select source_key as key, count(*) from source_event join source_record using (tenant_id, source_record_id) group by 1"
        )
        rows = await connection.fetchrow(
            """select (select count(*) from warehouse.fact_orders) as orders,
                      (select sum(amount) from warehouse.fact_orders) as amount,
                      (select count(*) from warehouse.rejected_row) as rejected,
                      (select count(*) from public.customers_history) as versions,
                      (select count(*) from (
                         select customer_id, version, attributes, is_current, valid_from from public.customers_history
                         intersect
                         select customer_id, version, attributes, is_current, valid_from from warehouse.customers_history
                       ) as same) as same_versions,
                      (select count(*) from warehouse.customers_history) as loaded_versions,
                      (select count(*) from run join job using (tenant_id, job_id) where namespace = 'load') as runs,
                      (select count(*) from lineage_event join job using (tenant_id, job_id) where namespace = 'load') as events"""
        )
        positions = await connection.fetch(
            "select topic, sum(messages) as count from stream_position group by 1"
        )
    assert {row["key"]: row["count"] for row in records} == {str(number): 1 for number in range(COUNT)}
    assert rows is not None
    assert dict(rows) == {
        "orders": COUNT,
        "amount": sum(Decimal(json.loads(order(number))["amount"]) for number in range(COUNT)),
        "rejected": 0,
        "versions": COUNT,
        "same_versions": COUNT,
        "loaded_versions": COUNT,
        "runs": COUNT // 2,
        "events": COUNT // 2,
    }
    assert {row["topic"]: row["count"] for row in positions} == {
        topic: len(messages) for topic, messages in topics.items()
    }


async def _require_files(world: World, topics: dict[str, list[Any]]) -> None:
    """Require that the bucket holds the manifest's files and no other, each message in one, each told of once."""
    objects = await asyncio.to_thread(_objects, world)
    async with world.database.connection() as connection:
        manifest = await connection.fetch(
            "select dataset || '/' || path as location, rows, loaded_at from message_file"
        )
        told = await connection.fetch(
            "select name, event_type, count(*) from lineage_event join job using (tenant_id, job_id)"
            " where namespace <> 'load' and event_type not in ('START', 'ABORT') group by 1, 2"
        )
    assert {row["location"]: row["rows"] for row in manifest} == {
        location: len(rows) for location, rows in objects.items()
    }
    assert all(row["loaded_at"] for row in manifest)
    for topic, folder in (("orders", "/raw/orders/"), (CUSTOMERS, "/customers/")):
        files = {location: rows for location, rows in objects.items() if folder in location}
        held = Counter(
            (row["message_partition"], row["message_offset"]) for rows in files.values() for row in rows
        )
        useful = [
            m for m in topics[topic] if (m.key, m.value) not in {(p.key, p.value) for p in poison(topic)}
        ]
        assert held == Counter((m.partition, m.offset) for m in useful)
        events = {(row["name"], row["event_type"]): row["count"] for row in told}
        load = "orders_to_warehouse" if topic == "orders" else "lake_to_warehouse"
        assert events[f"{topic}_to_lake", "RUNNING"] == events[load, "COMPLETE"] == len(files)


def _objects(world: World) -> dict[str, list[dict[str, Any]]]:
    """Return every file of the lake, with its rows."""
    files = world.s3.files()
    return {
        f"s3://{path}": pq.read_table(pa.BufferReader(files.cat_file(path))).to_pylist()
        for path in files.find(world.lake)
    }


async def _are_runs_told(world: World) -> bool:
    """Whether every run of a worker has ended, however its process did; those that died are found by a later one."""
    async with world.database.connection() as connection:
        return not await connection.fetchval("select count(*) from stream_run where ended_at is null")
