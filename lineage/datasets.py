"""Reads datasets: what is held of them as of two instants, how their schemas changed, and what was last done to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf
from lineage import facets
from lineage.facets import Column
from lineage.facets_of_datasets import DatasetVersion, LifecycleStateChange
from lineage.held_facets import Held, facets_held
from lineage.lenient import read
from lineage.nodes import Node, Nodes
from lineage.schema_history import Said, SchemaVersion, versions, winning
from lineage.statements import statement

Facet = TypeVar("Facet")

MOST_VERSIONS = 1_000
"""How many versions of a schema, the latest ones, are looked at for its history."""

_SCHEMA_VERSIONS = statement("schema_versions")
_BODIES = statement("bodies")
_LAST_WRITTEN = statement("last_written")


@dataclass(frozen=True, slots=True)
class DatasetState:
    """What is held of a dataset at a basis: all its facets but column lineage, its columns and since when."""

    basis: AsOf
    node: Node
    facets: dict[str, Held]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns in their order."""
        schema = self.facets.get("schema")
        return tuple(facets.columns(schema.body)) if schema else ()

    @property
    def schema_since(self) -> datetime | None:
        """Since when its schema has been what it is; None where none is known."""
        schema = self.facets.get("schema")
        return schema.since if schema else None


@dataclass(frozen=True, slots=True)
class SchemaHistory:
    """The versions of a schema, latest first; truncated where there are earlier ones, the last of which is `before`."""

    versions: tuple[SchemaVersion, ...] = ()
    truncated: bool = False
    before: SchemaVersion | None = None


@dataclass(frozen=True, slots=True)
class LastWrite:
    """What was said last of the version of a dataset in its store and of its life cycle, each with its time.

    By the last runs that wrote it or by its owner; a `lifecycle` is such as CREATE, OVERWRITE, TRUNCATE or DROP.
    """

    version: str | None = None
    version_since: datetime | None = None
    lifecycle: str | None = None
    lifecycle_since: datetime | None = None


class Datasets:
    """Answers questions about the datasets of one tenant, many at once; ids may be of any name a dataset has."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def states(self, ids: Collection[UUID], at: AsOf) -> dict[UUID, DatasetState]:
        """Return what is held of those that are known at the basis."""
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            nodes = {node.id: node for node in await known.named(list(ids), [])}
            held = await facets_held(connection, self._tenant, nodes, known, at)
        shown = {key: known.shown_by(key) for key in ids}
        return {key: DatasetState(at, nodes[one], held[one]) for key, one in shown.items() if one in nodes}

    async def schema_histories(
        self, ids: Collection[UUID], first: int, at: AsOf
    ) -> dict[UUID, SchemaHistory]:
        """Return the latest `first` versions of the schema of each, over all valid time as known at `at.system`."""
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            await known.join(ids)
            wanted = list({one for key in ids for one in known.ids(key)})
            rows = await connection.fetch(
                _SCHEMA_VERSIONS, self._tenant, wanted, at.system, MOST_VERSIONS + 1
            )
            digests = list({row["digest"] for row in rows})
            columns_of = {
                digest: None if facets.is_deleted(body) else facets.columns(body)
                for digest, body in await connection.fetch(_BODIES, self._tenant, digests)
            }
        return {key: _history(known.ids(key), rows, columns_of, first) for key in ids}

    async def last_writes(self, ids: Collection[UUID], at: AsOf) -> dict[UUID, LastWrite]:
        """Return what was said last, by the basis, of the version and life cycle of each dataset."""
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            await known.join(ids)
            wanted = list({one for key in ids for one in known.ids(key)})
            rows = await connection.fetch(_LAST_WRITTEN, self._tenant, wanted, at.valid, at.system)
            held = await facets_held(connection, self._tenant, ids, known, at)
        return {
            key: _last_write([row for row in rows if row["subject_id"] in known.ids(key)], held[key])
            for key in ids
        }


def _history(
    ids: Sequence[UUID], rows: Sequence[Any], columns_of: dict[bytes, list[Column] | None], first: int
) -> SchemaHistory:
    own = [row for row in rows if row["subject_id"] in ids]
    said = [
        Said(
            (row["role"] != "I", row["subject_id"] == ids[0]),
            row["digest"],
            row["valid_from"],
            row["valid_to"],
        )
        for row in own
    ]
    found = versions(winning(said), columns_of)
    return SchemaHistory(
        tuple(reversed(found[-first:])),
        truncated=len(found) > first or len(own) > MOST_VERSIONS,
        before=found[-first - 1] if len(found) > first else None,
    )


def _last_write(rows: Sequence[Any], held: Mapping[str, Held]) -> LastWrite:
    """Return the latest of what runs said, the rows of which come latest first, and of what is held."""
    version = _latest(
        DatasetVersion, [(row["version"], row["event_time"]) for row in rows], held.get("version")
    )
    change = _latest(
        LifecycleStateChange,
        [(row["lifecycle"], row["event_time"]) for row in rows],
        held.get("lifecycleStateChange"),
    )
    return LastWrite(
        version[0].dataset_version if version else None,
        version[1] if version else None,
        change[0].lifecycle_state_change.upper() if change else None,
        change[1] if change else None,
    )


def _latest(
    kind: type[Facet], by_runs: Sequence[tuple[Any, datetime]], held: Held | None
) -> tuple[Facet, datetime] | None:
    told = [*by_runs, *([(held.body, held.since)] if held else [])]
    readable = [(said, time) for body, time in told if (said := read(kind, body)) is not None]
    return max(readable, key=lambda one: one[1], default=None)
