"""Gaps are those of one state, whatever is recorded while they are looked for."""

from __future__ import annotations

import asyncio

from graph.store.database import Database
from lineage.gaps import Gaps
from lineage.recorder import Recorder
from lineage.store import Lineage
from tests.lineage.conftest import record_all, run_event

WAITING = "select count(*) from pg_locks where relation = 'lineage_edge'::regclass and not granted"


async def test_what_is_recorded_meanwhile_is_not_in_the_answer(database: Database) -> None:
    """A commit between the basis and the question does not show, though the basis was the newest before."""
    recorder = Recorder(database)
    await record_all(recorder, [run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", ["a"], ["b"], "clean")])
    await recorder.close()
    at = await Lineage(database).basis()
    async with database.connection() as other:
        async with other.transaction():
            await other.execute("lock table lineage_edge in access exclusive mode")
            asked = asyncio.create_task(Gaps(database).counts(["job_without_inputs"], at))
            while not await other.fetchval(WAITING):  # noqa: ASYNC110 - another connection of PostgreSQL has no event
                await asyncio.sleep(0.01)
            await other.execute(
                "update lineage_edge set system_to = clock_timestamp() where tenant_id = 1 and direction = 'I'"
            )
        assert await asked == {"job_without_inputs": 0}
    later = await Gaps(database).counts(["job_without_inputs"], at)
    assert later == {"job_without_inputs": 1}
