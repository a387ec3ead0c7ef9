"""Group commit writes what waits together, and a poison item fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from graph.errors import UnavailableError
from graph.store.group_commit import GroupCommit


async def test_what_arrives_during_a_batch_goes_into_the_next_one() -> None:
    """The first item goes alone; all that came meanwhile follow together, in order."""
    batches: list[list[int]] = []

    async def write(items: Sequence[int]) -> list[int]:
        batches.append(list(items))
        await asyncio.sleep(0.01)
        return [item * 10 for item in items]

    group: GroupCommit[int, int] = GroupCommit(write, limit=3)
    first = asyncio.create_task(group.submit(1))
    await asyncio.sleep(0.005)
    rest = [asyncio.create_task(group.submit(item)) for item in (2, 3, 4, 5)]
    assert await asyncio.gather(first, *rest) == [10, 20, 30, 40, 50]
    assert batches == [[1], [2, 3, 4], [5]]


async def test_a_poison_item_fails_alone() -> None:
    """The batch is halved until the item at fault stands alone; the others are written."""
    written: list[int] = []

    async def write(items: Sequence[int]) -> list[int]:
        if 13 in items:
            raise ValueError("poison")
        written.extend(items)
        return list(items)

    group: GroupCommit[int, int] = GroupCommit(write)
    found = await asyncio.gather(*(group.submit(item) for item in range(10, 18)), return_exceptions=True)
    assert [item for item in found if not isinstance(item, BaseException)] == [10, 11, 12, 14, 15, 16, 17]
    assert [str(item) for item in found if isinstance(item, BaseException)] == ["poison"]
    assert sorted(written) == [10, 11, 12, 14, 15, 16, 17]


async def test_an_unreachable_database_fails_the_batch_at_once() -> None:
    """Halving does not help where the server is gone; every caller is told."""
    calls = 0

    async def write(items: Sequence[int]) -> list[int]:
        nonlocal calls
        calls += 1
        raise UnavailableError("gone")

    group: GroupCommit[int, int] = GroupCommit(write)
    found = await asyncio.gather(*(group.submit(item) for item in range(4)), return_exceptions=True)
    assert [str(item) for item in found] == ["gone"] * 4
    assert calls == 1


async def test_a_full_queue_refuses_instead_of_growing() -> None:
    """More writes than may wait are refused with a clear error; those that wait are written."""
    release = asyncio.Event()

    async def write(items: Sequence[int]) -> list[int]:
        await release.wait()
        return list(items)

    group: GroupCommit[int, int] = GroupCommit(write, waiting=2)
    waiting = [asyncio.create_task(group.submit(item)) for item in (1, 2)]
    await asyncio.sleep(0)
    with pytest.raises(UnavailableError, match="2 writes wait already"):
        await group.submit(3)
    release.set()
    assert await asyncio.gather(*waiting) == [1, 2]
    await group.close()


async def test_many_items_handed_in_together_keep_their_order_and_their_own_exceptions() -> None:
    """They are written in batches of the limit, in order; the one at fault gets its exception, the others their results."""
    batches: list[list[int]] = []

    async def write(items: Sequence[int]) -> list[int]:
        if 4 in items:
            raise ValueError("poison")
        batches.append(list(items))
        return [item * 10 for item in items]

    group: GroupCommit[int, int] = GroupCommit(write, limit=3)
    results = await group.submit_all([1, 2, 3, 4, 5])
    assert [str(result) for result in results] == ["10", "20", "30", "poison", "50"]
    assert batches == [[1, 2, 3], [5]]
    assert await group.submit_all([]) == []
