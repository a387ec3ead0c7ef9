"""Lineage in GraphQL: what data follows from and goes into at an instant on both axes, and its datasets and jobs."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph.errors import InvalidInputError, NotFoundError
from graph.time import AsOf
from lineage import store, traversal
from lineage.flows import MOST_FLOWS
from lineage.naming import NodeKind
from lineage.nodes import Node
from lineage.views import View
from service.context import Info
from service.schema.arguments import AsOfArgument, Basis, KnownAtArgument, page_size
from service.schema.datasets import Dataset
from service.schema.jobs import Job
from service.schema.lineage_nodes import (
    HEADINGS,
    KINDS,
    Around,
    LineageDirection,
    LineageEdge,
    LineageFrontier,
    LineageNode,
    LineageNodeInput,
    LineageNodeKind,
    named,
)
from service.schema.lineage_shapes import (
    GROUPINGS,
    LineageColumns,
    LineageGrouping,
    LineageGroups,
    LineageInsights,
)
from service.schema.selected import is_selected

MOST_COLUMN_EDGES = 10_000
"""How much column lineage one answer about a graph may show."""

_NameArgument = Annotated[
    str,
    strawberry.argument(description="Its name, or the end of it after a dot or slash, if that is unique."),
]
_NamespaceArgument = Annotated[str | None, strawberry.argument(description="Its namespace.")]


@strawberry.type(description="The lineage around a node at the instants of its basis.")
class LineageGraph:
    """The lineage around a node at the instants of its basis."""

    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    nodes: list[LineageNode] = strawberry.field(
        description="The nodes, nearest first; the first is the one asked about, unless `kinds` leaves it out."
    )
    edges: list[LineageEdge] = strawberry.field(description="The edges between the nodes.")
    truncated: bool = strawberry.field(
        description="Whether nodes within the depth were left out, because there are more than asked for,"
        f" or edges, because `kinds` makes more than {MOST_FLOWS}."
    )
    frontier: LineageFrontier = strawberry.field(description="What lies beyond the nodes shown.")
    reached: LineageFrontier = strawberry.field(
        description="How many nodes lie within the depth, shown or not; at least so many, where they are not `counted`."
    )
    counted: bool = strawberry.field(description="Whether all nodes within the depth were counted.")
    view: strawberry.Private[View]

    @strawberry.field(description="Which columns of its datasets follow from which.")
    async def columns(
        self,
        info: Info,
        first: Annotated[
            int,
            strawberry.argument(
                description=f"How many edges to return, 1 to {MOST_COLUMN_EDGES}; all are counted."
            ),
        ] = 1_000,
    ) -> LineageColumns:
        """Return the column lineage between its datasets."""
        size = page_size(first, most=MOST_COLUMN_EDGES)
        return LineageColumns.of(await info.context.services.answers.views.columns(self.view), size)

    @strawberry.field(description="Its nodes drawn together, with counts.")
    async def groups(
        self,
        info: Info,
        by: Annotated[
            LineageGrouping, strawberry.argument(description="By what.")
        ] = LineageGrouping.NAMESPACE,
    ) -> LineageGroups:
        """Return its nodes drawn together."""
        return LineageGroups.of(await info.context.services.answers.views.groups(self.view, GROUPINGS[by]))

    @strawberry.field(description="What its shape tells: cycles, an order, single points of failure.")
    async def insights(self) -> LineageInsights:
        """Return what its shape tells."""
        return LineageInsights.of(self.view.insights, self.view.names)

    @classmethod
    def of(cls, view: View, around: Around | None) -> LineageGraph:
        """Return the graph as GraphQL shows it."""
        names = view.names
        return cls(
            basis=Basis.of(view.basis),
            nodes=[LineageNode.of_node(node, view.basis, around) for node in view.nodes],
            edges=[LineageEdge.of(edge, names) for edge in view.edges],
            truncated=view.truncated,
            frontier=LineageFrontier.of(view.found.frontier),
            reached=LineageFrontier.of(view.found.reached),
            counted=view.found.counted,
            view=view,
        )


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
        kinds: Annotated[
            list[LineageNodeKind] | None,
            strawberry.argument(
                description="Show only datasets, or only jobs: what flows between them through the others becomes one edge,"
                " which names those. Null: both."
            ),
        ] = None,
        first: Annotated[
            int,
            strawberry.argument(
                description=f"How many nodes to return, 1 to {traversal.LARGEST_GRAPH}, the nearest; all are counted."
            ),
        ] = traversal.LARGEST_GRAPH,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> LineageGraph:
        """Return the lineage around a node at the instants."""
        reads = info.context.services.lineage
        kept = only_kind(None if kinds is None else [KINDS[kind] for kind in kinds])
        node = named(of.id, of.name, of.namespace, KINDS[of.kind] if of.kind else None, "$.of")
        at = await reads.basis(as_of, known_at)
        most = page_size(first, most=traversal.LARGEST_GRAPH)
        found = await reads.lineage(node, HEADINGS[direction], depth, at, most)
        answers = info.context.services.answers
        around = await answers.neighbours.hidden(found.nodes, at) if is_selected(info, "hidden") else None
        return LineageGraph.of(await answers.views.view(found, kept), around)

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
        at = await info.context.services.lineage.basis(as_of, known_at)
        node = await _known(info, name, namespace, "dataset", at)
        return Dataset.of_node(node, at) if node else None

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
        at = await info.context.services.lineage.basis(as_of, known_at)
        node = await _known(info, name, namespace, "job", at)
        return Job.of_node(node, at) if node else None


async def _known(info: Info, name: str, namespace: str | None, kind: NodeKind, at: AsOf) -> Node | None:
    try:
        return await info.context.services.lineage.node(named(None, name, namespace, kind, "$"), at)
    except NotFoundError:
        return None


def only_kind(kinds: list[NodeKind] | None, path: str = "$.kinds") -> NodeKind | None:
    """Return the one kind of nodes that is to be shown, or None where both are; raises InvalidInputError for none."""
    if kinds is not None and not kinds:
        raise InvalidInputError.at(path, "must name dataset, job, or both")
    return kinds[0] if kinds is not None and len(set(kinds)) == 1 else None
