"""Every route of the service, one line for each noun."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

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
    pipeline_routes,
    policy_routes,
    record_routes,
    run_routes,
    search_routes,
    trace_routes,
)
from service.graphql_endpoint import GraphQLEndpoint
from service.graphql_socket import GraphQLSockets
from service.schema.root import schema
from service.trusted_documents import TrustedDocuments

STATIC = Path(__file__).parent / "static"
"""Where the pages lie that a browser opens."""


class Pages(StaticFiles):
    """Files for a browser: what has its content's hash in its name is kept for ever, pages are asked for anew."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return a file, or that it has not changed."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = Path(full_path).parent.name == "assets"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response


def all_routes(trusted: TrustedDocuments) -> list[BaseRoute]:
    """Return the routes of all nouns, the GraphQL endpoint and the playground."""
    endpoint = GraphQLEndpoint(schema, trusted)
    return [
        Route("/", front_page),
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
        Mount("/playground", Pages(directory=STATIC / "playground", html=True, check_dir=False)),
    ]


async def front_page(request: Request) -> Response:
    """Answer whoever opens the bare address in a browser."""
    return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
