"""Rows by what they belong to: compact lists that are made once, and those of later rows beside them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lineage.snapshot.node_table import Numbers

_FEW = 4_096


def places_of(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of stretches of an array, each from its start on so many, one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - counts), counts) + np.arange(total)


class Adjacency:
    """The rows of each key from zero on; a row may belong to several keys."""

    def __init__(self, keys: NDArray[np.int64], rows: Numbers, most: int) -> None:
        order = np.argsort(keys, kind="stable")
        self._rows: Numbers = rows[order]
        self._starts: NDArray[np.int64] = np.zeros(most + 1, np.int64)
        np.cumsum(np.bincount(keys, minlength=most), out=self._starts[1:])
        self._later: dict[int, list[int]] = {}
        self._later_count = 0
        self._has_later: NDArray[np.bool_] = np.zeros(most, np.bool_)

    @property
    def nbytes(self) -> int:
        """The bytes it takes; those of later rows by estimate."""
        return (
            self._rows.nbytes
            + self._starts.nbytes
            + self._has_later.nbytes
            + 200 * len(self._later)
            + 40 * self._later_count
        )

    @property
    def is_loose(self) -> bool:
        """Whether a twentieth of the rows came later: from there on they are felt."""
        return self._later_count > max(_FEW, len(self._rows) // 20)

    def add(self, keys: NDArray[np.int64], rows: Numbers, most: int) -> None:
        """Add rows, having as many keys from now on."""
        more = most - len(self._has_later)
        if more > 0:
            self._starts = np.concatenate([self._starts, np.full(more, self._starts[-1])])
            self._has_later = np.concatenate([self._has_later, np.zeros(more, np.bool_)])
        self._has_later[keys] = True
        self._later_count += len(keys)
        for key, row in zip(keys.tolist(), rows.tolist(), strict=True):
            self._later.setdefault(key, []).append(row)

    def rows(self, keys: NDArray[np.int64]) -> Numbers:
        """Return the rows of the keys, each of which stands there once."""
        starts = self._starts[keys]
        counts = self._starts[keys + 1] - starts
        found = self._rows[places_of(starts, counts)]
        if self._later:
            later = [row for key in keys[self._has_later[keys]].tolist() for row in self._later[key]]
            if later:
                found = np.concatenate([found, np.array(later, np.int32)])
        return found
