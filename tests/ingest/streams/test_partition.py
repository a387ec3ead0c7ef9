"""What was read of a partition becomes batches: by count, bytes and age, and to a planned end."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from graph.store.stream_positions import Claim
from ingest.messages import Batch, Limits, Message
from ingest.streams.partition import Waiting


def message(offset: int, size: int = 1) -> Message:
    """Return a message of so many bytes."""
    return Message("t", 0, offset, datetime(2024, 1, 1, tzinfo=UTC), None, b"x" * size)


def waiting(limits: Limits, position: int = 0, planned_end: int | None = None) -> Waiting:
    """Return a partition of which nothing was read."""
    return Waiting(Claim("t", 0, position, 1), limits, planned_end)


def test_a_batch_is_due_by_age() -> None:
    """A single message waits as long as the limit says, counted from when it was read."""
    some = waiting(Limits(messages=10, seconds=2))
    assert some.due_in(100.0) is None
    some.add([message(0)], now=100.0)
    assert some.due_in(100.5) == 1.5
    some.add([message(1)], now=101.0)
    assert some.due_in(102.0) == 0.0


def test_a_batch_is_due_by_count_and_by_bytes() -> None:
    """So many messages or bytes make a batch at once; a message larger than the limit makes one alone."""
    some = waiting(Limits(messages=2, seconds=9, bytes=100))
    some.add([message(0), message(1), message(2)], now=0.0)
    assert some.due_in(0.0) == 0.0
    assert [each.offset for each in some.batch().messages] == [0, 1]
    large = waiting(Limits(messages=10, seconds=9, bytes=100))
    large.add([message(5, 500), message(6)], now=0.0)
    assert large.due_in(0.0) == 0.0
    assert [each.offset for each in large.batch().messages] == [5]


def test_a_planned_batch_waits_for_its_end_and_keeps_it() -> None:
    """A batch planned before is cut where it was planned, whatever the limits say, and not before all of it was read."""
    some = waiting(Limits(messages=2, seconds=0), position=3, planned_end=8)
    some.add([message(3), message(4), message(6)], now=0.0)
    assert some.due_in(100.0) is None
    some.add([message(7), message(9)], now=0.0)
    assert some.due_in(0.0) == 0.0
    batch = some.batch()
    assert [each.offset for each in batch.messages] == [3, 4, 6, 7]
    assert (batch.start, batch.end) == (3, 8)
    some.taken(batch)
    assert (some.position, some.planned_end, len(some)) == (8, None, 1)


@given(
    offsets=st.sets(st.integers(0, 200), min_size=1).map(sorted),
    count=st.integers(1, 20),
    size=st.integers(1, 30),
)
def test_batches_follow_one_another_without_gap_or_overlap(offsets: list[int], count: int, size: int) -> None:
    """However a partition is cut, every message is in one batch, in order, and each batch starts where the last ended."""
    some = waiting(Limits(count, 0, size))
    some.add([message(offset, offset % 7 + 1) for offset in offsets], now=0.0)
    seen: list[int] = []
    position = 0
    while len(some):
        batch = some.batch()
        assert batch.start == position
        assert len(batch.messages) <= count
        assert len(batch.messages) == 1 or sum(each.size for each in batch.messages) <= size
        seen += [each.offset for each in batch.messages]
        some.taken(batch)
        position = batch.end
    assert seen == offsets


def test_what_lies_before_the_position_is_passed_over() -> None:
    """Messages that were taken in already are not taken in again, should the broker send them."""
    some = waiting(Limits(), position=5)
    some.add([message(3), message(4), message(5)], now=0.0)
    assert [each.offset for each in some.batch().messages] == [5]


def test_as_much_as_makes_a_batch_is_read_ahead_and_no_more() -> None:
    """While one batch is being taken in the next one is read, by count and by bytes."""
    some = waiting(Limits(messages=2, seconds=9, bytes=100))
    some.add([message(0), message(1), message(2)], now=0.0)
    assert (some.is_due(0.0), some.has_room) == (True, True)
    some.add([message(3)], now=0.0)
    assert not some.has_room
    some.taken(some.batch())
    assert (some.is_due(0.0), some.has_room) == (True, True)
    some.add([message(4, 200)], now=0.0)
    assert not some.has_room


def test_a_planned_batch_is_read_whole_whatever_the_limits_are_now() -> None:
    """One that was planned by larger limits would never be complete else."""
    some = waiting(Limits(messages=1, seconds=0, bytes=1), planned_end=6)
    assert some.has_room
    some.add([message(offset) for offset in range(5)], now=0.0)
    assert (some.is_due(9.0), some.has_room) == (False, True)
    some.add([message(5), message(6)], now=0.0)
    assert (some.is_due(9.0), some.has_room) == (True, False)
    assert len(some.batch().messages) == 6


def test_the_age_of_what_is_left_counts_from_when_it_was_read() -> None:
    """Not from when the batch before it was, nor from when that was taken in."""
    some = waiting(Limits(messages=2, seconds=5))
    some.add([message(0), message(1)], now=10.0)
    some.add([message(2)], now=12.0)
    some.taken(some.batch())
    assert some.due_in(13.0) == 4.0


def test_a_batch_stays_as_it_is_until_it_is_taken() -> None:
    """However much is read meanwhile: its end may be planned already. Of one that was halved the rest stays one."""
    some = waiting(Limits(messages=10, seconds=1))
    some.add([message(offset) for offset in range(4)], now=0.0)
    batch = some.batch()
    some.add([message(offset) for offset in range(4, 30)], now=0.5)
    assert some.batch() == batch
    some.taken(Batch("t", 0, 0, batch.messages[:2]))
    assert (some.due_in(0.5), [each.offset for each in some.batch().messages]) == (0.0, [2, 3])
    some.taken(some.batch())
    assert [each.offset for each in some.batch().messages] == [*range(4, 14)]
