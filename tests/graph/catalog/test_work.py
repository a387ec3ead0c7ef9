"""What carries a pipeline out: how it is named, and what a run of it may be given."""

from __future__ import annotations

from typing import Any

import pytest

from graph.catalog.asset import PIPELINE, altered, created
from graph.catalog.work import STEPS, Running, Work, checked_conf
from graph.errors import InvalidInputError
from ingest.pipelines.steps import ACTS

ORDERS = {"name": "orders", "source": "kafka://k/orders", "destination": "warehouse"}


def test_every_step_that_can_be_named_can_be_done() -> None:
    """The steps that pipelines may name are those that the worker can do."""
    assert list(STEPS) == list(ACTS)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("airflow:mdm_pipeline_dag", "airflow:mdm_pipeline_dag"),
        (" Airflow : etl.daily-2 ", "airflow:etl.daily-2"),
        ("worker:load_orders", "worker:load_orders"),
    ],
)
def test_work_is_kept_in_one_spelling(text: str, kept: str) -> None:
    """What names the same work is kept as the same text."""
    assert str(Work.of(text)) == kept


@pytest.mark.parametrize(
    ("attributes", "path", "told"),
    [
        ({"runsAs": "mdm_pipeline_dag"}, "$.runsAs", "must be airflow:DAG or worker:STEP"),
        ({"runsAs": "cron:x"}, "$.runsAs", "must be airflow:DAG or worker:STEP"),
        ({"runsAs": "airflow:a b"}, "$.runsAs", "must name a DAG"),
        ({"runsAs": "worker:load_order"}, "$.runsAs", "did you mean load_orders?"),
        ({"runsAs": "worker:load_orders", "schedule": "5 minutes"}, "$.schedule", "must have five fields"),
        ({"schedule": "* * * * *"}, "$.schedule", "needs runsAs"),
        ({"onNewFile": "orders"}, "$.onNewFile", "needs runsAs"),
        ({"runsAs": "worker:load_orders", "timeZone": "UTC"}, "$.timeZone", "needs schedule"),
        ({"runsAs": "worker:load_orders", "onNewFile": "invoices"}, "$.onNewFile", "customers, orders"),
    ],
)
def test_what_says_no_way_to_run_is_refused(attributes: dict[str, Any], path: str, told: str) -> None:
    """Attributes by which a pipeline could not be run are refused with their path and a reason."""
    with pytest.raises(InvalidInputError) as caught:
        created(PIPELINE, ORDERS | attributes)
    (problem,) = caught.value.problems
    assert problem.path == path
    assert told in problem.reason


def test_taking_the_work_away_needs_the_schedule_to_go_too() -> None:
    """A pipeline that nothing carries out keeps no schedule."""
    content = created(PIPELINE, ORDERS | {"runsAs": "worker:load_orders", "schedule": "@daily"})
    with pytest.raises(InvalidInputError, match="needs runsAs"):
        altered(PIPELINE, content, {"runs_as": None})
    assert Running.of(altered(PIPELINE, content, {"runs_as": None, "schedule": None})) is None


@pytest.mark.parametrize(
    ("work", "conf", "paths"),
    [
        (Work("worker", "load_orders"), {"file_key": "x.parquet"}, []),
        (Work("worker", "load_orders"), {"file": "x", "file_key": 1}, ["$.conf.file", "$.conf.file_key"]),
        (Work("worker", "compact_lake"), {"rows": True}, ["$.conf.rows"]),
        (Work("worker", "match"), {"all": "yes"}, ["$.conf.all"]),
        (Work("worker", "deliver"), {"system": "crm"}, ["$.conf.file"]),
        (Work("airflow", "etl"), {"anything": [1]}, []),
        (Work("airflow", "etl"), {"openlineage": {}}, ["$.conf.openlineage"]),
    ],
)
def test_a_conf_that_the_work_cannot_take_is_refused(
    work: Work, conf: dict[str, Any], paths: list[str]
) -> None:
    """Every member of a conf that is unknown, missing or of another type is told with its path."""
    assert [path for path, _ in checked_conf(work, conf)] == paths
