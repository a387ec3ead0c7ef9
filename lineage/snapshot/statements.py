"""What jobs say of their outputs: from which datasets each follows, for spans of time on both axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lineage.snapshot.adjacency import Adjacency, places_of
from lineage.snapshot.instants import Instants
from lineage.snapshot.node_table import Mask, Numbers
from lineage.snapshot.spans import Columns, Spans

IDENTITY = ("job", "dataset", "is_stated", "valid_from", "system_from")
"""What tells statements apart; `is_stated`: by the job, else by its SQL."""


class Said(NamedTuple):
    """For outputs, each with what is said of it: the content of that; -1: nothing."""

    content: Numbers
    is_open: Mask
    is_explicit: Mask


@dataclass(slots=True)
class Contents:
    """What can be said: a list of datasets for each content, or that nothing is said; explicitly or not."""

    digests: dict[bytes, int]
    is_nothing: Mask
    is_explicit: Mask
    starts: NDArray[np.int64]
    sources: Numbers

    @classmethod
    def none(cls) -> Contents:
        """Return that there are none yet."""
        flags = np.zeros(0, np.bool_)
        return cls({}, flags, flags, np.zeros(1, np.int64), np.zeros(0, np.int32))

    @property
    def nbytes(self) -> int:
        """The bytes it takes; those of the digests by estimate."""
        arrays = (self.is_nothing, self.is_explicit, self.starts, self.sources)
        return 150 * len(self.digests) + sum(array.nbytes for array in arrays)

    def add(
        self, digests: list[bytes], is_nothing: Mask, is_explicit: Mask, counts: Numbers, sources: Numbers
    ) -> None:
        """Add contents that are not there yet, each with the number of its sources, which follow in their order."""
        first = len(self.digests)
        self.digests.update(zip(digests, range(first, first + len(digests)), strict=True))
        self.is_nothing = np.concatenate([self.is_nothing, is_nothing])
        self.is_explicit = np.concatenate([self.is_explicit, is_explicit])
        self.starts = np.concatenate([self.starts, self.starts[-1] + np.cumsum(counts, dtype=np.int64)])
        self.sources = np.concatenate([self.sources, sources])

    def named(self, content: Numbers) -> tuple[Numbers, Numbers]:
        """Return the sources of contents one after the other, and for each the place of its content among those given."""
        starts = self.starts[content]
        counts = self.starts[content + 1] - starts
        return self.sources[places_of(starts, counts)], np.repeat(
            np.arange(len(content), dtype=np.int32), counts
        )


class Statements:
    """The statements of all jobs, and which jobs thereby tell apart what belongs to what."""

    def __init__(self, spans: Spans, contents: Contents, nodes: int) -> None:
        self.spans = spans
        self.contents = contents
        jobs = spans.numbers("job")
        self._of_job = Adjacency(jobs.astype(np.int64), np.arange(len(jobs), dtype=np.int32), nodes)
        self.is_restrictive: Mask = np.zeros(nodes, np.bool_)

    @property
    def nbytes(self) -> int:
        """The bytes it takes."""
        return self.spans.nbytes + self.contents.nbytes + self._of_job.nbytes + self.is_restrictive.nbytes

    @property
    def is_loose(self) -> bool:
        """Whether so many statements were added that it is worth while to make the lists anew."""
        return self._of_job.is_loose

    def compacted(self, nodes: int) -> Statements:
        """Return the same statements, with lists that are made anew."""
        made = Statements(self.spans, self.contents, nodes)
        made.is_restrictive = self.is_restrictive
        return made

    def add(self, columns: Columns, nodes: int) -> None:
        """Add statements, there being so many nodes now."""
        rows = self.spans.add(columns)
        self._of_job.add(self.spans.numbers("job")[rows].astype(np.int64), rows, nodes)
        more = nodes - len(self.is_restrictive)
        if more > 0:
            self.is_restrictive = np.concatenate([self.is_restrictive, np.zeros(more, np.bool_)])

    def end(self, columns: Columns) -> bool:
        """End the belief in statements, and return whether all were there."""
        rows = self.spans.places(
            columns, self._of_job.rows(np.unique(columns["job"]).astype(np.int64)), IDENTITY
        )
        if (rows < 0).any():
            return False
        self.spans.end(rows, columns["system_to"].astype(np.int64))
        return True

    def note_restrictive(self, jobs: Numbers, has_several_outputs: Mask) -> None:
        """Note which of the jobs may tell apart what belongs to what, each of them being given once.

        One of a single output does not, whatever it says: what it names for no output feeds that one too, but for
        explicit words.
        """
        rows = self._of_job.rows(jobs.astype(np.int64))
        content = self.spans.numbers("content")[rows]
        tells, several = ~self.contents.is_nothing[content], np.zeros(len(self.is_restrictive), np.bool_)
        several[jobs] = has_several_outputs
        of = self.spans.numbers("job")[rows]
        self.is_restrictive[jobs] = False
        self.is_restrictive[of[tells & (several[of] | self.contents.is_explicit[content])]] = True

    def said(self, jobs: Numbers, of: Numbers, outputs: Numbers, at: Instants) -> Said:
        """Return what is said of outputs, each of the job beside it; `jobs` are all of these, each once."""
        rows = self.spans.holding(self._of_job.rows(jobs.astype(np.int64)), at)
        stated = self.spans.flags("is_stated")[rows]
        key = _pairs(self.spans.numbers("job")[rows], self.spans.numbers("dataset")[rows])
        order = np.lexsort((~stated, key))  # what a job states outranks what its SQL tells
        key, rows = key[order], rows[order]
        wanted = _pairs(of, outputs)
        content = np.full(len(wanted), -1, np.int32)
        if len(rows):
            place = np.minimum(np.searchsorted(key, wanted), len(rows) - 1)
            content = np.where(key[place] == wanted, self.spans.numbers("content")[rows[place]], -1)
        is_open = (content < 0) | _of(self.contents.is_nothing, content)
        return Said(content.astype(np.int32), is_open, ~is_open & _of(self.contents.is_explicit, content))


def _pairs(jobs: Numbers, datasets: Numbers) -> NDArray[np.int64]:
    return (jobs.astype(np.int64) << 32) | datasets


def _of(flags: Mask, content: Numbers) -> Mask:
    return flags[content] if len(flags) else np.zeros(len(content), np.bool_)
