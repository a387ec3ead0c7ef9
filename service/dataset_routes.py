"""The REST doors of single datasets and jobs: what is held of them at an instant, in the shapes of GraphQL."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError
from graph.time import AsOf
from lineage.naming import NodeKind
from lineage.nodes import Node
from service.asset_json import basis_json
from service.context import RequestContext, of
from service.plain_json import plain
from service.query_string import asked, instant_of
from service.responses import JSONResponse
from service.schema import facets
from service.schema.arguments import LARGEST_PAGE, search_text
from service.schema.asset import descriptions_of, owners_of, tags_of
from service.schema.datasets import (
    ColumnEdge,
    ColumnEdges,
    Dataset,
    SchemaHistory,
    lifecycle_of,
)
from service.schema.jobs import Job, JobEdge
from service.schema.lineage import named
from service.schema.names import LineageName


async def show_dataset(request: Request) -> Response:
    """Answer the dataset named, with the history of its schema and the lineage of its columns."""
    context, node, at, _ = await asked_node(request, "dataset")
    loaders = context.loaders
    state = await loaders.states_by_dataset(at).load(node.id)
    held = state.facets if state else {}
    history = await loaders.schemas_by_dataset(LARGEST_PAGE, at).load(node.id)
    sources = await loaders.flows_into_dataset(at).load(node.id)
    last = await loaders.last_writes_by_dataset(at).load(node.id)
    dataset = Dataset.of_node(node, at)
    annotation = await dataset.annotation(context)
    return JSONResponse(
        {
            **node_head(node, at),
            "aliases": plain([LineageName.of(name) for name in node.aliases]),
            "formerNames": plain([LineageName.of(name) for name in node.former_names]),
            "schemaSince": state.schema_since if state else None,
            "columns": plain(await dataset.own_columns(context)),
            "schemaHistory": plain(SchemaHistory.of(history)),
            "columnLineage": plain([ColumnEdge.of(flow) for flow in sources.flows]),
            "owners": plain(owners_of(annotation, held)),
            "tags": plain(tags_of(annotation, held)),
            "descriptions": plain(descriptions_of(annotation, held)),
            "documentation": plain(facets.documentation(held)),
            "dataSource": plain(facets.data_source(held)),
            "storage": plain(facets.storage(held)),
            "catalog": plain(facets.catalog(held)),
            "version": last.version,
            "lifecycle": plain(lifecycle_of(last)),
            "facets": facets.bodies(held),
        }
    )


async def show_column_impact(request: Request) -> Response:
    """Answer what follows from the columns of the dataset named, or from one of them."""
    context, node, at, given = await asked_node(request, "dataset", "column")
    column = search_text(given.get("column"), "$.column")
    found = await context.loaders.flows_from_dataset(column, at).load(node.id)
    return JSONResponse({**node_head(node, at), **plain(ColumnEdges.of(found))})


async def show_job(request: Request) -> Response:
    """Answer the job named, with what it reads and writes."""
    context, node, at, _ = await asked_node(request, "job")
    state = await context.loaders.states_by_job(at).load(node.id)
    held = state.facets if state else {}
    annotation = await Job.of_node(node, at).annotation(context)
    return JSONResponse(
        {
            **node_head(node, at),
            "inputs": plain([JobEdge.of(edge) for edge in state.inputs] if state else []),
            "outputs": plain([JobEdge.of(edge) for edge in state.outputs] if state else []),
            "partOf": plain(LineageName.of(state.part_of) if state and state.part_of else None),
            "parts": plain([LineageName.of(part) for part in state.parts] if state else []),
            "owners": plain(owners_of(annotation, held)),
            "tags": plain(tags_of(annotation, held)),
            "descriptions": plain(descriptions_of(annotation, held)),
            "documentation": plain(facets.documentation(held)),
            "sql": plain(facets.sql(held)),
            "sourceCodeLocation": plain(facets.source_code_location(held)),
            "jobType": plain(facets.job_type(held)),
            "facets": facets.bodies(held),
        }
    )


def node_head(node: Node, at: AsOf) -> dict[str, Any]:
    """Return what a dataset or job is called, and the basis of the answer."""
    return {
        "basis": basis_json(at),
        "id": node.id,
        "namespace": node.name.namespace,
        "name": node.name.name,
        "displayName": node.display_name,
    }


async def asked_node(
    request: Request, kind: NodeKind, *more: str
) -> tuple[RequestContext, Node, AsOf, dict[str, str]]:
    """Return who asks, the node asked about, the basis, and all that was given."""
    context = of(request)
    given = asked(request, "nodeId", "name", "namespace", "asOf", "knownAt", *more)
    wanted = named(
        given.get("nodeId"),
        given.get("name"),
        given.get("namespace"),
        kind if "nodeId" not in given else None,
        "$",
    )
    reads = context.services.lineage
    at = await reads.basis(instant_of(given, "asOf"), instant_of(given, "knownAt"))
    node = await reads.node(wanted, at)
    if node.kind != kind:
        raise InvalidInputError.at("$.nodeId", f"is a {node.kind}, not a {kind}")
    return context, node, at, given


routes = [
    Route("/api/v1/dataset", show_dataset, methods=["GET"]),
    Route("/api/v1/dataset/impact", show_column_impact, methods=["GET"]),
    Route("/api/v1/job", show_job, methods=["GET"]),
]
"""The routes of this module."""
