"""Answers a list of 1,000 objects by our executor and by strawberry as it comes, in turns.

Argument: rounds. Prints the CPU seconds of one answer, parsing to bytes, the least of the rounds for each.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import strawberry
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.config import StrawberryConfig

from service.graphql_documents import Documents
from service.graphql_request import GraphQLRequest
from service.responses import encoded
from service.schema.arguments import SCALARS
from service.selections.executor import CompiledExecutor

QUERY = "{ customers { id email firstName lastName version isCurrent score validFrom } }"
OBJECTS = 1_000


@strawberry.type
class Customer:
    """Eight scalars."""

    id: strawberry.ID
    email: str
    first_name: str
    last_name: str
    version: int
    is_current: bool
    score: float
    valid_from: datetime


CUSTOMERS = [
    Customer(
        id=strawberry.ID(f"c{n}"),
        email=f"user{n}@example.com",
        first_name=f"First{n}",
        last_name=f"Last{n}",
        version=n % 40,
        is_current=n % 10 != 0,
        score=n / 7,
        valid_from=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=977 * n),
    )
    for n in range(OBJECTS)
]


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    async def customers(self) -> list[Customer]:
        """Return all of them."""
        return CUSTOMERS


schema = strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS))
documents = Documents(schema)


async def ours() -> bytes:
    """Answer as /graphql does, from the text of the document to the bytes of the body."""
    document, _ = documents.asked(GraphQLRequest(QUERY, {}, None))
    assert document.node is not None
    executor = CompiledExecutor.build(
        documents.schema,
        document.node,
        is_awaitable=optimized_is_awaitable,  # pyright: ignore[reportArgumentType]
        plans=documents.plans(document),
    )
    assert not isinstance(executor, list)
    result = executor.execute_operation()
    found = await result if optimized_is_awaitable(result) else result  # type: ignore[misc]
    return encoded({"data": found.data})  # type: ignore[union-attr]


async def stock() -> bytes:
    """Answer as strawberry's own view does."""
    result = await schema.execute(QUERY)
    return json.dumps({"data": result.data}, separators=(",", ":")).encode()


async def main(rounds: int) -> dict[str, float]:
    """Measure in turns, having seen that both answer the same."""
    if json.loads(await ours()) != json.loads(await stock()):
        raise RuntimeError("the answers are not the same")
    least = {"ours": 1e9, "stock": 1e9}
    for _ in range(rounds):
        least["ours"] = min(least["ours"], await _spent(ours, 40))
        least["stock"] = min(least["stock"], await _spent(stock, 4))
    return least


async def _spent(answer: Callable[[], Awaitable[bytes]], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        await answer()
    return (time.process_time() - began) / times


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(int(sys.argv[1])))))
