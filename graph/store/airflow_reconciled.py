"""Up to which instant each Airflow was compared with the catalog."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from graph.store.database import DEFAULT_TENANT, Database

What = Literal["runs_to", "versions_to"]


class AirflowReconciled:
    """Keeps how far one tenant got with each Airflow, which is known by the namespace of its lineage."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def reached(self, namespace: str, what: What) -> datetime | None:
        """Return up to when it was compared, None where it never was."""
        async with self._database.connection() as connection:
            return await connection.fetchval(
                f"select {what} from airflow_reconciled where tenant_id = $1 and namespace = $2",  # noqa: S608 - one of two words
                self._tenant,
                namespace,
            )

    async def reach(self, namespace: str, what: What, instant: datetime) -> None:
        """Keep that it was compared up to an instant; an earlier one changes nothing."""
        async with self._database.connection() as connection:
            await connection.execute(
                f"""insert into airflow_reconciled as a (tenant_id, namespace, {what}) values ($1, $2, $3)
                    on conflict (tenant_id, namespace) do update set {what} = greatest(a.{what}, excluded.{what})""",  # noqa: S608 - one of two words
                self._tenant,
                namespace,
                instant,
            )
