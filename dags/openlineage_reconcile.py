"""Tells Goldthread of what Airflow did and Goldthread did not hear of: ends that were lost, tasks that never began.

OpenLineage events are sent once. One that is sent while nobody listens is lost, and of a task that its upstream kept from
running none is sent at all. Airflow itself still knows: this asks its API, and has what is missing in the catalog recorded.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task
from goldthread_tasks import USUAL, goldthread


@dag(
    dag_id="openlineage_reconcile",
    schedule="*/15 * * * *",
    catchup=False,
    max_active_runs=1,
    tags=["goldthread", "lineage"],
    doc_md=__doc__,
    **USUAL,
)
def openlineage_reconcile() -> None:
    """Compare and tell."""

    @task(pool="goldthread_catalog")
    def reconcile() -> dict[str, Any]:
        """Tell the catalog of what it does not know."""
        return goldthread("airflow-reconcile", "--json")

    reconcile()


openlineage_reconcile()
