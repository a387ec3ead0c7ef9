"""DAG runs and their tasks as Airflow tells of them, and where a person looks at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class DagRun:
    """A DAG run as Airflow tells of it; `state` in its words: queued, running, success or failed."""

    dag_id: str
    dag_run_id: str
    state: str
    conf: dict[str, Any]
    run_after: datetime
    logical_date: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    user: str | None


@dataclass(frozen=True, slots=True)
class TaskTry:
    """One try of a task as Airflow tells of it; `map_index` is -1 where it is not mapped."""

    task_id: str
    map_index: int
    try_number: int
    state: str | None
    operator: str | None
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def place(self) -> tuple[str, int]:
        """Which task it is a try of."""
        return self.task_id, self.map_index


def run_url(base: str, dag_id: str, dag_run_id: str) -> str:
    """Return where a person looks at a DAG run."""
    return f"{base}/dags/{quote(dag_id, safe='')}/runs/{quote(dag_run_id, safe='')}"


def try_url(base: str, dag_id: str, dag_run_id: str, task: TaskTry) -> str:
    """Return where a person reads the log of a try."""
    mapped = f"/mapped/{task.map_index}" if task.map_index >= 0 else ""
    place = f"{run_url(base, dag_id, dag_run_id)}/tasks/{quote(task.task_id, safe='')}{mapped}"
    return f"{place}?try_number={task.try_number}"
