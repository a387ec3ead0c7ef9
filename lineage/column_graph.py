"""Follows columns from dataset to dataset, some hops up or down, as of two instants."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from graph.identity import DatasetName, JobName
from graph.time import AsOf
from lineage.column_statements import ColumnFlow, ColumnLineage
from lineage.columns import Transformation
from lineage.naming import dataset_id

Way = Literal["up", "down"]

MOST_COLUMNS = 5_000
"""So many columns a graph may have."""


class ColumnNode(NamedTuple):
    """A column of a dataset."""

    dataset: DatasetName
    column: str


class ColumnLink(NamedTuple):
    """A column has a part in another, as a job states it or its SQL tells; no job: the owner of the target says so."""

    source: ColumnNode
    target: ColumnNode
    transformations: tuple[Transformation, ...]
    job: JobName | None
    kind: Literal["stated", "inferred"]
    since: datetime

    @property
    def is_masking(self) -> bool:
        """Whether the value is made unrecognisable."""
        return any(how.masking for how in self.transformations)

    @property
    def is_direct(self) -> bool:
        """Whether the value itself goes on, as far as is said; else only whether and where there is one."""
        return not self.transformations or any(how.type != "INDIRECT" for how in self.transformations)


@dataclass(frozen=True, slots=True)
class ReachedColumn:
    """A column that was reached: so many datasets away, whether by its value, and whether masked on all ways there."""

    distance: int
    is_direct: bool
    is_masked: bool


@dataclass(slots=True)
class ColumnWalk:
    """The columns reached from some, and the links between them; `wholes`: datasets of which no column is named.

    Truncated where it ended at MOST_COLUMNS columns, or where more jobs state something than are taken into account.
    """

    columns: dict[ColumnNode, int]
    links: list[ColumnLink] = field(default_factory=list[ColumnLink])
    wholes: set[DatasetName] = field(default_factory=set[DatasetName])
    truncated: bool = False


async def walked(
    lineage: ColumnLineage, start: Iterable[ColumnNode], depth: int, way: Way, at: AsOf
) -> ColumnWalk:
    """Return what columns follow from (up), or what follows from them (down).

    One hop costs as much for many columns as for one.
    """
    walk = ColumnWalk(dict.fromkeys(start, 0))
    frontier = set(walk.columns)
    seen: set[ColumnLink] = set()
    for distance in range(1, depth + 1):
        if not frontier:
            break
        if len(walk.columns) > MOST_COLUMNS:
            walk.truncated = True
            break
        ids = {dataset_id(node.dataset) for node in frontier}
        flows = await (lineage.upstream(ids, at) if way == "up" else lineage.downstream(ids, None, at))
        walk.truncated |= any(of_dataset.truncated for of_dataset in flows.values())
        reached: set[ColumnNode] = set()
        for flow in dict.fromkeys(one for of_dataset in flows.values() for one in of_dataset.flows):
            walk.wholes |= _wholes(flow, frontier, way)
            new = [link for link in _links(flow, frontier, way) if link not in seen]
            seen.update(new)
            walk.links += new
            reached.update(link.source if way == "up" else link.target for link in new)
        frontier = reached - walk.columns.keys()
        walk.columns.update(dict.fromkeys(frontier, distance))
    return walk


async def links_of_columns(
    lineage: ColumnLineage, start: Iterable[ColumnNode], depth: int, way: Way, at: AsOf
) -> list[ColumnLink]:
    """Return the links of such a walk, one for each two columns."""
    walk = await walked(lineage, start, depth, way, at)
    first: dict[tuple[ColumnNode, ColumnNode], ColumnLink] = {}
    for link in walk.links:
        first.setdefault((link.source, link.target), link)
    return list(first.values())


def reached_columns(walk: ColumnWalk, way: Way) -> Mapping[ColumnNode, ReachedColumn]:
    """Return each column of a walk with how it was reached; those it began at by their value, unmasked."""
    start = {column for column, distance in walk.columns.items() if distance == 0}
    direct = _spread(start, walk.links, way, lambda link: link.is_direct)
    clear = _spread(start, walk.links, way, lambda link: not link.is_masking)
    return {
        column: ReachedColumn(distance, column in direct, column not in clear)
        for column, distance in walk.columns.items()
    }


def _spread(
    start: Collection[ColumnNode], links: Iterable[ColumnLink], way: Way, counts: Callable[[ColumnLink], bool]
) -> set[ColumnNode]:
    """Return the columns that links lead to from some, only such as count."""
    onward: dict[ColumnNode, list[ColumnNode]] = {}
    for link in filter(counts, links):
        here, there = (link.target, link.source) if way == "up" else (link.source, link.target)
        onward.setdefault(here, []).append(there)
    found, waiting = set(start), list(start)
    while waiting:
        for column in onward.get(waiting.pop(), ()):
            if column not in found:
                found.add(column)
                waiting.append(column)
    return found


def _links(flow: ColumnFlow, frontier: set[ColumnNode], way: Way) -> Iterable[ColumnLink]:
    if flow.source_column is None:
        return
    source = ColumnNode(flow.source, flow.source_column)
    said = (flow.transformations, flow.job, flow.kind, flow.since)
    if way == "down":
        if source in frontier and flow.target_column is not None:
            yield ColumnLink(source, ColumnNode(flow.target, flow.target_column), *said)
        return
    for target in sorted(_targets(flow, frontier)):
        yield ColumnLink(source, target, *said)


def _wholes(flow: ColumnFlow, frontier: set[ColumnNode], way: Way) -> set[DatasetName]:
    """Return the dataset of which it is only known that it has a part as a whole."""
    if way == "up":
        return {flow.source} if flow.source_column is None and _targets(flow, frontier) else set()
    if flow.target_column is not None and flow.source_column is not None:
        return set()
    columns = {node.column for node in frontier if node.dataset == flow.source}
    return {flow.target} if columns and flow.source_column in {None, *columns} else set()


def _targets(flow: ColumnFlow, frontier: set[ColumnNode]) -> set[ColumnNode]:
    """Return the columns of the frontier that follow by the flow: what decides which rows there are has a part in every one."""
    if flow.target_column is not None:
        return {ColumnNode(flow.target, flow.target_column)} & frontier
    return {node for node in frontier if node.dataset == flow.target}
