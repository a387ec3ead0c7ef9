"""The edges of all jobs in arrays: what reads and writes what, for spans of time on both axes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lineage.naming import NodeKind
from lineage.snapshot.adjacency import Adjacency
from lineage.snapshot.instants import Instants
from lineage.snapshot.node_table import Mask, Numbers
from lineage.snapshot.spans import Columns, Spans

IDENTITY = ("job", "dataset", "is_output", "is_declared", "valid_from", "system_from")
"""What tells edges apart."""


class Edges:
    """Edges by their job and by their dataset, in both directions."""

    def __init__(self, spans: Spans, nodes: int) -> None:
        self.spans = spans
        rows = np.arange(len(spans), dtype=np.int32)
        self._of_node = Adjacency(np.concatenate(self._keys(rows)), np.concatenate([rows, rows]), 2 * nodes)

    @property
    def nbytes(self) -> int:
        """The bytes it takes."""
        return self.spans.nbytes + self._of_node.nbytes

    @property
    def is_loose(self) -> bool:
        """Whether so many edges were added that it is worth while to make the lists anew."""
        return self._of_node.is_loose

    def add(self, columns: Columns, nodes: int) -> None:
        """Add edges, there being so many nodes now."""
        rows = self.spans.add(columns)
        self._of_node.add(np.concatenate(self._keys(rows)), np.concatenate([rows, rows]), 2 * nodes)

    def end(self, columns: Columns) -> bool:
        """End the belief in edges, and return whether all were there."""
        jobs = np.unique(columns["job"]).astype(np.int64)
        among = self._of_node.rows(np.concatenate([2 * jobs, 2 * jobs + 1]))
        rows = self.spans.places(columns, among, IDENTITY)
        if (rows < 0).any():
            return False
        self.spans.end(rows, columns["system_to"].astype(np.int64))
        return True

    def of(self, nodes: Numbers, *, is_output: bool, at: Instants) -> Numbers:
        """Return the edges that jobs write by (or read by), or by which datasets are written (or read), at the instants."""
        return self.spans.holding(self._of_node.rows(2 * nodes.astype(np.int64) + is_output), at)

    def kind(self, node: int) -> NodeKind | None:
        """Return what a node is to the edges that it ever had; None: it had none."""
        rows = self._of_node.rows(np.array([2 * node, 2 * node + 1]))
        if not len(rows):
            return None
        return "job" if self.spans.numbers("job")[rows[0]] == node else "dataset"

    def have_several_outputs(self, jobs: Numbers) -> Mask:
        """Return which of the jobs ever wrote more than one dataset."""
        rows = self._of_node.rows(2 * jobs.astype(np.int64) + 1)
        of, written = self.spans.numbers("job")[rows], self.spans.numbers("dataset")[rows]
        pairs = np.unique((of.astype(np.int64) << 32) | written) >> 32
        found, counts = np.unique(pairs, return_counts=True)
        return np.isin(jobs, found[counts > 1])

    def _keys(self, rows: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        jobs, datasets = self.spans.numbers("job")[rows], self.spans.numbers("dataset")[rows]
        outputs = self.spans.flags("is_output")[rows]
        return 2 * jobs.astype(np.int64) + outputs, 2 * datasets.astype(np.int64) + outputs
