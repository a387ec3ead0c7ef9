"""Reading runs: as of any two instants, page by page, with what they said, their parts, and which started which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import NotFoundError
from graph.identity import DatasetName, JobName
from graph.store.database import Database, watermark
from graph.time import AsOf
from lineage.naming import dataset_id, job_id, run_id
from lineage.recorder import Recorder
from lineage.run_state import UNKNOWN, LastTimes, State
from lineage.run_state import state as run_state
from lineage.runs import Run, RunPlace, Runs, RunsWanted
from lineage.sent_facets import RunFacet, SentFacets
from tests.lineage.conftest import dataset, job_event, record_all, run_event
from tests.lineage.corpora import recorded_events

DAY = datetime(2026, 1, 1, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
JOB = JobName("scheduler", "job")


def day(number: int) -> datetime:
    """Return a day of January 2026."""
    return DAY + timedelta(days=number - 1)


def child_event(
    run: int, parent: int, kind: str, at: int, job: str = "job.query.1", **members: Any
) -> dict[str, Any]:
    """Return the event of a run that another one started, of the job `job`, at a day of January 2026."""
    event = run_event(run, kind, day(at).isoformat(), job=job, **members)
    event["run"]["facets"] = {
        "parent": {
            "run": {"runId": str(UUID(int=parent))},
            "job": {"namespace": "scheduler", "name": "job"},
            "root": {
                "run": {"runId": str(UUID(int=90))},
                "job": {"namespace": "scheduler", "name": "dag"},
            },
        }
    }
    return event


async def known_now(database: Database) -> datetime:
    """Return the last committed system instant."""
    async with database.connection() as connection:
        return await watermark(connection, 1)


async def all_runs(database: Database, at: AsOf | None = None) -> dict[UUID, Run]:
    """Return every run, at the instants."""
    async with database.connection() as connection:
        keys = [row["run_id"] for row in await connection.fetch("select run_id from run")]
    return await Runs(database).by_id(keys, at)


# Run, day, type, what it reads, what it writes. Runs 1 and 2 are of their own; 3 is a part of 1, 4 of 2; 2 started 5.
said = st.tuples(
    st.integers(1, 5),
    st.integers(1, 5),
    st.sampled_from(["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]),
    st.lists(st.sampled_from("abc"), max_size=2),
    st.lists(st.sampled_from("abc"), max_size=2),
)
histories = st.lists(said, min_size=1, max_size=5)
Said = tuple[int, int, str, list[str], list[str]]
PARENTS = {3: (1, "job.query.1"), 4: (2, "job.query.2"), 5: (2, "task")}
TYPES = ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL")
numbers = count(1_000, 1_000)


def spoken(base: int, told: Iterable[Said]) -> list[dict[str, Any]]:
    """Return the events of a history, the ids of its runs counted from `base`."""
    events: list[dict[str, Any]] = []
    for run, at, kind, inputs, outputs in told:
        if run in PARENTS:
            parent, job = PARENTS[run]
            event = child_event(base + run, base + parent, kind, at, job, inputs=inputs, outputs=outputs)
            event["run"]["facets"]["parent"]["root"]["run"]["runId"] = str(UUID(int=base + 9))
        else:
            event = run_event(base + run, kind, day(at).isoformat(), inputs, outputs, f"job {run}")
        events.append(event)
    return events


def facts(base: int, told: Sequence[Said]) -> dict[UUID, tuple[Any, ...]]:
    """Return what is known of runs where this is all that was said: a naive reading of it."""
    known: dict[UUID, tuple[Any, ...]] = {}
    for run in range(1, 6):
        own = [one for one in told if one[0] == run]
        parts = [one for one in told if PARENTS.get(one[0], (0, ""))[0] == run and one[0] != 5]
        named = [one for one in told if PARENTS.get(one[0], (0, ""))[0] == run]
        reads = frozenset(dataset_id(DatasetName("store", name)) for one in own + parts for name in one[3])
        writes = frozenset(dataset_id(DatasetName("store", name)) for one in own + parts for name in one[4])
        times = [day(one[1]) for one in own or named]
        if own:
            parent, job = PARENTS.get(run, (None, f"job {run}"))
            last = {kind: max((day(one[1]) for one in own if one[2] == kind), default=None) for kind in TYPES}
            relatives = (None, None) if parent is None else (UUID(int=base + parent), UUID(int=base + 9))
            told_of = (
                run_state(LastTimes(*last.values())),
                min(times),
                max(times),
                *relatives,
                run in (3, 4),
                True,
            )
            known[UUID(int=base + run)] = (*told_of, job_id(JobName("scheduler", job)), reads, writes)
        elif named:
            told_of = (UNKNOWN, min(times), min(times), None, None, False, False)
            known[UUID(int=base + run)] = (*told_of, job_id(JOB), reads, writes)
    children = [day(one[1]) for one in told if one[0] in PARENTS]
    if children:
        told_of = (UNKNOWN, min(children), min(children), None, None, False, False)
        root_job = job_id(JobName("scheduler", "dag"))
        known[UUID(int=base + 9)] = (*told_of, root_job, frozenset[UUID](), frozenset[UUID]())
    return known


async def read_facts(database: Database, base: int, at: AsOf | None) -> dict[UUID, tuple[Any, ...]]:
    """Return the same of the runs counted from `base` as they are read."""
    runs = await Runs(database).by_id([UUID(int=base + number) for number in range(10)], at)
    return {
        key: (
            run.state,
            run.started_at,
            run.last_at,
            run.parent_run_id,
            run.root_run_id,
            run.is_part,
            not run.is_placeholder,
            run.job_id,
            frozenset(map(dataset_id, run.inputs)),
            frozenset(map(dataset_id, run.outputs)),
        )
        for key, run in runs.items()
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=histories, second=histories, last=st.integers(1, 5))
async def test_a_run_as_of_two_instants_is_what_the_events_up_to_them_make(
    database: Database, first: list[Said], second: list[Said], last: int
) -> None:
    """Asked at (T, K), runs are as if only the events up to T had been recorded, and of these only those known at K."""
    base = next(numbers)
    recorder = Recorder(database)
    await record_all(recorder, spoken(base, first))
    known = await known_now(database)
    await record_all(recorder, spoken(base, second))
    early = [one for one in first if one[1] <= last]
    assert await read_facts(database, base, AsOf(day(last), known)) == facts(base, early)
    assert await read_facts(database, base, AsOf(FAR, known)) == facts(base, first)
    whole = facts(base, [*first, *second])
    assert await read_facts(database, base, AsOf(FAR, await known_now(database))) == whole
    assert await read_facts(database, base, None) == whole


async def test_a_placeholder_has_no_state_until_it_is_heard(database: Database, recorder: Recorder) -> None:
    """A parent and a root that only a child named are there, UNKNOWN, since the child's first event; then they are heard."""
    await record_all(
        recorder, [child_event(3, 1, "COMPLETE", 4, job="task"), child_event(3, 1, "START", 2, job="task")]
    )
    before = AsOf(FAR, await known_now(database))
    runs = await all_runs(database)
    assert {key.int: (run.state, run.is_placeholder, run.started_at) for key, run in runs.items()} == {
        1: (UNKNOWN, True, day(2)),
        3: ("COMPLETE", False, day(2)),
        90: (UNKNOWN, True, day(2)),
    }
    assert (runs[UUID(int=1)].job, runs[UUID(int=90)].job) == (JOB, JobName("scheduler", "dag"))
    assert (runs[UUID(int=1)].ended_at, runs[UUID(int=1)].duration) == (None, None)
    assert runs[UUID(int=3)].duration == timedelta(days=2)
    await record_all(recorder, [run_event(1, "START", day(1).isoformat())])
    run = await Runs(database).run(UUID(int=1))
    assert (run.state, run.is_placeholder, run.started_at) == ("START", False, day(1))
    assert (await Runs(database).run(UUID(int=1), before)).state == UNKNOWN
    assert (await Runs(database).by_id([UUID(int=1)], AsOf(day(1), before.system))) == {}
    with pytest.raises(NotFoundError, match="at that time"):
        await Runs(database).run(UUID(int=1), AsOf(day(1), before.system))


async def test_events_of_the_future_count_unless_an_instant_is_asked_for(
    database: Database, recorder: Recorder
) -> None:
    """A producer whose clock is ahead has its runs shown at once; asked as of an instant, only what was before it."""
    await record_all(recorder, [run_event(1, "START", FAR.isoformat())])
    assert (await Runs(database).run(UUID(int=1))).started_at == FAR
    assert [run.run_id.int for run in (await Runs(database).runs(RunsWanted(), 5)).runs] == [1]
    at = AsOf(day(1), await known_now(database))
    assert (await Runs(database).runs(RunsWanted(), 5, None, at)).runs == ()


async def test_what_its_parts_read_and_wrote_is_told_of_the_run(
    database: Database, recorder: Recorder
) -> None:
    """A task of Airflow reads what its statements read; as of an instant, what they had read by then."""
    events = [
        run_event(1, "START", day(1).isoformat(), ["a"], []),
        child_event(3, 1, "COMPLETE", 2, inputs=["b"], outputs=["c"]),
        child_event(4, 1, "COMPLETE", 3, job="job.query.2", inputs=["d"]),
    ]
    events[1]["outputs"][0]["outputFacets"] = {"outputStatistics": {"rowCount": 7}}
    await record_all(recorder, events)
    run = await Runs(database).run(UUID(int=1))
    a, b, c, d = (DatasetName("store", name) for name in "abcd")
    assert (run.inputs, run.outputs) == ((a, b, d), (c,))
    then = await Runs(database).run(UUID(int=1), AsOf(day(2), await known_now(database)))
    assert (then.inputs, then.outputs) == ((a, b), (c,))
    part = await Runs(database).run(UUID(int=3))
    assert (part.is_part, part.parent_run_id, part.inputs) == (True, UUID(int=1), (b,))
    sent = await SentFacets(database).of_runs([UUID(int=1)])
    assert sent == {UUID(int=1): [RunFacet("O", c, "outputStatistics", {"rowCount": 7})]}
    shown = await Runs(database).runs(RunsWanted(), 9)
    assert [run.run_id.int for run in shown.runs] == [90, 1]
    parts = await Runs(database).runs(RunsWanted(job=JobName("scheduler", "job.query.1")), 9)
    assert [run.run_id.int for run in parts.runs] == [3]


async def test_a_run_shows_the_newest_facet_of_each_name_up_to_the_instants(
    database: Database, recorder: Recorder
) -> None:
    """Facets add up over the events of a run, those that repeat from run to run among them; a later one takes the place."""
    first = run_event(1, "START", day(1).isoformat(), ["a"])
    first["run"]["facets"] = {
        "processing_engine": {"version": "1"},
        "nominalTime": {"nominalStartTime": day(1).isoformat(), "nominalEndTime": day(2).isoformat()},
    }
    first["job"]["facets"] = {"sql": {"query": "select 1"}}
    first["inputs"][0]["inputFacets"] = {"inputStatistics": {"rowCount": 1}}
    second = run_event(1, "FAIL", day(3).isoformat(), ["a"])
    second["run"]["facets"] = {"processing_engine": {"version": "2"}, "errorMessage": {"message": "no"}}
    second["job"]["facets"] = {"sql": {"query": "select 2"}}
    second["inputs"][0]["facets"] = {"dataQualityMetrics": {"rowCount": 3}}
    for event in (second, first):
        await record_all(recorder, [event])
    reads, a = SentFacets(database), DatasetName("store", "a")
    key = UUID(int=1)
    nominal = first["run"]["facets"]["nominalTime"]
    assert (await reads.of_runs([key]))[key] == [
        RunFacet(None, None, "errorMessage", {"message": "no"}),
        RunFacet(None, None, "nominalTime", nominal),
        RunFacet(None, None, "processing_engine", {"version": "2"}),
        RunFacet("I", a, "dataQualityMetrics", {"rowCount": 3}),
        RunFacet("I", a, "inputStatistics", {"rowCount": 1}),
    ]
    assert await reads.of_jobs([key]) == {key: {"sql": {"query": "select 2"}}}
    then = AsOf(day(2), await known_now(database))
    assert (await reads.of_runs([key], then))[key] == [
        RunFacet(None, None, "nominalTime", nominal),
        RunFacet(None, None, "processing_engine", {"version": "1"}),
        RunFacet("I", a, "inputStatistics", {"rowCount": 1}),
    ]
    assert await reads.of_jobs([key, UUID(int=2)], then) == {
        key: {"sql": {"query": "select 1"}},
        UUID(int=2): {},
    }
    run = await Runs(database).run(key)
    assert (run.state, run.nominal_from, run.nominal_to) == ("FAIL", day(1), day(2))
    assert (run.started_at, run.ended_at, run.last_at) == (day(1), day(3), day(3))


async def test_a_run_names_the_files_and_partitions_it_wrote(database: Database, recorder: Recorder) -> None:
    """They are parts of their dataset, told by run, and no datasets of their own."""
    event = run_event(1, "COMPLETE", day(1).isoformat())
    event["outputs"] = [dataset(f"sales/dt=2026-01-0{number}", namespace="s3://lake") for number in (2, 1)]
    await record_all(recorder, [event])
    sales = DatasetName("s3://lake", "sales")
    assert (await Runs(database).run(UUID(int=1))).outputs == (sales,)
    named = await SentFacets(database).parts([UUID(int=1)])
    assert named == {UUID(int=1): {("O", sales): ["dt=2026-01-01", "dt=2026-01-02"]}}


async def test_a_run_keeps_the_id_that_is_no_uuid(database: Database, recorder: Recorder) -> None:
    """It is known by a UUID that follows from it."""
    event = run_event(1, "START", day(1).isoformat())
    event["run"]["runId"] = "scheduled__2026-01-01"
    await record_all(recorder, [event])
    run = await Runs(database).run(run_id("scheduled__2026-01-01"))
    assert run.given_id == "scheduled__2026-01-01"


async def pages(runs: Runs, wanted: RunsWanted, first: int, at: AsOf | None = None) -> list[list[int]]:
    """Return the runs of every page of a list."""
    found: list[list[int]] = []
    place: RunPlace | None = None
    while True:
        page = await runs.runs(wanted, first, place, at)
        found.append([run.run_id.int for run in page.runs])
        place = page.next
        if place is None:
            return found


async def test_lists_of_runs_come_latest_first_and_page_by_page(
    database: Database, recorder: Recorder
) -> None:
    """No run is shown twice or left out, also where several start at once; as of an instant, those of before it."""
    events = [run_event(n, "START", day(1 + n // 2).isoformat()) for n in range(1, 8)]
    await record_all(recorder, [*events, run_event(99, "START", day(1).isoformat(), job="other")])
    runs, of_job = Runs(database), RunsWanted(job=JOB)
    assert await pages(runs, of_job, 3) == [[7, 6, 5], [4, 3, 2], [1]]
    assert await pages(runs, of_job, 7) == [[7, 6, 5, 4, 3, 2, 1]]
    assert await pages(runs, RunsWanted(), 5) == [[7, 6, 5, 4, 3], [2, 99, 1]]
    at = AsOf(day(3), await known_now(database))
    assert await pages(runs, of_job, 2, at) == [[5, 4], [3, 2], [1]]
    assert await pages(runs, RunsWanted(job=job_id(JOB), since=day(2), until=day(3)), 2) == [[3, 2]]
    assert await pages(runs, RunsWanted(namespace="scheduler", since=day(4)), 2) == [[7, 6]]
    assert await pages(runs, RunsWanted(namespace="elsewhere"), 2) == [[]]
    await record_all(recorder, [run_event(8, "START", day(2).isoformat())])
    assert await pages(runs, of_job, 9, at) == [[5, 4, 3, 2, 1]]


@pytest.mark.parametrize(
    ("state", "now", "then"),
    [
        ("RUNNING", [[2]], [[2]]),
        ("COMPLETE", [[3]], [[]]),
        ("FAIL", [[1]], [[1]]),
        ("START", [[]], [[3]]),
        (UNKNOWN, [[90]], [[90]]),
    ],
)
async def test_lists_of_runs_can_be_of_one_state(
    database: Database, recorder: Recorder, state: State, now: list[list[int]], then: list[list[int]]
) -> None:
    """The state asked for is that of the instants asked about."""
    events = [
        run_event(1, "FAIL", day(1).isoformat()),
        run_event(2, "RUNNING", day(1).isoformat()),
        child_event(3, 2, "START", 2, job="task"),
        child_event(3, 2, "COMPLETE", 3, job="task"),
    ]
    await record_all(recorder, events)
    runs = Runs(database)
    assert await pages(runs, RunsWanted(state=state), 5) == now
    at = AsOf(day(2), await known_now(database))
    assert await pages(runs, RunsWanted(state=state), 5, at) == then


async def test_a_list_as_of_an_instant_stops_looking_after_a_while(
    database: Database, recorder: Recorder
) -> None:
    """A page may end before it is full; the next one goes on where it stopped."""
    states = {1: "FAIL", 2: "START", 3: "START", 4: "START", 5: "FAIL"}
    await record_all(recorder, [run_event(n, kind, day(n).isoformat()) for n, kind in states.items()])
    at = AsOf(day(9), await known_now(database))
    assert await pages(Runs(database, most_examined=2), RunsWanted(state="FAIL"), 2, at) == [[5], [], [1]]


async def test_the_latest_runs_of_jobs_come_in_one_go(database: Database, recorder: Recorder) -> None:
    """As many of each as asked for, none where there are none."""
    events = [run_event(n, "START", day(n).isoformat(), job="job" if n < 4 else "other") for n in range(1, 5)]
    await record_all(recorder, events)
    jobs = [JOB, JobName("scheduler", "other"), JobName("scheduler", "idle")]
    found = await Runs(database).latest(jobs, 2)
    assert [[run.run_id.int for run in found[job_id(job)]] for job in jobs] == [[3, 2], [4], []]


async def test_a_declared_job_has_no_runs(database: Database, recorder: Recorder) -> None:
    """What a job event declares is no run."""
    await record_all(recorder, [job_event(day(1).isoformat(), ["a"], ["b"])])
    assert await pages(Runs(database), RunsWanted(job=JOB), 5) == [[]]


@pytest.mark.parametrize("tool", recorded_events())
async def test_runs_of_real_tools_are_the_same_by_their_events_and_by_their_rows(
    database: Database, recorder: Recorder, tool: str
) -> None:
    """What the history of a run comes to is what is kept of it."""
    await recorder.record_batch([orjson.dumps(event) for event in recorded_events()[tool]])
    now = await all_runs(database)
    assert now
    assert await all_runs(database, AsOf(FAR, await known_now(database))) == now
