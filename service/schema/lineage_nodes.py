"""Nodes and edges of lineage in GraphQL: what every answer about lineage shows, and how a node is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from uuid import UUID

import strawberry

from graph.errors import InvalidInputError
from graph.time import AsOf
from lineage import store, traversal
from lineage.flows import Flow
from lineage.naming import LONGEST_NAME, NODE_KINDS, Named, NodeKind
from lineage.nodes import Node
from lineage.traversal import Frontier
from service.schema.arguments import uuid_of
from service.schema.datasets import Dataset
from service.schema.jobs import Job
from service.schema.names import LineageName
from service.schema.selected import WHERE_SELECTED


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


HEADINGS: dict[LineageDirection, store.Direction] = {
    LineageDirection.UPSTREAM: "up",
    LineageDirection.DOWNSTREAM: "down",
    LineageDirection.BOTH: "both",
}
"""The directions in the words of lineage."""

KINDS: dict[LineageNodeKind, NodeKind] = {LineageNodeKind(kind): kind for kind in NODE_KINDS}
"""The kinds in the words of lineage."""

_SHOWN_KINDS = {word: kind for kind, word in KINDS.items()}
_SHOWN_EDGES = {str(kind.value): kind for kind in LineageEdgeKind}


@strawberry.type(
    description="How many nodes lie directly behind those shown; where truncated, at least so many."
)
class LineageFrontier:
    """How many nodes lie directly behind those shown."""

    upstream: int = strawberry.field(description="Towards where the data comes from.")
    downstream: int = strawberry.field(description="Towards those who use it.")

    @classmethod
    def of(cls, frontier: Frontier) -> LineageFrontier:
        """Return the counts as GraphQL shows them."""
        return cls(upstream=frontier.upstream, downstream=frontier.downstream)


Around = Mapping[UUID, Frontier]
"""How many nodes directly around each one are not shown beside it."""


@strawberry.type(description="A dataset or job of a lineage graph.")
class LineageNode(LineageName):
    """A dataset or job of a lineage graph."""

    id: strawberry.ID = strawberry.field(description="Its id, which follows from kind, namespace and name.")
    kind: LineageNodeKind = strawberry.field(description="Dataset or job.")
    distance: int = strawberry.field(description="Hops from the node asked about; between datasets lie jobs.")
    aliases: list[LineageName] = strawberry.field(
        description="The other names of a dataset; edges of all its names are shown at this node."
    )
    hidden: LineageFrontier | None = strawberry.field(
        graphql_type=LineageFrontier,
        metadata={WHERE_SELECTED: True},
        description="How many nodes directly around it the answer did not reach; `lineageNeighbours` lists all of them.",
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
    def of_node(cls, node: Node, at: AsOf, around: Around | None) -> LineageNode:
        """Return the node as GraphQL shows it; `around` is None where nobody asks what is hidden."""
        return cls(
            id=strawberry.ID(str(node.id)),
            kind=_SHOWN_KINDS[node.kind],
            namespace=node.name.namespace,
            name=node.name.name,
            display_name=node.display_name,
            distance=node.distance,
            aliases=[LineageName.of(name) for name in node.aliases],
            hidden=LineageFrontier.of(around[node.id]) if around is not None else None,
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
    through: list[LineageName] = strawberry.field(
        description="The nodes left out that the data passes, where `kinds` leaves some out: jobs between datasets."
    )

    @classmethod
    def of(cls, edge: traversal.Edge | Flow, names: Mapping[UUID, Node] | None = None) -> LineageEdge:
        """Return the edge as GraphQL shows it; of a flow with the names of what it passes."""
        passed = edge.through if isinstance(edge, Flow) else ()
        return cls(
            from_=strawberry.ID(str(edge.origin)),
            to=strawberry.ID(str(edge.target)),
            kind=_SHOWN_EDGES[edge.kind],
            valid_from=edge.valid_from,
            valid_to=edge.valid_to,
            system_from=edge.system_from,
            through=[LineageName.of(names[key].name) for key in passed] if names and passed else [],
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
