"""Inferring column lineage from SQL: what becomes of what waits, and that no statement stops or spoils the others."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from graph.identity import DatasetName
from graph.store.database import Database
from lineage.columns import column_edges
from lineage.inference import Inference
from lineage.naming import dataset_id
from lineage.recorder import Recorder
from lineage.sql_worker import Answer, SqlWorker, Task
from tests.lineage.conftest import dataset, record_all, run_event

STORE = "postgres://store:5432"
RECORDED = Path(__file__).parents[3] / "shared" / "events"
"""Events that real tools sent, where there are some beside the checkout: more cases."""
COPY = "insert into mart.t (a) select upper(x) from raw.s where y > 0"
WORKED_OUT = "select status, reason from column_inference order by mention_id"
BELIEVED = """
select d.name, j.name, v.valid_from::date::text, v.valid_to = 'infinity', f.body
  from facet_version v
  join dataset d on d.dataset_id = v.subject_id
  join job j on j.job_id = v.job_id
  join facet f on f.digest = v.digest
 where v.role = 'S'
   and v.system_to = 'infinity'
 order by 1, 2, 3"""


def table(name: str, *columns: str, **facets: Any) -> dict[str, Any]:
    """Return a dataset of an event, with its columns where some are given."""
    schema = {"schema": {"fields": [{"name": column} for column in columns]}} if columns else {}
    return dataset(f"db.{name}", STORE, facets={**schema, **facets})


def sql_event(
    run: int, at: int, sql: str, inputs: list[Any], outputs: list[Any], job: str = "job"
) -> dict[str, Any]:
    """Return the event of a run of a job that sends its SQL."""
    event = run_event(run, "COMPLETE", f"2026-01-{at:02}T00:00:00Z", job=job)
    event["job"]["facets"] = {"sql": {"query": sql}}
    return {**event, "inputs": inputs, "outputs": outputs}


@pytest.fixture
async def inference(database: Database) -> Any:
    """Return an inference on the test database."""
    inference = Inference(database)
    yield inference
    await inference.close()


async def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    async with database.connection() as connection:
        return [tuple(row) for row in await connection.fetch(query)]


async def test_what_follows_from_sql_is_stated_as_inferred(
    database: Database, recorder: Recorder, inference: Inference
) -> None:
    """The output has column lineage by its job from the first event on, marked, and is found from the input's side."""
    await record_all(recorder, [sql_event(1, 3, COPY, [table("raw.s")], [table("mart.t")])])
    assert await rows(database, WORKED_OUT) == [("waiting", None)]
    assert await inference.run_once() == 1
    assert await inference.run_once() == 0
    assert await rows(database, WORKED_OUT) == [("inferred", None)]
    ((name, job, since, holds, body),) = await rows(database, BELIEVED)
    assert (name, job, since, holds, body["_inferred"]) == ("db.mart.t", "job", "2026-01-03", True, True)
    assert {(edge.dataset.name, edge.column, edge.output) for edge in column_edges(body)} == {
        ("db.raw.s", "x", "a"),
        ("db.raw.s", "y", None),
    }
    source = dataset_id(DatasetName(STORE, "db.raw.s"))
    found = await rows(database, "select input_id, input_column, output_column from column_edge order by 2")
    assert found == [(source, "x", "a"), (source, "y", "")]
    assert await rows(
        database, "select distinct role::text, is_inferred from mention_facet where is_inferred"
    ) == [("O", True)]


async def test_events_of_the_same_content_need_no_more_work(
    database: Database, recorder: Recorder, inference: Inference
) -> None:
    """What was inferred holds for later and for earlier events of the same content as soon as they are recorded."""
    tables = [table("raw.s")], [table("mart.t")]
    await record_all(recorder, [sql_event(1, 3, COPY, *tables)])
    await inference.run_once()
    await record_all(recorder, [sql_event(2, 5, COPY, *tables), sql_event(3, 2, COPY, *tables)])
    assert await inference.run_once() == 0
    assert [row[:4] for row in await rows(database, BELIEVED)] == [("db.mart.t", "job", "2026-01-02", True)]


async def test_stated_column_lineage_is_left_alone(
    database: Database, recorder: Recorder, inference: Inference
) -> None:
    """Nothing waits where every output has column lineage; where one has none, only that one is inferred."""
    stated = table("mart.t", columnLineage={"fields": {}})
    await record_all(recorder, [sql_event(1, 1, COPY, [table("raw.s")], [stated])])
    assert await rows(database, WORKED_OUT) == []
    both = f"{COPY}; insert into mart.u select z from raw.s"
    await record_all(recorder, [sql_event(2, 2, both, [table("raw.s")], [stated, table("mart.u")])])
    assert await inference.run_once() == 1
    assert [row[0] for row in await rows(database, BELIEVED)] == ["db.mart.u"]


async def test_columns_known_from_other_events_are_used(
    database: Database, recorder: Recorder, inference: Inference
) -> None:
    """A star is every column that another event told of."""
    await record_all(recorder, [sql_event(1, 1, "select 1", [], [table("raw.s", "x", "y")], job="load")])
    star = "insert into mart.t select * from raw.s"
    await record_all(recorder, [sql_event(2, 2, star, [table("raw.s")], [table("mart.t")])])
    assert await inference.run_once() == 2
    ((*_, body),) = await rows(database, BELIEVED)
    assert [(edge.column, edge.output) for edge in column_edges(body)] == [("x", "x"), ("y", "y")]


async def test_what_cannot_be_inferred_keeps_its_reason(
    database: Database, recorder: Recorder, inference: Inference
) -> None:
    """Nothing is stated, and the reason tells SQL that has nothing to say from SQL that was not understood."""
    for run, sql in enumerate(["this is no sql (", "truncate mart.t", COPY], start=1):
        await record_all(
            recorder, [sql_event(run, run, sql, [table("raw.s")], [table("mart.t")], job=f"job{run}")]
        )
    assert await inference.run_once() == 3
    told = await rows(database, WORKED_OUT)
    assert [status for status, _ in told] == ["failed", "nothing", "inferred"]
    assert told[0][1].startswith("the SQL cannot be parsed: ")
    assert told[1][1] == "the SQL writes none of the outputs"
    assert [row[1] for row in await rows(database, BELIEVED)] == ["job3"]


async def test_sql_that_takes_too_long_has_failed(database: Database, recorder: Recorder) -> None:
    """The one statement fails with its reason, others are worked on all the same, and it is not tried again."""
    await record_all(recorder, [sql_event(1, 1, COPY, [table("raw.s")], [table("mart.t")])])
    hasty = Inference(database, seconds=0)
    assert await hasty.run_once() == 1
    assert await hasty.run_once() == 0
    await hasty.close()
    assert await rows(database, WORKED_OUT) == [("failed", "the analysis of the SQL took longer than 0 s")]
    assert await rows(database, BELIEVED) == []


async def test_a_process_that_breaks_is_started_anew() -> None:
    """SQL that takes the process down fails, and the next is answered by another process."""
    worker = SqlWorker()
    task = Task(COPY, None, [DatasetName(STORE, "db.raw.s")], [DatasetName(STORE, "db.mart.t")], [])
    good = await worker.answer(task)
    assert [name.name for name, _ in good.statements] == ["db.mart.t"]
    first = worker.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert await worker.answer(task) == Answer(reason="the analysis of the SQL broke off", is_failure=True)
    assert await worker.answer(task) == good
    assert worker.pid not in {None, first}
    await worker.close()
    assert worker.pid is None


async def test_several_may_infer_at_once(database: Database, recorder: Recorder) -> None:
    """Two that work at the same time share the work and come to the same as one."""
    events = [
        sql_event(run, run, COPY, [table("raw.s")], [table("mart.t")], job=f"job{run}")
        for run in range(1, 13)
    ]
    await record_all(recorder, events)
    both = [Inference(database), Inference(database)]
    assert sum(await asyncio.gather(*(one.run_once() for one in both))) == 12
    for one in both:
        await one.close()
    assert await rows(database, WORKED_OUT) == [("inferred", None)] * 12
    assert len(await rows(database, BELIEVED)) == 12


async def test_it_works_in_the_background_until_it_is_closed(database: Database, recorder: Recorder) -> None:
    """What comes to wait is worked on without being asked to; closing ends it."""
    inference = Inference(database)
    inference.start()
    await record_all(recorder, [sql_event(1, 1, COPY, [table("raw.s")], [table("mart.t")])])
    async with asyncio.timeout(60):
        while True:
            if await rows(database, WORKED_OUT) == [("inferred", None)]:
                break
            await asyncio.sleep(0.02)
    await inference.close()
    assert not [task for task in asyncio.all_tasks() if "Inference" in repr(task.get_coro())]


@pytest.mark.skipif(not RECORDED.exists(), reason="no recorded events beside the checkout")
async def test_recorded_jobs_are_all_settled(
    database: Database, recorder: Recorder, inference: Inference
) -> None:
    """Of the SQL that Airflow and dbt sent without column lineage, nothing fails and nothing keeps waiting."""
    paths = [*sorted(RECORDED.glob("airflow/*.json")), *sorted(RECORDED.glob("dbt/*.json"))]
    await record_all(recorder, [orjson.loads(path.read_bytes()) for path in paths])
    while await inference.run_once():
        pass
    told = Counter(await rows(database, WORKED_OUT))
    assert {status for status, _ in told} == {"inferred", "nothing"}
    assert {reason for _, reason in told} == {None, "the SQL writes none of the outputs"}
