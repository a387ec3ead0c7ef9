"""The lake's files by the keys that users name them with: where they lie, or their names."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from graph.errors import NotFoundError
from graph.store.database import DEFAULT_TENANT, Database

_FIND = """
select f.file_id, f.path, false as is_of_messages, l.file_id is not null as is_loaded, f.planned_at
  from lake_file f
  left join warehouse_load l using (tenant_id, file_id)
 where f.tenant_id = $1
   and f.kind = $2
   and f.status = 'written'
   and (f.dataset || '/' || f.path = $3 or right(f.dataset || '/' || f.path, length($3) + 1) = '/' || $3)
 union all
select file_id, path, true, loaded_at is not null, planned_at
  from message_file
 where tenant_id = $1
   and kind = $2
   and status in ('written', 'replaced')
   and (dataset || '/' || path = $3 or right(dataset || '/' || path, length($3) + 1) = '/' || $3)
 order by planned_at desc
 limit 1
"""


@dataclass(frozen=True, slots=True)
class KeyedFile:
    """A written file that a key names; `is_of_messages` says in which of the two manifests it is."""

    file_id: UUID
    path: str
    is_of_messages: bool
    is_loaded: bool


async def file_of_key(database: Database, kind: str, key: str, tenant: int = DEFAULT_TENANT) -> KeyedFile:
    """Return the file of a kind (customer, order) that a location or the end of one names, the newest where several do.

    Raises NotFoundError.
    """
    async with database.connection(leaves_nothing=True) as connection:
        row = await connection.fetchrow(_FIND, tenant, kind, key)
    if row is None:
        raise NotFoundError(
            f"the lake has no file {key[:300]} of a {kind}; `goldthread lake files` lists some"
        )
    return KeyedFile(row["file_id"], row["path"], row["is_of_messages"], row["is_loaded"])
