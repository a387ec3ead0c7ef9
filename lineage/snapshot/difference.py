"""What differs between the edges of two bases: only rows that hold at one of them are looked at, and names of one dataset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lineage.snapshot.moment import Moment
from lineage.snapshot.node_table import Mask, NodeTable, Numbers

Times = NDArray[np.int64]

_OUTPUT, _DECLARED = 2, 1
"""Bits of a flow: whether the job writes, and whether that is declared."""

_DATASET = 2
_JOB = 33
"""From which bit on a flow has the number of its dataset, and of its job."""


class Flows(NamedTuple):
    """Edges at a basis in order, each key a job, a dataset, a direction and how it is known as one number, and since when
    until when they hold.
    """

    keys: NDArray[np.int64]
    starts: Times
    ends: Times


@dataclass(frozen=True, slots=True)
class Compared:
    """Flows that are there only later or only earlier, and those that hold for another time; by their places in each."""

    earlier: Flows
    later: Flows
    added: Numbers
    removed: Numbers
    changed: Numbers
    """Places in `later`."""
    was: Numbers
    """Places in `earlier` of the changed ones."""
    appeared: Numbers
    vanished: Numbers
    """Nodes that have edges only later, or only earlier."""
    written: Numbers
    """Datasets that a job writes only later, or only earlier."""
    has_edges: Mask
    """Which nodes have edges at both."""


def compared(earlier: Moment, later: Moment) -> Compared:
    """Return what differs."""
    was, now = (moment.edges.spans.all_hold(moment.at) for moment in (earlier, later))
    differs = was ^ now
    joined = earlier.shown.is_joined() | later.shown.is_joined()
    if joined.any():
        differs |= joined[earlier.edges.spans.numbers("dataset")]
    before = _flows(earlier, np.flatnonzero(was & differs).astype(np.int32))
    after = _flows(later, np.flatnonzero(now & differs).astype(np.int32))
    place = _places(before.keys, after.keys)
    both = np.flatnonzero(place >= 0)
    same = (before.starts[place[both]] == after.starts[both]) & (before.ends[place[both]] == after.ends[both])
    changed = both[~same].astype(np.int32)
    added = np.flatnonzero(place < 0).astype(np.int32)
    removed = np.flatnonzero(_places(after.keys, before.keys) < 0).astype(np.int32)
    then, here = _with_edges(earlier, was), _with_edges(later, now)
    written = np.concatenate([before.keys[removed], after.keys[added]])
    return Compared(
        before,
        after,
        added,
        removed,
        changed,
        place[changed],
        np.flatnonzero(here & ~then).astype(np.int32),
        np.flatnonzero(then & ~here).astype(np.int32),
        np.unique(_datasets(written[(written & _OUTPUT) > 0])),
        then & here,
    )


def ends_of(keys: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """Return the origins and the targets of flows."""
    jobs, datasets = (keys >> _JOB).astype(np.int32), _datasets(keys)
    is_output = (keys & _OUTPUT) > 0
    return np.where(is_output, jobs, datasets), np.where(is_output, datasets, jobs)


def kind_of(key: int) -> str:
    """Return how a flow is known."""
    return "declared" if key & _DECLARED else "observed"


def in_order(nodes: NodeTable, keys: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the places that put flows in the order of the ids of their origins and targets, and of their kinds."""
    origins, targets = ends_of(keys)
    is_met, rank = np.zeros(len(nodes), np.bool_), np.zeros(len(nodes), np.int32)
    is_met[origins] = is_met[targets] = True
    met = np.flatnonzero(is_met)
    rank[met[nodes.in_order(met)]] = np.arange(len(met), dtype=np.int32)
    # One number for each end and the kind, as one sort is quicker than three.
    return np.argsort(
        (rank[origins].astype(np.int64) << 32 | rank[targets].astype(np.int64) << 1)
        | ((keys & _DECLARED) == 0)
    )


def _flows(moment: Moment, rows: Numbers) -> Flows:
    """Return edges as flows, those of several names of one dataset as one (`lineage.traversal.joined`)."""
    spans = moment.edges.spans
    keys = (moment.jobs(rows).astype(np.int64) << _JOB) | (moment.datasets(rows).astype(np.int64) << _DATASET)
    keys |= (spans.flags("is_output")[rows] * _OUTPUT) | (spans.flags("is_declared")[rows] * _DECLARED)
    order = np.argsort(keys, kind="stable")
    keys, rows = keys[order], rows[order]
    starts, ends = spans.times("valid_from")[rows], spans.times("valid_to")[rows]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    if len(first) < len(keys):
        keys, starts, ends = keys[first], np.minimum.reduceat(starts, first), np.maximum.reduceat(ends, first)
    return Flows(keys, starts, ends)


def _with_edges(moment: Moment, hold: Mask) -> Mask:
    """Return which nodes have an edge among those that hold."""
    rows = np.flatnonzero(hold).astype(np.int32)
    found = np.zeros(moment.count, np.bool_)
    found[moment.jobs(rows)] = True
    found[moment.datasets(rows)] = True
    return found


def _datasets(keys: NDArray[np.int64]) -> Numbers:
    return (keys >> _DATASET & 0x7FFFFFFF).astype(np.int32)


def _places(among: NDArray[np.int64], wanted: NDArray[np.int64]) -> Numbers:
    """Return for each wanted flow its place among others in order; -1: it is not there."""
    if not len(among):
        return np.full(len(wanted), -1, np.int32)
    place = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    return np.where(among[place] == wanted, place, -1).astype(np.int32)
