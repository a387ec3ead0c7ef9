"""Reads how the runs of jobs went day by day: how many in each state, and how long those took that went well."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from graph.store.database import DEFAULT_TENANT, Database
from lineage.statements import statement

MOST_DAYS = 366
"""How many days a history may span."""

_DAYS = statement("run_days")


@dataclass(frozen=True, slots=True)
class RunCounts:
    """How many runs there were in each state, and how many seconds the median, 90 %, 99 % and all of the complete took."""

    runs: int = 0
    complete: int = 0
    fail: int = 0
    abort: int = 0
    going_on: int = 0
    median_seconds: float | None = None
    p90_seconds: float | None = None
    p99_seconds: float | None = None
    longest_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RunHistory:
    """How the runs of a job went: all together, and by the day (in UTC) they started on, the latest first."""

    total: RunCounts = field(default_factory=RunCounts)
    days: dict[date, RunCounts] = field(default_factory=dict[date, RunCounts])


class RunHistories:
    """Answers how the runs of the jobs of one tenant went, as best known now."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def of(
        self, jobs: Collection[UUID], since: datetime, until: datetime, at: datetime
    ) -> dict[UUID, RunHistory]:
        """Return for each job how its runs that started in `since <= start < until` went by `at`, in one statement."""
        found = {job: RunHistory() for job in jobs}
        async with self._database.connection() as connection:
            rows = await connection.fetch(_DAYS, self._tenant, list(jobs), since, until, at)
        for row in rows:
            if row["day"] is None:
                found[row["job_id"]] = RunHistory(_counts(row))
            else:
                found[row["job_id"]].days[row["day"]] = _counts(row)
        return found


def _counts(row: Any) -> RunCounts:
    median, p90, p99 = row["seconds"] or (None, None, None)
    return RunCounts(
        row["runs"],
        row["complete"],
        row["fail"],
        row["abort"],
        row["going_on"],
        median,
        p90,
        p99,
        row["longest"],
    )
