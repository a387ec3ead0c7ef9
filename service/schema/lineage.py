"""Lineage in GraphQL: what data follows from and goes into at an instant on both axes, and its datasets and jobs."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from graph.errors import InvalidInputError, NotFoundError
from graph.time import AsOf
from lineage import store, traversal
from lineage.naming import LONGEST_NAME, Named, NodeKind
from lineage.nodes import Node
from service.context import Info
from service.schema.arguments import (
    AsOfArgument,
    Basis,
    KnownAtArgument,
    uuid_of,
)
from service.schema.datasets import Dataset
from service.schema.jobs import Job
from service.schema.names import LineageName

_NameArgument = Annotated[
    str,
    strawberry.argument(description="Its name, or the end of it after a dot or slash, if that is unique."),
]
_NamespaceArgument = Annotated[str | None, strawberry.argument(description="Its namespace.")]


@strawberry.enum(description="Which way to follow the data.")
class LineageDirection(Enum):
    """Which way to follow the data."""

    UPSTREAM = strawberry.enum_value("up", description="Towards where it comes from.")
    DOWNSTREAM = strawberry.enum_value("down", description="Towards those who use it.")
    BOTH = strawberry.enum_value("both", description="Both ways, each for itself.")


@strawberry.enum(description="What a node of the lineage graph is.")
class LineageNodeKind(Enum):
    """What a node of the lineage graph is."""

    DATASET = strawberry.enum_value("dataset", description="A table, file, topic or other set of data.")
    JOB = strawberry.enum_value("job", description="A process that reads and writes datasets.")


@strawberry.enum(description="How an edge is known.")
class LineageEdgeKind(Enum):
    """How an edge is known."""

    OBSERVED = strawberry.enum_value("observed", description="A run did it.")
    DECLARED = strawberry.enum_value("declared", description="The job's design says so.")


_HEADINGS: dict[LineageDirection, store.Direction] = {
    LineageDirection.UPSTREAM: "up",
    LineageDirection.DOWNSTREAM: "down",
    LineageDirection.BOTH: "both",
}
_KINDS: dict[LineageNodeKind, NodeKind] = {LineageNodeKind.DATASET: "dataset", LineageNodeKind.JOB: "job"}


@strawberry.type(description="A dataset or job of a lineage graph.")
class LineageNode(LineageName):
    """A dataset or job of a lineage graph."""

    id: strawberry.ID = strawberry.field(description="Its id, which follows from kind, namespace and name.")
    kind: LineageNodeKind = strawberry.field(description="Dataset or job.")
    distance: int = strawberry.field(description="Hops from the node asked about; between datasets lie jobs.")
    aliases: list[LineageName] = strawberry.field(
        description="The other names of a dataset; edges of all its names are shown at this node."
    )
    node: strawberry.Private[Node]
    at: strawberry.Private[AsOf]

    @strawberry.field(description="What is known of the dataset. Null: it is a job.")
    async def dataset(self) -> Dataset | None:
        """Return what is known of the dataset."""
        return Dataset.of_node(self.node, self.at) if self.node.kind == "dataset" else None

    @strawberry.field(description="What is known of the job. Null: it is a dataset.")
    async def job(self) -> Job | None:
        """Return what is known of the job."""
        return Job.of_node(self.node, self.at) if self.node.kind == "job" else None

    @classmethod
    def of_node(cls, node: Node, at: AsOf) -> LineageNode:
        """Return the node as GraphQL shows it."""
        return cls(
            id=strawberry.ID(str(node.id)),
            kind=LineageNodeKind(node.kind),
            namespace=node.name.namespace,
            name=node.name.name,
            display_name=node.display_name,
            distance=node.distance,
            aliases=[LineageName.of(name) for name in node.aliases],
            node=node,
            at=at,
        )


@strawberry.type(description="Data flows from one node to the other over a span of valid time.")
class LineageEdge:
    """Data flows from one node to the other over a span of valid time."""

    from_: strawberry.ID = strawberry.field(
        name="from",
        description="The id of the node the data comes from: a dataset read, or a job that writes.",
    )
    to: strawberry.ID = strawberry.field(description="The id of the node the data goes to.")
    kind: LineageEdgeKind = strawberry.field(description="How the edge is known.")
    valid_from: datetime = strawberry.field(description="From when on it holds.")
    valid_to: datetime | None = strawberry.field(
        description="Until when, this instant excluded. Null: further notice."
    )
    system_from: datetime = strawberry.field(description="Since when, in system time, this is believed.")

    @classmethod
    def of(cls, edge: traversal.Edge) -> LineageEdge:
        """Return the edge as GraphQL shows it."""
        return cls(
            from_=strawberry.ID(str(edge.origin)),
            to=strawberry.ID(str(edge.target)),
            kind=LineageEdgeKind(edge.kind),
            valid_from=edge.valid_from,
            valid_to=edge.valid_to,
            system_from=edge.system_from,
        )


@strawberry.type(
    description="How many nodes lie directly behind those shown; where truncated, at least so many."
)
class LineageFrontier:
    """How many nodes lie directly behind those shown."""

    upstream: int = strawberry.field(description="Towards where the data comes from.")
    downstream: int = strawberry.field(description="Towards those who use it.")


@strawberry.type(description="The lineage around a node at the instants of its basis.")
class LineageGraph:
    """The lineage around a node at the instants of its basis."""

    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    nodes: list[LineageNode] = strawberry.field(
        description="The nodes, nearest first; the first is the one asked about."
    )
    edges: list[LineageEdge] = strawberry.field(description="The edges between the nodes.")
    truncated: bool = strawberry.field(
        description=f"Whether nodes within the depth were left out, because there are more than {traversal.LARGEST_GRAPH}."
    )
    frontier: LineageFrontier = strawberry.field(description="What lies beyond the nodes shown.")

    @classmethod
    def of(cls, graph: store.LineageGraph) -> LineageGraph:
        """Return the graph as GraphQL shows it."""
        return cls(
            basis=Basis.of(graph.basis),
            nodes=[LineageNode.of_node(node, graph.basis) for node in graph.nodes],
            edges=[LineageEdge.of(edge) for edge in graph.edges],
            truncated=graph.truncated,
            frontier=LineageFrontier(upstream=graph.frontier.upstream, downstream=graph.frontier.downstream),
        )


@strawberry.input(
    description="A dataset or job: by its id, by its whole name, or by a name that is unique without more."
)
class LineageNodeInput:
    """A dataset or job: by its id, by its whole name, or by a name that is unique without more."""

    id: strawberry.ID | None = strawberry.field(
        default=None, description="Its id; nothing else is needed then."
    )
    name: str | None = strawberry.field(
        default=None, description="Its name, or the end of it after a dot or slash: `customers`."
    )
    namespace: str | None = strawberry.field(default=None, description="Its namespace.")
    kind: LineageNodeKind | None = strawberry.field(default=None, description="Dataset or job.")


@strawberry.type
class LineageQuery:
    """What can be asked about lineage."""

    @strawberry.field(description="What a dataset or job follows from and goes into, at an instant.")
    async def lineage(
        self,
        info: Info,
        of: Annotated[LineageNodeInput, strawberry.argument(description="The dataset or job to start from.")],
        direction: Annotated[
            LineageDirection, strawberry.argument(description="Which way to follow the data.")
        ] = LineageDirection.BOTH,
        depth: Annotated[
            int,
            strawberry.argument(
                description=f"How many hops to go, 1 to {store.DEEPEST}; from a dataset to the next dataset are two."
            ),
        ] = 3,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> LineageGraph:
        """Return the lineage around a node at the instants."""
        reads = info.context.services.lineage
        node = named(of.id, of.name, of.namespace, _KINDS[of.kind] if of.kind else None, "$.of")
        at = await reads.basis(as_of, known_at)
        return LineageGraph.of(await reads.lineage(node, _HEADINGS[direction], depth, at))

    @strawberry.field(description="A dataset with its columns at an instant. Null: it is not known.")
    async def dataset(
        self,
        info: Info,
        name: _NameArgument,
        namespace: _NamespaceArgument = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Dataset | None:
        """Return a dataset at the instants, or None."""
        reads = info.context.services.lineage
        node = named(None, name, namespace, "dataset", "$")
        at = await reads.basis(as_of, known_at)
        try:
            return Dataset.of_node(await reads.node(node, at), at)
        except NotFoundError:
            return None

    @strawberry.field(description="A job with what is held of it at an instant. Null: it is not known.")
    async def job(
        self,
        info: Info,
        name: _NameArgument,
        namespace: _NamespaceArgument = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Job | None:
        """Return a job at the instants, or None."""
        reads = info.context.services.lineage
        node = named(None, name, namespace, "job", "$")
        at = await reads.basis(as_of, known_at)
        try:
            return Job.of_node(await reads.node(node, at), at)
        except NotFoundError:
            return None


def named(
    node_id: str | None, name: str | None, namespace: str | None, kind: NodeKind | None, path: str
) -> Named | UUID:
    """Return what an input names, or raise InvalidInputError where it cannot be looked up."""
    if node_id is not None and name is None and namespace is None:
        return uuid_of(node_id, f"{path}.id")
    if node_id is not None or name is None:
        raise InvalidInputError.at(
            path, "needs either the id, or the name with or without namespace and kind"
        )
    for part, text in (("name", name), ("namespace", namespace)):
        if text is not None and (not text or len(text) > LONGEST_NAME or "\0" in text):
            raise InvalidInputError.at(
                f"{path}.{part}", f"must have 1 to {LONGEST_NAME} characters, none of them NUL"
            )
    return Named(name, namespace, kind)
