"""The REST door of the lineage graph."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError
from graph.identity import DatasetName, JobName
from lineage.naming import NodeKind
from lineage.store import DEEPEST, Direction, LineageGraph
from service.context import of
from service.query_string import asked, instant_of
from service.responses import JSONResponse
from service.schema.lineage import named

_DIRECTIONS: dict[str, Direction] = {"upstream": "up", "downstream": "down", "both": "both"}


async def show_lineage(request: Request) -> Response:
    """Answer the lineage of the dataset, job or nodeId named, as the GraphQL field of that name does."""
    reads = of(request).services.lineage
    given = asked(
        request, "nodeId", "dataset", "job", "name", "namespace", "direction", "depth", "asOf", "knownAt"
    )
    kinds: dict[str, NodeKind | None] = {"dataset": "dataset", "job": "job", "name": None}
    ways = [name for name in ("nodeId", *kinds) if name in given]
    if len(ways) != 1:
        raise InvalidInputError.at("$", "needs exactly one of nodeId, dataset, job and name")
    (how,) = ways
    name = given.get(how) if how in kinds else None
    node = named(given.get("nodeId"), name, given.get("namespace"), kinds.get(how), "$")
    direction = given.get("direction", "both").lower()
    if direction not in _DIRECTIONS:
        raise InvalidInputError.at("$.direction", f"must be one of {', '.join(_DIRECTIONS)}")
    depth = given.get("depth", "3")
    if not (depth.isascii() and depth.isdigit() and len(depth) < 9):
        raise InvalidInputError.at("$.depth", f"must be 1 to {DEEPEST}, got {depth[:60]!r}")
    at = await reads.basis(instant_of(given, "asOf"), instant_of(given, "knownAt"))
    return JSONResponse(lineage_json(await reads.lineage(node, _DIRECTIONS[direction], int(depth), at)))


def lineage_json(graph: LineageGraph) -> dict[str, Any]:
    """Return a lineage graph as REST shows it."""
    return {
        "basis": {"asOf": graph.basis.valid, "knownAt": graph.basis.system},
        "nodes": [
            {
                "id": node.id,
                "kind": node.kind,
                **_name(node.name),
                "displayName": node.display_name,
                "distance": node.distance,
                "aliases": [_name(name) for name in node.aliases],
            }
            for node in graph.nodes
        ],
        "edges": [
            {
                "from": edge.origin,
                "to": edge.target,
                "kind": edge.kind,
                "validFrom": edge.valid_from,
                "validTo": edge.valid_to,
                "systemFrom": edge.system_from,
            }
            for edge in graph.edges
        ],
        "truncated": graph.truncated,
        "frontier": {"upstream": graph.frontier.upstream, "downstream": graph.frontier.downstream},
    }


def _name(name: DatasetName | JobName) -> dict[str, str]:
    return {"namespace": name.namespace, "name": name.name}


routes = [
    Route("/api/v1/lineage", show_lineage, methods=["GET"]),
]
"""The routes of this module."""
