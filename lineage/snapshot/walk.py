"""Walks through the graph in memory: level by level as far as asked, shown up to a limit, all of it counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.naming import NodeKind
from lineage.snapshot.moment import Moment, each_once
from lineage.snapshot.node_table import Mask, NodeTable, Numbers
from lineage.traversal import Heading

UNREACHED = -1


@dataclass(frozen=True, slots=True)
class Way:
    """What was found in one direction: distances of all nodes (UNREACHED), and the edges walked at each hop from 1 on."""

    heading: Heading
    distances: NDArray[np.int16]
    hops: Sequence[Numbers]


@dataclass(frozen=True, slots=True)
class Cut:
    """What of the ways is shown: nodes by distance, then id; edges between them up to the farthest hop shown in full."""

    nodes: Numbers
    distances: NDArray[np.int16]
    hops: int
    is_cut: bool
    is_shown: Mask


def way(moment: Moment, start: int, kind: NodeKind, heading: Heading, depth: int) -> Way:
    """Return the way of so many hops from a node, the start under the id it is shown by."""
    distances = np.full(moment.count, UNREACHED, np.int16)
    distances[start] = 0
    done = np.zeros(moment.count, np.bool_)
    frontier = np.array([start], np.int32)
    hops: list[Numbers] = []
    for distance in range(1, depth + 1):
        if kind == "dataset":
            rows = moment.from_datasets(heading, frontier)
            ends, kind = moment.jobs(rows), "job"
            frontier = rows
        else:
            if distance == 1:
                rows, done[start] = moment.around_jobs(heading, frontier), True
            else:
                rows = moment.from_jobs(heading, frontier, done)
            ends, kind = moment.datasets(rows), "dataset"
        new = each_once(ends[distances[ends] < 0], moment.count)
        distances[new] = distance
        if kind == "dataset":
            frontier = new
        hops.append(rows)
        if not len(frontier):
            break
    return Way(heading, distances, hops)


def cut(nodes: NodeTable, ways: Sequence[Way], depth: int, limit: int) -> Cut:
    """Return what of the ways is shown where no more than `limit` nodes fit."""
    nearest = ways[0].distances.copy()
    for other in ways[1:]:
        closer = (other.distances >= 0) & ((nearest < 0) | (other.distances < nearest))
        nearest[closer] = other.distances[closer]
    reached = np.flatnonzero((nearest >= 0) & (nearest <= depth)).astype(np.int32)
    hops, is_cut = depth, len(reached) > limit
    if is_cut:
        totals = np.cumsum(np.bincount(nearest[reached]))
        hops = int(np.searchsorted(totals, limit, side="right"))
        inside, edge = reached[nearest[reached] < hops], reached[nearest[reached] == hops]
        reached = np.concatenate([inside, edge[nodes.in_order(edge)][: limit - len(inside)]])
    order = nodes.in_order(reached)
    reached = reached[order]
    reached = reached[np.argsort(nearest[reached], kind="stable")]
    is_shown = np.zeros(len(nearest), np.bool_)
    is_shown[reached] = True
    return Cut(reached, nearest[reached], hops, is_cut, is_shown)


def edges_shown(moment: Moment, ways: Sequence[Way], shown: Cut) -> Numbers:
    """Return the edges walked between the nodes shown."""
    walked = [rows for one in ways for rows in one.hops[: shown.hops]]
    rows = np.unique(np.concatenate(walked)) if walked else np.empty(0, np.int32)
    return rows[shown.is_shown[moment.jobs(rows)] & shown.is_shown[moment.datasets(rows)]]


def behind(moment: Moment, one: Way, kind: NodeKind, shown: Cut) -> int:
    """Return how many nodes not shown lie one hop behind those shown; the way has to be one hop longer than what is shown.

    `kind` is that of the start.
    """
    missing = (one.distances >= 0) & (one.distances <= shown.hops) & ~shown.is_shown
    if len(one.hops) > shown.hops:
        rows = one.hops[shown.hops]
        jobs, datasets = moment.jobs(rows), moment.datasets(rows)
        is_from_dataset = (kind == "dataset") == (shown.hops % 2 == 0)
        here, there = (datasets, jobs) if is_from_dataset else (jobs, datasets)
        missing[there[shown.is_shown[here]]] = True
    return int(np.count_nonzero(missing & ~shown.is_shown))
