"""The REST doors of assets of every kind: found, listed, annotated, and what fails with them."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.catalog.annotation import change_of
from graph.catalog.asset_ref import AssetRef, asset_ref
from graph.errors import InvalidInputError
from lineage.fresh_assets import STANDINGS, Standing
from lineage.known_assets import ALL_KINDS
from service.annotating import annotate, known_asset
from service.asset_json import basis_json
from service.asset_routes import change_in
from service.context import of
from service.dataset_routes import plain
from service.known_asset_json import head_json, known_asset_json, known_assets_json
from service.query_string import asked, instant_of, is_asked, page_start, page_start_of, size_of
from service.request_body import json_body
from service.responses import JSONResponse
from service.schema.asset_versions import AssetVersion
from service.schema.failures import estate_of, failure_of, failure_place
from service.schema.known_assets import asset_cursor, asset_place, page_of, wanted_of

_FILTERS = ("owner", "tag", "term", "domain", "namespace")


async def list_assets(request: Request) -> Response:
    """Answer a page of assets by name; `counts=true` adds how many there are of each kind, owner, tag …"""
    context = of(request)
    given = asked(request, "kinds", *_FILTERS, "freshness", "counts", "first", "after", "asOf", "knownAt")
    size, kinds = size_of(given), _kinds(given)
    start, at = await page_start_of(given, context.services.assets.basis, asset_place)
    wanted = await wanted_of(context, kinds, {name: given.get(name) for name in _FILTERS}, at)
    found, end = await page_of(context, wanted, _standings(given), size, start, at)
    last = end or (found[-1][1] if found else None)
    answer: dict[str, Any] = {
        "basis": basis_json(at),
        "assets": await known_assets_json(context, [known for known, _ in found], at),
        "pageInfo": {
            "hasNextPage": end is not None,
            "endCursor": asset_cursor(last, at) if last else None,
        },
    }
    if is_asked(given, "counts"):
        counts = await context.services.catalog.known.counts(wanted, at)
        answer["count"] = counts.total
        answer["facets"] = [
            {
                "aspect": aspect,
                "values": [{"value": one.value, "count": one.count} for one in values],
                "valueCount": counts.values[aspect],
            }
            for aspect, values in counts.by.items()
        ]
    return JSONResponse(answer)


async def show_asset(request: Request) -> Response:
    """Answer the asset of the `id`, with what people and producers say of it."""
    context = of(request)
    given = asked(request, "id", "asOf", "knownAt")
    ref = _ref(given)
    at = await context.services.assets.basis(instant_of(given, "asOf"), instant_of(given, "knownAt"))
    return JSONResponse(await known_asset_json(context, await known_asset(context, ref, at), at))


async def annotate_asset(request: Request) -> Response:
    """Say something of the asset of the `id` from `validFrom` (default: now) on, and answer it as of then."""
    context, ref = of(request), _ref(asked(request, "id"))
    said, valid_from, reason = change_in(await json_body(request))
    known, annotated = await annotate(context, ref, change_of(said), valid_from, reason)
    return JSONResponse(await known_asset_json(context, known, annotated.basis))


async def show_annotation_history(request: Request) -> Response:
    """Answer what people said of the asset of the `id` along valid time, as believed at `knownAt`."""
    context = of(request)
    given = asked(request, "id", "knownAt")
    at = await context.services.assets.basis(None, instant_of(given, "knownAt"))
    known = await known_asset(context, _ref(given), at)
    found = await context.services.catalog.annotations.versions([known.ref.key], at.system)
    versions = [AssetVersion.of_annotation(n, one) for n, one in enumerate(found[known.ref.key], 1)]
    return JSONResponse({"id": known.ref.text, "knownAt": at.system, "versions": plain(versions)})


async def show_failure(request: Request) -> Response:
    """Answer what stops when the asset `of` fails, and what gets stale, page by page."""
    context = of(request)
    given = asked(request, "of", "kinds", "first", "after", "asOf", "knownAt")
    ref, size, kinds = _ref(given, "of"), size_of(given), _kinds(given)
    start, at = await page_start_of(given, context.services.assets.basis, failure_place)
    found = await failure_of(context, ref, kinds, size, start, at)
    return JSONResponse(
        {
            "basis": basis_json(at),
            "of": head_json(found.of),
            "count": found.count,
            "counts": plain(found.counts),
            "truncated": found.truncated,
            "hits": [
                {
                    "asset": head_json(hit.asset),
                    "effect": hit.effect.value,
                    "distance": hit.distance,
                    "throughId": hit.through_id,
                }
                for hit in found.hits
            ],
            "pageInfo": plain(found.page_info),
        }
    )


async def show_estate(request: Request) -> Response:
    """Answer the stores there are and what lies in each, page by page."""
    context = of(request)
    given = asked(request, "first", "after", "asOf", "knownAt")
    size = size_of(given)
    start, at = await page_start(given, context.services.assets.basis)
    found = await estate_of(context, size, start, at)
    return JSONResponse(
        {
            "basis": basis_json(at),
            "stores": [
                {
                    **head_json(one.store),
                    "datasets": one.datasets,
                    "topics": one.topics,
                    "files": one.files,
                }
                for one in found.stores
            ],
            "count": found.count,
            "placed": found.placed,
            "unplaced": found.unplaced,
            "pageInfo": plain(found.page_info),
        }
    )


def _ref(given: dict[str, str], name: str = "id") -> AssetRef:
    if name not in given:
        raise InvalidInputError.at(f"$.{name}", "must be the id of an asset")
    return asset_ref(given[name], f"$.{name}")


def _kinds(given: dict[str, str]) -> set[str] | None:
    if "kinds" not in given:
        return None
    kinds = {one.strip().lower() for one in given["kinds"].split(",")}
    unknown = sorted(kinds - set(ALL_KINDS))
    if unknown:
        raise InvalidInputError.at(
            "$.kinds", f"{unknown[0][:60]!r} is no kind; known are {', '.join(ALL_KINDS)}"
        )
    return kinds


def _standings(given: dict[str, str]) -> set[Standing] | None:
    if "freshness" not in given:
        return None
    words = {one.strip().lower() for one in given["freshness"].split(",")}
    unknown = sorted(words - set(STANDINGS))
    if unknown:
        raise InvalidInputError.at(
            "$.freshness", f"must be among {', '.join(STANDINGS)}, got {unknown[0][:60]!r}"
        )
    return {one for one in STANDINGS if one in words}


routes = [
    Route("/api/v1/assets", list_assets, methods=["GET"]),
    Route("/api/v1/asset", show_asset, methods=["GET"]),
    Route("/api/v1/asset", annotate_asset, methods=["PATCH"]),
    Route("/api/v1/asset/annotations", show_annotation_history, methods=["GET"]),
    Route("/api/v1/failure", show_failure, methods=["GET"]),
    Route("/api/v1/estate", show_estate, methods=["GET"]),
]
"""The routes of this module."""
