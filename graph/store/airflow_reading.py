"""What was read back from an Airflow: runs that others started there, and up to which change it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.identity import new_id
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.pipeline_runs import COLUMNS, PipelineRun

_FOUND = """
insert into pipeline_run (tenant_id, run_id, pipeline_id, pipeline_name, engine, work, conf, cause, requested_by, requested_at,
                          state, dag_run_id, lineage_run_id, start_reported_at, end_reported_at)
values ($1, $2, $3, $4, 'airflow', $5, $6, 'airflow', $7, $8, 'queued', $9, $10, clock_timestamp(), clock_timestamp())
    on conflict (tenant_id, work, dag_run_id) where dag_run_id is not null do nothing
"""


@dataclass(frozen=True, slots=True)
class FoundRun:
    """A run that somebody else started in Airflow, of a DAG that carries a pipeline out."""

    pipeline_id: UUID
    pipeline_name: str
    dag_id: str
    dag_run_id: str
    conf: dict[str, Any]
    requested_by: str | None
    requested_at: datetime
    lineage_run_id: UUID | None


class AirflowReading:
    """What one tenant knows of its Airflow."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def found(self, run: FoundRun) -> None:
        """Record a run that somebody else started in Airflow; one that is known stays as it is."""
        async with self._database.connection(leaves_nothing=True) as connection:
            await connection.execute(
                _FOUND,
                self._tenant,
                new_id(),
                run.pipeline_id,
                run.pipeline_name,
                run.dag_id,
                run.conf,
                run.requested_by,
                run.requested_at,
                run.dag_run_id,
                run.lineage_run_id,
            )

    async def of_dag_runs(self, dag_runs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], PipelineRun]:
        """Return the runs by the ids of their DAGs and DAG runs."""
        async with self._database.connection(leaves_nothing=True) as connection:
            rows = await connection.fetch(
                f"""select {COLUMNS} from pipeline_run r join unnest($2::text[], $3::text[]) as d (dag_id, id)
                        on r.work = d.dag_id and r.dag_run_id = d.id where r.tenant_id = $1""",  # noqa: S608
                self._tenant,
                [dag_id for dag_id, _ in dag_runs],
                [dag_run_id for _, dag_run_id in dag_runs],
            )
        return {(row["work"], row["dag_run_id"]): PipelineRun.of(row) for row in rows}

    async def read_to(self, url: str) -> datetime | None:
        """Return up to which change the runs of an Airflow were read back; None: never."""
        async with self._database.connection(leaves_nothing=True) as connection:
            return await connection.fetchval(
                "select read_to from airflow_reading where tenant_id = $1 and url = $2", self._tenant, url
            )

    async def have_read(self, url: str, to: datetime) -> None:
        """Record up to which change the runs of an Airflow were read back."""
        async with self._database.connection(leaves_nothing=True) as connection:
            await connection.execute(
                """insert into airflow_reading (tenant_id, url, read_to) values ($1, $2, $3)
                   on conflict (tenant_id, url) do update set read_to = greatest(airflow_reading.read_to, excluded.read_to)""",
                self._tenant,
                url,
                to,
            )
