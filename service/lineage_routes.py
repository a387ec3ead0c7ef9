"""The REST doors of the lineage graph: around a node, looked at in several ways, and as a file."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError
from lineage.naming import NODE_KINDS, NodeKind
from lineage.store import DEEPEST, LineageGraph
from lineage.traversal import LARGEST_GRAPH
from service.context import of
from service.lineage_answer_routes import DIRECTIONS, NODE, basis_of, cut_header, node_of, word_of
from service.lineage_exports import FORMATS, exported
from service.lineage_json import frontier_json, view_json
from service.plain_json import plain
from service.query_string import asked, is_asked, number_of
from service.responses import JSONResponse
from service.schema.lineage import MOST_COLUMN_EDGES, only_kind
from service.schema.lineage_shapes import LineageColumns, LineageGroups, LineageInsights

_WALK = (*NODE, "direction", "depth", "first", "asOf", "knownAt")


async def show_lineage(request: Request) -> Response:
    """Answer the lineage of the dataset, job or nodeId named, as the GraphQL field of that name does.

    `first` is how many nodes are shown, the nearest; `kinds=dataset` leaves jobs out, `groupBy` draws nodes together; `columns`, `insights` and `hidden`, each true, add
    column lineage, what the shape tells, and how much around each node is not shown.
    """
    answers = of(request).services.answers
    given = asked(request, *_WALK, "kinds", "groupBy", "columns", "insights", "hidden")
    kept = _kept(given)
    by = word_of(given, "groupBy", ("namespace", "container", "none"), "none")
    extras = {name for name in ("columns", "insights", "hidden") if is_asked(given, name)}
    view = await answers.views.view(await _graph(request, given), kept)
    shown = view_json(view)
    if "hidden" in extras:
        hidden = await answers.neighbours.hidden(view.found.nodes, view.basis)
        for node in shown["nodes"]:
            node["hidden"] = frontier_json(hidden[node["id"]])
    if "columns" in extras:
        flows = await answers.views.columns(view)
        shown["columns"] = plain(LineageColumns.of(flows, MOST_COLUMN_EDGES))
    if by != "none":
        grouped = await answers.views.groups(view, "container" if by == "container" else "namespace")
        shown["groups"] = plain(LineageGroups.of(grouped))
    if "insights" in extras:
        shown["insights"] = plain(LineageInsights.of(view.insights, view.names))
    return JSONResponse(shown)


async def export_lineage(request: Request) -> Response:
    """Answer the same graph as a file in a format: json, csv, mermaid, graphml, openlineage.

    The header Goldthread-Truncated says whether nodes within the depth were left out.
    """
    given = asked(request, *_WALK, "format")
    form = word_of(given, "format", tuple(FORMATS), "json")
    graph = await _graph(request, given)
    export = await exported(of(request).services.lineage, graph, form)
    return Response(export.content, media_type=export.media_type, headers=cut_header(is_cut=graph.truncated))


async def _graph(request: Request, given: dict[str, str]) -> LineageGraph:
    node = node_of(given)
    direction = DIRECTIONS[word_of(given, "direction", tuple(DIRECTIONS), "both")]
    depth = number_of(given, "depth", 3, 1, DEEPEST)
    first = number_of(given, "first", LARGEST_GRAPH, 1, LARGEST_GRAPH)
    at = await basis_of(request, given)
    return await of(request).services.lineage.lineage(node, direction, depth, at, first)


def _kept(given: dict[str, str]) -> NodeKind | None:
    if "kinds" not in given:
        return None
    words = given["kinds"].split(",")
    if not set(words) <= set(NODE_KINDS):
        raise InvalidInputError.at("$.kinds", "must be dataset, job, or both by commas")
    return only_kind([kind for kind in NODE_KINDS if kind in words])


routes = [
    Route("/api/v1/lineage", show_lineage, methods=["GET"]),
    Route("/api/v1/lineage/export", export_lineage, methods=["GET"]),
]
"""The routes of this module."""
