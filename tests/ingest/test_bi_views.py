"""The reports of the warehouse, and the role that may read them and do nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from graph.store.database import Database
from ingest.message_files import MessageFileWriter
from ingest.orders import ORDERS
from ingest.worker import Installation
from tests.ingest.message_batches import message, order, take

SALES: list[dict[str, Any]] = [
    {"amount": "10.00", "currency": "EUR", "country": "DE", "category": "books", "created_at": "2026-03-01T23:30:00+01:00"},
    {"amount": "20.00", "currency": "EUR", "country": "DE", "category": "toys", "created_at": "2026-03-01T23:30:00Z"},
    {"amount": "60.00", "currency": "EUR", "country": "FR", "category": "toys", "created_at": "2026-03-02T00:10:00Z"},
    {"amount": "7.50", "currency": "USD", "country": "FR", "category": "toys", "created_at": "2026-03-02T00:20:00Z"},
]  # fmt: skip
REPORTS = {
    "sales_by_country": [
        ("DE", "EUR", 2, Decimal("30.00"), 2),
        ("FR", "EUR", 1, Decimal("60.00"), 1),
        ("FR", "USD", 1, Decimal("7.50"), 1),
    ],
    "sales_by_category": [
        ("books", "EUR", 1, Decimal("10.00"), 1),
        ("toys", "EUR", 2, Decimal("80.00"), 2),
        ("toys", "USD", 1, Decimal("7.50"), 1),
    ],
    "average_order_value": [
        ("EUR", 3, Decimal("30.00"), Decimal("20.00"), Decimal("10.00"), Decimal("60.00")),
        ("USD", 1, Decimal("7.50"), Decimal("7.50"), Decimal("7.50"), Decimal("7.50")),
    ],
    "currency_distribution": [
        ("EUR", 3, Decimal("90.00"), Decimal("75.00")),
        ("USD", 1, Decimal("7.50"), Decimal("25.00")),
    ],
}


async def _sell(database: Database, installation: Installation) -> None:
    storage = installation.storage
    async with MessageFileWriter.running(database, storage, ORDERS, "orders", "kafka://b:1") as writer:
        await take(database, writer, [message(n, order(n, **sale)) for n, sale in enumerate(SALES)])
    await installation.carry()


async def test_reports_add_up_by_currency(database: Database, installation: Installation) -> None:
    """No sum runs over two currencies, and days and hours are those of UTC."""
    await _sell(database, installation)
    async with database.connection() as connection:
        for view, expected in REPORTS.items():
            rows = await connection.fetch(f"select * from warehouse.{view} order by 1, 2")
            assert [tuple(row) for row in rows] == expected, view
        hours = await connection.fetch(
            "select hour::text, currency, amount from warehouse.sales_by_hour order by 1, 2"
        )
        days = await connection.fetch(
            "select day::text, currency, orders from warehouse.sales_by_day order by 1, 2"
        )
    assert [tuple(row) for row in hours] == [
        ("2026-03-01 22:00:00+00", "EUR", Decimal("10.00")),
        ("2026-03-01 23:00:00+00", "EUR", Decimal("20.00")),
        ("2026-03-02 00:00:00+00", "EUR", Decimal("60.00")),
        ("2026-03-02 00:00:00+00", "USD", Decimal("7.50")),
    ]
    assert [tuple(row) for row in days] == [
        ("2026-03-01", "EUR", 2),
        ("2026-03-02", "EUR", 1),
        ("2026-03-02", "USD", 1),
    ]


@pytest.mark.parametrize(
    "forbidden",
    [
        "delete from warehouse.fact_orders",
        "update warehouse.customers_history set version = 9",
        "create table warehouse.mine ()",
        "create table public.mine ()",
        "select * from public.fact",
        "select * from public.stream_run",
    ],
)
async def test_the_reader_reads_the_warehouse_and_nothing_else(
    database: Database, installation: Installation, forbidden: str
) -> None:
    """Reports, orders and history are open to it; writing, and every table of the catalog, is not."""
    await _sell(database, installation)
    async with database.connection() as connection, connection.transaction():
        await connection.execute("set local role bi_reader")
        assert await connection.fetchval("select count(*) from warehouse.fact_orders") == len(SALES)
        assert await connection.fetchval("select count(*) from warehouse.sales_by_day") == 3
        assert await connection.fetchval("select count(*) from warehouse.customers_history") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connection.transaction():
                await connection.execute(forbidden)
