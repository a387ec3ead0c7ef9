"""The REST door of search: assets of every kind by words, in the shape of GraphQL."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.search.entry import Counts
from lineage.search import Hit
from service import marquez_routes
from service.asset_json import basis_json
from service.context import of
from service.query_string import asked, is_asked, size_of
from service.responses import JSONResponse
from service.schema.arguments import search_text
from service.schema.search import filters_of, hit_cursor, position_of

_FILTERS = ("kind", "namespace", "owner", "tag", "domain")


async def search(request: Request) -> Response:
    """Answer a page of hits for `text`; `kind`, `namespace`, `owner`, `tag` and `domain` may be given several times.

    `facets=true` counts what there is of what. Without `text` it is the search of Marquez, which has the same address.
    """
    if "text" not in request.query_params:
        return await marquez_routes.search(request)
    reads = of(request).services.search
    given = asked(request, "text", "first", "after", "facets", *_FILTERS)
    text = search_text(given["text"], "$.text") or ""
    kinds, namespaces, owners, tags, domains = (request.query_params.getlist(n) or None for n in _FILTERS)
    filters = filters_of(kinds, namespaces, owners, tags, domains, "$")
    skip = position_of(given.get("after"), text, filters)
    found = await reads.found(text, filters, size_of(given), skip)
    counts = await reads.counts(found, filters) if is_asked(given, "facets") else None
    ends = hit_cursor(skip + len(found.hits), text, filters) if found.hits else None
    return JSONResponse(
        {
            "basis": basis_json(found.basis),
            "isMistyped": found.has_typos,
            "hits": [_hit_json(hit) for hit in found.hits],
            "pageInfo": {"hasNextPage": found.has_more, "endCursor": ends},
            **(_counts_json(counts) if counts is not None else {}),
        }
    )


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.asset_id,
        "kind": hit.kind,
        "name": hit.name,
        "namespace": hit.namespace,
        "matches": [
            {
                "field": match.field,
                "parts": [{"text": part.text, "isMatch": part.is_match} for part in match.parts],
            }
            for match in hit.matches
        ],
    }


def _counts_json(counts: Counts) -> dict[str, Any]:
    return {
        "totalCount": counts.total,
        "totalIsLeast": counts.is_least,
        "facets": [
            {
                "name": facet.name,
                "counts": [{"value": one.value, "count": one.count} for one in facet.counts],
                "omitted": facet.omitted,
            }
            for facet in counts.facets
        ],
    }


routes = [Route("/api/v1/search", search, methods=["GET"])]
"""The routes of this module."""
