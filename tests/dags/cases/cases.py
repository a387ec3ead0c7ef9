"""DAGs that fail, are skipped, mapped, cleared and run for the past: what a catalog has to tell of truthfully."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

USUAL: dict[str, Any] = {
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "catchup": False,
    "default_args": {"retries": 0, "retry_delay": timedelta(seconds=1)},
}
FOLLOWED = Asset(
    name="warehouse_customers", uri=json.loads(os.environ["GOLDTHREAD_ASSETS"])["warehouse_customers"]
)
"""As the DAG that makes it has it: by two addresses of one name, Airflow would put one of both out of use."""

MADE = Asset(name="case_made", uri="postgres://127.0.0.1:5432/cases/public/made")


@dag(schedule=None, **USUAL)
def case_failing() -> None:
    """A task that fails twice, one that waits for it in vain, one that skips itself, and one that is skipped for that."""

    @task
    def fine() -> int:
        return 1

    @task(retries=1)
    def broken(number: int) -> None:
        raise ValueError(f"the column amount is missing, try {get_current_context()['ti'].try_number}")

    @task
    def in_vain() -> None:
        raise AssertionError("this never runs")

    @task
    def skipping() -> None:
        raise AirflowSkipException("nothing to do")

    @task
    def skipped() -> None:
        raise AssertionError("this never runs")

    broken(fine()) >> in_vain()
    skipping() >> skipped()


@dag(schedule=None, **USUAL)
def case_cleared() -> None:
    """A task that fails until it is cleared."""

    @task
    def second_time() -> int:
        if get_current_context()["ti"].try_number == 1:
            raise ValueError("not yet")
        return 1

    @task
    def after(number: int) -> None:
        print(number)

    after(second_time())


@dag(schedule=None, **USUAL)
def case_mapped() -> None:
    """Three instances of one task, of which one fails."""

    @task
    def parts() -> list[int]:
        return [1, 0, 2]

    @task(outlets=[MADE])
    def divide(number: int) -> float:
        return 1 / number

    divide.expand(number=parts())


@dag(schedule="0 0 * * *", **USUAL | {"start_date": datetime(2026, 11, 1, tzinfo=UTC)})
def case_daily() -> None:
    """What is run for days that are over."""

    @task
    def day(logical_date: datetime | None = None) -> str:
        return str(logical_date)

    day()


@dag(schedule=None, **USUAL)
def case_slow() -> None:
    """A task that takes its time, so that Goldthread can go and come back meanwhile."""

    @task
    def slow() -> None:
        import time

        time.sleep(6)

    @task(outlets=[MADE])
    def last(outlet_events: Any = None) -> None:
        outlet_events[MADE].extra = {"version": "made while nobody listened"}

    slow() >> last()


@dag(schedule=None, params={"until": ""}, **USUAL)
def case_waiting() -> None:
    """A task that goes on until the file is there that its conf names."""

    @task
    def wait() -> None:
        import time
        from pathlib import Path

        file = Path(get_current_context()["params"]["until"])
        while not file.exists():
            time.sleep(0.2)

    wait()


@dag(schedule=[FOLLOWED], **USUAL)
def case_follows_customers() -> None:
    """What runs whenever there is a new version of the warehouse's customers."""

    @task
    def look(triggering_asset_events: Any = None) -> list[Any]:
        return [event.extra for events in triggering_asset_events.values() for event in events]

    look()


case_failing()
case_cleared()
case_mapped()
case_daily()
case_slow()
case_waiting()
case_follows_customers()
