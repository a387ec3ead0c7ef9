"""Datasets and topics by how fresh they are: pages of those that are overdue, on time, or never were written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Literal, get_args

from graph.time import AsOf
from lineage.dataset_history import DatasetHistories
from lineage.freshness import Freshness
from lineage.known_assets import AssetPlace, AssetsWanted, KnownAsset, KnownAssets

Standing = Literal["overdue", "on_time", "written", "unwritten"]
"""`written`: at least once, but too seldom to tell what is usual."""

STANDINGS: tuple[Standing, ...] = get_args(Standing)

MOST_EXAMINED = 2_000
"""How many assets are looked at for one page; then the page ends, be it full or not."""

_CHUNK = 200
_KINDS = frozenset({"dataset", "topic"})


def standing(freshness: Freshness) -> Standing:
    """Return how a dataset stands by its freshness."""
    if freshness.last_written_at is None:
        return "unwritten"
    if freshness.is_overdue is None:
        return "written"
    return "overdue" if freshness.is_overdue else "on_time"


class FreshAssets:
    """Answers which datasets and topics of one tenant are how fresh."""

    def __init__(
        self, known: KnownAssets, histories: DatasetHistories, *, most_examined: int = MOST_EXAMINED
    ) -> None:
        self._known = known
        self._histories = histories
        self._chunk = min(most_examined, _CHUNK)
        self._chunks = most_examined // self._chunk

    async def page(
        self,
        wanted: AssetsWanted,
        standings: Collection[Standing],
        first: int,
        after: AssetPlace | None,
        at: AsOf,
    ) -> tuple[list[tuple[KnownAsset, AssetPlace]], AssetPlace | None]:
        """Return up to `first` of the wanted that stand so, by name, and the place to go on from; None: there are no more.

        A page may have fewer than `first` though more follow: it ends after MOST_EXAMINED assets.
        """
        narrowed = replace(wanted, kinds=_KINDS if wanted.kinds is None else wanted.kinds & _KINDS)
        found: list[tuple[KnownAsset, AssetPlace]] = []
        for _ in range(self._chunks):
            rows, has_next = await self._known.page(narrowed, self._chunk, after, at)
            fresh = await self._histories.freshness([known.ref.id for known, _ in rows], at)
            for known, place in rows:
                after = place
                if standing(fresh[known.ref.id]) not in standings:
                    continue
                found.append((known, place))
                if len(found) == first:
                    is_last = not has_next and place == rows[-1][1]
                    return found, None if is_last else place
            if not has_next:
                return found, None
        return found, after
