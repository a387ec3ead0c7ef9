"""Rows that could not be used, kept so that nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from graph.store.database import Connection


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that could not be used, kept so that nothing is lost."""

    quarantine_id: UUID
    origin_id: UUID
    position: int | None
    body: str
    problems: list[dict[str, str]]


async def add(connection: Connection, tenant: int, at: datetime, refusals: Sequence[Refusal]) -> None:
    """Keep refused rows; one that was refused before from the same place stays as it is."""
    await connection.execute(
        """insert into quarantine (tenant_id, quarantine_id, origin_id, origin_position, body, problems, system_from)
           select $1, id, origin_id, position, body, problems::jsonb, $2
             from unnest($3::uuid[], $4::uuid[], $5::int8[], $6::text[], $7::text[]) as new (id, origin_id, position, body, problems)
           on conflict do nothing""",
        tenant,
        at,
        [refusal.quarantine_id for refusal in refusals],
        [refusal.origin_id for refusal in refusals],
        [refusal.position for refusal in refusals],
        [refusal.body for refusal in refusals],
        [orjson.dumps(refusal.problems).decode() for refusal in refusals],
    )
