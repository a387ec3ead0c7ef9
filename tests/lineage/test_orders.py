"""Whatever the order, repetition, grouping and number of writers: the same events make the same model."""

from __future__ import annotations

import asyncio
import json
import random
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Any
from uuid import UUID

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.identity import JobName
from graph.store.database import Database
from lineage.events import decode
from lineage.facet_bodies import FacetBody
from lineage.naming import job_id
from lineage.recorder import Recorded, Recorder
from tests.lineage.conftest import clear, dataset, dataset_event, job_event, model, record_all, run_event

DAY = datetime(2026, 1, 1, tzinfo=UTC)
TYPES = ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER", None]

names = st.lists(st.sampled_from("abc"), max_size=2)
run_events = st.builds(
    run_event,
    run=st.integers(1, 3),
    kind=st.sampled_from(TYPES),
    at=st.integers(0, 6).map(lambda day: (DAY + timedelta(days=day)).isoformat()),
    inputs=names,
    outputs=names,
    job=st.sampled_from(["one", "two"]),
)
job_events = st.builds(
    job_event,
    at=st.integers(0, 6).map(lambda day: (DAY + timedelta(days=day)).isoformat()),
    inputs=st.none() | names,
    outputs=st.none() | names,
    job=st.sampled_from(["one", "two"]),
)
Events = list[dict[str, Any]]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(run_events | job_events, min_size=1, max_size=8),
    shuffle=st.randoms(use_true_random=False),
)
async def test_edges_and_states_are_those_of_a_naive_model(
    database: Database, events: Events, shuffle: random.Random
) -> None:
    """Events shuffled, repeated and split into batches at random give the edges that a naive reading of them gives."""
    await clear(database)
    recorder = Recorder(database)
    order = [*events, *shuffle.sample(events, shuffle.randint(0, len(events)))]
    shuffle.shuffle(order)
    while order:
        size = shuffle.randint(1, 4)
        await record_all(recorder, order[:size])
        del order[:size]
    known = await model(database)
    runs = naive_runs(events)
    assert {row[0]: row[2] for row in known["runs"]} == {UUID(key): run["state"] for key, run in runs.items()}
    for day in range(8):
        at = DAY + timedelta(days=day)
        holding = {
            (job, name, way, kind)
            for job, name, way, kind, start, end in known["edges"]
            if start <= at and (end is None or at < end)
        }
        assert holding == naive_edges(runs, events, at)


def naive_runs(events: Events) -> dict[str, dict[str, Any]]:
    """Return the runs of some events, read one by one in the order of time."""
    runs: dict[str, dict[str, Any]] = {}
    for event in sorted((e for e in events if "run" in e), key=_time):
        run = runs.setdefault(
            event["run"]["runId"],
            {"start": _time(event), "job": event["job"]["name"], "I": set(), "O": set(), "at": {}},
        )
        if _time(event) == run["start"]:
            run["job"] = min(run["job"], event["job"]["name"], key=_job_order)
        run["I"] |= {one["name"] for one in event["inputs"]}
        run["O"] |= {one["name"] for one in event["outputs"]}
        run["at"][event.get("eventType") or "OTHER"] = _time(event)
    for run in runs.values():
        run["state"] = naive_state(run["at"])
    return runs


def naive_state(at: dict[str, datetime]) -> str:
    """Return the state that follows from the latest time of each event type."""
    never = DAY - timedelta(days=1)
    bad = max(at.get("FAIL", never), at.get("ABORT", never))
    going = max(at.get("START", never), at.get("RUNNING", never))
    if bad > never and going <= bad:
        return "FAIL" if at.get("FAIL") == bad else "ABORT"
    if bad > never:
        if at.get("COMPLETE", never) >= going:
            return "COMPLETE"
        return "RUNNING" if at.get("RUNNING", never) > bad else "START"
    return next((kind for kind in ("COMPLETE", "RUNNING", "START") if kind in at), "OTHER")


def naive_edges(
    runs: dict[str, dict[str, Any]], events: Events, at: datetime
) -> set[tuple[str, str, str, str]]:
    """Return the edges that hold at an instant: of each job and direction, what was last said about it by then."""
    held: dict[tuple[str, str, str], set[str]] = {}
    for _, run in sorted(runs.items(), key=lambda item: (item[1]["start"], item[0])):
        outputs = set[str]() if run["state"] in {"FAIL", "ABORT"} else run["O"]
        for way, said in (("I", run["I"]), ("O", outputs)):
            whole = run["state"] == "COMPLETE" and (run["I"] or run["O"])
            if run["start"] <= at and (said or whole):
                held[run["job"], way, "observed"] = said
    for event in sorted(
        (e for e in unique(events) if "run" not in e), key=lambda e: (_time(e), _event_order(e))
    ):
        if _time(event) <= at and ("inputs" in event or "outputs" in event):
            for way, side in (("I", "inputs"), ("O", "outputs")):
                held[event["job"]["name"], way, "declared"] = {one["name"] for one in event.get(side, ())}
    return {(job, name, way, kind) for (job, way, kind), said in held.items() for name in said}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seen=st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from("IOD"), st.sampled_from("abc")), min_size=1, max_size=10
    ),
    shuffle=st.randoms(use_true_random=False),
)
async def test_versions_of_facets_are_those_of_a_naive_model(
    database: Database, database_url: str, seen: list[tuple[int, str, str]], shuffle: random.Random
) -> None:
    """Whichever of two processes gets which events in which order, versions are runs of what was said last."""
    await clear(database)
    events = [_telling(number, *one) for number, one in enumerate(seen)]
    other = await Database.open(database_url, connections=2)
    try:
        writers = [Recorder(database), Recorder(other)]
        order = [*events, *shuffle.sample(events, shuffle.randint(0, len(events)))]
        shuffle.shuffle(order)
        while order:
            size = shuffle.randint(1, 3)
            await record_all(shuffle.choice(writers), order[:size])
            del order[:size]
    finally:
        await other.close()
    known = await model(database)
    found = {
        (role, digest, start, end)
        for _, name, role, _, digest, start, end in known["facet versions"]
        if name == "schema"
    }
    assert found == naive_versions(seen)
    assert len(known["events"]) == len(events)


def _telling(number: int, day: int, role: str, content: str) -> dict[str, Any]:
    """Return an event that tells in a role what the schema of a dataset is; the job does not matter."""
    at, facets = (DAY + timedelta(days=day)).isoformat(), {"schema": {"fields": [{"name": content}]}}
    if role == "D":
        return {**dataset_event(at, "data", facets), "number": number}
    event = run_event(number, "START", at, job=content)
    event[{"I": "inputs", "O": "outputs"}[role]] = [dataset("data", facets=facets)]
    return event


def naive_versions(seen: list[tuple[int, str, str]]) -> set[tuple[Any, ...]]:
    """Return the versions of a schema that tellers of each class told, read one by one in the order of time."""
    found: set[tuple[Any, ...]] = set()
    for role, tellers in (("I", "I"), ("W", "OD")):
        told: dict[int, bytes] = {}
        for day, teller, content in seen:
            if teller in tellers:
                digest = FacetBody.of({"fields": [{"name": content}]}).digest
                told[day] = max(digest, told.get(day, b""))
        days = [
            day
            for day in sorted(told)
            if day == min(told) or told[day] != told[max(d for d in told if d < day)]
        ]
        for day, until in zip_longest(days, days[1:]):
            end = None if until is None else DAY + timedelta(days=until)
            found.add((role, told[day], DAY + timedelta(days=day), end))
    return found


def unique(events: Events) -> Events:
    """Return each event once."""
    return [json.loads(text) for text in sorted({json.dumps(event) for event in events})]


def _time(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["eventTime"])


def _job_order(name: str) -> UUID:
    return job_id(JobName("scheduler", name))


def _event_order(event: dict[str, Any]) -> UUID:
    return decode(orjson.dumps(event)).event_id


def pipeline_events() -> Events:
    """Return the events of ten runs of three jobs that hand on data, with facets of all sorts that change."""
    events: Events = []
    for number in range(1, 11):
        for step, (source, target) in enumerate((("raw", "clean"), ("clean", "mart"), ("mart", "report"))):
            run, at = number * 10 + step, DAY + timedelta(days=number, minutes=step)
            fields = [{"name": "id", "type": "int"}, {"name": f"column_{number // 4}", "type": "text"}]
            facets = {"schema": {"fields": fields}, "dataQualityMetrics": {"rowCount": number}}
            parent = {"run": {"runId": str(UUID(int=number))}, "root": {"run": {"runId": str(UUID(int=1))}}}
            start = run_event(run, "START", at.isoformat(), [source], job=f"to_{target}")
            start["run"]["facets"] = {"parent": parent, "processing_engine": {"version": "1"}}
            start["job"]["facets"] = {"sql": {"query": f"select {number // 3}"}}
            outcome = "FAIL" if (number + step) % 5 == 0 else "COMPLETE"
            end = run_event(run, outcome, (at + timedelta(seconds=30)).isoformat(), job=f"to_{target}")
            end["outputs"] = [
                dataset(target, facets=facets, outputFacets={"outputStatistics": {"rowCount": number}})
            ]
            end["run"]["facets"] = {
                "processing_engine": {"version": "2"},
                "errorMessage": {"message": f"no {run}"},
            }
            events += [start, end]
    return events


async def test_two_writers_at_once_leave_what_one_leaves(database: Database, database_url: str) -> None:
    """Two recorders with pools of their own, given overlapping halves at once, make the model that one alone makes."""
    events = pipeline_events()
    await record_all(Recorder(database), events)
    expected = await model(database)
    for seed in range(5):
        await clear(database)
        shuffled = random.Random(seed).sample(events * 2, len(events) * 2)  # noqa: S311 - no secret
        other = await Database.open(database_url)
        try:
            halves = (shuffled[: len(events) + 20], shuffled[len(events) - 20 :])
            results = await asyncio.gather(
                *(
                    _one_by_one(Recorder(one), half)
                    for one, half in zip((database, other), halves, strict=True)
                )
            )
        finally:
            await other.close()
        assert await model(database) == expected
        new = [result.event_id for half in results for result in half if not result.duplicate]
        assert len(new) == len(set(new)) == len(events)


async def _one_by_one(recorder: Recorder, events: Events) -> list[Recorded]:
    recorded: list[Recorded] = []
    for start in range(0, len(events), 7):
        recorded += await asyncio.gather(
            *(recorder.record(orjson.dumps(event)) for event in events[start : start + 7])
        )
    return recorded
