"""Events of real tools in random orders, with repetitions and by two writers: the same model and the same answers each time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import orjson
import pytest

from graph.store.database import Database
from graph.time import AsOf
from lineage.column_statements import ColumnLineage
from lineage.datasets import Datasets
from lineage.events import decode
from lineage.jobs import Jobs
from lineage.recorder import Recorded, Recorder
from lineage.runs import Runs
from lineage.sent_facets import SentFacets
from lineage.store import Lineage
from tests.lineage.conformance import clear, differing
from tests.lineage.conftest import model
from tests.lineage.corpora import recorded_events

ORDERS = 20
CORPORA = recorded_events()


@pytest.mark.parametrize("tool", CORPORA)
async def test_real_events_make_one_model_and_one_answer_in_all_orders(
    tool: str, database: Database, database_url: str
) -> None:
    """In the order of the files, then in twenty random ones with repetitions, by two writers at once; none is lost."""
    bodies = [orjson.dumps(event) for event in CORPORA[tool]]
    times = sorted(decode(body).content.event_time for body in bodies)
    instants = [times[len(times) // 3], times[-1] + timedelta(days=1)]
    other = await Database.open(database_url)
    try:
        wanted, answered = None, None
        for seed in range(ORDERS + 1):
            dice = random.Random(seed)  # noqa: S311 - no secret
            order = bodies + dice.choices(bodies, k=len(bodies) // 3) if seed else bodies
            if seed:
                dice.shuffle(order)
            await clear(database)
            writers = (database, other) if seed else (database,)
            told = await asyncio.gather(
                *(recorded(one, order[n :: len(writers)], dice) for n, one in enumerate(writers))
            )
            results = [result for some in told for result in some]
            assert {result.event_id for result in results} == {decode(body).event_id for body in bodies}
            assert sum(not result.duplicate for result in results) == len(set(bodies))
            found = await model(database)
            wanted = wanted or found
            assert differing(found, wanted) == {}
            if seed % 4 == 0:
                given = await answers(database, instants)
                answered = answered or given
                assert [name for name in given if given[name] != answered[name]] == []
    finally:
        await other.close()


async def recorded(database: Database, bodies: Sequence[bytes], dice: random.Random) -> list[Recorded]:
    """Record the bodies in batches of random sizes, some at once, having seen that none is refused."""
    recorder = Recorder(database)
    results: list[Recorded] = []
    start = 0
    while start < len(bodies):
        size = dice.randint(1, 40)
        some = await recorder.record_batch(bodies[start : start + size])
        results += [result for result in some if isinstance(result, Recorded)]
        start += size
    await recorder.close()
    assert len(results) == len(bodies)
    return results


async def answers(database: Database, instants: Sequence[datetime]) -> dict[str, Any]:
    """Return what readers answer of every dataset, job and run, as of the instants, without system times."""
    async with database.connection() as connection:
        datasets = [row[0] for row in await connection.fetch("select dataset_id from dataset order by 1")]
        jobs = [row[0] for row in await connection.fetch("select job_id from job order by 1")]
        runs = [row[0] for row in await connection.fetch("select run_id from run order by 1")]
    reads = Lineage(database)
    given: dict[str, Any] = {}
    for instant in instants:
        at = await reads.basis(instant)
        given[f"datasets at {instant}"] = timeless(await Datasets(database).states(datasets, at))
        given[f"jobs at {instant}"] = timeless(await Jobs(database).states(jobs, at))
        given[f"columns at {instant}"] = timeless(await ColumnLineage(database).upstream(datasets, at))
        given[f"graph at {instant}"] = await _graphs(reads, [*datasets, *jobs], at)
        given[f"runs at {instant}"] = timeless(await Runs(database).by_id(runs, at))
        given[f"facets of runs at {instant}"] = timeless(await SentFacets(database).of_runs(runs, at))
    given["runs"] = timeless(await Runs(database).by_id(runs))
    given["facets of runs"] = timeless(await SentFacets(database).of_runs(runs))
    return given


async def _graphs(reads: Lineage, nodes: Sequence[UUID], at: AsOf) -> list[Any]:
    found: list[Any] = []
    for node in nodes:
        graph = await reads.lineage(node, "both", 20, at)
        found.append((timeless(graph.nodes), timeless(graph.edges), graph.truncated))
    return found


def timeless(value: Any) -> Any:
    """Return plain values without what the order of arrival decides: when the catalog heard of it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            one.name: timeless(getattr(value, one.name))
            for one in fields(value)
            if not one.name.startswith("system")
        }
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        members = cast("dict[str, Any]", value._asdict())  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        return {name: timeless(one) for name, one in members.items() if not name.startswith("system")}
    if isinstance(value, dict):
        return {name: timeless(one) for name, one in cast("dict[Any, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [timeless(one) for one in cast("Sequence[Any]", value)]
    return value
