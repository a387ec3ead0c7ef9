"""The graph at one basis: hops between datasets, under the ids they are shown by, and jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage.snapshot.edges import Edges
from lineage.snapshot.instants import Instants
from lineage.snapshot.node_table import Mask, Numbers
from lineage.snapshot.shown import Shown
from lineage.snapshot.statements import Said, Statements
from lineage.traversal import Heading


@dataclass(frozen=True, slots=True)
class Moment:
    """Edges are told by their rows; hops lead `up` to where data comes from or `down` to where it goes."""

    edges: Edges
    statements: Statements
    shown: Shown
    at: Instants
    count: int
    """How many nodes there are."""

    def jobs(self, rows: Numbers) -> Numbers:
        """Return the jobs of edges."""
        return self.edges.spans.numbers("job")[rows]

    def datasets(self, rows: Numbers) -> Numbers:
        """Return the datasets of edges, under the ids they are shown by."""
        return self.shown.by(self.edges.spans.numbers("dataset")[rows])

    def from_datasets(self, heading: Heading, datasets: Numbers) -> Numbers:
        """Return the edges by which datasets are written (up) or read (down)."""
        return self.edges.of(self.shown.members(datasets), is_output=heading == "up", at=self.at)

    def around_jobs(self, heading: Heading, jobs: Numbers) -> Numbers:
        """Return all edges by which jobs read (up) or write (down)."""
        return self.edges.of(jobs, is_output=heading == "down", at=self.at)

    def from_jobs(self, heading: Heading, entered: Numbers, done: Mask) -> Numbers:
        """Return the edges on from jobs that belong to those by which they were entered.

        Jobs that are `done` are left out, and those of which all edges are returned are done now.
        """
        by = self.jobs(entered)
        jobs = each_once(by, self.count)
        jobs = jobs[~done[jobs]]
        tells = self.statements.is_restrictive[jobs]
        plain, telling = jobs[~tells], jobs[tells]
        done[plain] = True
        rows = self.around_jobs(heading, plain)
        if not len(telling):
            return rows
        words = WordsOfJobs.of(self, telling)
        told = entered[self.statements.is_restrictive[by]]
        return np.concatenate([rows, words.inputs_of(told) if heading == "up" else words.outputs_of(told)])


@dataclass(frozen=True, slots=True)
class WordsOfJobs:
    """What jobs read and write and what they say of that, by the rules of `lineage.traversal.inputs_of_output`.

    `source` are pairs of a job and a dataset that it names for the output beside it, an index of `outputs`.
    """

    moment: Moment
    inputs: Numbers
    outputs: Numbers
    said: Said
    source: NDArray[np.int64]
    source_of: Numbers
    input: NDArray[np.int64]
    """Pairs of the jobs and datasets of `inputs`."""

    @classmethod
    def of(cls, moment: Moment, jobs: Numbers) -> WordsOfJobs:
        """Return the words of jobs, each of which is given once."""
        inputs, outputs = moment.around_jobs("up", jobs), moment.around_jobs("down", jobs)
        of = moment.jobs(outputs)
        written = moment.edges.spans.numbers("dataset")[outputs]
        said = moment.statements.said(jobs, of, written, moment.at)
        telling = np.flatnonzero(~said.is_open).astype(np.int32)
        sources, place = moment.statements.contents.named(said.content[telling])
        source_of = telling[place]
        return cls(
            moment,
            inputs,
            outputs,
            said,
            _pairs(of[source_of], moment.shown.by(sources)),
            source_of,
            _pairs(moment.jobs(inputs), moment.datasets(inputs)),
        )

    def inputs_of(self, entered: Numbers) -> Numbers:
        """Return the edges to what the outputs follow from by which jobs were entered."""
        is_entered = _marked(entered, len(self.moment.edges.spans))[self.outputs]
        of, reader = self.moment.jobs(self.outputs), self.moment.jobs(self.inputs)
        from_all = _marked(of[is_entered & self._from_all()], self.moment.count)
        from_unnamed = _marked(of[is_entered & ~self.said.is_explicit], self.moment.count)
        kept = from_all[reader]
        kept |= _are_in(self.input, self.source[is_entered[self.source_of]])
        kept |= from_unnamed[reader] & ~_are_in(self.input, self.source)
        return self.inputs[kept]

    def outputs_of(self, entered: Numbers) -> Numbers:
        """Return the edges to what follows from the inputs by which jobs were entered."""
        via = _pairs(self.moment.jobs(entered), self.moment.datasets(entered))
        unnamed = _marked(via[~_are_in(via, self.source)] >> 32, self.moment.count)
        kept = self._from_all()
        kept[self.source_of[_are_in(self.source, via)]] = True
        of = self.moment.jobs(self.outputs)
        kept |= ~self.said.is_explicit & unnamed[of]
        output = _pairs(of, self.moment.datasets(self.outputs))
        return self.outputs[_are_in(output, output[kept])]  # what follows does so under all names it has

    def _from_all(self) -> Mask:
        """Return which outputs follow from everything: nothing is said of them, or nothing that is an input."""
        names_any, names_input = np.zeros((2, len(self.outputs)), np.bool_)
        names_any[self.source_of] = True
        names_input[self.source_of[_are_in(self.source, self.input)]] = True
        return self.said.is_open | (names_any & ~names_input)


def _pairs(jobs: Numbers, datasets: Numbers) -> NDArray[np.int64]:
    return (jobs.astype(np.int64) << 32) | datasets


def each_once(nodes: Numbers, count: int) -> Numbers:
    """Return nodes in order without repetitions; where there are many, marking them is quicker than to sort them."""
    if len(nodes) < count >> 9:
        return np.unique(nodes)
    return np.flatnonzero(_marked(nodes, count)).astype(np.int32)


def _are_in(pairs: NDArray[np.int64], others: NDArray[np.int64]) -> Mask:
    """Return which of the pairs are among others: what `np.isin` does, a seventh of its cost where there are few."""
    if not len(others):
        return np.zeros(len(pairs), np.bool_)
    ordered = np.sort(others)
    return ordered[np.minimum(np.searchsorted(ordered, pairs), len(ordered) - 1)] == pairs


def _marked(places: NDArray[Any], count: int) -> Mask:
    """Return which of so many places are among those given."""
    marked = np.zeros(count, np.bool_)
    marked[places] = True
    return marked
