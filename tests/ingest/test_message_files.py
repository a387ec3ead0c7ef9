"""Messages in the lake: every batch a file, planned before it is written, exactly once whatever breaks."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pyarrow.parquet as pq
import pytest

from graph.errors import UnavailableError
from graph.store.database import Database
from graph.store.message_files import MessageFile, MessageFiles
from ingest.message_files import MessageFileWriter
from ingest.messages import FencedError
from ingest.orders import ORDERS
from ingest.worker import Installation
from tests.ingest.lake_folder import block, content_of, names_in, put, unblock
from tests.ingest.message_batches import batch_of, message, order, take

BROKER = "kafka://127.0.0.1:9092"


@pytest.fixture
async def writer(database: Database, installation: Installation) -> AsyncIterator[MessageFileWriter]:
    """Carry orders into the installation's lake."""
    async with MessageFileWriter.running(database, installation.storage, ORDERS, "orders", BROKER) as writer:
        yield writer


def _rows(file: MessageFile) -> list[dict[str, Any]]:
    return pq.read_table(file.location).to_pylist()


async def test_a_batch_becomes_a_file_named_after_its_offsets(
    database: Database, writer: MessageFileWriter
) -> None:
    """Name, rows and manifest say which messages it holds; what is no order is refused with the reason."""
    messages = [
        message(7, order(1)),
        message(8, b"{"),
        message(10, order(2, amount="1.239")),
        message(11, order(3)),
    ]
    refused = await take(database, writer, messages)
    (file,) = await writer.files.files(writer.folder)
    assert file.path == "orders_20260301T120007.000000Z_0_7-11.parquet"
    assert (file.start_position, file.end_position, file.offsets, file.rows) == (7, 12, ((7, 8), (11, 12)), 2)
    assert [(row["order_id"][-1], row["message_offset"]) for row in _rows(file)] == [("1", 7), ("3", 11)]
    assert [(one.message.offset, [p.path for p in one.problems]) for one in refused] == [
        (8, ["$"]),
        (10, ["$.amount"]),
    ]
    assert names_in(writer.folder) == [file.path]
    content = content_of(file.location)
    assert (len(content), hashlib.sha256(content).digest()) == (file.size, file.sha256)


async def test_a_batch_of_nothing_but_poison_leaves_no_file(
    database: Database, writer: MessageFileWriter
) -> None:
    """There is nothing to plan where there is no row."""
    refused = await take(database, writer, [message(0, None), message(1, b"[]")])
    assert [one.message.offset for one in refused] == [0, 1]
    assert await writer.files.files(writer.folder) == []
    assert names_in(writer.folder) == []


async def test_a_crash_after_the_plan_or_the_file_is_made_good_byte_for_byte(
    database: Database, writer: MessageFileWriter
) -> None:
    """The batch ends where it was planned to, and the second attempt puts the same bytes at the same place."""
    messages = [message(offset, order(offset)) for offset in range(10)]
    await writer.prepare(batch_of(messages[:4]))  # and never stored: the worker died
    (name,) = names_in(writer.folder)
    before = content_of(f"{writer.folder}/{name}")
    assert await writer.planned_end("orders", 0, 0) == 4
    with pytest.raises(FencedError):
        await writer.prepare(batch_of(messages))
    await take(database, writer, messages[:4])
    await take(database, writer, messages[4:])
    first, second = await writer.files.files(writer.folder)
    assert (first.path, content_of(first.location)) == (name, before)
    assert (second.start_position, second.end_position) == (4, 10)
    assert names_in(writer.folder) == sorted([first.path, second.path])
    assert await writer.planned_end("orders", 0, 0) is None


async def test_what_a_killed_writer_left_half_written_goes(
    database: Database, installation: Installation, writer: MessageFileWriter
) -> None:
    """The next one to start clears it away, and nothing that is whole."""
    await take(database, writer, [message(0, order(0))])
    (file,) = await writer.files.files(writer.folder)
    put(f"{writer.folder}/.orders_20260301T120001.000000Z_0_1-9.parquet.0.unfinished", b"half a fi")
    async with MessageFileWriter.running(database, installation.storage, ORDERS, "orders", BROKER):
        assert names_in(writer.folder) == [file.path]


async def test_one_who_lost_the_partition_neither_writes_nor_records(
    database: Database, writer: MessageFileWriter
) -> None:
    """The late one is told at once where the file is recorded, and at the end where it was recorded meanwhile."""
    messages = [message(offset, order(offset)) for offset in range(3)]
    late = await writer.prepare(batch_of(messages))
    await take(database, writer, messages)
    with pytest.raises(FencedError):
        await database.transaction(late)
    with pytest.raises(FencedError):
        await writer.prepare(batch_of(messages))
    assert len(await writer.files.files(writer.folder)) == 1


async def test_a_lake_that_cannot_be_reached_leaves_the_plan(
    database: Database, writer: MessageFileWriter
) -> None:
    """Nothing is recorded, and the next attempt writes the file as it was planned."""
    block(writer.folder)
    messages = [message(offset, order(offset)) for offset in range(3)]
    with pytest.raises(UnavailableError, match="cannot be reached"):
        await writer.prepare(batch_of(messages))
    assert await writer.files.files(writer.folder) == []
    assert await writer.planned_end("orders", 0, 0) == 3
    unblock(writer.folder)
    await take(database, writer, messages)
    assert [file.rows for file in await writer.files.files(writer.folder)] == [3]


async def test_each_file_is_loaded_into_the_warehouse_once(
    database: Database, installation: Installation, writer: MessageFileWriter
) -> None:
    """An order told twice is one; one told otherwise later is kept out with the reason."""
    await take(database, writer, [message(offset, order(offset)) for offset in range(5)])
    await take(database, writer, [message(5, order(2)), message(6, order(3, amount="9.99", country="IT"))])
    await installation.carry()
    assert await installation.message_loads.load() == []
    async with database.connection() as connection:
        facts = await connection.fetch("select * from warehouse.fact_orders order by order_id")
        rejected = await connection.fetch("select file_row, reason from warehouse.rejected_row")
        loads = await connection.fetch("select load_rows from message_file order by seq")
    assert [row["order_id"].int & 0xFF for row in facts] == [0, 1, 2, 3, 4]
    assert str(facts[3]["amount"]) == "3.03"
    assert [tuple(row) for row in rejected] == [
        (2, "the order was loaded before with another amount, country")
    ]
    assert [row["load_rows"] for row in loads] == [5, 0]


async def test_a_damaged_file_is_not_loaded_in_part(
    database: Database,
    installation: Installation,
    writer: MessageFileWriter,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The manifest knows what was written; anything else is refused, told once, and leaves nothing in the warehouse."""
    await take(database, writer, [message(offset, order(offset)) for offset in range(5)])
    (file,) = await writer.files.files(writer.folder)
    whole = content_of(file.location)
    put(file.location, whole[: len(whole) // 2])
    assert await installation.message_loads.load() == []
    assert await installation.message_loads.load() == []
    assert [record.getMessage() for record in caplog.records if record.name == "ingest.message_loads"] == [
        f"the lake's file {file.location} is not the one that was written; nothing of orders is loaded until it is"
    ]
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from warehouse.fact_orders") == 0
    put(file.location, whole)
    assert len(await installation.message_loads.load()) == 1


async def test_messages_are_found_by_partition_and_position(
    database: Database, writer: MessageFileWriter
) -> None:
    """Another partition has offsets of its own."""
    await take(database, writer, [message(0, order(1)), message(1, order(2))])
    await take(database, writer, [message(0, order(3), partition=1)])
    files = await MessageFiles(database).files(writer.folder)
    assert [(file.partition, file.offsets) for file in files] == [(0, ((0, 2),)), (1, ((0, 1),))]
