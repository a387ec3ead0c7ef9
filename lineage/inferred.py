"""How column lineage that was worked out from SQL becomes part of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from graph.store.database import Connection
from lineage.facet_bodies import FacetBody
from lineage.facet_versions import Version
from lineage.mentions import COLUMN_LINEAGE
from lineage.rows import columns, edge_rows
from lineage.statements import statement

_MENTION_JOBS = statement("mention_jobs")
_REPLACE = statement("replace_inferred")
_BELIEVED = statement("believed_inferred")
_OBSERVED = statement("observed_versions")
_ADD_BODIES = statement("add_bodies")
_CLOSE_VERSIONS = statement("close_versions")
_ADD_VERSIONS = statement("add_versions")

Statements = Mapping[UUID, Mapping[str, Any]]
"""What is stated of datasets by their ids, in the shape of columnLineage facets."""


class _Belief(NamedTuple):
    """A version of what was inferred for a dataset by a job."""

    dataset_id: UUID
    job_id: UUID
    version: Version


async def state(connection: Connection, tenant: int, inferred: Mapping[int, Statements]) -> None:
    """State what was inferred for the outputs of mentions.

    It holds for all events of the mentions, those to come too, and replaces what was inferred for them before. Call it in
    a transaction: it keeps all others from writing lineage until that ends, and has them read anew what they remember, so
    tell of many mentions at once.
    """
    rows = await connection.fetch(_MENTION_JOBS, tenant, list(inferred))
    jobs: dict[int, UUID] = {row["mention_id"]: row["job_id"] for row in rows}
    bodies = [
        (mention_id, job_id, dataset_id, FacetBody.of(body))
        for mention_id, job_id in jobs.items()
        for dataset_id, body in inferred[mention_id].items()
    ]
    given = {body.digest: body for *_, body in bodies}
    edges = {edge for body in given.values() for edge in edge_rows(body)}
    texts = [(digest, body.json.decode()) for digest, body in given.items()]
    if texts:
        await connection.execute(_ADD_BODIES, tenant, *columns(texts, 2), *columns(edges, 4))
    stated = [(*place, body.digest) for *place, body in bodies]
    replaced = await connection.fetch(_REPLACE, tenant, list(jobs), *columns(stated, 4))
    touched = {(dataset_id, job_id) for _, job_id, dataset_id, _ in bodies}
    touched |= {(row["subject_id"], row["job_id"]) for row in replaced}
    if not touched:
        return
    wanted = columns(touched, 2)
    believed = _beliefs(await connection.fetch(_BELIEVED, tenant, *wanted))
    follow = _beliefs(await connection.fetch(_OBSERVED, tenant, *wanted))
    if believed != follow:
        at = await connection.fetchval("select tick($1)", tenant)
        await _believe(connection, tenant, at, believed, follow)


async def _believe(
    connection: Connection, tenant: int, at: datetime, before: set[_Belief], after: set[_Belief]
) -> None:
    over = [(one.dataset_id, COLUMN_LINEAGE, "S", one.job_id, one.version.start) for one in before - after]
    begun = [
        (one.dataset_id, COLUMN_LINEAGE, "S", one.job_id, v.digest, v.start, v.end)
        for one in after - before
        for v in (one.version,)
    ]
    if over:
        await connection.execute(_CLOSE_VERSIONS, tenant, at, *columns(over, 5))
    if begun:
        await connection.execute(_ADD_VERSIONS, tenant, at, *columns(begun, 7))


def _beliefs(rows: Iterable[Any]) -> set[_Belief]:
    return {
        _Belief(subject_id, job_id, Version(digest, start, end))
        for subject_id, job_id, digest, start, end in rows
    }
