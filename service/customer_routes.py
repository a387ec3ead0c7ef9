"""The REST doors of customers: create, find, change, delete, and their versions in time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import NotFoundError
from graph.golden.entity_type import CUSTOMER
from graph.store.golden_records import GoldenRecord
from graph.time import AsOf
from service.context import RequestContext, of
from service.entity_routes import attributes_given
from service.golden_record_json import customer_json, event_ids, version_json
from service.query_string import asked, instant_of, page_start, size_of
from service.request_body import json_body
from service.responses import JSONResponse
from service.schema.arguments import cursor, search_text, uuid_of


async def list_customers(request: Request) -> Response:
    """Answer a page of customers; `after` is the endCursor of the page before and carries its basis."""
    context = of(request)
    given = asked(request, "search", "first", "after", "asOf", "knownAt")
    text, size = search_text(given.get("search")), size_of(given)
    after, at = await page_start(given, context.services.golden_records.basis)
    records, has_next = await context.services.golden_records.page(text, size, after, at)
    return JSONResponse(
        {
            "basis": {"asOf": at.valid, "knownAt": at.system},
            "customers": [customer_json(record, at) for record in records],
            "pageInfo": {
                "hasNextPage": has_next,
                "endCursor": cursor(records[-1].id, at) if records else None,
            },
        }
    )


async def create_customer(request: Request) -> Response:
    """Record a customer of our own and answer 201 with it; where it matches a known one, that one is answered."""
    context = of(request)
    attributes, valid_from = attributes_given(await json_body(request), CUSTOMER)
    golden_id = await context.services.intake.create(attributes, valid_from, context.actor, "rest")
    return await _changed(context, golden_id, valid_from, 201)


async def show_customer(request: Request) -> Response:
    """Answer one customer as it was at `asOf`, as known at `knownAt`; a deleted one says isDeleted."""
    context = of(request)
    golden_id = uuid_of(request.path_params["id"])
    given = asked(request, "asOf", "knownAt")
    at = await context.services.golden_records.basis(instant_of(given, "asOf"), instant_of(given, "knownAt"))
    return JSONResponse(customer_json(await _record(context, golden_id, at), at))


async def update_customer(request: Request) -> Response:
    """Change the attributes named, from `validFrom` on (default: now); PUT and PATCH alike leave the others alone."""
    context = of(request)
    golden_id = uuid_of(request.path_params["id"])
    attributes, valid_from = attributes_given(await json_body(request), CUSTOMER)
    changed_id = await context.services.intake.update(
        golden_id, attributes, valid_from, context.actor, "rest"
    )
    return await _changed(context, changed_id, valid_from)


async def delete_customer(request: Request) -> Response:
    """Delete a customer from `validFrom` on (default: now); its history stays and it can be re-opened."""
    context = of(request)
    golden_id = uuid_of(request.path_params["id"])
    valid_from = instant_of(asked(request, "validFrom"), "validFrom")
    deleted_id = await context.services.intake.delete(golden_id, valid_from, context.actor, "rest")
    return await _changed(context, deleted_id, valid_from)


async def list_versions(request: Request) -> Response:
    """Answer every version of a customer in valid order, as believed at `knownAt`, each with its provenance."""
    context = of(request)
    asked_id = uuid_of(request.path_params["id"])
    given = asked(request, "knownAt")
    golden_records = context.services.golden_records
    at = await golden_records.basis(None, instant_of(given, "knownAt"))
    golden_id = (await golden_records.survivors([asked_id], at.system)).get(asked_id)
    versions = (await golden_records.timeline([golden_id], at.system))[golden_id] if golden_id else []
    if not versions:
        raise NotFoundError(f"no customer {asked_id} is known then")
    events = await golden_records.events(event_ids(versions))
    return JSONResponse(
        {
            "customerId": golden_id,
            "knownAt": at.system,
            "versions": [version_json(version, events) for version in versions],
        }
    )


async def _changed(
    context: RequestContext, golden_id: UUID, valid_from: datetime | None, status: int = 200
) -> Response:
    at = await context.services.golden_records.basis(valid_from, None)
    body = customer_json(await _record(context, golden_id, at), at)
    headers = {"Location": f"/api/v1/customers/{golden_id}"} if status == 201 else None
    return JSONResponse(body, status, headers)


async def _record(context: RequestContext, golden_id: UUID, at: AsOf) -> GoldenRecord:
    found = await context.services.golden_records.by_id([golden_id], at)
    if golden_id not in found:
        raise NotFoundError(f"no customer {golden_id} is known then")
    return found[golden_id]


routes = [
    Route("/api/v1/customers", list_customers, methods=["GET"]),
    Route("/api/v1/customers", create_customer, methods=["POST"]),
    Route("/api/v1/customers/{id}", show_customer, methods=["GET"]),
    Route("/api/v1/customers/{id}", update_customer, methods=["PUT", "PATCH"]),
    Route("/api/v1/customers/{id}", delete_customer, methods=["DELETE"]),
    Route("/api/v1/customers/{id}/versions", list_versions, methods=["GET"]),
]
"""The routes of this module."""
