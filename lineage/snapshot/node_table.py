"""Which number each dataset and job has in the arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from graph.identity import id_of

Numbers: TypeAlias = NDArray[np.int32]
"""Nodes or rows by their numbers."""

Mask: TypeAlias = NDArray[np.bool_]


class NodeTable:
    """Ids of datasets and jobs, numbered from zero in the order they were met in; a number stays what it is."""

    def __init__(self) -> None:
        self._keys: list[bytes] = []
        self._numbers: dict[bytes, int] = {}
        self._halves: NDArray[np.uint64] = np.empty((0, 2), np.uint64)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def nbytes(self) -> int:
        """The bytes it takes, by estimate: each id is an object, and lies in a list and a dictionary."""
        return len(self) * (64 + 8 + 100) + self._halves.nbytes

    def added(self, ids: Sequence[bytes]) -> Numbers:
        """Return the numbers of ids of 16 bytes, those not met before numbered now."""
        numbers = self._numbers
        for key in dict.fromkeys(ids):
            if key not in numbers:
                numbers[key] = len(self._keys)
                self._keys.append(key)
        return np.fromiter(map(numbers.__getitem__, ids), np.int32, len(ids))

    def number(self, node: UUID) -> int | None:
        """Return the number of a node; None: nothing is said of it."""
        return self._numbers.get(node.bytes)

    def numbers(self, nodes: Iterable[UUID]) -> Numbers:
        """Return the numbers of those nodes of which something is said."""
        found = (self._numbers.get(node.bytes) for node in nodes)
        return np.array([number for number in found if number is not None], np.int32)

    def id(self, number: int) -> UUID:
        """Return the id of a node."""
        return id_of(self._keys[number])

    def in_order(self, numbers: NDArray[Any]) -> NDArray[np.intp]:
        """Return the places that put nodes in the order of their ids."""
        halves = self._ordered_by()[numbers]
        return np.lexsort((halves[:, 1], halves[:, 0]))

    def _ordered_by(self) -> NDArray[np.uint64]:
        """Return both halves of each id as numbers, which sort as the ids do."""
        known = len(self._halves)
        if known < len(self):
            given = np.frombuffer(b"".join(self._keys[known:]), ">u8").astype(np.uint64)
            self._halves = np.concatenate([self._halves, given.reshape(-1, 2)])
        return self._halves
