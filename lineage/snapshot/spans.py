"""Rows that hold for a span of valid time, as believed for a span of system time."""

from __future__ import annotations

from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from lineage.snapshot.instants import Instants
from lineage.snapshot.node_table import Mask, Numbers

Columns: TypeAlias = dict[str, NDArray[np.generic]]
"""Arrays of one length by their names."""

_TIMES = ("valid_from", "valid_to", "system_from", "system_to")
_SMALLEST = 1_024


class Spans:
    """A table of columns that grows at its end; rows are ended on the system axis and stay."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._count = len(columns["valid_from"])

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """The bytes it takes, with the room left for further rows."""
        return sum(column.nbytes for column in self._columns.values())

    def numbers(self, name: str) -> Numbers:
        """Return a column of nodes or other numbers."""
        return cast("Numbers", self._columns[name][: self._count])

    def flags(self, name: str) -> Mask:
        """Return a column of truths."""
        return cast("Mask", self._columns[name][: self._count])

    def times(self, name: str) -> NDArray[np.int64]:
        """Return a column of instants."""
        return cast("NDArray[np.int64]", self._columns[name][: self._count])

    def add(self, columns: Columns) -> Numbers:
        """Add rows, and return which they are."""
        first, more = self._count, len(columns["valid_from"])
        if first + more > len(self._columns["valid_from"]):
            room = max(more, _SMALLEST, first // 16)
            for name, column in self._columns.items():
                self._columns[name] = np.concatenate([column[:first], np.zeros(room, column.dtype)])
        self._count = first + more
        for name, column in self._columns.items():
            column[first : self._count] = columns[name]
        return np.arange(first, self._count, dtype=np.int32)

    def end(self, rows: Numbers, system_to: NDArray[np.int64]) -> None:
        """End the belief in rows."""
        self.times("system_to")[rows] = system_to

    def holding(self, rows: Numbers, at: Instants) -> Numbers:
        """Return those of the rows that hold at the instants."""
        return rows[self._hold(rows, at)]

    def all_hold(self, at: Instants) -> Mask:
        """Return of all rows whether they hold at the instants."""
        return self._hold(slice(None), at)

    def _hold(self, rows: Numbers | slice, at: Instants) -> Mask:
        starts, ends, since, until = (self.times(name)[rows] for name in _TIMES)
        return (starts <= at.valid) & (ends > at.valid) & (since <= at.system) & (until > at.system)

    def places(self, wanted: Columns, among: Numbers, identity: tuple[str, ...]) -> Numbers:
        """Return for each wanted row where it is among some rows, by the columns of its identity; -1: nowhere."""
        have = _fingerprints([self._columns[name][among] for name in identity], len(among))
        want = _fingerprints([wanted[name] for name in identity], len(wanted["valid_from"]))
        order = np.argsort(have, kind="stable")
        if not len(order):
            return np.full(len(want), -1, np.int32)
        found = among[order[np.minimum(np.searchsorted(have, want, sorter=order), len(order) - 1)]]
        same = np.ones(len(want), np.bool_)
        for name in identity:
            same &= self._columns[name][found] == wanted[name]
        return np.where(same, found, -1).astype(np.int32)


def _fingerprints(columns: list[NDArray[np.generic]], count: int) -> NDArray[np.uint64]:
    """Return a number for each row that differs between different rows, but for chance."""
    mixed = np.zeros(count, np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            mixed = (mixed ^ column.astype(np.int64).view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
    return mixed
