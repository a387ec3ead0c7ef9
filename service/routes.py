"""Every route of the service, one line for each noun."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route, WebSocketRoute

from service import (
    asset_routes,
    change_routes,
    customer_routes,
    dataset_routes,
    dead_letter_routes,
    entity_routes,
    erasure_routes,
    event_routes,
    health_routes,
    history_routes,
    known_asset_routes,
    lineage_answer_routes,
    lineage_routes,
    marquez_routes,
    pages,
    pipeline_routes,
    policy_routes,
    record_routes,
    run_routes,
    search_routes,
    stream_letter_routes,
    trace_routes,
    upload_routes,
)
from service.graphql_endpoint import GraphQLEndpoint
from service.graphql_socket import GraphQLSockets
from service.schema.root import schema
from service.trusted_documents import TrustedDocuments


def all_routes(trusted: TrustedDocuments) -> list[BaseRoute]:
    """Return the routes of all nouns, the GraphQL endpoint and the pages."""
    endpoint = GraphQLEndpoint(schema, trusted)
    return [
        Route("/graphql", endpoint.answer, methods=["GET", "POST"]),
        WebSocketRoute("/graphql", GraphQLSockets(endpoint).serve),
        *change_routes.routes,
        *erasure_routes.routes,
        *health_routes.routes,
        *record_routes.routes,
        *customer_routes.routes,
        *entity_routes.routes,
        *policy_routes.routes,
        *pipeline_routes.routes,
        *asset_routes.routes,
        *known_asset_routes.routes,
        *history_routes.routes,
        *event_routes.routes,
        *search_routes.routes,
        *marquez_routes.routes,
        *dataset_routes.routes,
        *lineage_routes.routes,
        *lineage_answer_routes.routes,
        *run_routes.routes,
        *trace_routes.routes,
        *dead_letter_routes.routes,
        *stream_letter_routes.routes,
        *upload_routes.routes,
        *pages.routes,
    ]
