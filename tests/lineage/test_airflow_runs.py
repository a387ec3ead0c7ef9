"""What of Airflow's runs is missing in the catalog: a function of what Airflow tells and what was heard."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from graph.errors import CatalogError
from graph.identity import DatasetName, JobName
from graph.store.database import Database
from lineage.airflow_ids import dag_run_id, task_run_id
from lineage.airflow_runs import DagRun, TaskTry, account, dataset_of, ids_of_clears
from lineage.recorder import Recorder
from lineage.run_state import State
from lineage.runs import Run, Runs

AT = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
SPACE = "airflow-lab"
RUN = DagRun(
    "daily", "manual__1", "manual", AT, "failed", AT + timedelta(seconds=1), AT + timedelta(seconds=60)
)


def tried(
    task: str, state: str | None, number: int = 1, start: int | None = 5, end: int | None = 9
) -> TaskTry:
    """Return a try that began and ended so many seconds after the DAG run was due."""
    began, ended = (None if one is None else AT + timedelta(seconds=one) for one in (start, end))
    return TaskTry(task, -1, number, state, began, ended, error="it broke" if state == "failed" else None)


def heard(run_id: UUID, state: State, end: int | None) -> Run:
    """Return a run as the catalog knows it."""
    ended = None if end is None else AT + timedelta(seconds=end)
    start = AT + timedelta(seconds=1)
    job = JobName(SPACE, "daily")
    return Run(run_id, UUID(int=1), job, state, start, ended, ended or start, None, None, None, None, (), ())


def told(run: DagRun, tries: Sequence[TaskTry], *known: Run) -> list[tuple[str, str, str]]:
    """Return type, job and time of each event that is missing."""
    events = [
        json.loads(raw) for raw in account(SPACE, run, tries, {one.run_id: one for one in known}).events
    ]
    return [(each["eventType"], each["job"]["name"], each["eventTime"][17:]) for each in events]


def test_the_ids_are_those_that_the_provider_gives() -> None:
    """Ids of recorded events of a real Airflow."""
    assert str(dag_run_id(SPACE, "g_hourly", AT)) == "01a1fc79-c080-7eca-82e2-68be92c0a024"
    assert str(task_run_id(SPACE, "g_hourly", "s", AT, 1)) == "01a1fc79-c080-79af-915b-f26a4ddf5d67"


def test_what_was_never_heard_is_told_from_start_to_end() -> None:
    """A DAG run with a task that failed, one that did not run for that, and one that has not begun."""
    tries = [
        tried("load", "failed"),
        tried("after", "upstream_failed", 0, None, 10),
        tried("last", None, 0, None, None),
    ]
    assert told(RUN, tries) == [
        ("START", "daily", "01Z"),
        ("FAIL", "daily", "00Z"),
        ("START", "daily.load", "05Z"),
        ("FAIL", "daily.load", "09Z"),
        ("ABORT", "daily.after", "10Z"),
    ]


def test_what_goes_on_and_was_not_heard_of_is_told_as_begun() -> None:
    """A task that runs, or waits in the middle of it, has a start and no end; one that has not begun has neither."""
    going = replace(RUN, state="running", ended_at=None)
    tries = [tried("load", "running", end=None), tried("wait", "deferred", end=None), tried("last", "queued")]
    begun = [("START", "daily.load", "05Z"), ("START", "daily.wait", "05Z")]
    assert told(going, tries) == [("START", "daily", "01Z"), *begun]
    load = task_run_id(SPACE, "daily", "load", AT, 1)
    known = [heard(ids_of_clears(SPACE, RUN)[0], "START", None), heard(load, "RUNNING", None)]
    assert told(going, tries, *known) == begun[1:]


def test_what_was_heard_is_not_told_again() -> None:
    """Nothing of a run whose end is known, the end alone of one whose start is."""
    first = ids_of_clears(SPACE, RUN)[0]
    task = task_run_id(SPACE, "daily", "load", AT, 1)
    ended = [heard(first, "FAIL", 60), heard(task, "FAIL", 9)]
    assert told(RUN, [tried("load", "failed")], *ended) == []
    assert told(RUN, [], heard(first, "START", None)) == [("FAIL", "daily", "00Z")]


def test_a_run_that_was_cleared_is_another_run() -> None:
    """It ended later than the one heard of; and the one before it, whose end was lost, is over too."""
    first, second, *_ = ids_of_clears(SPACE, RUN)
    events = account(SPACE, RUN, [], {first: heard(first, "FAIL", 30)}).events
    assert {json.loads(raw)["run"]["runId"] for raw in events} == {str(second)}
    both = [heard(first, "START", None), replace(heard(second, "COMPLETE", 60))]
    assert told(replace(RUN, state="success"), [], *both) == [("ABORT", "daily", "01Z")]


async def test_the_catalog_takes_the_events_and_then_nothing_is_missing(database: Database) -> None:
    """Recorded, they are runs with the states, the parents and the datasets that Airflow told."""
    table = DatasetName("postgres://db:5432", "shop.public.orders")
    done = replace(tried("load", "success"), outputs=(table,), map_index=2)
    tries = [done, tried("after", "upstream_failed", 0, None, 10)]
    events = account(SPACE, RUN, tries, {}).events
    recorder = Recorder(database)
    results = await recorder.record_batch(list(events))
    await recorder.close()
    assert not [one for one in results if isinstance(one, CatalogError)]
    ids = account(SPACE, RUN, tries, {}).ids
    known = await Runs(database).by_id(list(ids))
    dag = ids_of_clears(SPACE, RUN)[0]
    assert {run.job.name: (run.state, run.parent_run_id, run.outputs) for run in known.values()} == {
        "daily": ("FAIL", None, ()),
        "daily.load": ("COMPLETE", dag, (table,)),
        "daily.after": ("ABORT", dag, ()),
    }
    assert account(SPACE, RUN, tries, known).events == ()


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("postgres://db/shop/public/orders", DatasetName("postgres://db:5432", "shop.public.orders")),
        ("postgresql://db:5433/shop/public/orders", DatasetName("postgres://db:5433", "shop.public.orders")),
        ("s3://lake/raw/orders", DatasetName("s3://lake", "raw/orders")),
        ("file:///data/my%20lake", DatasetName("file", "/data/my lake")),
        ("postgres://db/shop", None),
        ("goldthread://datasets/x", None),
        ("plain", None),
    ],
)
def test_an_asset_is_the_dataset_that_its_address_names(uri: str, name: Any) -> None:
    """As the provider has it, so that both are one dataset; what names none is none."""
    assert dataset_of(uri) == name
