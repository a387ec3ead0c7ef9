"""Reads how the data of datasets came along: when it was written, how fresh that is, and its versions one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.identity import JobName
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf
from lineage.facets_of_datasets import DatasetVersion, LifecycleStateChange
from lineage.freshness import Freshness, freshness
from lineage.lenient import read
from lineage.nodes import Nodes
from lineage.statements import statement

MOST_RUNS = 200
"""How many of the last runs of each job that writes a dataset are looked at to tell when it was written."""

_WENT_WELL = statement("went_well", run="r")
_WRITES = statement("writes", went_well=_WENT_WELL)
_VERSIONS = statement("data_versions", went_well=_WENT_WELL)


@dataclass(frozen=True, slots=True)
class VersionPlace:
    """The place of a version in the list: the start of its run or the instant it is said for, and an id."""

    at: datetime
    key: UUID


@dataclass(frozen=True, slots=True)
class DataVersion:
    """The data as one run left it, or as its owner says that it is from an instant on (then there is no run).

    `version` is what the store calls it; None: nobody says, then the run tells versions apart. `written_at` is the end of
    the run. `schema_since` is since when the columns had been as they were then.
    """

    place: VersionPlace
    version: str | None
    run_id: UUID | None
    job: JobName | None
    written_at: datetime
    lifecycle: str | None
    schema_since: datetime | None


class DatasetHistories:
    """Answers how the data of the datasets of one tenant came along, of many at once, by any of their ids."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def freshness(self, datasets: Collection[UUID], at: AsOf) -> dict[UUID, Freshness]:
        """Return how fresh each dataset was at the instants, in two statements."""
        times: dict[UUID, list[datetime]] = {key: [] for key in datasets}
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            await known.join(times)
            asked, ids = _names(known, times)
            rows = await connection.fetch(_WRITES, self._tenant, asked, ids, at.valid, at.system, MOST_RUNS)
        for row in rows:
            times[row["asked"]].append(row["ended_at"])
        return {key: freshness(writes, at.valid) for key, writes in times.items()}

    async def versions(
        self, datasets: Collection[UUID], first: int, after: VersionPlace | None, at: AsOf
    ) -> dict[UUID, tuple[list[DataVersion], bool]]:
        """Return a page of the versions of each dataset, latest first, and whether more follow, in two statements."""
        found: dict[UUID, list[DataVersion]] = {key: [] for key in datasets}
        place = (after.at, after.key) if after else (None, None)
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            await known.join(found)
            asked, ids = _names(known, found)
            rows = await connection.fetch(
                _VERSIONS, self._tenant, asked, ids, at.valid, at.system, *place, first + 1
            )
        for row in rows:
            found[row["asked"]].append(_version(row))
        return {key: (versions[:first], len(versions) > first) for key, versions in found.items()}


def _names(known: Nodes, datasets: Collection[UUID]) -> tuple[Sequence[UUID], Sequence[UUID]]:
    """Return each dataset as often as it has names, and beside it the id of each name."""
    pairs = [(key, one) for key in datasets for one in known.ids(key)]
    return [key for key, _ in pairs], [one for _, one in pairs]


def _version(row: Any) -> DataVersion:
    version = read(DatasetVersion, row["version"])
    change = read(LifecycleStateChange, row["lifecycle"])
    return DataVersion(
        VersionPlace(row["at"], row["id"]),
        version.dataset_version if version else None,
        row["run_id"],
        JobName(row["job_namespace"], row["job"]) if row["job"] is not None else None,
        row["instant"],
        change.lifecycle_state_change.upper() if change else None,
        row["schema_since"],
    )
