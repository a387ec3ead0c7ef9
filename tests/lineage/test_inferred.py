"""What is inferred from SQL holds for all events of a mention, whenever they come, and never hides what is stated."""

from __future__ import annotations

import random
from typing import Any

import pytest

from graph.identity import DatasetName
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import instant
from lineage.facet_bodies import FacetBody
from lineage.inferred import state
from lineage.naming import dataset_id
from lineage.recorder import Recorder
from tests.lineage.conftest import clear, dataset, model, record_all, run_event

OUTPUT = dataset_id(DatasetName("store", "b"))


def day(number: int) -> str:
    """Return a day of January 2026."""
    return f"2026-01-{number:02d}T00:00:00Z"


def statement(column: str) -> dict[str, Any]:
    """Return column lineage in the shape of the facet."""
    source = {"namespace": "store", "name": "a", "field": column}
    return {"fields": {"x": {"inputFields": [source]}}, "dataset": []}


def event(number: int, sql: str, **facets: Any) -> dict[str, Any]:
    """Return an event of a job that sends SQL."""
    made = run_event(number, "COMPLETE", day(number), ["a"])
    made["job"]["facets"] = {"sql": {"query": sql}}
    made["outputs"] = [dataset("b", facets=facets)]
    return made


async def infer(database: Database, wanted: dict[str, str]) -> None:
    """State what follows from the SQL of each mention that waits."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "select mention_id, body ->> 'query' as sql from column_inference"
            " join mention_facet f using (tenant_id, mention_id) join facet using (tenant_id, digest)"
            " where status = 'waiting' and f.role = 'J' and f.name = 'sql' order by 1"
        )

    for mention_id, sql in rows:
        await database.transaction(
            lambda connection, mention_id=mention_id, sql=sql: state(
                connection, DEFAULT_TENANT, {mention_id: {OUTPUT: statement(wanted[sql])}}
            )
        )


async def inferred(database: Database) -> list[tuple[Any, ...]]:
    """Return the versions that are believed of what was inferred."""
    versions = (await model(database))["facet versions"]
    return [(digest, start, end) for _, _, role, _, digest, start, end in versions if role == "S"]


@pytest.mark.parametrize("seed", range(4))
async def test_events_before_and_after_the_inference_make_the_same_versions(
    database: Database, seed: int
) -> None:
    """One, two, one: three versions, whichever events came before they were worked out, and in whatever order."""
    await clear(database)
    shuffle = random.Random(seed)  # noqa: S311 - no secret
    events = [event(number, "one" if number in {1, 4, 5} else "two") for number in range(1, 6)]
    shuffle.shuffle(events)
    recorder = Recorder(database)
    contents = {"one": "p", "two": "q"}
    for one in events:
        await record_all(recorder, [one])
        if shuffle.random() < 0.5:
            await infer(database, contents)
    await infer(database, contents)
    first, second = (FacetBody.of(statement(contents[sql])).digest for sql in ("one", "two"))
    assert await inferred(database) == [
        (first, instant(day(1)), instant(day(2))),
        (second, instant(day(2)), instant(day(4))),
        (first, instant(day(4)), None),
    ]
    assert len((await model(database))["column edges"]) == 2


async def test_a_better_inference_replaces_the_one_before(database: Database, recorder: Recorder) -> None:
    """What was inferred for a mention before is believed no longer, and stays known as of then."""
    await record_all(recorder, [event(1, "one"), event(2, "one")])
    await infer(database, {"one": "p"})
    await infer(database, {"one": "q"})
    digest = FacetBody.of(statement("q")).digest
    assert await inferred(database) == [(digest, instant(day(1)), None)]
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from facet_version where role = 'S'") == 2


async def test_only_outputs_without_a_statement_wait(database: Database, recorder: Recorder) -> None:
    """A job that states its columns itself has nothing to be worked out, nor one without SQL or outputs."""
    stated = event(1, "one", columnLineage=statement("p"))
    await record_all(recorder, [stated, run_event(2, "COMPLETE", day(2), ["a"], ["b"], job="other")])
    nothing_written = {**event(3, "one"), "outputs": []}
    await record_all(recorder, [nothing_written])
    assert (await model(database))["waiting"] == []
    await record_all(recorder, [event(4, "one")])
    assert len((await model(database))["waiting"]) == 1
