"""Recording: what is durable, what a duplicate does, and what is remembered of beliefs that turned out wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

import asyncpg
import orjson
import pytest

from graph.errors import InvalidInputError, UnavailableError
from graph.identity import DatasetName, JobName
from graph.store.database import Database
from graph.time import AsOf, instant
from lineage.bodies import Bodies
from lineage.recorder import Recorded, Recorder
from lineage.store import Lineage
from tests.lineage.conftest import clear, dataset_event, job_event, model, record_all, run_event

JOB = JobName("scheduler", "job")


def day(number: int) -> str:
    """Return a day of January 2026."""
    return f"2026-01-{number:02d}T00:00:00Z"


async def inputs_of_job(reads: Lineage, valid: str, at: AsOf) -> list[str]:
    """Return what the job read at a valid instant, as known at the basis."""
    graph = await reads.lineage(JOB, "up", 1, AsOf(instant(valid), at.system))
    return [node.name.name for node in graph.nodes[1:]]


async def test_a_late_event_corrects_the_past_and_the_old_belief_is_still_answered(
    database: Database, recorder: Recorder
) -> None:
    """After a late run, the past as known now differs from the past as it was known before, and both are answered."""
    reads = Lineage(database)
    await record_all(
        recorder, [run_event(1, "COMPLETE", day(1), ["a"]), run_event(3, "COMPLETE", day(5), ["a"])]
    )
    before = await reads.basis()
    await record_all(recorder, [run_event(2, "COMPLETE", day(3), ["b"])])
    after = await reads.basis()
    assert before.system < after.system
    for at in (after, before, after):
        assert await inputs_of_job(reads, day(2), at) == ["a"]
        assert await inputs_of_job(reads, day(4), at) == (["b"] if at == after else ["a"])
        assert await inputs_of_job(reads, day(6), at) == ["a"]
    async with database.connection() as connection:
        rows = await connection.fetch(
            "select d.name, e.valid_from, nullif(e.valid_to, 'infinity'), e.system_to = 'infinity'"
            " from lineage_edge e join dataset d using (tenant_id, dataset_id) order by e.system_from, e.valid_from"
        )
    assert [tuple(row) for row in rows] == [
        ("a", instant(day(1)), None, False),
        ("a", instant(day(1)), instant(day(3)), True),
        ("b", instant(day(3)), instant(day(5)), True),
        ("a", instant(day(5)), None, True),
    ]


async def test_a_duplicate_changes_nothing_and_says_so(database: Database, recorder: Recorder) -> None:
    """The same event again, or twice in one batch, is acknowledged as a duplicate and adds no row."""
    event = run_event(1, "COMPLETE", day(1), ["a"], ["b"])
    first = await recorder.record(orjson.dumps(event))
    known, ticks = await model(database), await Lineage(database).basis()
    again = await recorder.record(orjson.dumps(event))
    assert (first.duplicate, again) == (False, Recorded(first.event_id, duplicate=True))
    assert await model(database) == known
    assert (await Lineage(database).basis()).system == ticks.system
    other = run_event(1, "OTHER", day(2))
    assert [one.duplicate for one in await record_all(recorder, [other, event, other])] == [False, True, True]


async def test_an_event_written_otherwise_is_kept_and_changes_nothing(
    database: Database, recorder: Recorder
) -> None:
    """Identity is bytes; the order of keys and blanks makes a second event, but neither a mention nor a version."""
    event = run_event(1, "COMPLETE", day(1), ["a"])
    event["inputs"][0]["facets"] = {"schema": {"fields": [], "x": 1}}
    await record_all(recorder, [event])
    known = await model(database)
    event["inputs"][0]["facets"] = {"schema": {"x": 1, "fields": []}}
    await recorder.record(orjson.dumps(dict(reversed(event.items())), option=orjson.OPT_INDENT_2))
    after = await model(database)
    assert len(after["events"]) == len(after["bodies"]) == 2
    same = known.keys() - {"events", "bodies"}
    assert {name: after[name] for name in same} == {name: known[name] for name in same}


async def test_an_unchanged_run_adds_no_edge(database: Database, recorder: Recorder) -> None:
    """A hundred runs that read and write the same leave the edges of the first."""
    for number in range(1, 101):
        await record_all(
            recorder,
            [
                run_event(
                    number, "COMPLETE", f"2026-01-01T00:{number // 60:02d}:{number % 60:02d}Z", ["a"], ["b"]
                )
            ],
        )
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from lineage_edge") == 2
        assert await connection.fetchval("select count(*) from run") == 100


async def test_the_raw_event_is_kept_byte_for_byte(database: Database, recorder: Recorder) -> None:
    """Blanks, spellings and unknown keys included."""
    raw = b' {"unknown" : [1.0, 1e3, "\\u00e9"], ' + orjson.dumps(run_event(1, "START", day(1)))[1:] + b"\n"
    recorded = await recorder.record(raw)
    assert await Bodies(database).raw(recorded.event_id) == raw
    async with database.connection() as connection:
        row = await connection.fetchrow(
            "select kind::text, event_type, run_id, event_time from lineage_event"
        )
    assert row is not None
    assert tuple(row) == ("R", "START", UUID(int=1), instant(day(1)))


async def test_all_that_was_acknowledged_together_shares_one_instant_of_system_time(
    database: Database, recorder: Recorder
) -> None:
    """A batch is one transaction: event, facets and edges carry the same system time."""
    events = [
        run_event(1, "COMPLETE", day(1), ["a"]),
        job_event(day(2), ["a"], None),
        dataset_event(day(3), "a", {"schema": {"fields": []}}),
    ]
    await record_all(recorder, events)
    async with database.connection() as connection:
        instants = await connection.fetch(
            "select system_from from lineage_event union select system_from from lineage_edge"
            " union select system_from from facet_version union select system_from from job"
            " union select system_from from dataset union select last_at from clock"
        )
    assert len(instants) == 1


@pytest.mark.parametrize("is_batch", [False, True])
async def test_a_batch_that_the_database_refuses_is_halved_until_the_culprit_stands_alone(
    database: Database, caplog: pytest.LogCaptureFixture, *, is_batch: bool
) -> None:
    """An event that decoding lets through but the database refuses fails alone; those around it are recorded."""
    recorder = Recorder(database)
    events = [orjson.dumps(run_event(n, "START", day(1), ["a"])) for n in range(1, 13)]
    async with database.connection() as connection:
        await connection.execute(
            "alter table run add constraint no_run_seven check (run_id <> '" + str(UUID(int=7)) + "')"
        )
    try:
        if is_batch:
            results: Sequence[object] = await recorder.record_batch(events)
        else:
            results = await asyncio.gather(*map(recorder.record, events), return_exceptions=True)
    finally:
        async with database.connection() as connection:
            await connection.execute("alter table run drop constraint no_run_seven")
    assert [n for n, result in enumerate(results, 1) if not isinstance(result, Recorded)] == [7]
    refused = results[6]
    assert isinstance(refused, InvalidInputError)
    assert refused.message == "$: cannot be kept by the database (CheckViolationError)"
    assert "no_run_seven" in caplog.text
    known = await model(database)
    assert len(known["runs"]) == len(known["events"]) == 11


async def test_columns_with_names_longer_than_an_index_entry_are_kept(
    database: Database, recorder: Recorder
) -> None:
    """Nested paths get long; they are rows of column lineage like any other."""
    long = "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(2_000))
    source = {"namespace": "store", "name": "a", "field": long}
    event = job_event(day(1), ["a"], ["b"])
    event["outputs"][0]["facets"] = {"columnLineage": {"fields": {long: {"inputFields": [source]}}}}
    await record_all(recorder, [event])
    ((_, _, read, written),) = (await model(database))["column edges"]
    assert (read, written) == (long, long)


async def test_without_a_database_nothing_is_acknowledged(database_url: str) -> None:
    """A database that is gone makes every event of a batch a failure that can be tried again."""
    gone = await Database.open(database_url)
    await gone.close()
    recorder = Recorder(gone)
    with pytest.raises(UnavailableError):
        await recorder.record(orjson.dumps(run_event(1, "START", day(1))))
    results = await recorder.record_batch([orjson.dumps(run_event(1, "START", day(1)))])
    assert [type(result) for result in results] == [UnavailableError]


async def test_the_database_refuses_what_must_not_be(database: Database, recorder: Recorder) -> None:
    """An empty period, an edge believed twice, an edge to nowhere, a facet without its body: none gets in."""
    await record_all(recorder, [run_event(1, "COMPLETE", day(1), ["a"])])
    copy = (
        "insert into lineage_edge select tenant_id, job_id, {dataset}, direction, kind, {start}, {end}, now(),"
        " 'infinity' from lineage_edge"
    )
    nowhere = f"'{UUID(int=0)}'::uuid"
    for statement, error in (
        (
            copy.format(dataset="dataset_id", start="valid_from", end="valid_from"),
            asyncpg.CheckViolationError,
        ),
        (copy.format(dataset="dataset_id", start="valid_from", end="valid_to"), asyncpg.UniqueViolationError),
        (copy.format(dataset=nowhere, start="now()", end="'infinity'"), asyncpg.ForeignKeyViolationError),
        (
            "insert into dataset values (1, gen_random_uuid(), 'store', 'a', now())",
            asyncpg.UniqueViolationError,
        ),
        (
            "insert into facet_version select tenant_id, dataset_id, 'W', 'x', dataset_id, '\\x00', now(), 'infinity',"
            " now(), 'infinity' from dataset",
            asyncpg.ForeignKeyViolationError,
        ),
    ):
        async with database.connection() as connection:
            with pytest.raises(error):
                await connection.execute(statement)


async def test_names_of_any_script_and_length_allowed_are_kept(
    database: Database, recorder: Recorder
) -> None:
    """Two thousand characters of four bytes each are a name like any other, for datasets and jobs alike."""
    long, accented = "𝒟" * 2_000, "größe/é'\"\\%_"
    await record_all(
        recorder, [run_event(1, "COMPLETE", day(1), [long, long[:-1] + "x"], [accented], job=long)]
    )
    reads = Lineage(database)
    at = await reads.basis()
    graph = await reads.lineage(DatasetName("store", accented), "up", 2, at)
    assert {node.name.name for node in graph.nodes} == {accented, long, long[:-1] + "x"}


async def test_what_is_known_from_memory_is_written_only_while_it_holds(database: Database) -> None:
    """Two recorders in turn, each of which takes the short way where it can, make what one makes; duplicates stay such."""
    events = [
        run_event(number, kind, f"2026-01-{number:02d}T00:0{minute}:00Z", ["a"], ["b"])
        for number in range(1, 9)
        for minute, kind in enumerate(("START", "RUNNING", "COMPLETE"))
    ]
    alone = Recorder(database)
    for event in events:
        await record_all(alone, [event])
    expected = await model(database)
    await clear(database)
    recorders = [Recorder(database), Recorder(database)]
    for place, event in enumerate(events):
        one, other = recorders[place // 4 % 2], recorders[place % 2]
        (first,) = await record_all(one, [event])
        (second,) = await record_all(other, [event])
        assert (first.duplicate, second.duplicate) == (False, True)
        assert first.event_id == second.event_id
    assert await model(database) == expected


async def test_a_run_that_memory_does_not_hold_is_read_before_it_is_written(database: Database) -> None:
    """A recorder that has just come to know everything but an old run does not overwrite what is known of it."""
    await record_all(Recorder(database), [run_event(1, "START", day(1), ["a"], ["b"])])
    later = Recorder(database)
    await record_all(later, [run_event(2, kind, day(2), ["a"], ["b"]) for kind in ("START", "COMPLETE")])
    await record_all(later, [run_event(3, "START", day(3), ["a"], ["b"])])
    await record_all(later, [run_event(1, "COMPLETE", day(4), ["a"], ["b"])])
    async with database.connection() as connection:
        rows = await connection.fetch(
            "select started_at, last_start_at, ended_at, state from run where run_id = $1", UUID(int=1)
        )
    assert [tuple(row) for row in rows] == [(instant(day(1)), instant(day(1)), instant(day(4)), "COMPLETE")]
