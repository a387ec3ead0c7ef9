"""Loads one Parquet file of customers from the lake into the warehouse, with every version of every customer in it.

Start it with `{"file_key": "…/customers_….parquet"}`. Files are loaded in order, so those before it that are not in the
warehouse yet go first; a file that is in is left alone, so that running it again changes nothing.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task
from goldthread_tasks import LAKE_CUSTOMERS, USUAL, WAREHOUSE_CUSTOMERS, step, told


@dag(
    dag_id="mdm_pipeline_dag",
    schedule=None,
    catchup=False,
    max_active_runs=4,
    params={"file_key": Param(type="string", minLength=1, description="Where the file of the lake lies.")},
    tags=["goldthread", "customers", "warehouse"],
    doc_md=__doc__,
    **USUAL,
)
def mdm_pipeline() -> None:
    """Load the file, and say which version of the warehouse's customers that made."""

    @task(pool="goldthread_warehouse", inlets=[LAKE_CUSTOMERS], outlets=[WAREHOUSE_CUSTOMERS])
    def load_customers(params: Any = None, outlet_events: Any = None) -> dict[str, Any]:
        """Load the file and those before it, each once."""
        return told(outlet_events, WAREHOUSE_CUSTOMERS, step("load_customers", file_key=params["file_key"]))

    load_customers()


mdm_pipeline()
