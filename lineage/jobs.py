"""Reads jobs: what is held of them as of two instants, what they read and write, and what they are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graph.identity import DatasetName, JobName
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf
from lineage.held_facets import Held, facets_held
from lineage.nodes import Node, Nodes
from lineage.statements import statement

_PARTS = statement("parts_of_jobs")
_EDGES = statement("edges_of_jobs")
_PARENTS = statement("parents_of_jobs")


@dataclass(frozen=True, slots=True)
class JobEdge:
    """A dataset that a job reads or writes, because a run did it (observed), its design says so (declared), or both."""

    dataset: DatasetName
    is_observed: bool
    is_declared: bool


@dataclass(frozen=True, slots=True)
class JobState:
    """What is held of a job at a basis; parts are steps of it, such as single SQL statements, which are jobs themselves."""

    basis: AsOf
    node: Node
    facets: dict[str, Held]
    part_of: JobName | None
    parts: tuple[JobName, ...]
    inputs: tuple[JobEdge, ...]
    outputs: tuple[JobEdge, ...]


class Jobs:
    """Answers questions about the jobs of one tenant, many at once."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def parents(self, ids: Collection[UUID]) -> dict[UUID, JobName]:
        """Return of the jobs that others start which job did so last, such as the DAG of a task."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_PARENTS, self._tenant, list(ids))
        return {row["job_id"]: JobName(row["namespace"], row["name"]) for row in rows}

    async def states(self, ids: Collection[UUID], at: AsOf) -> dict[UUID, JobState]:
        """Return what is held of those that are known at the basis, in at most six statements."""
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            nodes = {node.id: node for node in await known.named([], list(ids))}
            held = await facets_held(connection, self._tenant, nodes, known, at)
            parts = await connection.fetch(_PARTS, self._tenant, list(nodes), at.system)
            edges = await connection.fetch(_EDGES, self._tenant, list(nodes), at.valid, at.system)
            datasets = await known.named(list({row["dataset_id"] for row in edges}), []) if edges else []
        names = {node.id: node.name for node in datasets if isinstance(node.name, DatasetName)}
        edges_of: dict[tuple[UUID, str], list[tuple[DatasetName, str]]] = {}
        for row in edges:
            name = names[known.shown_by(row["dataset_id"])]
            edges_of.setdefault((row["job_id"], row["direction"]), []).append((name, row["kind"]))
        return {
            key: JobState(
                at,
                node,
                held[key],
                _whole(parts, key),
                tuple(
                    JobName(row["part_namespace"], row["part_name"])
                    for row in parts
                    if row["whole_id"] == key
                ),
                _edges(edges_of.get((key, "I"), ())),
                _edges(edges_of.get((key, "O"), ())),
            )
            for key, node in nodes.items()
        }


def _whole(parts: Iterable[Any], key: UUID) -> JobName | None:
    wholes = (row for row in parts if row["part_id"] == key)
    return next((JobName(row["whole_namespace"], row["whole_name"]) for row in wholes), None)


def _edges(found: Iterable[tuple[DatasetName, str]]) -> tuple[JobEdge, ...]:
    kinds: dict[DatasetName, set[str]] = {}
    for name, kind in found:
        kinds.setdefault(name, set()).add(kind)
    return tuple(
        JobEdge(name, "observed" in kinds[name], "declared" in kinds[name]) for name in sorted(kinds)
    )
