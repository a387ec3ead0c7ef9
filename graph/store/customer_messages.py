"""Which messages told of which customers: the first from a version's system time on is the one that told it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from graph.store.database import Connection

_REMEMBER = """
insert into customer_message (tenant_id, customer_id, known_at, topic, partition, message_offset, message_at)
select $1, *
  from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::int4[], $6::int8[], $7::timestamptz[])
on conflict do nothing
"""

_FIRST = """
select wanted.customer_id as wanted_id, wanted.system_from, m.*
  from unnest($2::uuid[], $3::timestamptz[]) as wanted (customer_id, system_from)
  join lateral (
    select *
      from customer_message
     where tenant_id = $1
       and customer_id = wanted.customer_id
       and known_at >= wanted.system_from
     order by known_at, message_at, message_offset
     limit 1
  ) m on true
"""

Told = tuple[UUID, datetime]
"""A customer, and the system instant since which a version of it is believed."""


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """A message that told all versions of a customer, as known at a system instant."""

    customer_id: UUID
    known_at: datetime
    topic: str
    partition: int
    offset: int
    at: datetime

    @classmethod
    def of(cls, row: asyncpg.Record) -> CustomerMessage:
        """Return the message of one row."""
        return cls(
            row["customer_id"],
            row["known_at"],
            row["topic"],
            row["partition"],
            row["message_offset"],
            row["message_at"],
        )


async def remember(connection: Connection, tenant: int, messages: Sequence[CustomerMessage]) -> None:
    """Keep which messages told of whom; those known before stay as they are."""
    if messages:
        await connection.execute(
            _REMEMBER,
            tenant,
            [message.customer_id for message in messages],
            [message.known_at for message in messages],
            [message.topic for message in messages],
            [message.partition for message in messages],
            [message.offset for message in messages],
            [message.at for message in messages],
        )


async def first_told(
    connection: Connection, tenant: int, versions: Collection[Told]
) -> dict[Told, CustomerMessage]:
    """Return the message that first told of each version; a version that no message told of yet is left out."""
    wanted = list(versions)
    rows = await connection.fetch(_FIRST, tenant, [one[0] for one in wanted], [one[1] for one in wanted])
    return {(row["wanted_id"], row["system_from"]): CustomerMessage.of(row) for row in rows}


async def known_ats(
    connection: Connection, tenant: int, topic: str, partition: int, offsets: Sequence[int]
) -> dict[int, datetime]:
    """Return, by their offsets, as of which system instants messages told."""
    rows = await connection.fetch(
        """select message_offset, known_at
             from customer_message
            where tenant_id = $1 and topic = $2 and partition = $3 and message_offset = any($4)""",
        tenant,
        topic,
        partition,
        list(offsets),
    )
    return {row["message_offset"]: row["known_at"] for row in rows}


async def forget(
    connection: Connection, tenant: int, customer_ids: Collection[UUID]
) -> dict[tuple[str, int], list[int]]:
    """Forget which messages told of customers, as only erasure does it; return their offsets by topic and partition."""
    rows = await connection.fetch(
        """with gone as (
             delete from customer_message
              where tenant_id = $1 and customer_id = any($2)
             returning topic, partition, message_offset
           )
           select topic, partition, array_agg(message_offset order by message_offset) as offsets
             from gone
            group by topic, partition
            order by topic, partition""",
        tenant,
        list(customer_ids),
    )
    return {(row["topic"], row["partition"]): row["offsets"] for row in rows}
