"""What lineage is told of messages on their way: one streaming run, a batch for each file, merges, loads and the end."""

from __future__ import annotations

from typing import Any

from graph.store.database import Database
from ingest.compaction import Compaction
from ingest.message_files import MessageFileWriter
from ingest.orders import ORDERS
from ingest.worker import Installation
from lineage.events import RunEvent
from tests.ingest.conftest import Listener
from tests.ingest.message_batches import message, order, take

BROKER = "kafka://127.0.0.1:9092"


def _running(database: Database, installation: Installation) -> Any:
    return MessageFileWriter.running(database, installation.storage, ORDERS, "orders", BROKER)


def _parts(event: RunEvent) -> tuple[list[str], list[str]]:
    """Return which offsets an event read and which files it wrote, as the facets say."""
    (source,), (target,) = event.inputs, event.outputs
    reads = source.input_facets["subset"].value["inputCondition"]["partitions"]
    writes = target.output_facets["subset"].value["outputCondition"]["locations"]
    return [part["identifier"] for part in reads], writes


async def test_batches_are_told_as_running_events_of_one_run(
    database: Database, installation: Installation, listener: Listener
) -> None:
    """Each says which offsets became which file, column by column; the end comes when the process leaves."""
    async with _running(database, installation) as writer:
        await take(database, writer, [message(0, order(0)), message(1, b"{"), message(2, order(2))])
        await take(database, writer, [message(3, order(3))])
        await installation.carry()
        files = await writer.files.files(writer.folder)
    await installation.carry()
    streamed = [event for event in listener.heard if event.job.name == "orders_to_lake"]
    assert [event.event_type for event in streamed] == ["START", "RUNNING", "RUNNING", "COMPLETE"]
    assert len({event.run.run_id for event in streamed}) == 1
    batches = streamed[1:3]
    assert [_parts(event) for event in batches] == [
        (["0:0-0", "0:2-2"], [files[0].location]),
        (["0:3-3"], [files[1].location]),
    ]
    assert (batches[0].inputs[0].namespace, batches[0].inputs[0].name) == (BROKER, "orders")
    target = batches[0].outputs[0]
    assert (target.namespace, target.name) == ("file", writer.folder)
    assert target.facets["version"].value["datasetVersion"] == files[0].path
    (source,) = target.facets["columnLineage"].value["fields"]["amount"]["inputFields"]
    assert (source["name"], source["field"]) == ("orders", "amount")
    loads = [event for event in listener.heard if event.job.name == "orders_to_warehouse"]
    assert [event.event_type for event in loads] == ["START", "COMPLETE"] * 2


async def test_nothing_is_told_twice(
    database: Database, installation: Installation, listener: Listener
) -> None:
    """What was heard is ticked off; what nobody heard is told as soon as somebody listens."""
    listener.status = 503
    async with _running(database, installation) as writer:
        await take(database, writer, [message(0, order(0))])
        await installation.carry()
    assert listener.heard == []
    listener.status = 201
    await installation.carry()
    first = len(listener.heard)
    await installation.carry()
    assert [event.event_type for event in listener.heard if event.job.name == "orders_to_lake"] == [
        "START",
        "RUNNING",
        "COMPLETE",
    ]
    assert len(listener.heard) == first


async def test_a_run_whose_process_died_is_aborted_by_the_next(
    database: Database, installation: Installation, listener: Listener
) -> None:
    """The next one to start says so; its own run is another."""
    async with _running(database, installation) as writer:
        await take(database, writer, [message(0, order(0))])
    async with database.connection() as connection:
        await connection.execute(
            "update stream_run set ended_at = null, ending = null"
        )  # as if it had said nothing
    async with _running(database, installation), _running(database, installation):
        async with database.connection() as connection:
            alive = await connection.fetchval("select count(*) from stream_run where ended_at is null")
            dead = await connection.fetchval("select count(*) from stream_run where ending = 'ABORT'")
        assert (alive, dead) == (2, 1)
    await installation.carry()
    ends = [event.event_type for event in listener.heard if event.job.name == "orders_to_lake"]
    assert sorted(kind or "" for kind in ends) == ["ABORT", "COMPLETE", "COMPLETE", "RUNNING", *["START"] * 3]


async def test_a_merge_is_a_run_from_files_to_a_file(
    database: Database, installation: Installation, listener: Listener
) -> None:
    """It reads the small files and writes the version that holds their rows."""
    async with _running(database, installation) as writer:
        for offset in range(4):
            await take(database, writer, [message(offset, order(offset))])
        await installation.carry()
        small = await writer.files.files(writer.folder)
        (merged,) = await Compaction(database, installation.storage).run()
        await installation.carry()
    told = [event for event in listener.heard if event.job.name == "lake_compaction"]
    assert [event.event_type for event in told] == ["START", "COMPLETE"]
    subset = told[1].inputs[0].input_facets["subset"].value["inputCondition"]["locations"]
    assert subset == [file.location for file in small]
    assert told[1].outputs[0].facets["version"].value["datasetVersion"] == merged.path
