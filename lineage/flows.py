"""What of a lineage graph follows from what through a job or by way of a dataset: its edges taken together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from lineage.naming import NodeKind
from lineage.traversal import Edge, Words

MOST_FLOWS = 10_000
"""How many flows an answer may hold; a hub with a thousand on either side would make a million."""


class Flow(NamedTuple):
    """Data flows between two nodes of one kind, over the nodes of the other kind that it passes through.

    It is observed where all edges of one way are, and holds while they all hold; over several ways, the widest of all.
    """

    origin: UUID
    target: UUID
    through: tuple[UUID, ...]
    kind: str
    valid_from: datetime
    valid_to: datetime | None
    system_from: datetime


@dataclass(frozen=True, slots=True)
class Flows:
    """The edges of a graph by their ends; through a job only that leads on which belongs together, where it says so."""

    edges: Mapping[tuple[UUID, UUID], Edge]
    onward: Mapping[UUID, tuple[UUID, ...]]
    backward: Mapping[UUID, tuple[UUID, ...]]
    words: Mapping[UUID, Words] = field(default_factory=dict[UUID, Words])

    @classmethod
    def of(cls, edges: Iterable[Edge], words: Mapping[UUID, Words] | None = None) -> Flows:
        """Return edges by their ends; of two between the same nodes the observed one counts."""
        best: dict[tuple[UUID, UUID], Edge] = {}
        onward: dict[UUID, list[UUID]] = {}
        backward: dict[UUID, list[UUID]] = {}
        for edge in sorted(edges, key=lambda one: (one.origin, one.target, one.kind == "observed")):
            if (edge.origin, edge.target) not in best:
                onward.setdefault(edge.origin, []).append(edge.target)
                backward.setdefault(edge.target, []).append(edge.origin)
            best[edge.origin, edge.target] = edge
        return cls(
            best,
            {key: tuple(ends) for key, ends in onward.items()},
            {key: tuple(ends) for key, ends in backward.items()},
            words or {},
        )

    def outputs(self, job: UUID, entered_by: UUID | None) -> tuple[UUID, ...]:
        """Return what a job writes that follows from the dataset it was entered by; None: all it writes."""
        written = self.onward.get(job, ())
        said = self.words.get(job)
        if entered_by is None or said is None or entered_by not in said.inputs:
            return written
        following = said.outputs_of(frozenset({entered_by}))
        return tuple(one for one in written if one in following or one not in said.of_outputs)


def flows_between(flows: Flows, kinds: Mapping[UUID, NodeKind], kept: NodeKind) -> Iterator[Flow]:
    """Yield the flows between nodes of the kind kept, by origin and target."""
    for origin in sorted(key for key, kind in kinds.items() if kind == kept):
        through: dict[UUID, list[UUID]] = {}
        for middle in flows.onward.get(origin, ()):
            ends = flows.outputs(middle, origin) if kept == "dataset" else flows.onward.get(middle, ())
            for target in ends:
                if kinds.get(target) == kept:
                    through.setdefault(target, []).append(middle)
        for target in sorted(through):
            yield _flow(flows, origin, target, tuple(sorted(through[target])))


def _flow(flows: Flows, origin: UUID, target: UUID, through: tuple[UUID, ...]) -> Flow:
    pairs = [(flows.edges[origin, middle], flows.edges[middle, target]) for middle in through]
    ends = [_earlier(one.valid_to, other.valid_to) for one, other in pairs]
    return Flow(
        origin,
        target,
        through,
        "observed" if any(one.kind == other.kind == "observed" for one, other in pairs) else "declared",
        min(max(one.valid_from, other.valid_from) for one, other in pairs),
        None if None in ends else max(end for end in ends if end is not None),
        min(max(one.system_from, other.system_from) for one, other in pairs),
    )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((end for end in (one, other) if end is not None), default=None)
