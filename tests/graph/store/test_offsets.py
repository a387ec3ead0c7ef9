"""Offsets as ranges: which row a message has, whatever gaps its topic has."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from graph.store.database import Database
from graph.store.offsets import multirange, of, row_of

OFFSETS = st.sets(st.integers(0, 60), max_size=40).map(sorted)


@given(OFFSETS)
def test_ranges_hold_exactly_the_offsets(offsets: list[int]) -> None:
    """They are half-open, in order, and none touches another."""
    ranges = of(offsets)
    assert [offset for lower, upper in ranges for offset in range(lower, upper)] == offsets
    assert all(lower < upper for lower, upper in ranges)
    assert all(one[1] < other[0] for one, other in pairwise(ranges))


@given(OFFSETS, st.integers(0, 60))
def test_a_row_is_the_rank_of_its_offset(offsets: list[int], offset: int) -> None:
    """Rows count from 1; an offset that is not there has none."""
    expected = offsets.index(offset) + 1 if offset in offsets else None
    assert row_of(of(offsets), offset) == expected


async def test_postgresql_reads_them_alike(database: Database) -> None:
    """What is written as text comes back as the same ranges."""
    ranges = of([1, 2, 3, 7, 9, 10])
    async with database.connection() as connection:
        held = await connection.fetchval("select $1::text::int8multirange", multirange(ranges))
    assert tuple((part.lower, part.upper) for part in held) == ranges == ((1, 4), (7, 8), (9, 11))
