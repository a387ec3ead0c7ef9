"""Makes up orders, for demonstrations and measurements: the same seed makes the same orders, but for their time."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import orjson

from graph.time import render

USERS = 1_000
"""How many people order."""

_COUNTRIES = {
    "DE": "EUR",
    "FR": "EUR",
    "GB": "GBP",
    "US": "USD",
    "CH": "CHF",
    "JP": "JPY",
    "SE": "SEK",
    "PL": "PLN",
}
_CATEGORIES = ("books", "electronics", "fashion", "garden", "groceries", "health", "sports", "toys")


def orders(seed: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield made-up orders for ever, each as key (who orders) and value (JSON); created at the instant it is asked for."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    users = [str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(USERS)]
    countries = sorted(_COUNTRIES)
    while True:
        user = chance.choice(users)
        country = chance.choice(countries)
        order = {
            "order_id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            "user_id": user,
            "amount": f"{chance.randint(100, 50_000) / 100:.2f}",
            "currency": _COUNTRIES[country],
            "category": chance.choice(_CATEGORIES),
            "country": country,
            "created_at": render(datetime.now(UTC)),
        }
        yield user.encode(), orjson.dumps(order)
