"""Looks at a lineage graph that was found: of one kind of nodes only, drawn together, with its columns, or by its shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from graph.time import AsOf
from lineage.column_statements import ColumnFlow
from lineage.flows import MOST_FLOWS, Flow, flows_between
from lineage.grouping import Grouped, Grouping, grouped
from lineage.insights import Insights, insights
from lineage.naming import NodeKind
from lineage.nodes import Node
from lineage.store import Lineage, LineageGraph
from lineage.traversal import Edge


@dataclass(frozen=True, slots=True)
class View:
    """A lineage graph as it is shown: some of its nodes, and the edges between them.

    Where nodes of one kind are left out, the edges are flows through them, at most MOST_FLOWS; `truncated` says whether
    nodes or flows are missing. `found` is the whole graph.
    """

    found: LineageGraph
    nodes: tuple[Node, ...]
    edges: tuple[Edge | Flow, ...]
    truncated: bool

    @property
    def basis(self) -> AsOf:
        """The instants it holds for."""
        return self.found.basis

    @property
    def names(self) -> Mapping[UUID, Node]:
        """All nodes of the graph by id, those left out too."""
        return {node.id: node for node in self.found.nodes}

    @property
    def insights(self) -> Insights:
        """What the shape of it tells."""
        return insights([node.id for node in self.nodes], [(edge.origin, edge.target) for edge in self.edges])


class Views:
    """Makes views of the lineage of one tenant."""

    def __init__(self, lineage: Lineage) -> None:
        self._lineage = lineage

    async def view(self, graph: LineageGraph, kept: NodeKind | None = None) -> View:
        """Return a graph as it is, or its nodes of one kind alone with what flows between them."""
        if kept is None:
            return View(graph, graph.nodes, graph.edges, graph.truncated)
        kinds: dict[UUID, NodeKind] = {node.id: node.kind for node in graph.nodes}
        flows = flows_between(await self._lineage.flows(graph), kinds, kept)
        shown = tuple(islice(flows, MOST_FLOWS))
        more = next(flows, None) is not None
        nodes = tuple(node for node in graph.nodes if node.kind == kept)
        return View(graph, nodes, shown, graph.truncated or more)

    async def columns(self, view: View) -> list[ColumnFlow]:
        """Return the column lineage between the datasets of a graph, in the order of their names."""
        datasets = {node.id: node.name for node in view.found.nodes if node.kind == "dataset"}
        found = await self._lineage.columns.upstream(list(datasets), view.basis)
        shown = set(datasets.values())
        flows = [flow for of_dataset in found.values() for flow in of_dataset.flows if flow.source in shown]
        return sorted(
            dict.fromkeys(flows),
            key=lambda flow: (flow.target, flow.target_column or "", flow.source, flow.source_column or ""),
        )

    async def groups(self, view: View, by: Grouping) -> Grouped:
        """Return a view drawn together."""
        jobs = [node.id for node in view.nodes if node.kind == "job"]
        parents = await self._lineage.jobs.parents(jobs) if by == "container" and jobs else {}
        return grouped(view.nodes, view.edges, by, parents)
