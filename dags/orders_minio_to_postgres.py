"""Loads the lake's new files of orders into the warehouse's table of orders, every five minutes.

What is new is what the manifest of the lake says the warehouse does not hold: nothing is listed, guessed or loaded twice.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task
from goldthread_tasks import LAKE_ORDERS, USUAL, WAREHOUSE_ORDERS, step, told


@dag(
    dag_id="orders_minio_to_postgres",
    schedule="*/5 * * * *",
    catchup=False,
    max_active_runs=1,
    tags=["goldthread", "orders", "warehouse"],
    doc_md=__doc__,
    **USUAL,
)
def orders_to_warehouse() -> None:
    """Load what is new."""

    @task(pool="goldthread_warehouse", inlets=[LAKE_ORDERS], outlets=[WAREHOUSE_ORDERS])
    def load_orders(outlet_events: Any = None) -> dict[str, Any]:
        """Load all files that are not in the warehouse yet, oldest first."""
        return told(outlet_events, WAREHOUSE_ORDERS, step("load_orders"))

    load_orders()


orders_to_warehouse()
