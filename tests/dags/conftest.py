"""The Airflow that the DAGs are run by."""

from __future__ import annotations

from tests.stack.airflow_stack import airflow

__all__ = ["airflow"]
