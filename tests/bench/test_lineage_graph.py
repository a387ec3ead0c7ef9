"""The large lineage graph of the benchmark has the shape that the recorder leaves of the same events."""

from __future__ import annotations

from typing import Any

from graph.store.database import Database
from lineage.recorder import Recorder
from tests.bench.lineage_graph import Shape, events, write
from tests.lineage.conftest import clear, record_all

SMALL = Shape(datasets=60, jobs=30, changes=25, runs=150, levels=4, days=9)
HELD = {
    "dataset": "select dataset_id, namespace, name, dense_rank() over (order by system_from) from dataset order by 1",
    "job": "select job_id, namespace, name, part_of, dense_rank() over (order by system_from) from job order by 1",
    "run": "select run_id, job_id, started_at, state, last_at, ended_at, inputs, outputs, heard, is_part from run order by 1",
    "facet": "select digest, body from facet order by 1",
    "column_edge": "select digest, input_id, input_column, output_column from column_edge order by 1, 2, 3, 4",
    "edges": """
      with instant as (
        select at, dense_rank() over (order by at) as n
          from (select system_from as at from lineage_edge union select system_to from lineage_edge) i
      )
      select e.job_id, e.dataset_id, e.direction, e.kind, e.valid_from, e.valid_to::text, since.n, until.n
        from lineage_edge e
        join instant since on since.at = e.system_from
        join instant until on until.at = e.system_to
       order by 1, 2, 3, 4, 5, 7""",
    "versions": """
      select subject_id, name, role, job_id, digest, valid_from, valid_to::text, system_to::text
        from facet_version where name = 'columnLineage' order by 1, 2, 3, 4, 6""",
}


async def held(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all tables that are written, system instants by their order."""
    async with database.connection() as connection:
        return {name: [tuple(row) for row in await connection.fetch(query)] for name, query in HELD.items()}


async def test_rows_are_those_that_the_recorder_leaves(database: Database) -> None:
    """Every table that answers about the graph read, but for the instants at which it was recorded."""
    recorder = Recorder(database)
    for sent in events(SMALL):
        if sent:
            await record_all(recorder, sent)
    recorded = await held(database)
    await clear(database)
    async with database.connection() as connection:
        before = await connection.fetchval("select last_at from clock where tenant_id = 1")
        counts = await write(connection, SMALL)
        await connection.execute("update clock set last_at = $1 where tenant_id = 1", before)
    written = await held(database)
    for name, rows in recorded.items():
        assert rows
        assert written[name] == rows, name
    assert counts["lineage_edge"] == len(recorded["edges"])
