"""The edges of one job in time: recomputing a part gives the same as computing all, in whatever pieces it comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from lineage.temporal import Statement, Stretch, recomputed, said_by_run, timeline

START = datetime(2026, 1, 1, tzinfo=UTC)
A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)


def day(number: int) -> datetime:
    """Return an instant, some days after the first."""
    return START + timedelta(days=number)


spoken = st.none() | st.frozensets(st.sampled_from([A, B, C]))
histories = st.dictionaries(
    st.tuples(st.integers(0, 8), st.integers(0, 3)), st.tuples(spoken, spoken), min_size=1, max_size=8
)


@given(histories, st.randoms(use_true_random=False))
def test_recomputing_from_the_dirty_instant_on_gives_the_whole_timeline(
    history: dict[tuple[int, int], tuple[frozenset[UUID] | None, frozenset[UUID] | None]], random: Random
) -> None:
    """Statements that arrive in any order, each recomputing only from its own instant on, end in the same stretches."""
    order = random.sample(sorted(history), len(history))
    known: dict[tuple[int, int], Statement] = {}
    believed: set[Stretch] = set()
    for key in order:
        known[key] = Statement(day(key[0]), *history[key])
        since = day(key[0])
        said = [known[one] for one in sorted(known) if known[one].at >= since]
        touched = {stretch for stretch in believed if stretch.end is None or stretch.end >= since}
        believed = (believed - touched) | recomputed(touched, since, said)
    assert believed == timeline([], [known[one] for one in sorted(known)])


@given(histories)
def test_stretches_hold_exactly_where_the_last_statement_says_so(
    history: dict[tuple[int, int], tuple[frozenset[UUID] | None, frozenset[UUID] | None]],
) -> None:
    """At every instant the stretches that hold are those of the newest statement about each direction."""
    stretches = timeline([], [Statement(day(key[0]), *history[key]) for key in sorted(history)])
    for number in range(10):
        holding = {
            (one.dataset_id, one.direction)
            for one in stretches
            if one.start <= day(number) and (one.end is None or day(number) < one.end)
        }
        assert holding == {
            (dataset, direction)
            for index, direction in enumerate("IO")
            for dataset in next(
                (
                    history[key][index]
                    for key in sorted(history, reverse=True)
                    if key[0] <= number and history[key][index] is not None
                ),
                None,
            )
            or ()
        }


@given(histories)
def test_stretches_of_one_dataset_neither_overlap_nor_touch(
    history: dict[tuple[int, int], tuple[frozenset[UUID] | None, frozenset[UUID] | None]],
) -> None:
    """What holds without a gap is one stretch, and none is empty."""
    stretches = sorted(
        timeline([], [Statement(day(key[0]), *history[key]) for key in sorted(history)]), key=str
    )
    for one in stretches:
        assert one.end is None or one.start < one.end
        for other in stretches:
            if one is not other and one[:2] == other[:2]:
                assert (one.end is not None and one.end < other.start) or (
                    other.end is not None and other.end < one.start
                )


def test_a_completed_run_speaks_about_both_directions_and_others_about_what_they_name() -> None:
    """Only a completed run says that what it did not name is over."""
    assert said_by_run(START, "COMPLETE", [A], []) == Statement(START, [A], [])
    assert said_by_run(START, "COMPLETE", [], []) == Statement(START, None, None)
    assert said_by_run(START, "RUNNING", [A], []) == Statement(START, [A], None)
    assert said_by_run(START, "FAIL", [A], [B]) == Statement(START, [A], None)
    assert said_by_run(START, "ABORT", [], [B]) == Statement(START, None, None)
