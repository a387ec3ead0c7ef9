"""Files that people upload: a worker says what they would change, and takes them in once somebody has said yes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from graph.errors import ConflictError, NotFoundError
from graph.identity import new_id
from graph.store.database import DEFAULT_TENANT, Connection, Database

State = Literal["waiting", "previewed", "accepted", "done", "failed", "discarded"]

MOST_WAITING = 50
"""So many uploads may wait for somebody at a time: each keeps its whole file."""

KEPT_HOURS = 24
"""Hours after which an upload that nobody has decided on is forgotten."""

_COLUMNS = (
    "upload_id, entity_type, source_system, name, reading, size, state, told, actor, uploaded_at, settled_at"
)

_ADD = f"""
insert into upload (tenant_id, upload_id, entity_type, source_system, name, reading, content, size, state, actor)
select $1::int4, $2::uuid, $3, $4, $5, $6::jsonb, $7::bytea, octet_length($7::bytea), 'waiting', $8
 where (select count(*) from upload where tenant_id = $1 and content is not null) < {MOST_WAITING}
returning {_COLUMNS}
"""  # noqa: S608 - constants of this module are filled in

_ONE = f"select {_COLUMNS} from upload where tenant_id = $1 and upload_id = $2"  # noqa: S608 - constant names

# Whoever claimed one and was killed is followed by another after a while.
_CLAIM = f"""
update upload
   set claimed_at = clock_timestamp()
 where (tenant_id, upload_id) = (
         select tenant_id, upload_id
           from upload
          where tenant_id = $1
            and state in ('waiting', 'accepted')
            and (claimed_at is null or claimed_at < clock_timestamp() - interval '1 minute')
          order by uploaded_at
          limit 1
            for update skip locked
       )
returning {_COLUMNS}, content
"""  # noqa: S608 - constant names

_TOUCH = "update upload set claimed_at = clock_timestamp() where tenant_id = $1 and upload_id = $2"

_PREVIEWED = """
update upload
   set state = 'previewed', told = $3, claimed_at = null
 where tenant_id = $1
   and upload_id = $2
   and state = 'waiting'
"""

_SETTLED = """
update upload
   set state = $3, told = $4, content = null, settled_at = clock_timestamp()
 where tenant_id = $1
   and upload_id = $2
   and content is not null
"""

_ACCEPTED = f"""
update upload
   set state = 'accepted', claimed_at = null
 where tenant_id = $1
   and upload_id = $2
   and state = 'previewed'
returning {_COLUMNS}
"""  # noqa: S608 - constant names

_DISCARDED = f"""
update upload
   set state = 'discarded', told = null, content = null, settled_at = clock_timestamp()
 where tenant_id = $1
   and upload_id = $2
   and state in ('waiting', 'previewed')
returning {_COLUMNS}
"""  # noqa: S608 - constant names

_FORGET_OLD = f"""
update upload
   set state = 'discarded', told = null, content = null, settled_at = clock_timestamp()
 where tenant_id = $1
   and state in ('waiting', 'previewed')
   and uploaded_at < clock_timestamp() - interval '{KEPT_HOURS} hours'
"""  # noqa: S608 - a constant is filled in

_FORGET_ALL = """
with gone as (
  update upload
     set state = case when content is null then state else 'failed' end,
         told = case when content is null then null else '{"error": "somebody was erased meanwhile: upload the file again"}'::jsonb end,
         content = null, settled_at = coalesce(settled_at, clock_timestamp())
   where tenant_id = $1
     and (content is not null or told is not null)
  returning upload_id
)
select count(*) from gone
"""


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file without its content; `reading` says how it is read, `told` what a worker found out."""

    id: UUID
    entity_type: str
    source_system: str
    name: str
    reading: dict[str, Any]
    size: int
    state: State
    told: dict[str, Any] | None
    actor: str
    uploaded_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, row: asyncpg.Record) -> Upload:
        """Return the upload of one row."""
        return cls(
            id=row["upload_id"],
            entity_type=row["entity_type"],
            source_system=row["source_system"],
            name=row["name"],
            reading=row["reading"],
            size=row["size"],
            state=row["state"],
            told=row["told"],
            actor=row["actor"],
            uploaded_at=row["uploaded_at"],
            settled_at=row["settled_at"],
        )


class Uploads:
    """The uploads of one tenant."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def add(
        self,
        entity_type: str,
        source_system: str,
        name: str,
        reading: dict[str, Any],
        content: bytes,
        actor: str,
    ) -> Upload:
        """Keep a file until somebody decides on it; raises ConflictError where too many wait already."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                _ADD, self._tenant, new_id(), entity_type, source_system, name, reading, content, actor
            )
        if row is None:
            raise ConflictError(f"{MOST_WAITING} uploads wait already: accept or discard some of them first")
        return Upload.of(row)

    async def one(self, upload_id: UUID) -> Upload:
        """Return an upload as it is now; raises NotFoundError."""
        return await self._row(_ONE, upload_id)

    async def accept(self, upload_id: UUID) -> Upload:
        """Have an upload taken in; raises NotFoundError, and ConflictError where it is not previewed yet or settled."""
        return await self._decided(_ACCEPTED, upload_id, {"accepted", "done"})

    async def discard(self, upload_id: UUID) -> Upload:
        """Forget the content of an upload; raises NotFoundError, and ConflictError where it was accepted."""
        return await self._decided(_DISCARDED, upload_id, {"discarded"})

    async def claim(self) -> tuple[Upload, bytes] | None:
        """Return the upload that has waited longest for a worker, with its content; None where none waits.

        What nobody has decided on for KEPT_HOURS is forgotten.
        """
        async with self._database.connection() as connection:
            await connection.execute(_FORGET_OLD, self._tenant)
            row = await connection.fetchrow(_CLAIM, self._tenant)
        return None if row is None else (Upload.of(row), row["content"])

    async def hold(self, upload: Upload) -> None:
        """Say that a worker is still at it."""
        async with self._database.connection() as connection:
            await connection.execute(_TOUCH, self._tenant, upload.id)

    async def previewed(self, upload: Upload, told: dict[str, Any]) -> None:
        """Record what an upload would change."""
        async with self._database.connection() as connection:
            await connection.execute(_PREVIEWED, self._tenant, upload.id, told)

    async def settled(self, upload: Upload, state: Literal["done", "failed"], told: dict[str, Any]) -> None:
        """Record what became of an upload, and forget its content."""
        async with self._database.connection() as connection:
            await connection.execute(_SETTLED, self._tenant, upload.id, state, told)

    async def _decided(self, sql: str, upload_id: UUID, same: set[str]) -> Upload:
        async with self._database.connection() as connection:
            row = await connection.fetchrow(sql, self._tenant, upload_id)
        if row is not None:
            return Upload.of(row)
        there = await self.one(upload_id)
        if there.state in same:
            return there
        raise ConflictError(f"the upload is {there.state}: look at it again, or upload the file anew")

    async def _row(self, sql: str, upload_id: UUID) -> Upload:
        async with self._database.connection() as connection:
            row = await connection.fetchrow(sql, self._tenant, upload_id)
        if row is None:
            raise NotFoundError(f"no upload has the id {upload_id}")
        return Upload.of(row)


async def forget_all(connection: Connection, tenant: int) -> int:
    """Forget what all uploads hold and told, and return how many these were: anybody may be in them."""
    return await connection.fetchval(_FORGET_ALL, tenant)
