"""How column lineage that was worked out from SQL becomes part of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.store.database import Connection
from lineage.facet_bodies import FacetBody
from lineage.facet_versions import Version
from lineage.mentions import COLUMN_LINEAGE
from lineage.rows import columns, edge_rows
from lineage.statements import statement

_MENTION_JOB = statement("mention_job")
_REPLACE = statement("replace_inferred")
_OBSERVED = statement("observed_versions")
_ADD_BODIES = statement("add_bodies")
_CLOSE_VERSIONS = statement("close_versions")
_ADD_VERSIONS = statement("add_versions")

_REPLACED = """
select subject_id
  from mention_facet
 where tenant_id = $1
   and mention_id = $2
   and is_inferred
"""
_BELIEVED = """
select subject_id, digest, valid_from, nullif(valid_to, 'infinity') as valid_to
  from facet_version
 where tenant_id = $1
   and subject_id = any($2::uuid[])
   and name = 'columnLineage'
   and role = 'S'
   and job_id = $3
   and system_to = 'infinity'
"""


async def state(
    connection: Connection, tenant: int, mention_id: int, statements: Mapping[UUID, Mapping[str, Any]]
) -> None:
    """State what was inferred for the outputs of a mention, in the shape of columnLineage facets, by dataset.

    It holds for all events of the mention, those to come too, and replaces what was inferred for it before. Call it in a
    transaction: it keeps all others from writing lineage until that ends, and has them read anew what they remember.
    """
    job_id = await connection.fetchval(_MENTION_JOB, tenant, mention_id)
    if job_id is None:
        return
    bodies = {dataset_id: FacetBody.of(body) for dataset_id, body in statements.items()}
    replaced = [row["subject_id"] for row in await connection.fetch(_REPLACED, tenant, mention_id)]
    datasets = list({*bodies, *replaced})
    if not datasets:
        return
    edges = {edge for body in bodies.values() for edge in edge_rows(body)}
    given = {body.digest: body.json.decode() for body in bodies.values()}
    await connection.execute(_ADD_BODIES, tenant, *columns(given.items(), 2), *columns(edges, 4))
    stated = [(dataset_id, body.digest) for dataset_id, body in bodies.items()]
    await connection.execute(_REPLACE, tenant, mention_id, job_id, *columns(stated, 2))
    believed = _versions(await connection.fetch(_BELIEVED, tenant, datasets, job_id))
    follow = _versions(await connection.fetch(_OBSERVED, tenant, datasets, job_id))
    at = await connection.fetchval("select tick($1)", tenant)
    await _believe(connection, tenant, at, job_id, believed, follow)


async def _believe(
    connection: Connection,
    tenant: int,
    at: datetime,
    job_id: UUID,
    before: set[tuple[UUID, Version]],
    after: set[tuple[UUID, Version]],
) -> None:
    over = [(dataset_id, COLUMN_LINEAGE, "S", job_id, v.start) for dataset_id, v in before - after]
    begun = [
        (dataset_id, COLUMN_LINEAGE, "S", job_id, v.digest, v.start, v.end)
        for dataset_id, v in after - before
    ]
    await connection.execute(_CLOSE_VERSIONS, tenant, at, *columns(over, 5))
    await connection.execute(_ADD_VERSIONS, tenant, at, *columns(begun, 7))


def _versions(rows: Iterable[Any]) -> set[tuple[UUID, Version]]:
    return {(subject_id, Version(digest, start, end)) for subject_id, digest, start, end in rows}
