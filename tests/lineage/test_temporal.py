"""The edges of one job in time: recomputing a part gives the same as computing all, in whatever pieces it comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from lineage.temporal import JobHead, Span, Statement, Stretch, merged, recomputed, said_by_run, timeline

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


@given(histories, st.randoms(use_true_random=False))
def test_recomputing_ends_at_the_next_statement_that_decides_everything(
    history: dict[tuple[int, int], tuple[frozenset[UUID] | None, frozenset[UUID] | None]], random: Random
) -> None:
    """From there on the same holds as before, so nothing later is read, and the stretches are those of all statements."""
    known: dict[tuple[int, int], Statement] = {}
    believed: set[Stretch] = set()
    for key in random.sample(sorted(history), len(history)):
        since = day(key[0])
        deciding = (one.at for one in known.values() if None not in (one.inputs, one.outputs))
        until = min((at for at in deciding if at > since), default=None)
        known[key] = Statement(since, *history[key])
        said = [known[one] for one in sorted(known) if since <= known[one].at <= (until or day(9))]
        near = {
            one
            for one in believed
            if (one.end is None or one.end >= since) and (until is None or one.start <= until)
        }
        believed = (believed - near) | recomputed(near, since, said, until)
        assert believed == timeline([], [known[one] for one in sorted(known)])


@given(st.dictionaries(st.integers(0, 8), st.tuples(spoken, spoken), min_size=1))
def test_going_on_from_the_head_of_a_job_gives_the_whole_timeline(
    history: dict[int, tuple[frozenset[UUID] | None, frozenset[UUID] | None]],
) -> None:
    """In order of time the head alone decides, and it is the one that shows after reading all statements."""
    head, over, said = JobHead(), set[Stretch](), list[Statement]()
    for number in sorted(history):
        said.append(Statement(day(number), *history[number]))
        over |= {stretch for stretch in head.stretches if stretch.end is not None}
        later = head.advanced(UUID(int=number), said[-1])
        assert later is not None
        assert JobHead.after([], said, [UUID(int=one) for one in sorted(history)][: len(said)]) == later
        head = later
        assert over | head.stretches == timeline([], said)
    assert head.advanced(UUID(int=99), said[-1]) is None
    assert head.advanced(UUID(int=99), Statement(day(-1), [A], [B])) is None


def test_a_head_takes_the_last_statement_again() -> None:
    """The run that was the last to speak says something else: what it began and ended follows anew."""
    head = JobHead().advanced(A, Statement(day(1), [A], [B]))
    assert head is not None
    head = head.advanced(B, Statement(day(2), [C], None))
    assert head is not None
    assert head.stretches == {
        Stretch(A, "I", day(1), day(2)),
        Stretch(C, "I", day(2), None),
        Stretch(B, "O", day(1), None),
    }
    head = head.advanced(B, Statement(day(2), [A], []))
    assert head is not None
    assert head.stretches == {Stretch(A, "I", day(1), None), Stretch(B, "O", day(1), day(2))}
    assert head.advanced(A, Statement(day(1), [A], [B])) is None


def test_spans_that_touch_are_one() -> None:
    """Overlapping and touching spans are joined, others stay apart, and an open one takes in all that follows."""
    apart = [Span(day(1), day(2)), Span(day(4), day(6))]
    assert merged(reversed(apart)) == apart
    assert merged([*apart, Span(day(2), day(3))]) == [Span(day(1), day(3)), Span(day(4), day(6))]
    assert merged([*apart, Span(day(2), None)]) == [Span(day(1), None)]


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
