"""Messages through a real Kafka into a real PostgreSQL, with workers that are killed, doubled and cut off on the way."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from graph.errors import Problem
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.stream_letters import StreamLetters, add
from graph.store.stream_positions import StreamPositions
from ingest.messages import Message, Refused
from ingest.streams.dead_letters import DeadLetterPost, letters_of
from ingest.streams.sending import Outgoing, sender
from ingest.streams.topics import make_topics
from tests.stack.conftest import KafkaProcess

pytestmark = pytest.mark.stack

TOPIC = "source.crm.customers"
COUNT = int(os.environ.get("STREAM_CUSTOMERS", "1500"))
KILLS = int(os.environ.get("STREAM_KILLS", "5"))
PATIENCE = 90.0


def customer(number: int) -> Outgoing:
    """Return the message that tells of a customer who is nobody else."""
    said = {"firstName": f"Customer {number}", "email": f"customer{number}@example.org"}
    return Outgoing(TOPIC, str(number).encode(), json.dumps(said).encode())


POISON = {
    "no JSON": Outgoing(TOPIC, b"poison-1", b'{"firstName": "Ann"'),
    "no text": Outgoing(TOPIC, b"poison-2", b"\xff\xfe\x00"),
    "no record": Outgoing(TOPIC, b"poison-3", b'["Ann"]'),
    "an unknown field": Outgoing(TOPIC, b"poison-4", b'{"firstNam": "Ann"}'),
    "a wrong type": Outgoing(TOPIC, b"poison-5", b'{"firstName": 7}'),
    "another system": Outgoing(TOPIC, b"poison-6", b'{"firstName": "Ann", "sourceSystem": "shop"}'),
    "no key": Outgoing(TOPIC, None, b'{"firstName": "Ann"}'),
    "no value": Outgoing(TOPIC, b"poison-7", None),
    "neither": Outgoing(TOPIC, None, None),
    "5 MB": Outgoing(TOPIC, b"poison-8", json.dumps({"firstName": "a" * 5_000_000}).encode()),
    "a NUL": Outgoing(TOPIC, b"poison-9", b'{"firstName": "A\\u0000nn"}'),
    "a key that is no text": Outgoing(TOPIC, b"\xff", b'{"firstName": "Ann"}'),
}


class Workers:
    """`goldthread worker` processes on one database and one Kafka."""

    def __init__(self, database_url: str, address: str, home: Path) -> None:
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "KAFKA_BOOTSTRAP_SERVERS": address,
            "GOLDTHREAD_HOME": str(home),
            "GOLDTHREAD_PORT": "1",
        }
        self._home = home
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        """Start one more."""
        with (self._home / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "service.cli", "worker"],
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def run(self, *command: str) -> str:
        """Run another command of ours to its end, and return what it says."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "service.cli", *command],
            env=self._environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill one without a word."""
        process.kill()
        process.wait()
        self.running.remove(process)

    def end(self) -> float:
        """Ask all that run to end, and return how many seconds that took; all end by themselves with exit code 0."""
        began = time.monotonic()
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(30) for process in self.running]
        self.running.clear()
        assert codes == [0] * len(codes), (self._home / "worker.log").read_text()[-3_000:]
        return time.monotonic() - began


@pytest.fixture
def workers(database_url: str, kafka: str, tmp_path: Path) -> Iterator[Workers]:
    """Workers of this test; those left running are killed."""
    there = Workers(database_url, kafka, tmp_path)
    yield there
    for process in list(there.running):
        there.kill(process)


async def until(is_so: Callable[[], Awaitable[bool]], told: str, seconds: float = PATIENCE) -> None:
    """Return once something is so, or fail."""
    deadline = time.monotonic() + seconds
    while not await is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"not so after {seconds} s: {told}")
        await asyncio.sleep(0.1)


async def taken_in(database: Database, topic: str = TOPIC) -> tuple[int, int]:
    """Return how many messages of a topic were taken in, and how many of them are dead letters."""
    standings = [each for each in await StreamPositions(database).standings() if each.topic == topic]
    return sum(each.messages for each in standings), sum(each.dead_letters for each in standings)


async def stored(database: Database) -> Counter[str]:
    """Return how many source events are stored of each key."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "select source_key as key from source_event join source_record using (tenant_id, source_record_id)"
        )
    return Counter(row["key"] for row in rows)


async def read(address: str, topic: str, count: int) -> list[Any]:
    """Return the first messages of a topic."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=address, auto_offset_reset="earliest")
    await consumer.start()
    try:
        found: list[Any] = []
        deadline = time.monotonic() + PATIENCE
        while len(found) < count and time.monotonic() < deadline:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += records
        return found
    finally:
        await consumer.stop()


async def produce(address: str, messages: list[Outgoing]) -> None:
    """Send messages, some at a time."""
    await make_topics(address, [TOPIC])
    async with sender(address) as send:
        for start in range(0, len(messages), 50):
            await send.send(messages[start : start + 50])
            await asyncio.sleep(0.02)


async def test_killed_and_doubled_workers_take_every_message_in_exactly_once(
    kafka: str, own_kafka: KafkaProcess | None, workers: Workers, database: Database
) -> None:
    """Workers killed at random, two at a time, a broker restarted: each record once, dead letters exactly the poison."""
    chance = random.Random(4)  # noqa: S311 - no secret
    messages = [*map(customer, range(COUNT)), *POISON.values()]
    chance.shuffle(messages)
    sending = asyncio.create_task(produce(kafka, messages[: COUNT // 2]))
    first, second = workers.start(), workers.start()
    await until(lambda: _some(database, 1), "a worker begins")
    for kill in range(KILLS):
        await asyncio.sleep(chance.uniform(0.2, 2.5))
        workers.kill(first if kill % 2 else second)
        if kill % 2:
            first = workers.start()
        else:
            second = workers.start()
    await sending
    if own_kafka is not None:
        await asyncio.to_thread(own_kafka.stop)
        await asyncio.to_thread(own_kafka.start)
    await produce(kafka, messages[COUNT // 2 :])

    await until(lambda: _some(database, len(messages)), "all messages are taken in")
    await until(lambda: _published(database), "all dead letters are published")
    assert await taken_in(database) == (len(messages), len(POISON))
    assert await stored(database) == Counter({str(number): 1 for number in range(COUNT)})
    letters, total = await StreamLetters(database).page(100)
    assert total == len(POISON)
    assert {(letter.key, letter.value) for letter in letters} == {(m.key, m.value) for m in POISON.values()}
    sent = await read(kafka, f"{TOPIC}.dead", len(POISON))
    assert {dict(each.headers)["goldthread.id"].decode() for each in sent} == {
        str(letter.dead_letter_id) for letter in letters
    }
    assert workers.end() < 20


async def _some(database: Database, count: int) -> bool:
    return (await taken_in(database))[0] >= count


async def _published(database: Database) -> bool:
    letters, _ = await StreamLetters(database).page(100)
    return all(letter.published_at is not None for letter in letters)


async def test_everything_a_worker_carries_arrives(
    kafka: str, workers: Workers, database: Database, database_url: str
) -> None:
    """Customers of a source table, OpenLineage events and orders come in; golden changes go out; dead letters return."""
    await _source_table(database)
    worker = workers.start()
    publishing = workers.run(
        "publish",
        "customers",
        "--from",
        database_url,
        "--table",
        "stream_source.clients",
        "--map",
        "mail=email",
    )
    assert "2 rows: 2 new or changed, 0 gone → source.crm.customers" in publishing
    assert "columns left out: note" in publishing
    assert "300 orders sent" in workers.run("generate", "orders", "--rate", "1000", "--count", "300")
    async with sender(kafka) as send:
        await send.send(
            [Outgoing("openlineage.events", b"run", raw) for raw in (event(1), event(2), event(1), b"{}")]
        )
        await send.send([Outgoing(TOPIC, b"3", b'{"firstNam": "Cy"}')])
    await until(
        lambda: _are_taken_in(database, {TOPIC: 3, "openlineage.events": 4, "orders": 300}), "all of it"
    )

    assert await stored(database) == Counter({"1": 1, "2": 1})
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from lineage_event") >= 2
        assert (
            await connection.fetchval(
                "select count(*) from run where run_id = any ($1)", [UUID(int=1), UUID(int=2)]
            )
            == 2
        )
        assert await connection.fetchval("select count(*) from dead_letter") == 1
    golden = await read(kafka, "customers", 2)
    told = [json.loads(message.value) for message in golden]
    assert sorted(each["versions"][0]["attributes"]["first_name"] for each in told) == ["Ann", "Bob"]
    assert [message.key.decode() for message in golden] == [each["customer_id"] for each in told]
    assert {each["change_id"] for each in told} == {
        dict(message.headers)["goldthread.id"].decode() for message in golden
    }

    await _a_letter_returns(workers, database)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    workers.running.clear()


async def test_a_letter_too_large_for_its_topic_is_sent_without_its_value(
    kafka: str, database: Database
) -> None:
    """The broker refuses it whole: it is sent with a word about that, the letters beside it as they are, each once."""
    client = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await client.start()
    await client.create_topics([NewTopic("t.dead", 1, 1, topic_configs={"max.message.bytes": "2000"})])
    await client.close()
    at = datetime(2024, 1, 1, tzinfo=UTC)
    values = [b"small", b"x" * 1_000_000, None]
    refused = [
        Refused(Message("t", 0, n, at, None, value), (Problem("$", "is wrong"),))
        for n, value in enumerate(values)
    ]
    letters = letters_of("group", refused)
    await database.transaction(lambda connection: add(connection, DEFAULT_TENANT, letters))
    async with sender(kafka) as send:
        post = DeadLetterPost(database, kafka, send)
        assert (await post.send(), await post.send()) == (3, 0)
    sent = {dict(each.headers)["goldthread.offset"]: each for each in await read(kafka, "t.dead", 3)}
    assert {offset: each.value for offset, each in sent.items()} == {b"0": b"small", b"1": None, b"2": None}
    assert [offset for offset, each in sent.items() if "goldthread.value" in dict(each.headers)] == [b"1"]
    assert {dict(each.headers)["goldthread.reason"] for each in sent.values()} == {b"$: is wrong"}


async def _a_letter_returns(workers: Workers, database: Database) -> None:
    """List, show and replay the only dead letter, and see it come back as another one."""
    letters = StreamLetters(database)
    ((letter,), total) = await letters.page(10, TOPIC)
    assert (total, letter.reason) == (1, "$.firstNam: is not known; did you mean firstName?")
    listed = json.loads(workers.run("dead", "list", "--topic", TOPIC, "--json"))
    assert [each["id"] for each in listed["letters"]] == [str(letter.dead_letter_id)]
    shown = json.loads(workers.run("dead", "show", str(letter.dead_letter_id)))
    assert (shown["key"], shown["value"]) == ("3", '{"firstNam": "Cy"}')
    assert "1 replayed" in workers.run("dead", "replay", str(letter.dead_letter_id))
    await until(lambda: _are_taken_in(database, {TOPIC: 4}), "the letter comes back")
    assert len(await letters.waiting(TOPIC)) == 1


async def _source_table(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute(
            """create schema if not exists stream_source;
               create table if not exists stream_source.clients (id int primary key, "First Name" text, mail text, note text);
               insert into stream_source.clients values (1, 'Ann', 'ann@example.org', 'x'), (2, 'Bob', null, null)"""
        )


async def _are_taken_in(database: Database, wanted: dict[str, int]) -> bool:
    return all([(await taken_in(database, topic))[0] >= count for topic, count in wanted.items()])


def event(number: int) -> bytes:
    """Return the end of a run."""
    return json.dumps(
        {
            "eventType": "COMPLETE",
            "eventTime": "2024-01-01T00:00:00Z",
            "producer": "https://example.org/load",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {"runId": str(UUID(int=number))},
            "job": {"namespace": "load", "name": "job"},
            "inputs": [],
            "outputs": [{"namespace": "load", "name": "out"}],
        }
    ).encode()
