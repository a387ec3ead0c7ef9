"""What a lineage graph looks like from further away in GraphQL: its columns, its groups, and what its shape tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from uuid import UUID

import strawberry

from lineage import grouping, insights
from lineage.column_statements import ColumnFlow
from lineage.nodes import Node
from service.schema.datasets import ColumnEdge
from service.schema.lineage_nodes import LineageNodeKind
from service.schema.names import LineageName

MOST_SHOWN = 100
"""How many nodes of a group are shown; all are counted."""


@strawberry.enum(description="By what the nodes of a lineage graph are drawn together.")
class LineageGrouping(Enum):
    """By what the nodes of a lineage graph are drawn together."""

    NAMESPACE = strawberry.enum_value("namespace", description="By their namespace.")
    CONTAINER = strawberry.enum_value(
        "container",
        description="By what they lie in: the schema or folder of a dataset, the job that starts a job, such as its DAG.",
    )


GROUPINGS: dict[LineageGrouping, grouping.Grouping] = {
    LineageGrouping.NAMESPACE: "namespace",
    LineageGrouping.CONTAINER: "container",
}
"""The groupings in the words of lineage."""


@strawberry.type(description="A dataset or job by its id and name.")
class LineageReference(LineageName):
    """A dataset or job by its id and name."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    kind: LineageNodeKind = strawberry.field(description="Dataset or job.")

    @classmethod
    def of_node(cls, node: Node) -> LineageReference:
        """Return the node by its id and name."""
        return cls(
            id=strawberry.ID(str(node.id)),
            kind=LineageNodeKind(node.kind),
            namespace=node.name.namespace,
            name=node.name.name,
            display_name=node.display_name,
        )


@strawberry.type(description="The name of a group.")
class LineageGroupName:
    """The name of a group."""

    namespace: str = strawberry.field(description="The namespace its nodes lie in.")
    container: str = strawberry.field(
        description="The schema, folder or parent job in it. Empty: the namespace as a whole, or what lies in nothing."
    )

    @classmethod
    def of(cls, name: grouping.GroupName) -> LineageGroupName:
        """Return the name as GraphQL shows it."""
        return cls(namespace=name.namespace, container=name.container)


@strawberry.type(description="Nodes of a lineage graph drawn together.")
class LineageGroup:
    """Nodes of a lineage graph drawn together."""

    name: LineageGroupName = strawberry.field(description="What its nodes lie in.")
    dataset_count: int = strawberry.field(description="How many datasets it has.")
    job_count: int = strawberry.field(description="How many jobs it has.")
    inside_count: int = strawberry.field(description="How many edges lie between its nodes.")
    nodes: list[LineageReference] = strawberry.field(
        description=f"Its nodes, nearest first, at most {MOST_SHOWN}."
    )

    @classmethod
    def of(cls, group: grouping.Group) -> LineageGroup:
        """Return the group as GraphQL shows it."""
        return cls(
            name=LineageGroupName.of(group.name),
            dataset_count=group.datasets,
            job_count=len(group.nodes) - group.datasets,
            inside_count=group.inside,
            nodes=[LineageReference.of_node(node) for node in group.nodes[:MOST_SHOWN]],
        )


@strawberry.type(description="Edges lead from the nodes of one group to those of another.")
class LineageGroupEdge:
    """Edges lead from the nodes of one group to those of another."""

    from_: LineageGroupName = strawberry.field(name="from", description="The group the data comes from.")
    to: LineageGroupName = strawberry.field(description="The group the data goes to.")
    count: int = strawberry.field(description="How many edges there are.")


@strawberry.type(description="A lineage graph drawn together.")
class LineageGroups:
    """A lineage graph drawn together."""

    groups: list[LineageGroup] = strawberry.field(description="The groups, the largest first.")
    edges: list[LineageGroupEdge] = strawberry.field(description="What leads from group to group.")

    @classmethod
    def of(cls, found: grouping.Grouped) -> LineageGroups:
        """Return the groups as GraphQL shows them."""
        return cls(
            groups=[LineageGroup.of(group) for group in found.groups],
            edges=[
                LineageGroupEdge(
                    from_=LineageGroupName.of(link.origin),
                    to=LineageGroupName.of(link.target),
                    count=link.edges,
                )
                for link in found.links
            ],
        )


@strawberry.type(description="The column lineage between the datasets of a lineage graph.")
class LineageColumns:
    """The column lineage between the datasets of a lineage graph."""

    edges: list[ColumnEdge] = strawberry.field(
        description="Which columns follow from which, at most as many as asked for."
    )
    total_count: int = strawberry.field(description="How many there are.")

    @classmethod
    def of(cls, flows: Sequence[ColumnFlow], first: int) -> LineageColumns:
        """Return the first of the flows as GraphQL shows them."""
        return cls(edges=[ColumnEdge.of(flow) for flow in flows[:first]], total_count=len(flows))


@strawberry.type(description="How much of a lineage graph depends on a node.")
class LineageCriticality:
    """How much of a lineage graph depends on a node."""

    node: LineageReference = strawberry.field(description="The node.")
    upstream_count: int = strawberry.field(description="How many nodes of the graph it follows from.")
    downstream_count: int = strawberry.field(description="How many nodes of the graph follow from it.")
    score: float = strawberry.field(
        description="Which share of all pairs of an origin and what follows from it lies on a way through it, 0 to 1."
    )


@strawberry.type(
    description="What the shape of a lineage graph tells; of the nodes shown, not of what lies beyond."
)
class LineageInsights:
    """What the shape of a lineage graph tells."""

    cycles: list[list[LineageReference]] = strawberry.field(
        description=f"Where nodes follow from themselves: a round trip of each such part, at most {insights.MOST_RANKED}."
    )
    cycle_count: int = strawberry.field(description="How many such parts there are.")
    order: list[strawberry.ID] = strawberry.field(
        description="The ids of all nodes, each after those it follows from, but for cycles: the order to repair or rerun in."
    )
    single_points: list[LineageReference] = strawberry.field(
        description="Single points of failure: nodes without which the graph falls apart."
    )
    ranking: list[LineageCriticality] = strawberry.field(
        description=f"The most critical nodes, at most {insights.MOST_RANKED}."
    )
    longest_chain: list[LineageReference] = strawberry.field(
        description="The longest chain of nodes that follow from one another; of a cycle one stands for all."
    )

    @classmethod
    def of(cls, found: insights.Insights, nodes: Mapping[UUID, Node]) -> LineageInsights:
        """Return what the shape tells as GraphQL shows it."""
        named = {key: LineageReference.of_node(node) for key, node in nodes.items()}
        return cls(
            cycles=[[named[key] for key in cycle] for cycle in found.cycles],
            cycle_count=found.cycle_count,
            order=[strawberry.ID(str(key)) for key in found.order],
            single_points=[named[key] for key in found.single_points],
            ranking=[
                LineageCriticality(
                    node=named[one.node],
                    upstream_count=one.upstream,
                    downstream_count=one.downstream,
                    score=one.score,
                )
                for one in found.ranking
            ],
            longest_chain=[named[key] for key in found.longest_chain],
        )
