"""Which files are merged, and what a crash in the middle leaves: every message in exactly one file at every moment."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import ConflictError
from graph.identity import new_id
from graph.store.database import Database
from graph.store.message_files import MessageFile
from ingest.compaction import Compaction, neighbours, union
from ingest.message_files import MessageFileWriter
from ingest.orders import ORDERS
from ingest.worker import Installation
from tests.ingest.lake_folder import content_of, names_in, put
from tests.ingest.message_batches import message, order, take

AT = datetime(2026, 1, 1, tzinfo=UTC)


def _file(partition: int, start: int, rows: int) -> MessageFile:
    return MessageFile(
        file_id=new_id(),
        kind="order",
        dataset="lake/raw/orders",
        path=f"{partition}-{start}",
        topic="orders",
        partition=partition,
        start_position=start,
        end_position=start + rows,
        first_at=AT,
        status="written",
        run_id=new_id(),
        planned_at=AT,
        offsets=((start, start + rows),),
        rows=rows,
    )


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9), st.booleans()), max_size=30), st.integers(2, 40)
)
def test_groups_are_neighbours_and_no_larger_than_asked(
    pieces: list[tuple[int, int, bool]], rows: int
) -> None:
    """Files of a group meet, are of one partition, and keep their order; a gap ends a group."""
    files: list[MessageFile] = []
    position = 0
    for partition, size, gap in sorted(pieces, key=lambda piece: piece[0]):
        position += size if gap else 0
        files.append(_file(partition, position, size))
        position += size
    groups = neighbours(files, rows)
    for group in groups:
        assert len(group) > 1
        assert sum(file.rows or 0 for file in group) <= rows
        assert len({file.partition for file in group}) == 1
        assert all(one.end_position == other.start_position for one, other in pairwise(group))
        merged = union("orders", group)
        assert (merged.start_position, merged.end_position) == (
            group[0].start_position,
            group[-1].end_position,
        )
    grouped = [file for group in groups for file in group]
    assert grouped == [file for file in files if file in grouped]


async def test_a_crash_between_the_steps_of_a_merge_is_made_good(
    database: Database, installation: Installation
) -> None:
    """Planned and not written: the old files hold the messages. Written and not removed: the new one does."""
    storage = installation.storage
    async with MessageFileWriter.running(database, storage, ORDERS, "orders", "kafka://b:1") as writer:
        for start in range(0, 6, 2):
            await take(database, writer, [message(o, order(o)) for o in (start, start + 1)])
        await installation.carry()
        whole = {file.path: content_of(file.location) for file in await writer.files.files(writer.folder)}
        last = sorted(whole)[-1]
        put(f"{writer.folder}/{last}", b"damaged")
        with pytest.raises(ConflictError, match="not the one that was written"):
            await Compaction(database, storage).run()
        assert [file.path for file in await writer.files.files(writer.folder)] == list(whole)
        put(f"{writer.folder}/{last}", whole[last])
        assert (
            await Compaction(database, storage).run() == []
        )  # what was planned is finished, nothing new begun
        (file,) = await writer.files.files(writer.folder)
        assert names_in(writer.folder) == [file.path]
        assert file.messages == list(range(6))
        assert [row["message_offset"] for row in pq.read_table(file.location).to_pylist()] == file.messages
        assert await installation.message_loads.load() == []


async def test_only_what_the_warehouse_holds_is_merged(
    database: Database, installation: Installation
) -> None:
    """A file that is not loaded yet stays as it is, so that nothing is loaded twice or never."""
    storage = installation.storage
    async with MessageFileWriter.running(database, storage, ORDERS, "orders", "kafka://b:1") as writer:
        for offset in range(3):
            await take(database, writer, [message(offset, order(offset))])
        assert await Compaction(database, storage).run() == []
        await installation.carry()
        await take(database, writer, [message(3, order(3))])
        (merged,) = await Compaction(database, storage).run()
        await installation.carry()
        assert (merged.start_position, merged.end_position) == (0, 3)
        async with database.connection() as connection:
            assert await connection.fetchval("select count(*) from warehouse.fact_orders") == 4
