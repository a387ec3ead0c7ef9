"""The lineage graph of one tenant in memory: answers by ids, at any instant on both axes it was told of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

import numpy as np

from graph.time import AsOf
from lineage.components import Component
from lineage.graph_difference import Entry, GraphDifference, Listed, Span
from lineage.naming import NodeKind
from lineage.snapshot import difference
from lineage.snapshot.answers import Between, Size
from lineage.snapshot.edges import Edges
from lineage.snapshot.instants import Instants, end_of, instant_of, micros
from lineage.snapshot.moment import Moment, WordsOfJobs
from lineage.snapshot.node_table import Mask, NodeTable, Numbers
from lineage.snapshot.shown import Names
from lineage.snapshot.statements import Statements
from lineage.snapshot.walk import Way, behind, cut, edges_shown, way
from lineage.traversal import (
    HEADINGS,
    LARGEST_GRAPH,
    Direction,
    Edge,
    Frontier,
    Heading,
    Said,
    Walked,
    Words,
    other_kind,
)

_WITHOUT_END = 32_000


class Snapshot:
    """Answers without waiting for anything; what it knows ends at the system instant `known_at`.

    Nodes may be asked for by any id they have, and are answered by the id they are shown by at the basis.
    """

    def __init__(
        self, nodes: NodeTable, edges: Edges, statements: Statements, names: Names, known_at: datetime
    ) -> None:
        self.nodes = nodes
        self.edges = edges
        self.statements = statements
        self.names = names
        self.known_at = known_at

    def size(self) -> Size:
        """Return how much there is, and the bytes that it takes."""
        parts = (self.nodes, self.edges, self.statements, self.names)
        return Size(
            len(self.nodes),
            len(self.edges.spans),
            len(self.statements.spans),
            len(self.names),
            sum(part.nbytes for part in parts),
        )

    def components(self, at: AsOf) -> dict[UUID, Component]:
        """Return the datasets of several names, by each of their ids."""
        return self.names.shown_at(micros(at.system)).components

    def kind(self, node: UUID) -> NodeKind | None:
        """Return whether edges have a node as a dataset or as a job; None: it has none."""
        number = self.nodes.number(node)
        return None if number is None else self.edges.kind(number)

    def walk(
        self,
        start: UUID,
        kind: NodeKind,
        direction: Direction,
        depth: int,
        at: AsOf,
        limit: int = LARGEST_GRAPH,
    ) -> Walked:
        """Return what lies up to so many hops away: the nearest nodes up to the limit are shown, all are counted."""
        moment, first = self._moment(at), self.nodes.number(start)
        if first is None:
            return Walked.of_start(start, kind)
        first = int(moment.shown.by(np.array([first]))[0])
        ways = {heading: way(moment, first, kind, heading, depth + 1) for heading in HEADINGS[direction]}
        shown = cut(self.nodes, list(ways.values()), depth, limit)
        ids = {number: self.nodes.id(number) for number in shown.nodes.tolist()}
        distances = dict(zip(ids.values(), shown.distances.tolist(), strict=True))
        return Walked(
            distances,
            {key: kind if distance % 2 == 0 else other_kind(kind) for key, distance in distances.items()},
            tuple(self._edges(moment, edges_shown(moment, list(ways.values()), shown), ids)),
            shown.is_cut,
            Frontier(
                *(behind(moment, ways[one], kind, shown) if one in ways else 0 for one in ("up", "down"))
            ),
            Frontier(*(_reached(ways[one], depth) if one in ways else 0 for one in ("up", "down"))),
        )

    def neighbours(self, node: UUID, heading: Heading, at: AsOf) -> list[Edge]:
        """Return the edges by which a node follows from others (up) or goes into them (down)."""
        moment, number = self._moment(at), self.nodes.number(node)
        if number is None:
            return []
        here = moment.shown.by(np.array([number], np.int32))
        written, read = moment.from_datasets(heading, here), moment.around_jobs(heading, here)
        rows = [written[moment.datasets(written) == here], read[moment.jobs(read) == here]]
        return self._edges(moment, np.concatenate(rows))

    def subgraph(self, nodes: Collection[UUID], at: AsOf) -> list[Edge]:
        """Return the edges of which both ends are among the nodes."""
        moment = self._moment(at)
        wanted = np.zeros(moment.count, np.bool_)
        wanted[moment.shown.by(self.nodes.numbers(nodes))] = True
        here = np.flatnonzero(wanted).astype(np.int32)
        rows = np.concatenate([moment.around_jobs("up", here), moment.around_jobs("down", here)])
        return self._edges(moment, rows[wanted[moment.jobs(rows)] & wanted[moment.datasets(rows)]])

    def words(self, jobs: Iterable[UUID], at: AsOf) -> dict[UUID, Words]:
        """Return what jobs say of what they write, of those that may tell apart what belongs to what."""
        moment, numbers = self._moment(at), self.nodes.numbers(set(jobs))
        telling = numbers[self.statements.is_restrictive[numbers]]
        words = WordsOfJobs.of(moment, telling)
        sources: dict[int, set[UUID]] = {}
        for of, pair in zip(words.source_of.tolist(), words.source.tolist(), strict=True):
            sources.setdefault(of, set()).add(self.nodes.id(pair & 0xFFFFFFFF))
        inputs: dict[UUID, set[UUID]] = {self.nodes.id(job): set() for job in telling.tolist()}
        outputs: dict[UUID, dict[UUID, set[Said]]] = {key: {} for key in inputs}
        for job, dataset in self._pairs(moment, words.inputs):
            inputs[job].add(dataset)
        for place, (job, dataset) in enumerate(self._pairs(moment, words.outputs)):
            named = None if words.said.is_open[place] else frozenset(sources.get(place, ()))
            said = Said(named, bool(words.said.is_explicit[place]))
            outputs[job].setdefault(dataset, set()).add(said)
        return {job: Words(frozenset(read), outputs[job]) for job, read in inputs.items()}

    def between(self, origin: UUID, target: UUID, kinds: tuple[NodeKind, NodeKind], at: AsOf) -> Between:
        """Return what lies on any way from one node to the other; `kinds` are theirs."""
        moment, ends = self._moment(at), (self.nodes.number(origin), self.nodes.number(target))
        if ends[0] is None or ends[1] is None:
            return Between({}, {}, {}, ())
        shown = moment.shown.by(np.array(ends, np.int32)).tolist()
        down = way(moment, shown[0], kinds[0], "down", _WITHOUT_END)
        up = way(moment, shown[1], kinds[1], "up", _WITHOUT_END)
        rows = np.intersect1d(_walked(down), _walked(up))
        jobs, datasets = moment.jobs(rows), moment.datasets(rows)
        nodes = np.unique(np.concatenate([jobs, datasets]))
        ids = {number: self.nodes.id(number) for number in nodes.tolist()}
        kind_of: dict[UUID, NodeKind] = {ids[number]: "dataset" for number in datasets.tolist()}
        kind_of |= {ids[number]: "job" for number in jobs.tolist()}
        return Between(
            self._by_distance(ids, down),
            self._by_distance(ids, up),
            kind_of,
            tuple(self._edges(moment, rows, ids)),
        )

    def difference(self, earlier: AsOf, later: AsOf) -> GraphDifference:
        """Return what differs between the edges of the whole graph at two bases."""
        moments = self._moment(earlier), self._moment(later)
        found = difference.compared(*moments)
        nothing = np.full(len(found.added), -1, np.int32), np.full(len(found.removed), -1, np.int32)
        return GraphDifference(
            {
                "added": self._ids(found.appeared),
                "removed": self._ids(found.vanished),
                "changed": self._ids(self._renamed(*moments, found.has_edges)),
            },
            {
                "added": self._entries(found, nothing[0], found.added),
                "removed": self._entries(found, found.removed, nothing[1]),
                "changed": self._entries(found, found.was, found.changed),
            },
            self._ids(found.written),
        )

    def _moment(self, at: AsOf) -> Moment:
        instants = Instants.of(at)
        shown = self.names.shown_at(instants.system)
        return Moment(self.edges, self.statements, shown, instants, len(self.nodes))

    def _pairs(self, moment: Moment, rows: Numbers) -> Iterable[tuple[UUID, UUID]]:
        of = self.nodes.id
        pairs = zip(moment.jobs(rows).tolist(), moment.datasets(rows).tolist(), strict=True)
        return ((of(job), of(dataset)) for job, dataset in pairs)

    def _edges(self, moment: Moment, rows: Numbers, known: Mapping[int, UUID] | None = None) -> list[Edge]:
        """Return edges in order, those of several names of one dataset as one (`lineage.traversal.joined`).

        `known` may have the ids of all their ends.
        """
        spans = moment.edges.spans
        jobs, datasets = moment.jobs(rows), moment.datasets(rows)
        outputs, declared = spans.flags("is_output")[rows], spans.flags("is_declared")[rows]
        met, place = np.unique(np.concatenate([jobs, datasets]), return_inverse=True)
        order = self.nodes.in_order(met)
        rank = np.empty(len(met), np.int64)
        rank[order] = np.arange(len(met))
        job, dataset = rank[place[: len(rows)]], rank[place[len(rows) :]]
        origin, target = np.where(outputs, job, dataset), np.where(outputs, dataset, job)
        keys = (origin * len(met) + target) * 2 + ~declared
        unique, first, of = np.unique(keys, return_index=True, return_inverse=True)
        starts, since, ends = (
            spans.times(name)[rows][first] for name in ("valid_from", "system_from", "valid_to")
        )
        if len(unique) < len(rows):
            np.minimum.at(starts, of, spans.times("valid_from")[rows])
            np.minimum.at(since, of, spans.times("system_from")[rows])
            np.maximum.at(ends, of, spans.times("valid_to")[rows])
        id_of = self.nodes.id if known is None else known.__getitem__
        ids = list(map(id_of, met[order].tolist()))
        found = zip(unique.tolist(), starts.tolist(), ends.tolist(), since.tolist(), strict=True)
        return [
            Edge(
                ids[key // 2 // len(met)],
                ids[key // 2 % len(met)],
                "observed" if key & 1 else "declared",
                instant_of(start),
                end_of(end),
                instant_of(known),
            )
            for key, start, end, known in found
        ]

    def _renamed(self, earlier: Moment, later: Moment, among: Mask) -> Numbers:
        """Return those of the nodes that have other names at the one moment than at the other."""
        before, after = earlier.shown.components, later.shown.components
        if before is after:
            return np.empty(0, np.int32)
        others = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        numbers = self.nodes.numbers(others)
        return numbers[among[numbers]]

    def _entries(self, found: difference.Compared, was: Numbers, now: Numbers) -> Listed[Entry]:
        """Return edges by their places before and later, both of one length; -1: it is not there."""
        is_there = now >= 0
        keys = np.empty(len(now), np.int64)
        keys[is_there], keys[~is_there] = found.later.keys[now[is_there]], found.earlier.keys[was[~is_there]]
        order = difference.in_order(self.nodes, keys)
        keys, was, now = keys[order], was[order], now[order]
        of = self.nodes.id

        def part(start: int, end: int) -> list[Entry]:
            here = slice(start, end)
            ends = zip(*(some.tolist() for some in difference.ends_of(keys[here])), strict=True)
            spans = zip(_spans(found.earlier, was[here]), _spans(found.later, now[here]), strict=True)
            return [
                Entry((of(origin), of(target), difference.kind_of(key)), *both)
                for key, (origin, target), both in zip(keys[here].tolist(), ends, spans, strict=True)
            ]

        return Listed(len(keys), part)

    def _by_distance(self, ids: Mapping[int, UUID], one: Way) -> dict[UUID, int]:
        """Return how far away nodes are, in the order of distances and then of ids."""
        numbers = np.fromiter(ids, np.int32, len(ids))
        numbers = numbers[self.nodes.in_order(numbers)]
        numbers = numbers[np.argsort(one.distances[numbers], kind="stable")]
        found = zip(numbers.tolist(), one.distances[numbers].tolist(), strict=True)
        return {ids[number]: distance for number, distance in found}

    def _ids(self, nodes: Numbers) -> Listed[UUID]:
        nodes = nodes[self.nodes.in_order(nodes)]
        return Listed(
            len(nodes), lambda start, end: [self.nodes.id(number) for number in nodes[start:end].tolist()]
        )


def _spans(flows: difference.Flows, places: Numbers) -> list[Span | None]:
    """Return when flows hold by their places; None for -1."""
    if not len(flows.keys):
        return [None] * len(places)
    found = zip(places.tolist(), flows.starts[places].tolist(), flows.ends[places].tolist(), strict=True)
    return [None if place < 0 else Span(instant_of(start), end_of(end)) for place, start, end in found]


def _reached(one: Way, depth: int) -> int:
    return int(np.count_nonzero((one.distances > 0) & (one.distances <= depth)))


def _walked(one: Way) -> Numbers:
    return np.unique(np.concatenate([np.empty(0, np.int32), *one.hops]))
