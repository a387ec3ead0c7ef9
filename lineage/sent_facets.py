"""Reads what runs said: of themselves, of their jobs, and of the datasets they read and wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias
from uuid import UUID

from graph.identity import DatasetName
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf
from lineage.statements import statement

_OF_RUNS = statement("facets_of_runs", with_parts=statement("with_parts"))
_OF_JOBS = statement("job_facets_of_runs")
_PARTS = statement("parts_of_runs")

Side: TypeAlias = tuple[Literal["I", "O"], DatasetName]
"""A dataset among the inputs (I) or outputs (O) of a run."""

MOST_PARTS = 1_000
"""How many parts of one dataset are told of a run."""


@dataclass(frozen=True, slots=True)
class RunFacet:
    """A facet of a run, or of what it saw of a dataset among its inputs (role I) or outputs (role O)."""

    role: Literal["I", "O"] | None
    dataset: DatasetName | None
    name: str
    body: dict[str, Any]


class SentFacets:
    """Answers what the runs of one tenant said, in one statement for any number of runs."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def of_runs(self, run_ids: Sequence[UUID], at: AsOf | None = None) -> dict[UUID, list[RunFacet]]:
        """Return for each run the newest facet of each name that it sent (by the instants), its own ones first.

        Of datasets these are the facets that belong to the run alone, such as statistics; a run also has those of its
        parts.
        """
        said: dict[UUID, list[RunFacet]] = {run_id: [] for run_id in run_ids}
        async with self._database.connection() as connection:
            rows = await connection.fetch(_OF_RUNS, self._tenant, list(said), *_instants(at))
        for row in rows:
            role = None if row["role"] == "R" else row["role"]
            dataset = DatasetName(row["namespace"], row["dataset"]) if role else None
            said[row["run_id"]].append(RunFacet(role, dataset, row["name"], row["body"]))
        return said

    async def of_jobs(
        self, run_ids: Sequence[UUID], at: AsOf | None = None
    ) -> dict[UUID, dict[str, dict[str, Any]]]:
        """Return for each run the facets of its job as its own events stated them, by name: the SQL it ran, …"""
        said: dict[UUID, dict[str, dict[str, Any]]] = {run_id: {} for run_id in run_ids}
        async with self._database.connection() as connection:
            rows = await connection.fetch(_OF_JOBS, self._tenant, list(said), *_instants(at))
        for row in rows:
            said[row["run_id"]][row["name"]] = row["body"]
        return said

    async def parts(
        self, run_ids: Sequence[UUID], at: AsOf | None = None
    ) -> dict[UUID, dict[Side, list[str]]]:
        """Return for each run the parts that it named of its datasets: files, partitions; at most MOST_PARTS of each."""
        named: dict[UUID, dict[Side, list[str]]] = {run_id: {} for run_id in run_ids}
        async with self._database.connection() as connection:
            rows = await connection.fetch(_PARTS, self._tenant, list(named), *_instants(at), MOST_PARTS)
        for row in rows:
            side = row["role"], DatasetName(row["namespace"], row["name"])
            named[row["run_id"]][side] = row["parts"]
        return named


def _instants(at: AsOf | None) -> tuple[Any, Any]:
    return (at.valid, at.system) if at else (None, None)
