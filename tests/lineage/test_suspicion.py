"""How suspicious what happened upstream is: by its kind, its distance, its time, and what speaks against it."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.time import instant
from lineage.facets import Column
from lineage.quality import Assertion
from lineage.schema_history import SchemaVersion
from lineage.suspicion import (
    Check,
    EndedRun,
    Failure,
    SqlVersion,
    Suspect,
    failed_checks,
    failed_runs,
    ranked,
    schema_changes,
    sql_changes,
)
from tests.lineage.stored_graph import day

NODE, RUN = UUID(int=1), UUID(int=2)
FAILURE = Failure(instant(day(10)), None)


def ended(state: str, on: int) -> EndedRun:
    """Return a run that ended on a day."""
    return EndedRun(RUN, state, instant(day(on)))


def test_the_last_failure_of_a_job_is_suspected() -> None:
    """Less where the job has gone well since, and where the failed run's own job has; none where all went well."""
    (now,) = failed_runs(NODE, 0, [ended("FAIL", 10)], FAILURE)
    assert (now.score, now.run_id, now.has_recovered, now.was_survived) == (1.0, RUN, False, False)
    (earlier,) = failed_runs(NODE, 4, [ended("ABORT", 9), ended("FAIL", 8)], FAILURE)
    assert earlier.score == 0.9 * 0.5 * 0.5
    (recovered,) = failed_runs(NODE, 0, [ended("COMPLETE", 10), ended("FAIL", 9)], FAILURE)
    assert (recovered.score, recovered.has_recovered) == (0.15, True)
    (survived,) = failed_runs(NODE, 0, [ended("FAIL", 9)], Failure(FAILURE.at, instant(day(10))))
    assert (survived.score, survived.was_survived) == (0.15, True)
    assert failed_runs(NODE, 0, [ended("COMPLETE", 9)], FAILURE) == []


def version(on: int, *names: str) -> SchemaVersion:
    """Return the columns of a schema from a day on."""
    return SchemaVersion(instant(day(on)), None, tuple(Column(name, None, None) for name in names))


def test_changes_of_a_schema_are_suspected_when_they_were_made() -> None:
    """One that breaks readers more than one that does not; the first version known is no change."""
    versions = [
        version(11, "q"),
        version(10, "y", "z"),
        version(9, "x", "y"),
        version(5, "x"),
        version(1, "x", "w"),
    ]
    found = schema_changes(NODE, 0, versions, instant(day(8)), FAILURE)
    assert [(one.at, one.score) for one in found] == [(instant(day(10)), 0.8), (instant(day(9)), 0.15)]
    assert [change.kind for change in found[0].changes] == ["added", "removed"]
    assert schema_changes(NODE, 0, versions[-1:], instant(day(1)), FAILURE) == []


def checked(on: int, *severities: str | None) -> Check:
    """Return a check on a day in which a test of each severity failed, and another did not."""
    failed = [Assertion("unique", success=False, severity=severity) for severity in severities]
    return Check(instant(day(on)), RUN, (*failed, Assertion("not_null", success=True)))


def test_the_last_check_that_failed_is_suspected() -> None:
    """Less where a later one found nothing, and where it only warned; none where no test failed."""
    (now,) = failed_checks(NODE, 0, [checked(10, None), checked(9, "error")], FAILURE)
    assert (now.kind, now.score, now.run_id, now.has_recovered) == ("failed_check", 0.9, RUN, False)
    assert [one.assertion for one in now.checks] == ["unique"]
    (recovered,) = failed_checks(NODE, 0, [checked(10), checked(10, "error")], FAILURE)
    assert (recovered.score, recovered.has_recovered) == (0.27, True)
    (warned,) = failed_checks(NODE, 0, [checked(10, "WARNING", "warn")], FAILURE)
    assert warned.score == 0.4
    assert failed_checks(NODE, 0, [checked(10)], FAILURE) == []


def test_changes_of_sql_are_suspected_when_they_were_made() -> None:
    """Of any part of the job, those of one instant once; the same SQL stated anew is no change, nor is the first."""

    def sql(on: int, query: str) -> SqlVersion:
        return SqlVersion(instant(day(on)), query)

    versions = [
        [sql(10, "c"), sql(9, "b"), sql(8, "b"), sql(5, "a"), sql(1, "x")],
        [sql(10, "y"), sql(7, "z")],
        [sql(9, "first")],
    ]
    found = sql_changes(NODE, 0, versions, instant(day(8)), Failure(FAILURE.at, instant(day(9))))
    assert [(one.kind, one.at, one.score, one.was_survived) for one in found] == [
        ("sql_change", instant(day(10)), 0.7, False),
        ("sql_change", instant(day(8)), 0.0525, True),
    ]


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Suspect,
            st.integers(0, 5).map(lambda number: UUID(int=number)),
            st.integers(1, 5),
            st.just("failed_run"),
            st.integers(1, 9).map(lambda number: instant(day(number))),
            st.floats(0, 1),
        )
    )
)
def test_suspects_are_ranked_the_same_in_any_order(suspects: list[Suspect]) -> None:
    """By score, then distance, then time."""
    found = ranked(suspects)
    assert ranked(reversed(suspects)) == found
    assert [one.score for one in found] == sorted((one.score for one in suspects), reverse=True)
