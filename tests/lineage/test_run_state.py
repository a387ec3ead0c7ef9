"""The state of a run: the same whatever the order of its events, and the same as the table computes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from graph.store.database import Connection, Database
from lineage.run_state import LastTimes, ended_at, state

INSTANTS = st.none() | st.integers(0, 3).map(lambda days: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days))
LAST_TIMES = st.builds(
    LastTimes, start=INSTANTS, running=INSTANTS, complete=INSTANTS, abort=INSTANTS, fail=INSTANTS
)

DAY = [datetime(2026, 1, number, tzinfo=UTC) for number in range(1, 5)]


async def test_the_function_is_that_of_the_table(database: Database) -> None:
    """Every combination of few instants has the same state and end in Python and in the generated columns."""
    choices = [None, *DAY[:3]]
    combinations = [
        (start, running, complete, abort, fail)
        for start in choices
        for running in choices
        for complete in choices
        for abort in choices
        for fail in choices
    ]
    async with database.connection() as connection:
        found = await _by_the_table(connection, combinations)
    expected = [(state(LastTimes(*one)), ended_at(LastTimes(*one))) for one in combinations]
    assert found == expected


@given(LAST_TIMES)
def test_an_end_is_reported_for_what_ended(last: LastTimes) -> None:
    """A run that is over has an end, and one without an end is not over."""
    if ended_at(last) is None:
        assert state(last) in {"START", "RUNNING", "OTHER"}
    if state(last) in {"COMPLETE", "ABORT", "FAIL"}:
        assert ended_at(last) is not None


def test_a_failure_sticks_until_the_run_goes_on() -> None:
    """Spark completes what has failed; Debezium recovers by RUNNING, which at the same instant does not count."""
    assert state(LastTimes(start=DAY[0], fail=DAY[1], complete=DAY[2])) == "FAIL"
    assert state(LastTimes(start=DAY[0], fail=DAY[1], running=DAY[1])) == "FAIL"
    assert state(LastTimes(start=DAY[0], fail=DAY[1], running=DAY[2])) == "RUNNING"
    assert state(LastTimes(start=DAY[2], fail=DAY[1])) == "START"
    assert state(LastTimes(start=DAY[2], fail=DAY[1], complete=DAY[3])) == "COMPLETE"
    assert state(LastTimes(abort=DAY[1], fail=DAY[1])) == "FAIL"
    assert state(LastTimes(abort=DAY[2], fail=DAY[1])) == "ABORT"
    assert state(LastTimes()) == "OTHER"


async def _by_the_table(
    connection: Connection, combinations: list[tuple[datetime | None, ...]]
) -> list[tuple[str, datetime | None]]:
    job = UUID(int=1)
    await connection.execute(
        "insert into job (tenant_id, job_id, namespace, name, system_from) values (1, $1, 'n', 'j', now())",
        job,
    )
    await connection.executemany(
        """insert into run (tenant_id, run_id, job_id, started_at, last_start_at, last_running_at, last_complete_at,
             last_abort_at, last_fail_at, last_at, inputs, outputs)
           values (1, $1, $2, $3, $4, $5, $6, $7, $8, $3, '{}', '{}')""",
        [(UUID(int=number), job, DAY[0], *one) for number, one in enumerate(combinations)],
    )
    rows = await connection.fetch("select state, ended_at from run order by run_id")
    return [(row["state"], row["ended_at"]) for row in rows]
