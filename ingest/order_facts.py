"""The warehouse's table of orders: each once, whoever tells it again, and what contradicts it told with the reason."""

from __future__ import annotations

import io
from collections.abc import Collection
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.csv as arrow_csv

from graph.store.database import Connection

CREATE = """
create table if not exists {schema}.fact_orders (
  order_id uuid primary key,
  user_id uuid not null,
  amount numeric(10,2) not null,
  currency text not null,
  category text not null,
  country text not null,
  created_at timestamptz not null
);
create index if not exists fact_orders_created_at on {schema}.fact_orders using brin (created_at);

create table if not exists {schema}.rejected_row (
  file_id uuid not null,
  file_row int8 not null,
  order_id uuid not null,
  reason text not null,
  rejected_at timestamptz not null default clock_timestamp(),
  primary key (file_id, file_row)
);
"""

_NEW = """
create temp table new_order (
  order_id uuid, user_id uuid, amount numeric(10,2), currency text, category text, country text, created_at timestamptz,
  file_row int8
) on commit drop
"""

_INSERT = """
insert into {schema}.fact_orders (order_id, user_id, amount, currency, category, country, created_at)
select distinct on (order_id) order_id, user_id, amount, currency, category, country, created_at
  from new_order
 order by order_id, file_row
on conflict (order_id) do nothing
"""

# An order that is told twice in the same words is one; what is told otherwise later is kept out.
_REJECT = """
insert into {schema}.rejected_row (file_id, file_row, order_id, reason)
select $1, n.file_row, n.order_id,
       'the order was loaded before with another ' || concat_ws(', ',
         case when n.user_id <> f.user_id then 'user_id' end,
         case when n.amount <> f.amount then 'amount' end,
         case when n.currency <> f.currency then 'currency' end,
         case when n.category <> f.category then 'category' end,
         case when n.country <> f.country then 'country' end,
         case when n.created_at <> f.created_at then 'created_at' end)
  from new_order n
  join {schema}.fact_orders f using (order_id)
 where (n.user_id, n.amount, n.currency, n.category, n.country, n.created_at)
       <> (f.user_id, f.amount, f.currency, f.category, f.country, f.created_at)
on conflict do nothing
"""

_COLUMNS = ("order_id", "user_id", "amount", "currency", "category", "country", "created_at")


async def add_orders(connection: Connection, schema: str, file_id: UUID, rows: pa.Table) -> int:
    """Add a file's orders in the transaction that loads it, and return how many of them are new.

    A row of an order that is known with other values is kept out; `rejected_row` says which and why.
    """
    await connection.execute(_NEW)
    await connection.copy_to_table(
        "new_order", source=io.BytesIO(_csv(rows)), format="csv", columns=[*_COLUMNS, "file_row"]
    )
    added = await connection.execute(_INSERT.format(schema=schema))
    await connection.execute(_REJECT.format(schema=schema), file_id)
    await connection.execute("drop table new_order")
    return int(added.rpartition(" ")[2])


async def remove_orders(connection: Connection, schema: str, users: Collection[UUID]) -> int:
    """Delete the orders of users who were erased, and return how many these were."""
    tag = await connection.execute(f"delete from {schema}.fact_orders where user_id = any($1)", list(users))  # noqa: S608 - our own name
    return int(tag.rpartition(" ")[2])


def _csv(rows: pa.Table) -> bytes:
    """Return the rows as PostgreSQL copies them, each with its number from 1."""
    columns: list[Any] = [rows[name] for name in _COLUMNS]
    numbered = pa.table(
        [*columns, pa.array(range(1, rows.num_rows + 1), pa.int64())], [*_COLUMNS, "file_row"]
    )
    text = io.BytesIO()
    arrow_csv.write_csv(numbered, text, arrow_csv.WriteOptions(include_header=False))
    return text.getvalue()
