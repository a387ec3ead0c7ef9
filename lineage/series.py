"""Reads how much data runs read and wrote and how good it was, over time: the volume and quality of a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from graph.identity import DatasetName, JobName
from graph.store.database import DEFAULT_TENANT, Database
from lineage.nodes import Nodes
from lineage.statements import statement

VOLUME: Final = ("inputStatistics", "outputStatistics")
"""The facets that say how much a run read or wrote."""

QUALITY: Final = ("dataQualityMetrics", "dataQualityAssertions")
"""The facets that say how good the data was."""

_SERIES = statement("dataset_series")


@dataclass(frozen=True, slots=True)
class Point:
    """What an event said of a dataset that its run read (I) or wrote (O), or that it is about itself (D); facets by name."""

    event_id: UUID
    event_time: datetime
    run_id: UUID | None
    job: JobName | None
    dataset_id: UUID
    dataset: DatasetName
    role: Literal["I", "O", "D"]
    facets: dict[str, dict[str, Any]]

    @property
    def place(self) -> PointPlace:
        """The place of the point in its series."""
        return PointPlace(self.event_time, self.event_id, self.role, self.dataset_id)


@dataclass(frozen=True, slots=True)
class PointPlace:
    """The place of a point in a series: the time and id of its event, its role, and the dataset."""

    event_time: datetime
    event_id: UUID
    role: str
    dataset_id: UUID


@dataclass(frozen=True, slots=True)
class PointsWanted:
    """Which points a series holds: with one of the facets, `since <= event time < until`, known at an instant.

    Of each run only what it said last, unless every event counts, as it should where runs go on for ever.
    """

    names: tuple[str, ...]
    known_at: datetime
    since: datetime | None = None
    until: datetime | None = None
    every_event: bool = False


class Series:
    """Answers what events said of the datasets of one tenant, over time."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def points(
        self, datasets: Sequence[UUID], wanted: PointsWanted, first: int, after: PointPlace | None = None
    ) -> dict[UUID, tuple[list[Point], bool]]:
        """Return for each dataset a page of what was said of it under all its names, latest first, and whether more follow."""
        found: dict[UUID, list[Point]] = {dataset: [] for dataset in datasets}
        place = (
            (after.event_time, after.event_id, after.role, after.dataset_id)
            if after
            else (None, None, None, None)
        )
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, wanted.known_at)
            await known.join(found)
            names = [(asked, name) for asked in found for name in known.ids(asked)]
            rows = await connection.fetch(
                _SERIES,
                self._tenant,
                [asked for asked, _ in names],
                [name for _, name in names],
                list(wanted.names),
                wanted.since,
                wanted.until,
                wanted.known_at,
                wanted.every_event,
                *place,
                first + 1,
            )
        for row in rows:
            found[row["asked"]].append(_point(row, wanted.names))
        return {dataset: (points[:first], len(points) > first) for dataset, points in found.items()}


def _point(row: Any, names: Sequence[str]) -> Point:
    return Point(
        row["event_id"],
        row["event_time"],
        row["run_id"],
        JobName(row["job_namespace"], row["job"]) if row["job"] is not None else None,
        row["subject_id"],
        DatasetName(row["namespace"], row["name"]),
        row["role"],
        {name: row["said"][name] for name in names if name in row["said"]},
    )
