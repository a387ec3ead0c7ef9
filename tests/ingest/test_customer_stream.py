"""Golden records' changes as messages: into the lake, and from there alone into the warehouse's history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pyarrow.parquet as pq
import pytest

from graph.erasure import Erasures
from graph.store.change_feed import START, ChangeFeed
from graph.store.database import Database
from graph.store.golden_records import GoldenRecords
from graph.store.message_files import MessageFile
from ingest.compaction import Compaction
from ingest.customer_messages import CUSTOMERS, customer_message
from ingest.erasure import settle
from ingest.message_files import MessageFileWriter
from ingest.messages import Message
from ingest.worker import Installation
from service.app import create_app
from service.settings import Settings
from tests.ingest.conftest import take_in
from tests.ingest.message_batches import NOON, message, take

BROKER = "kafka://127.0.0.1:9092"
ANN = {"key": "1", "validFrom": "2024-01-01T00:00:00Z", "firstName": "Ann", "email": "ann@example.com"}
BEN = {"key": "2", "validFrom": "2024-01-01T00:00:00Z", "firstName": "Ben", "email": "ben@example.com"}
SECRET = b"s" * 32

THREAD = """
query ($id: ID!) {
  customer(id: $id) {
    timeline {
      version firstName
      message { topic partition offset }
      file { dataset path row rows }
      load { rows }
    }
  }
}
"""
TRACE = """
query ($topic: String!, $offset: Long!) {
  trace(topic: $topic, partition: 0, offset: $offset) {
    customerId message { offset } file { path row } load { rows } sourceEvents { eventId }
  }
}
"""


@pytest.fixture
async def writer(database: Database, installation: Installation) -> AsyncIterator[MessageFileWriter]:
    """Carry the golden records' changes into the installation's lake, and nothing but them."""
    installation.carries_customers = False
    storage = installation.storage
    async with MessageFileWriter.running(database, storage, CUSTOMERS, "customers", BROKER) as writer:
        yield writer


async def _messages(database: Database, first_offset: int = 0, skip: int = 0) -> list[Message]:
    """Return what a producer sends: a message for each change, with all versions as known at its instant."""
    reads = GoldenRecords(database)
    page = await ChangeFeed(database).page(START, 1_000)
    found: list[Message] = []
    for event in page.events[skip:]:
        change, known_at = event.change, event.position.system_from
        for golden_id in (change.golden_id, change.other_id):
            if golden_id is not None:
                versions = (await reads.timeline([golden_id], known_at)).get(golden_id, [])
                value = customer_message(event.change_id, golden_id, change.kind, known_at, versions)
                found.append(message(first_offset + len(found), value, topic="customers"))
    return found


async def _both(database: Database) -> tuple[list[Any], list[Any]]:
    names = "customer_id, version, attributes, is_current, is_deleted, source_system, valid_from, valid_to"
    async with database.connection() as connection:
        return (
            [
                tuple(row)
                for row in await connection.fetch(f"select {names} from customers_history order by 1, 2")
            ],
            [
                tuple(row)
                for row in await connection.fetch(
                    f"select {names} from warehouse.customers_history order by 1, 2"
                )
            ],
        )


def _rows(file: MessageFile) -> list[dict[str, Any]]:
    return pq.read_table(file.location).to_pylist()


async def _ask(database_url: str, query: str, **variables: Any) -> dict[str, Any]:
    application = create_app(Settings(database_url=database_url, infer_columns=False))
    async with application.router.lifespan_context(application):
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            answer = await client.post("/graphql", json={"query": query, "variables": variables})
    body = answer.json()
    assert "errors" not in body, body["errors"]
    return body["data"]


async def _rest(database_url: str, path: str) -> tuple[int, dict[str, Any]]:
    application = create_app(Settings(database_url=database_url, infer_columns=False))
    async with application.router.lifespan_context(application):
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            answer = await client.get(path)
    return answer.status_code, answer.json()


async def _live(database: Database) -> None:
    """Let people come, change, leave, merge and be corrected."""
    await take_in(database, ANN, BEN)
    await take_in(database, ANN | {"validFrom": "2024-06-01T00:00:00Z", "firstName": "Anna"})
    await take_in(database, {"key": "2", "kind": "end", "validFrom": "2025-01-01T00:00:00Z"})
    shop = {"sourceSystem": "shop", "key": "9", "validFrom": "2024-02-01T00:00:00Z"}
    await take_in(database, shop | {"email": "other@example.com", "firstName": "Ann"})
    await take_in(database, shop | {"validFrom": "2024-03-01T00:00:00Z", "email": "ann@example.com"})


@pytest.mark.parametrize("size", [1, 3, 100])
async def test_the_warehouse_built_from_messages_is_the_catalogs_view(
    database: Database, installation: Installation, writer: MessageFileWriter, size: int
) -> None:
    """Whatever the batches, the table holds what the view of the same name does."""
    await _live(database)
    messages = await _messages(database)
    for start in range(0, len(messages), size):
        assert await take(database, writer, messages[start : start + size]) == ()
    await installation.carry()
    view, table = await _both(database)
    assert table == view
    assert {row[1] for row in table} == {1, 2, 3, 4}
    assert await installation.lake.files.files(installation.lake.folder) == []


async def test_every_version_shows_its_message_file_row_and_load(
    database: Database, database_url: str, installation: Installation, writer: MessageFileWriter
) -> None:
    """Before a step has happened its link is null; afterwards row and offset lead to the version itself."""
    (ann, _) = await take_in(database, ANN, BEN)
    await take_in(database, ANN | {"validFrom": "2024-06-01T00:00:00Z", "firstName": "Anna"})
    empty = (await _ask(database_url, THREAD, id=str(ann.golden_id)))["customer"]["timeline"]
    assert [(v["message"], v["file"], v["load"]) for v in empty] == [(None, None, None)] * 2
    messages = await _messages(database)
    await take(database, writer, messages)
    written = (await _ask(database_url, THREAD, id=str(ann.golden_id)))["customer"]["timeline"]
    assert [version["load"] for version in written] == [None, None]
    await installation.carry()
    (file,) = await writer.files.files(writer.folder)
    rows = _rows(file)
    told = (await _ask(database_url, THREAD, id=str(ann.golden_id)))["customer"]["timeline"]
    for number, version in enumerate(told, 1):
        row = rows[version["file"]["row"] - 1]
        assert (row["customer_id"], row["version"]) == (str(ann.golden_id), number)
        assert row["message_offset"] == version["message"]["offset"]
        assert version["file"] | {"row": 0} == {
            "dataset": writer.folder,
            "path": file.path,
            "row": 0,
            "rows": len(rows),
        }
        assert version["load"] == {"rows": 3}
    trace = (await _ask(database_url, TRACE, topic="customers", offset=told[1]["message"]["offset"]))["trace"]
    assert trace == {
        "customerId": str(ann.golden_id),
        "message": {"offset": told[1]["message"]["offset"]},
        "file": {"path": file.path, "row": told[1]["file"]["row"] - 1},
        "load": {"rows": 3},
        "sourceEvents": [],
    }
    offset = told[1]["message"]["offset"]
    status, body = await _rest(database_url, f"/api/v1/traces/customers/0/{offset}")
    assert (status, body["customerId"], body["file"]["path"], body["file"]["row"], body["load"]["rows"]) == (
        200,
        trace["customerId"],
        file.path,
        trace["file"]["row"],
        3,
    )
    for wrong in ("customers/0/x", "customers/-1/0", "customers/0/9999999999999999999999"):
        status, body = await _rest(database_url, f"/api/v1/traces/{wrong}")
        assert (status, body["error"]["code"]) == (400, "INVALID_INPUT"), body
    nothing = {"customerId": None, "message": None, "file": None, "load": None, "sourceEvents": []}
    assert (await _ask(database_url, TRACE, topic="customers", offset=99))["trace"] == nothing


async def test_merging_files_changes_no_thread(
    database: Database, database_url: str, installation: Installation, writer: MessageFileWriter
) -> None:
    """Each version leads to the merged file and the row in it, and still to the load that brought it."""
    (ann, _) = await take_in(database, ANN, BEN)
    await take_in(database, ANN | {"validFrom": "2024-06-01T00:00:00Z", "firstName": "Anna"})
    for each in await _messages(database):
        await take(database, writer, [each])
    await installation.carry()
    before = (await _ask(database_url, THREAD, id=str(ann.golden_id)))["customer"]["timeline"]
    (merged,) = await Compaction(database, installation.storage).run()
    after = (await _ask(database_url, THREAD, id=str(ann.golden_id)))["customer"]["timeline"]
    assert [(v["message"], v["load"]) for v in after] == [(v["message"], v["load"]) for v in before]
    assert {version["file"]["path"] for version in after} == {merged.path}
    (file,) = await writer.files.files(writer.folder)
    for version in after:
        row = _rows(file)[version["file"]["row"] - 1]
        assert (row["customer_id"], row["message_offset"]) == (
            str(ann.golden_id),
            version["message"]["offset"],
        )
    await installation.carry()
    view, table = await _both(database)
    assert table == view


async def test_an_erased_customer_is_in_no_file_of_messages(
    database: Database, installation: Installation, writer: MessageFileWriter
) -> None:
    """Files are rewritten without the person; later messages about the person are let go, and others stay."""
    ann, ben = await take_in(database, ANN, BEN)
    assert ann.golden_id is not None
    messages = await _messages(database)
    await take(database, writer, messages)
    await installation.carry()
    erasures = Erasures(database, SECRET)
    await erasures.erase("customer", ann.golden_id, "officer", "asked for it")
    async with installation.lake.exclusively(wait=True):
        await installation.carry()
        (erasure,) = await settle(erasures, installation.reach)
    (file,) = await writer.files.files(writer.folder)
    assert erasure.report["removed"]["lake_files"] == {file.location: 1}
    gone = [each.offset for each in messages if str(ann.golden_id).encode() in (each.value or b"")]
    assert erasure.report["remains"]["messages_of_golden_records"] == [f"customers 0:{gone[0]}-{gone[-1]}"]
    assert [row["customer_id"] for row in _rows(file)] == [str(ben.golden_id)]
    kept = [each.offset for each in messages if str(ben.golden_id).encode() in (each.value or b"")]
    assert file.messages == kept
    again = [message(10 + n, each.value, topic="customers") for n, each in enumerate(messages)]
    assert await take(database, writer, again) == ()
    files = await writer.files.files(writer.folder)
    assert [row["customer_id"] for one in files for row in _rows(one)] == [str(ben.golden_id)] * 2
    await installation.carry()
    _, table = await _both(database)
    assert {row[0] for row in table} == {ben.golden_id}


async def test_that_somebody_was_erased_becomes_no_row(database: Database, writer: MessageFileWriter) -> None:
    """A message with an id and nothing else is taken in, and is no dead letter; one with another key is."""
    told, other = (
        Message("customers", 0, offset, NOON, key, None)
        for offset, key in enumerate((str(UUID(int=7)).encode(), b"\xff"))
    )
    refused = await take(database, writer, [told, other])
    assert [each.message.offset for each in refused] == [1]
    assert await writer.files.files(writer.folder) == []


async def test_a_message_that_tells_of_no_customer_is_refused(
    database: Database, writer: MessageFileWriter
) -> None:
    """Bad JSON, a missing field, an unknown attribute and no value at all each say why, and leave nothing."""
    told = b'{"change_id":"01a1fe22-d98f-7548-82e6-ea11910ec0f4","customer_id":"01a1fe22-d98f-7548-82e6-ea11910ec0f5","kind":"created","known_at":"2026-01-01T00:00:00Z","versions":[{"version":1,"is_deleted":false,"valid_from":"2026-01-01T00:00:00Z","valid_to":null,"system_from":null,"attributes":{"shoe_size":"44"}}]}'
    values = [b"{", b"{}", told, None, told.replace(b"2026-01-01T00:00:00Z", b"yesterday")]
    refused = await take(
        database, writer, [message(n, value, topic="customers") for n, value in enumerate(values)]
    )
    assert [(one.message.offset, one.problems[0].path) for one in refused] == [
        (0, "$"),
        (1, "$"),
        (2, "$.versions"),
        (3, "$"),
        (4, "$.known_at"),
    ]
    assert await writer.files.files(writer.folder) == []
