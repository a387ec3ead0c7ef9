"""A lineage graph as JSON shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from graph.identity import DatasetName, JobName
from lineage.flows import Flow
from lineage.nodes import Node
from lineage.store import LineageGraph
from lineage.traversal import Edge, Frontier
from lineage.views import View
from service.asset_json import basis_json


def lineage_json(graph: LineageGraph) -> dict[str, Any]:
    """Return a lineage graph as REST shows it."""
    return view_json(View(graph, graph.nodes, graph.edges, graph.truncated))


def view_json(view: View) -> dict[str, Any]:
    """Return a view of a lineage graph as REST shows it; edges through nodes left out name those."""
    names = view.names
    return {
        "basis": basis_json(view.basis),
        "nodes": [node_json(node) for node in view.nodes],
        "edges": [_edge_json(edge, names) for edge in view.edges],
        "truncated": view.truncated,
        "frontier": frontier_json(view.found.frontier),
        "reached": frontier_json(view.found.reached),
        "counted": view.found.counted,
    }


def node_json(node: Node) -> dict[str, Any]:
    """Return a dataset or job as REST shows it."""
    return {
        "id": node.id,
        "kind": node.kind,
        **_name(node.name),
        "displayName": node.display_name,
        "distance": node.distance,
        "aliases": [_name(name) for name in node.aliases],
    }


def frontier_json(frontier: Frontier) -> dict[str, int]:
    """Return how many nodes there are on either side."""
    return {"upstream": frontier.upstream, "downstream": frontier.downstream}


def _edge_json(edge: Edge | Flow, names: Mapping[UUID, Node]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "from": edge.origin,
        "to": edge.target,
        "kind": edge.kind,
        "validFrom": edge.valid_from,
        "validTo": edge.valid_to,
        "systemFrom": edge.system_from,
    }
    if isinstance(edge, Flow):
        shown["through"] = [_name(names[key].name) for key in edge.through]
    return shown


def _name(name: DatasetName | JobName) -> dict[str, str]:
    return {"namespace": name.namespace, "name": name.name}
