"""What is known of a run: the same whatever the order in which its events, and those of its children, are joined."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from lineage.run_facts import RunFacts, joined, with_datasets_of
from lineage.temporal import Statement

START = datetime(2026, 1, 1, tzinfo=UTC)
RUN, JOB, OTHER_JOB, A, B = (UUID(int=number) for number in range(1, 6))

times = st.integers(0, 5).map(lambda day: START + timedelta(days=day))
ids = st.none() | st.sampled_from([A, B])
datasets = st.frozensets(st.sampled_from([A, B]))


@st.composite
def accounts(draw: st.DrawFn) -> RunFacts:
    """Return what one event says of the run, its own or that of a child."""
    at, job = draw(times), draw(st.sampled_from([JOB, OTHER_JOB]))
    if not draw(st.booleans()):
        return RunFacts(RUN, job, at, at, heard=False)
    kind = draw(st.sampled_from(["start", "running", "complete", "abort", "fail", "other"]))
    return RunFacts(
        RUN,
        job,
        at,
        at,
        last_start_at=at if kind == "start" else None,
        last_running_at=at if kind == "running" else None,
        last_complete_at=at if kind == "complete" else None,
        last_abort_at=at if kind == "abort" else None,
        last_fail_at=at if kind == "fail" else None,
        is_part=draw(st.booleans()),
        nominal_from=draw(st.none() | times),
        nominal_to=draw(st.none() | times),
        parent_run_id=draw(ids),
        root_run_id=draw(ids),
        given_id=draw(st.none() | st.sampled_from(["x", "y"])),
        inputs=draw(datasets),
        outputs=draw(datasets),
    )


@given(st.lists(accounts(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_accounts_join_to_the_same_in_any_order_and_repetition(said: list[RunFacts], random: Random) -> None:
    """Order, repetition and grouping do not matter."""
    whole = reduce(joined, said)
    shuffled = random.sample(said * 2, len(said) * 2)
    middle = random.randint(1, len(shuffled) - 1)
    assert joined(reduce(joined, shuffled[:middle]), reduce(joined, shuffled[middle:])) == whole
    assert joined(whole, said[0]) == whole


def test_what_a_run_says_of_itself_replaces_what_its_children_said() -> None:
    """Job and start are those of its own events, however early the children; what parts read and write stays."""
    told = with_datasets_of(
        RunFacts(RUN, OTHER_JOB, START, START, heard=False),
        RunFacts(B, JOB, START, START, inputs=frozenset([A])),
    )
    own = RunFacts(RUN, JOB, START + timedelta(days=1), START + timedelta(days=1))
    for run in (joined(told, own), joined(own, told)):
        assert (run.heard, run.job_id, run.started_at) == (True, JOB, START + timedelta(days=1))
        assert run.inputs == {A}


def test_only_what_speaks_of_datasets_is_a_statement() -> None:
    """A part says nothing, its parent says it; neither does a run without datasets, nor one that failed to write."""
    read, written = frozenset([A]), frozenset([B])
    run = RunFacts(RUN, JOB, START, START, inputs=read, outputs=written)
    assert run.statement == Statement(START, read, written)
    assert RunFacts(RUN, JOB, START, START, is_part=True, inputs=read).statement is None
    assert RunFacts(RUN, JOB, START, START, last_complete_at=START).statement is None
    assert RunFacts(RUN, JOB, START, START, last_fail_at=START, outputs=written).statement is None
    whole = RunFacts(RUN, JOB, START, START, last_complete_at=START, inputs=read)
    assert whole.statement == Statement(START, read, frozenset())
