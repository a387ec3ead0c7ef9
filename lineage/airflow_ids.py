"""The ids that Airflow's OpenLineage provider gives to runs: known of a DAG run or a task before anything is heard of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from openlineage.client.uuid import generate_static_uuid


def dag_run_id(namespace: str, dag_id: str, at: datetime, clear_number: int = 0) -> UUID:
    """Return the id of a DAG run; `at` is its logical date, or where it has none the instant after which it runs.

    `clear_number` counts how often it was cleared after its end: each time it is another run.
    """
    return _id(f"{namespace}.{dag_id}.{clear_number}", at)


def task_run_id(
    namespace: str, dag_id: str, task_id: str, at: datetime, try_number: int, map_index: int = -1
) -> UUID:
    """Return the id of one try of a task; `at` is that of its DAG run, `map_index` -1 where it is not mapped."""
    return _id(f"{namespace}.{dag_id}.{task_id}.{try_number}.{map_index}", at)


def _id(words: str, at: datetime) -> UUID:
    return UUID(str(generate_static_uuid(instant=at, data=words.encode())))
