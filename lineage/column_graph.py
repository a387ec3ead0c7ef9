"""Follows columns from dataset to dataset, some hops up or down, as of two instants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from graph.identity import DatasetName
from graph.time import AsOf
from lineage.column_statements import ColumnFlow, ColumnLineage
from lineage.columns import Transformation
from lineage.naming import dataset_id

MOST_COLUMNS = 5_000
"""So many columns a graph may have."""


class ColumnNode(NamedTuple):
    """A column of a dataset."""

    dataset: DatasetName
    column: str


@dataclass(frozen=True, slots=True)
class ColumnLink:
    """A column has a part in another, in one or several ways."""

    source: ColumnNode
    target: ColumnNode
    transformations: tuple[Transformation, ...]


async def links_of_columns(
    lineage: ColumnLineage,
    start: Iterable[ColumnNode],
    depth: int,
    way: Literal["up", "down"],
    at: AsOf,
) -> list[ColumnLink]:
    """Return what the columns follow from (up), or what follows from them (down), each link once.

    Datasets as a whole, which a column may follow from, are left out. One hop costs as much for many columns as for one.
    The walk ends where it has met MOST_COLUMNS columns.
    """
    found: dict[tuple[ColumnNode, ColumnNode], ColumnLink] = {}
    frontier = set(start)
    seen = set(frontier)
    for _ in range(depth):
        if not frontier or len(seen) > MOST_COLUMNS:
            break
        ids = {dataset_id(node.dataset) for node in frontier}
        flows = await (lineage.upstream(ids, at) if way == "up" else lineage.downstream(ids, None, at))
        reached: set[ColumnNode] = set()
        for flow in dict.fromkeys(one for of_dataset in flows.values() for one in of_dataset.flows):
            for link in _links(flow, frontier, way):
                found.setdefault((link.source, link.target), link)
                reached.add(link.source if way == "up" else link.target)
        frontier = reached - seen
        seen |= reached
    return list(found.values())


def _links(flow: ColumnFlow, frontier: set[ColumnNode], way: Literal["up", "down"]) -> Iterable[ColumnLink]:
    if flow.source_column is None:
        return
    source = ColumnNode(flow.source, flow.source_column)
    if way == "down":
        if source in frontier and flow.target_column is not None:
            yield ColumnLink(source, ColumnNode(flow.target, flow.target_column), flow.transformations)
        return
    if flow.target_column is not None:
        targets = {ColumnNode(flow.target, flow.target_column)} & frontier
    else:  # what decides which rows there are has a part in every column
        targets = {node for node in frontier if node.dataset == flow.target}
    for target in sorted(targets):
        yield ColumnLink(source, target, flow.transformations)
