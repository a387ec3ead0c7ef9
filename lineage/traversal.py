"""What a walk through the lineage makes and finds, and what belongs to what in a job. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias
from uuid import UUID

from lineage.naming import NodeKind

Heading = Literal["up", "down"]
"""up: towards the origins of the data. down: towards those who use it."""

Direction = Literal["up", "down", "both"]

HEADINGS: Mapping[Direction, tuple[Heading, ...]] = {"up": ("up",), "down": ("down",), "both": ("up", "down")}

Sources: TypeAlias = frozenset[UUID] | None
"""The datasets that an output of a job is said to follow from; None: nothing is said of that, empty: from none."""

LARGEST_GRAPH = 2_000
"""How many nodes an answer may hold; what is beyond is counted, not shown."""


class Edge(NamedTuple):
    """Data flows from one node to the other, a dataset into a job that reads it or a job into a dataset it writes."""

    origin: UUID
    target: UUID
    kind: str
    valid_from: datetime
    valid_to: datetime | None
    system_from: datetime


class Hop(NamedTuple):
    """An edge as it is walked, from here to there; with what is said of the output, where it leads from or to one."""

    here: UUID
    there: UUID
    edge: Edge
    sources: Sources = None


class Frontier(NamedTuple):
    """How many nodes there are upstream and downstream."""

    upstream: int = 0
    downstream: int = 0


@dataclass(frozen=True, slots=True)
class Walked:
    """What of a walk is shown: the nearest nodes with their distance in hops, by distance and id, and the edges walked.

    Truncated where nodes within the depth do not fit; `frontier` are nodes not shown one hop behind those shown, `reached`
    all nodes within the depth, shown or not. Not `counted`: these are at least so many.
    """

    distances: Mapping[UUID, int]
    kinds: Mapping[UUID, NodeKind]
    edges: tuple[Edge, ...] = ()
    truncated: bool = False
    frontier: Frontier = field(default_factory=Frontier)
    reached: Frontier = field(default_factory=Frontier)
    counted: bool = True

    @classmethod
    def of_start(cls, node: UUID, kind: NodeKind) -> Walked:
        """Return the walk that leads nowhere."""
        return cls({node: 0}, {node: kind})


def joined(one: Edge, other: Edge) -> Edge:
    """Return the one edge that two are which lead to the same dataset under two of its names and hold at one instant."""
    ends = (one.valid_to, other.valid_to)
    return Edge(
        one.origin,
        one.target,
        one.kind,
        min(one.valid_from, other.valid_from),
        None if None in ends else max(end for end in ends if end is not None),
        min(one.system_from, other.system_from),
    )


class Said(NamedTuple):
    """What a job says of one of its outputs, and whether explicitly: by a `lineage` facet, which is complete."""

    sources: Sources
    is_explicit: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What a job reads, and what it says of each of its outputs (several times where an output has several names)."""

    inputs: frozenset[UUID]
    of_outputs: Mapping[UUID, Collection[Said]]
    unnamed: frozenset[UUID] = field(init=False)
    """The inputs that it names for none of its outputs."""

    def __post_init__(self) -> None:
        """Find what is not named."""
        words = (said for of_output in self.of_outputs.values() for said in of_output)
        named = frozenset[UUID]().union(*(said.sources for said in words if said.sources))
        object.__setattr__(self, "unnamed", self.inputs - named)

    def inputs_of(self, outputs: Iterable[UUID]) -> frozenset[UUID]:
        """Return those of the inputs that any of the outputs follows from."""
        words = {said for output in outputs for said in self.of_outputs[output]}
        return frozenset[UUID]().union(*(inputs_of_output(said, self.inputs, self.unnamed) for said in words))

    def outputs_of(self, inputs: frozenset[UUID]) -> set[UUID]:
        """Return the outputs that follow from any of these inputs."""
        unnamed = self.unnamed & inputs
        return {
            output
            for output, words in self.of_outputs.items()
            if any(inputs_of_output(said, self.inputs, unnamed) & inputs for said in words)
        }


def inputs_of_output(said: Said, inputs: frozenset[UUID], unnamed: frozenset[UUID]) -> frozenset[UUID]:
    """Return those of a job's inputs that an output of it follows from; unnamed: those that it names for no output.

    Where nothing is said of that, all; and all where what is said names none of the inputs and so cannot tell them apart.
    Producers leave out what is only joined, filtered or counted, so the unnamed feed every output, except where explicit
    lineage is stated: there nothing is left out, and none is an answer.
    """
    if said.sources is None:
        return inputs
    named = said.sources & inputs
    if said.sources and not named:
        return inputs
    return named if said.is_explicit else named | unnamed


def other_kind(kind: NodeKind) -> NodeKind:
    """Return what lies one hop away: jobs around datasets, datasets around jobs."""
    return "job" if kind == "dataset" else "dataset"


def edge_direction(heading: Heading, kind: NodeKind) -> Literal["I", "O"]:
    """Return which edges lead from a node of the kind onwards: up from a dataset are the jobs that write it."""
    return "O" if (heading == "up") == (kind == "dataset") else "I"
