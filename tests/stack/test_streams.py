"""Messages through a real Kafka into a real PostgreSQL, with workers that are killed, doubled and cut off on the way."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from graph.errors import Problem
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.stream_letters import StreamLetters, add
from graph.store.stream_positions import StreamPositions
from ingest.messages import Message, Refused
from ingest.streams.dead_letters import DeadLetterPost, letters_of
from ingest.streams.sending import Outgoing, sender
from ingest.streams.topics import make_topics
from tests.ingest.message_batches import order
from tests.stack.programs import Programs, everything, until

pytestmark = pytest.mark.stack

TOPIC = "source.crm.customers"


@pytest.fixture
def workers(database_url: str, kafka: str, tmp_path: Path) -> Iterator[Programs]:
    """Programs of this test on one database and one Kafka; those left running are killed."""
    environment = {
        "DATABASE_URL": database_url,
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "GOLDTHREAD_HOME": str(tmp_path),
        "GOLDTHREAD_PORT": "1",
    }
    there = Programs(environment, tmp_path / "log")
    yield there
    there.clear_away()


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


async def test_everything_a_worker_carries_arrives(
    kafka: str, workers: Programs, database: Database, database_url: str
) -> None:
    """Customers of a source table, OpenLineage events and orders come in; golden changes go out; dead letters return."""
    await _source_table(database)
    worker = workers.start("worker")
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
    golden = await everything(kafka, "customers")
    told = [json.loads(message.value) for message in golden]
    assert sorted(each["versions"][0]["attributes"]["first_name"] for each in told) == ["Ann", "Bob"]
    assert [message.key.decode() for message in golden] == [each["customer_id"] for each in told]
    assert {each["change_id"] for each in told} == {
        dict(message.headers)["goldthread.id"].decode() for message in golden
    }

    await _a_letter_returns(workers, database)
    assert workers.end(worker) < 20


@pytest.mark.parametrize("meanwhile", ["running", "ended"])
async def test_a_topic_made_anew_is_taken_in_from_its_start(
    kafka: str, workers: Programs, database: Database, meanwhile: str
) -> None:
    """Longer than the one before, whether a worker runs or not: each order of both is in a file and in the warehouse once."""
    worker = workers.start("worker")
    await _send_orders(kafka, range(60))
    await until(lambda: _are_loaded(database, 60), "the first topic is in the warehouse")
    if meanwhile == "ended":
        workers.end(worker)
    await _delete(kafka, "orders")
    await _send_orders(kafka, range(60, 160))
    if meanwhile == "ended":
        worker = workers.start("worker")
    await until(lambda: _are_loaded(database, 160), f"the second one, too: {workers.words()}")

    messages = await everything(kafka, "orders")
    async with database.connection() as connection:
        files = await connection.fetch("select topic, partition, offsets from message_file")
    held = Counter(
        (file["topic"], file["partition"], offset)
        for file in files
        for part in file["offsets"]
        for offset in range(part.lower, part.upper)
    )
    assert len(messages) == 100
    assert {place for place in held if place[0] == "orders"} == {
        ("orders", message.partition, message.offset) for message in messages
    }
    earlier = {place for place in held if place[0].startswith("orders@")}
    assert (len(earlier), set(held.values())) == (60, {1})
    assert "was made anew" in workers.words()
    workers.end(worker)


async def _send_orders(address: str, numbers: range) -> None:
    """Make the topic where it is missing, and send orders whose partition follows from their number."""
    await make_topics(address, ["orders"])
    async with sender(address) as send:
        await send.send([Outgoing("orders", str(number % 20).encode(), order(number)) for number in numbers])


async def _delete(address: str, topic: str) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=address)
    await client.start()
    try:
        await client.delete_topics([topic])
        while topic in await client.list_topics():  # noqa: ASYNC110 - the broker tells no other way
            await asyncio.sleep(0.05)
    finally:
        await client.close()


async def _are_loaded(database: Database, count: int) -> bool:
    async with database.connection() as connection:
        if not await connection.fetchval("select to_regclass('warehouse.fact_orders') is not null"):
            return False
        return await connection.fetchval("select count(*) from warehouse.fact_orders") == count


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
    sent = {dict(each.headers)["goldthread.offset"]: each for each in await everything(kafka, "t.dead")}
    assert {offset: each.value for offset, each in sent.items()} == {b"0": b"small", b"1": None, b"2": None}
    assert [offset for offset, each in sent.items() if "goldthread.value" in dict(each.headers)] == [b"1"]
    assert {dict(each.headers)["goldthread.reason"] for each in sent.values()} == {b"$: is wrong"}


async def _a_letter_returns(workers: Programs, database: Database) -> None:
    """List, show and replay the only dead letter, and see it come back as another one."""
    letters = StreamLetters(database)
    ((letter,), total) = await letters.page(10, TOPIC)
    assert (total, letter.reason) == (1, "$.firstNam: is not known; did you mean firstName?")
    listed = json.loads(workers.run("dead", "list", "--topic", TOPIC, "--json"))
    assert [each["id"] for each in listed["letters"]] == [str(letter.dead_letter_id)]
    shown = json.loads(workers.run("dead", "show", str(letter.dead_letter_id)))
    assert (shown["key"], shown["value"]) == ("3", '{"firstNam": "Cy"}')
    assert "1 sent to their topics once more" in workers.run("dead", "replay", str(letter.dead_letter_id))
    await until(lambda: _are_taken_in(database, {TOPIC: 4}), "the letter comes back")
    assert len(await letters.waiting(TOPIC)) == 1
    await letters.ask_replay(await letters.waiting(TOPIC))
    await until(
        lambda: _are_taken_in(database, {TOPIC: 5}), "the letter comes back, asked for as the server asks"
    )


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
