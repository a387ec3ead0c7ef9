"""Running pipelines: handed over to Airflow, or done by the worker itself."""
