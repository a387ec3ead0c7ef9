"""Customers and orders through every stage: source database, Kafka, golden records, Kafka, Parquet on S3, warehouse.

GOLDTHREAD_JOURNEY_CUSTOMERS says how many customers there are; of orders there are twice as many.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.store.database import Database
from tests.journeys.conftest import free_port
from tests.stack.programs import Programs, everything, settings_of, until, until_ready
from tests.stack.s3_server import BUCKET, S3Server

pytestmark = pytest.mark.stack

CUSTOMERS = int(os.environ.get("GOLDTHREAD_JOURNEY_CUSTOMERS", "1000"))
ORDERS = 2 * CUSTOMERS
TWINS = CUSTOMERS // 100
"""So many rows of the source tell of somebody whom another row tells of too."""

MOVED, GONE = CUSTOMERS // 50, CUSTOMERS // 100
PATIENCE = 60 + CUSTOMERS / 25
SOURCE = "source.crm.customers"
TRACES_AT_ONCE = 30

TRACE = """sourceEvents { sourceKey { system key } goldenId } customerId message { topic partition offset }
 file { dataset path row rows runId writtenAt } load { runId rows loadedAt }"""
TIMELINE = """id timeline { version isDeleted email validFrom
 provenance { sourceSystem topic partition position receivedAt }
 message { topic partition offset at } file { dataset path row runId writtenAt } load { runId loadedAt } }"""


@dataclass(frozen=True, slots=True)
class Stack:
    """All that runs, and where it answers."""

    programs: Programs
    database: Database
    database_url: str
    kafka: str
    s3: S3Server
    lake: str
    url: str


@pytest.fixture
def stack(database: Database, database_url: str, kafka: str, s3: S3Server, tmp_path: Path) -> Iterator[Stack]:
    """Everything but what the test starts itself."""
    port, lake = free_port(), f"s3://{BUCKET}/{tmp_path.name}"
    environment = settings_of(database_url, kafka, s3, lake, tmp_path / "home", port=port, seconds=1)
    environment["GOLDTHREAD_LAKE_BATCH_MESSAGES"] = "250"
    programs = Programs(environment, tmp_path / "log")
    yield Stack(programs, database, database_url, kafka, s3, lake, f"http://127.0.0.1:{port}")
    programs.clear_away()


async def test_customers_and_orders_are_exact_at_every_stage(stack: Stack) -> None:
    """Counts, sums and the trace of every single message, from the row of the source to the row of the warehouse."""
    await _fill_source(stack)
    server = stack.programs.start("serve")
    await until_ready(stack.url)
    worker = stack.programs.start("worker")
    publishing = ("--from", stack.database_url, "--table", "crm.clients", "--valid-from-column", "since")
    publisher = stack.programs.start("publish", "customers", *publishing, "--every", "1")
    sent = await asyncio.to_thread(
        stack.programs.run, "generate", "orders", "--rate", "1000000", "--count", str(ORDERS)
    )
    assert f"{ORDERS:,} orders sent" in sent
    await until(lambda: _is_taken_in(stack, SOURCE, CUSTOMERS), "every row is taken in", PATIENCE)
    await _change_source(stack)
    changes = CUSTOMERS + MOVED + GONE
    await until(lambda: _is_taken_in(stack, SOURCE, changes), "every change is taken in", PATIENCE)
    await until(lambda: _is_taken_in(stack, "orders", ORDERS), "every order is taken in", PATIENCE)
    stack.programs.end(publisher, code=143)
    await until(lambda: _is_settled(stack), "everything is in the warehouse and told of", PATIENCE)

    objects = await asyncio.to_thread(_objects, stack)
    topics = {topic: await everything(stack.kafka, topic) for topic in (SOURCE, "orders", "customers")}
    assert (len(topics[SOURCE]), len(topics["orders"])) == (changes, ORDERS)
    await _counts_and_sums(stack, objects, topics)
    await _lineage(stack, objects)
    traces = {topic: await _traces(stack, topics[topic]) for topic in topics}
    keys = _source_traces(topics[SOURCE], traces[SOURCE])
    _order_traces(topics["orders"], traces["orders"], objects)
    first_told = _customer_traces(topics["customers"], traces["customers"], objects)
    await _timelines(stack, keys, topics[SOURCE], first_told, objects)
    assert stack.programs.end(worker) < 20
    stack.programs.kill(server)


async def _fill_source(stack: Stack) -> None:
    """Fill the table of a source database: the last rows tell of the same persons as the first."""
    async with stack.database.connection() as connection:
        await connection.execute(
            """drop schema if exists crm cascade;
               create schema crm;
               create table crm.clients (id int primary key, "First Name" text, "Last Name" text, email text,
                                         since timestamptz not null)"""
        )
        people = [number if number < CUSTOMERS - TWINS else number % TWINS for number in range(CUSTOMERS)]
        await connection.executemany(
            "insert into crm.clients values ($1, $2, $3, $4, '2024-01-01T00:00:00Z')",
            [
                (row, f"Ann{person}", f"Smith{person}", f"person{person}@example.org")
                for row, person in enumerate(people)
            ],
        )


async def _change_source(stack: Stack) -> None:
    """Move some customers and delete others, none of whom another row tells of too."""
    async with stack.database.connection() as connection, connection.transaction():
        await connection.execute(
            """update crm.clients set email = 'moved' || id || '@example.org', since = '2025-01-01T00:00:00Z'
                where id >= $1 and id < $1 + $2""",
            TWINS,
            MOVED,
        )
        await connection.execute(
            "delete from crm.clients where id >= $1 and id < $1 + $2", TWINS + MOVED, GONE
        )


async def _is_taken_in(stack: Stack, topic: str, count: int) -> bool:
    async with stack.database.connection() as connection:
        taken = await connection.fetchval(
            "select coalesce(sum(messages), 0) from stream_position where topic = $1", topic
        )
    return taken >= count


async def _is_settled(stack: Stack) -> bool:
    """Whether every change is on its topic, in a file, in the warehouse, and told to lineage."""
    async with stack.database.connection() as connection:
        left = await connection.fetchval(
            """select (select count(*) from change_event where system_from > (
                         select max(known_at) from customer_message))
                    + (select count(*) from message_file where status = 'planned')
                    + (select count(*) from message_file where load_reported_at is null)
                    + (select count(*) from stream_position where next_offset < end_offset)"""
        )
    return left == 0


def _objects(stack: Stack) -> dict[str, list[dict[str, Any]]]:
    """Return every Parquet file of the lake, with its rows."""
    files = stack.s3.files()
    return {
        f"s3://{path}": pq.read_table(pa.BufferReader(files.cat_file(path))).to_pylist()
        for path in files.find(stack.lake)
    }


GOLDEN = """
select count(distinct customer_id) as customers, count(*) as versions,
       count(*) filter (where is_current) as current, count(*) filter (where is_deleted) as deleted
  from public.customers_history
"""

_ROW = "select customer_id, version, attributes, is_current, is_deleted, source_system, valid_from, valid_to from"
DIFFERING = f"""
select count(*)
  from (({_ROW} public.customers_history except {_ROW} warehouse.customers_history) union all
        ({_ROW} warehouse.customers_history except {_ROW} public.customers_history)) as differing
"""

FACTS = "select order_id, user_id, amount, country from warehouse.fact_orders"
MANIFEST = "select dataset || '/' || path as location, rows from message_file where status = 'written'"
REFUSED = "select (select count(*) from warehouse.rejected_row) + (select count(*) from stream_dead_letter)"


async def _counts_and_sums(
    stack: Stack, objects: dict[str, list[dict[str, Any]]], topics: dict[str, list[Any]]
) -> None:
    """Require the same counts and sums in topics, files, golden records and warehouse."""
    async with stack.database.connection() as connection:
        golden = dict(await connection.fetchrow(GOLDEN) or {})
        assert (await connection.fetchval(DIFFERING), await connection.fetchval(REFUSED)) == (0, 0)
        facts = await connection.fetch(FACTS)
        manifest = await connection.fetch(MANIFEST)
    persons = CUSTOMERS - TWINS
    versions = persons + MOVED + GONE
    assert golden == {"customers": persons, "versions": versions, "current": persons - GONE, "deleted": GONE}
    told = {UUID(order["order_id"]): order for order in map(_value, topics["orders"])}
    assert len(told) == len(facts) == ORDERS
    assert sum(fact["amount"] for fact in facts) == sum(Decimal(each["amount"]) for each in told.values())
    for fact in facts:
        order = told[fact["order_id"]]
        found = (str(fact["user_id"]), str(fact["amount"]), fact["country"])
        assert found == (order["user_id"], order["amount"], order["country"])
    assert {row["location"]: row["rows"] for row in manifest} == {
        location: len(rows) for location, rows in objects.items()
    }
    of_orders, of_customers = _held_in(objects, "/raw/orders/"), _held_in(objects, "/customers/")
    assert of_orders == Counter(_place(message)[1:] for message in topics["orders"])
    assert of_customers == {
        _place(message)[1:]: len(_value(message)["versions"]) for message in topics["customers"]
    }


def _held_in(objects: dict[str, list[dict[str, Any]]], folder: str) -> Counter[tuple[int, int]]:
    """Return how many rows each message has in the files of a folder."""
    rows = (row for location, held in objects.items() if folder in location for row in held)
    return Counter((row["message_partition"], row["message_offset"]) for row in rows)


async def _lineage(stack: Stack, objects: dict[str, list[dict[str, Any]]]) -> None:
    """Require a RUNNING event for each file, a START and a COMPLETE for each load, and no other run."""
    async with stack.database.connection() as connection:
        events = await connection.fetch(
            """select name, event_type, count(*) from lineage_event join job using (tenant_id, job_id)
                where event_type is not null group by 1, 2"""
        )
        versions = await connection.fetchval("select count(*) from message_file")
    told = {(row["name"], row["event_type"]): row["count"] for row in events}
    folders = Counter("orders" if "/raw/orders/" in location else "customers" for location in objects)
    assert versions == folders.total()
    assert told == {
        ("orders_to_lake", "START"): 1,
        ("orders_to_lake", "RUNNING"): folders["orders"],
        ("customers_to_lake", "START"): 1,
        ("customers_to_lake", "RUNNING"): folders["customers"],
        ("orders_to_warehouse", "START"): folders["orders"],
        ("orders_to_warehouse", "COMPLETE"): folders["orders"],
        ("lake_to_warehouse", "START"): folders["customers"],
        ("lake_to_warehouse", "COMPLETE"): folders["customers"],
    }


async def _traces(stack: Stack, messages: Sequence[Any]) -> list[dict[str, Any]]:
    """Ask GraphQL for the trace of each message, many in one question."""
    found: list[dict[str, Any]] = []
    async with httpx.AsyncClient(base_url=stack.url, timeout=60) as client:
        for start in range(0, len(messages), TRACES_AT_ONCE):
            some = messages[start : start + TRACES_AT_ONCE]
            fields = " ".join(
                f'm{number}: trace(topic: "{message.topic}", partition: {message.partition}, offset: {message.offset})'
                f" {{ {TRACE} }}"
                for number, message in enumerate(some)
            )
            found += list((await _asked(client, f"{{ {fields} }}")).values())
    return found


async def _asked(client: httpx.AsyncClient, query: str) -> dict[str, Any]:
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert "errors" not in answer, answer["errors"][:3]
    return answer["data"]


def _source_traces(messages: Sequence[Any], traces: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Require that each message of the source became one event of its record; return the golden id of each key."""
    keys: dict[str, str] = {}
    for message, trace in zip(messages, traces, strict=True):
        (event,) = trace["sourceEvents"]
        assert event["sourceKey"] == {"system": "crm", "key": message.key.decode()}
        assert (trace["file"], trace["load"], trace["customerId"]) == (None, None, None)
        assert keys.setdefault(message.key.decode(), event["goldenId"]) == event["goldenId"]
    assert len(keys) == CUSTOMERS
    for twin in range(TWINS):
        assert keys[str(CUSTOMERS - TWINS + twin)] == keys[str((CUSTOMERS - TWINS + twin) % TWINS)]
    return keys


def _order_traces(
    messages: Sequence[Any], traces: Sequence[dict[str, Any]], objects: dict[str, list[dict[str, Any]]]
) -> None:
    """Require that the trace of each order leads to the row of the file that holds it, and to its load."""
    for message, trace in zip(messages, traces, strict=True):
        row = _row(trace["file"], objects)
        assert _held(row) == (message.partition, message.offset, _value(message)["order_id"])
        assert trace["load"]["loadedAt"] >= trace["file"]["writtenAt"]
        assert (trace["sourceEvents"], trace["customerId"]) == ([], None)


def _held(row: dict[str, Any]) -> tuple[int, int, str]:
    return row["message_partition"], row["message_offset"], str(row["order_id"])


def _customer_traces(
    messages: Sequence[Any], traces: Sequence[dict[str, Any]], objects: dict[str, list[dict[str, Any]]]
) -> dict[tuple[str, str], tuple[str, int, int]]:
    """Require the same of each change of a golden record; return which message told first of each version."""
    told: defaultdict[tuple[str, str], list[tuple[str, int, int, str]]] = defaultdict(list)
    for message, trace in zip(messages, traces, strict=True):
        value = _value(message)
        assert trace["customerId"] == value["customer_id"] == message.key.decode()
        assert trace["message"] == {
            "topic": "customers",
            "partition": message.partition,
            "offset": str(message.offset) if isinstance(trace["message"]["offset"], str) else message.offset,
        }
        row = _row(trace["file"], objects)
        assert (row["customer_id"], row["message_offset"]) == (value["customer_id"], message.offset)
        assert trace["load"]["loadedAt"] >= trace["file"]["writtenAt"]
        for version in value["versions"]:
            if version["system_from"] <= value["known_at"]:
                place = (value["known_at"], *_place(message)[1:], version["valid_from"])
                told[value["customer_id"], version["system_from"]].append(place)
    return {version: ("customers", *min(places)[1:3]) for version, places in told.items()}


async def _timelines(
    stack: Stack,
    keys: dict[str, str],
    sources: Sequence[Any],
    first_told: dict[tuple[str, str], tuple[str, int, int]],
    objects: dict[str, list[dict[str, Any]]],
) -> None:
    """Require of each version of each customer its source message, its own row of a file, and its load."""
    said: defaultdict[str, set[tuple[str, int, int]]] = defaultdict(set)
    for message in sources:
        said[keys[message.key.decode()]].add(_place(message))
    versions = 0
    async with httpx.AsyncClient(base_url=stack.url, timeout=60) as client:
        ids = sorted(said)
        for start in range(0, len(ids), TRACES_AT_ONCE):
            some = ids[start : start + TRACES_AT_ONCE]
            fields = " ".join(f'c{n}: customer(id: "{id}") {{ {TIMELINE} }}' for n, id in enumerate(some))
            for customer in (await _asked(client, f"{{ {fields} }}")).values():
                versions += len(customer["timeline"])
                for version in customer["timeline"]:
                    _require_thread(customer["id"], version, said[customer["id"]], objects)
    assert versions == CUSTOMERS - TWINS + MOVED + GONE
    assert len(first_told) >= versions - GONE


def _require_thread(
    customer: str,
    version: dict[str, Any],
    said: set[tuple[str, int, int]],
    objects: dict[str, list[dict[str, Any]]],
) -> None:
    for source in version["provenance"]:
        assert (source["topic"], source["partition"], int(source["position"])) in said
        assert source["receivedAt"]
    assert version["provenance"] or version["isDeleted"]
    row = _row(version["file"], objects)
    message = version["message"]
    assert (row["customer_id"], row["version"], row["is_deleted"], row["email"]) == (
        customer,
        version["version"],
        version["isDeleted"],
        version["email"],
    )
    assert (row["message_partition"], row["message_offset"]) == (message["partition"], int(message["offset"]))
    assert version["load"]["loadedAt"] >= version["file"]["writtenAt"] >= message["at"]


def _row(file: dict[str, Any], objects: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return objects[f"{file['dataset']}/{file['path']}"][int(file["row"]) - 1]


def _place(message: Any) -> tuple[str, int, int]:
    return message.topic, message.partition, message.offset


def _value(message: Any) -> dict[str, Any]:
    return json.loads(message.value)
