"""The log of events: page by page, byte for byte, with what was wrong with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
import pytest

from graph.errors import NotFoundError
from graph.identity import DatasetName, JobName
from graph.store.database import Database, watermark
from graph.time import AsOf
from lineage.event_log import EventLog, Span
from lineage.naming import job_id
from lineage.recorder import Recorded, Recorder
from tests.lineage.conftest import dataset_event, job_event, record_all, run_event

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """Return an instant so many minutes after the start of 2026."""
    return START + timedelta(minutes=minutes)


async def pages(log: EventLog, span: Span, first: int) -> list[list[datetime]]:
    """Return the times of the events of every page."""
    found: list[list[datetime]] = []
    after: UUID | None = None
    more = True
    while more:
        events, more = await log.events(span, first, after)
        found.append([event.event_time for event in events])
        after = events[-1].event_id if events else None
    return found


async def test_events_come_latest_first_between_two_instants(database: Database, recorder: Recorder) -> None:
    """The start counts in, the end does not, to the microsecond; nothing is shown twice or left out."""
    times = [*(at(n) for n in range(5)), at(2) + timedelta(microseconds=1)]
    await record_all(recorder, [run_event(n, "START", time.isoformat()) for n, time in enumerate(times, 1)])
    log = EventLog(database)
    every = [time for page in await pages(log, Span(), 2) for time in page]
    assert sorted(every) == sorted(times)
    within = await pages(log, Span(at(1), at(3)), 2)
    assert [sorted(page) for page in within] == [[times[2], times[5]], [at(1)]]
    assert await pages(log, Span(at(3), at(4)), 5) == [[at(3)]]
    assert await pages(log, Span(since=at(4)), 5) == [[at(4)]]
    assert await pages(log, Span(until=at(0)), 5) == [[]]
    assert await pages(log, Span(at(9)), 5) == [[]]


async def test_events_of_runs_are_those_known_at_an_instant(database: Database, recorder: Recorder) -> None:
    """Of each run a page of its own, in one go."""
    await record_all(
        recorder, [run_event(1, "START", at(0).isoformat()), run_event(2, "START", at(1).isoformat())]
    )
    async with database.connection() as connection:
        known = await watermark(connection, 1)
    await record_all(
        recorder, [run_event(1, kind, at(n).isoformat()) for n, kind in ((2, "RUNNING"), (3, "FAIL"))]
    )
    log, one, two = EventLog(database), UUID(int=1), UUID(int=2)
    found = await log.of_runs([one, two, UUID(int=3)], Span(), 2)
    assert [event.event_type for event in found[one][0]] == ["FAIL", "RUNNING"]
    assert (found[one][1], found[two][1], found[UUID(int=3)]) == (True, False, ([], False))
    rest = await log.of_runs([one], Span(), 2, found[one][0][-1].event_id)
    assert [event.event_type for event in rest[one][0]] == ["START"]
    then = await log.of_runs([one], Span.up_to(AsOf(at(9), known)), 9)
    assert [event.event_type for event in then[one][0]] == ["START"]
    then = await log.of_runs([one], Span.up_to(AsOf(at(2), datetime(2100, 1, 1, tzinfo=UTC))), 9)
    assert [event.event_type for event in then[one][0]] == ["RUNNING", "START"]


async def test_an_event_comes_back_byte_for_byte(database: Database, recorder: Recorder) -> None:
    """With its header; of all three kinds; with spaces and members that nobody knows."""
    raws = [
        orjson.dumps(
            {**run_event(1, "START", at(0).isoformat()), "more": [1, {"ü": None}]}, option=orjson.OPT_INDENT_2
        ),
        orjson.dumps(job_event(at(1).isoformat(), ["a"], [])),
        orjson.dumps(dataset_event(at(2).isoformat(), "d", {})),
    ]
    results = await recorder.record_batch(raws)
    ids = [result.event_id for result in results if isinstance(result, Recorded)]
    log = EventLog(database)
    assert await log.raws([*ids, UUID(int=5)]) == dict(zip(ids, raws, strict=True))
    assert [await log.raw(key) for key in ids] == raws
    run, job, of_dataset = [await log.event(key) for key in ids]
    assert (run.kind, run.event_type, run.run_id, run.job) == (
        "run",
        "START",
        UUID(int=1),
        JobName("scheduler", "job"),
    )
    assert (job.kind, job.event_type, job.run_id, job.job) == ("job", None, None, JobName("scheduler", "job"))
    assert (of_dataset.kind, of_dataset.job, of_dataset.dataset) == (
        "dataset",
        None,
        DatasetName("store", "d"),
    )
    for unknown in (log.event, log.raw):
        with pytest.raises(NotFoundError):
            await unknown(UUID(int=5))


async def test_an_event_whose_retention_has_ended_says_so(database: Database, recorder: Recorder) -> None:
    """Its header is still there; its bytes are not, and that is said."""
    (event,) = await record_all(recorder, [run_event(1, "START", at(0).isoformat())])
    async with database.connection() as connection:
        await connection.execute("delete from lineage_event_body")
    log = EventLog(database)
    assert (await log.event(event.event_id)).event_type == "START"
    assert await log.raws([event.event_id]) == {}
    with pytest.raises(NotFoundError, match="retention"):
        await log.raw(event.event_id)


async def test_what_was_wrong_with_events_is_told_and_counted(database: Database, recorder: Recorder) -> None:
    """Events without fault are not in it; the same mistake at different indexes and values counts as one."""
    fine = run_event(1, "START", at(0).isoformat())
    zoneless = [run_event(n, "START", f"2026-01-01T00:0{n}:00", job=f"job {n}") for n in (2, 3)]
    odd = run_event(4, "START", at(4).isoformat(), job="job 3")
    odd["run"]["runId"] = "manual"
    await record_all(recorder, [fine])
    await record_all(recorder, zoneless)
    await record_all(recorder, [odd])
    log = EventLog(database)
    found, more = await log.warned(2)
    assert ([event.job and event.job.name for event in found], more) == (
        ["job 3", found[1].job and found[1].job.name],
        True,
    )
    assert [one.path for one in found[0].warnings] == ["$.run.runId"]
    rest, more = await log.warned(2, found[-1].event_id)
    assert (len(rest), more) == (1, False)
    assert {event.event_time for event in (*found[1:], *rest)} == {at(2), at(3)}
    assert {
        event.run_id for event in (await log.warned(9, job=job_id(JobName("scheduler", "job 2"))))[0]
    } == {UUID(int=2)}
    counts = await log.warning_counts(9)
    assert [(one.path, one.events) for one in counts] == [("$.eventTime", 2), ("$.run.runId", 1)]
    assert [one.path for one in await log.warning_counts(1)] == ["$.eventTime"]
    assert [one.path for one in await log.warning_counts(9, since=found[0].system_from)] == ["$.run.runId"]
    of_job = await log.warning_counts(9, job=job_id(JobName("scheduler", "job 2")))
    assert [(one.path, one.events) for one in of_job] == [("$.eventTime", 1)]
