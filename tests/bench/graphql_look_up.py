"""Looks customers up at an instant on both axes inside one process, by our endpoint and by strawberry as it comes.

Arguments: database URL, rounds. Prints the CPU seconds of one look-up with the client side of PostgreSQL, the least of
the rounds for each, and what was looked up.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import uvloop

from service.app import create_app
from service.context import RequestContext, Services
from service.graphql_endpoint import GraphQLEndpoint
from service.graphql_request import GraphQLRequest
from service.responses import encoded
from service.schema.root import schema
from service.settings import Settings

QUERY = """query LookUp($id: ID!, $asOf: DateTime!, $knownAt: DateTime!) {
  customer(id: $id, asOf: $asOf, knownAt: $knownAt) {
    id firstName lastName email phone birthDate isDeleted address { street postalCode city country } basis { asOf knownAt }
  } }"""
CUSTOMERS = 500
AS_OF = "2024-06-01T00:00:00Z"

Answer = Callable[[Services, dict[str, Any]], Awaitable[bytes]]


def record(number: int) -> dict[str, Any]:
    """Return the record of one customer."""
    return {
        "sourceSystem": "bench",
        "key": str(number),
        "validFrom": "2024-01-01T00:00:00Z",
        "firstName": f"First{number}",
        "lastName": f"Last{number}",
        "email": f"user{number}@example.com",
        "birthDate": "1980-05-17",
        "street": f"{number} Main Street",
        "postalCode": "50667",
        "city": "Cologne",
        "country": "DE",
    }


async def main(url: str, rounds: int) -> dict[str, Any]:
    """Record customers and look each of them up, in turns."""
    app = create_app(Settings(database_url=url, infer_columns=False))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            posted = await client.post("/api/v1/records", json=[record(n) for n in range(CUSTOMERS)])
            told = posted.json()["results"]
        services: Services = app.state.services
        at = (await services.golden_records.basis(None, None)).system.isoformat()
        asked = [{"id": one["customerId"], "asOf": AS_OF, "knownAt": at} for one in told]
        ours = _ours()
        if (
            json.loads(await ours(services, asked[0]))["data"]
            != json.loads(await stock(services, asked[0]))["data"]
        ):
            raise RuntimeError("the answers are not the same")
        least = {"ours": 1e9, "stock": 1e9}
        for _ in range(rounds):
            least["ours"] = min(least["ours"], await _spent(ours, services, asked))
            least["stock"] = min(least["stock"], await _spent(stock, services, asked[:100]))
    return {**least, "asked": asked}


def _ours() -> Answer:
    endpoint = GraphQLEndpoint(schema)

    async def answer(services: Services, variables: dict[str, Any]) -> bytes:
        wanted = GraphQLRequest(QUERY, variables, None)
        context = RequestContext(services, "bench", "1")
        return b"".join([encoded(body) async for body, _ in endpoint.answers(wanted, context)])

    return answer


async def stock(services: Services, variables: dict[str, Any]) -> bytes:
    """Answer as strawberry's own view does."""
    context = RequestContext(services, "bench", "1")
    result = await schema.execute(QUERY, variable_values=variables, context_value=context)
    return json.dumps({"data": result.data}).encode()


async def _spent(answer: Answer, services: Services, asked: list[dict[str, Any]]) -> float:
    began = time.process_time()
    for variables in asked:
        await answer(services, variables)
    return (time.process_time() - began) / len(asked)


if __name__ == "__main__":
    print(json.dumps(uvloop.run(main(sys.argv[1], int(sys.argv[2])))))
