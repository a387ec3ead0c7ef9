"""The REST doors of customers: those of golden records, in the words and the shape of customers."""

from __future__ import annotations

from starlette.requests import Request

from graph.golden.entity_type import CUSTOMER
from service.context import RequestContext
from service.entities import Entity
from service.golden_record_doors import GoldenRecordDoors, View
from service.golden_record_json import customer_json, version_json

_PATH = "/api/v1/customers"


async def _view_of(context: RequestContext, request: Request) -> View:
    """Return how customers are shown: with the attributes that ship, whatever was added to their type."""
    services = context.services
    return View(
        Entity(CUSTOMER, services.intake, services.golden_records),
        _PATH,
        customer_json,
        version_json,
        head={},
        many="customers",
        id_name="customerId",
    )


routes = GoldenRecordDoors(_PATH, _view_of).routes
"""The routes of this module."""
