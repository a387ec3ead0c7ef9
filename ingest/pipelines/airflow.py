"""Starts DAG runs, looks at them with their tasks, and ends them, in the words of Airflow's own client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from airflow_client import client

from graph.errors import ConflictError, InvalidInputError, NotFoundError
from ingest.airflow_api import PAGE, TIMEOUT, AirflowApi
from ingest.airflow_logs import failure_in
from ingest.airflow_server.notice import AirflowAccess
from ingest.pipelines.dag_runs import DagRun, TaskTry

MOST_TASKS = 5_000
"""How many tasks of one run are looked at."""


class Airflow:
    """One Airflow; every method blocks, so call it in a thread.

    Raises UnavailableError where it does not do what it is asked now but may later, NotReachedError where nothing can
    have arrived.
    """

    def __init__(self, access: AirflowAccess) -> None:
        self.access = access
        self._api = AirflowApi(access)
        self._runs = client.DagRunApi(self._api.client)
        self._tasks = client.TaskInstanceApi(self._api.client)
        self._dags = client.DAGApi(self._api.client)

    def start(self, dag_id: str, dag_run_id: str, conf: dict[str, Any], note: str) -> DagRun:
        """Start a DAG run and return it; one of that id that is there already is returned as it is.

        Raises NotFoundError where there is no such DAG, InvalidInputError where Airflow refuses the conf.
        """
        body = client.TriggerDAGRunPostBody(logical_date=None, dag_run_id=dag_run_id, conf=conf, note=note)
        try:
            return _run(self._asked(self._runs.trigger_dag_run, dag_id, body))
        except ConflictError as error:
            there = self.run(dag_id, dag_run_id)
            if there is None:
                raise InvalidInputError.at("$.conf", f"Airflow refuses the run: {error.message}") from error
            return there
        except NotFoundError as error:
            raise NotFoundError(f"Airflow at {self.access.url} knows no DAG {dag_id}") from error
        except InvalidInputError as error:
            raise InvalidInputError.at("$.conf", error.problems[0].reason) from error

    def run(self, dag_id: str, dag_run_id: str) -> DagRun | None:
        """Return a DAG run, None where there is none."""
        try:
            return _run(self._asked(self._runs.get_dag_run, dag_id, dag_run_id))
        except NotFoundError:
            return None

    def stop(self, dag_id: str, dag_run_id: str) -> DagRun | None:
        """End a DAG run with everything that runs in it, and return it; None where there is none."""
        body = client.DAGRunPatchBody(state=client.DagRunMutableStates.FAILED)
        try:
            return _run(
                self._asked(self._runs.patch_dag_run, dag_id, dag_run_id, body, update_mask=["state"])
            )
        except NotFoundError:
            return None

    def is_paused(self, dag_id: str) -> bool:
        """Whether Airflow begins no runs of a DAG for now."""
        try:
            return bool(self._asked(self._dags.get_dag, dag_id).is_paused)
        except NotFoundError:
            return False

    def tasks(self, dag_id: str, dag_run_id: str) -> list[TaskTry]:
        """Return the newest try of every task of a run."""
        told = self._pages(self._tasks.get_task_instances, "task_instances", dag_id, dag_run_id)
        return [_try(one) for one in islice(told, MOST_TASKS)]

    def tries(self, dag_id: str, dag_run_id: str, task: TaskTry) -> list[TaskTry]:
        """Return every try of a task, the newest last."""
        where = (dag_id, dag_run_id, task.task_id)
        try:
            if task.map_index >= 0:
                found = self._asked(self._tasks.get_mapped_task_instance_tries, *where, task.map_index)
            else:
                found = self._asked(self._tasks.get_task_instance_tries, *where)
        except NotFoundError:
            return [task]
        return sorted((_try(one) for one in found.task_instances), key=lambda one: one.try_number)

    def error(self, dag_id: str, dag_run_id: str, task: TaskTry) -> str | None:
        """Return why a try failed, as its log tells; None where that is gone or does not say."""
        failure = failure_in(self._api.log(dag_id, dag_run_id, task.task_id, task.map_index, task.try_number))
        return None if failure is None else str(failure)

    def changed_since(self, at: datetime) -> Iterator[DagRun]:
        """Yield the runs of all DAGs that changed since an instant of Airflow's clock, oldest change first."""
        wanted = {"updated_at_gte": at, "order_by": ["updated_at"]}
        return map(_run, self._pages(self._runs.get_dag_runs, "dag_runs", "~", **wanted))

    def close(self) -> None:
        """Give the connections back."""
        self._api.close()

    def _asked(self, method: Callable[..., Any], *about: Any, **given: Any) -> Any:
        return self._api.ask(lambda: method(*about, **given, _request_timeout=TIMEOUT))

    def _pages(self, method: Callable[..., Any], name: str, *about: Any, **given: Any) -> Iterator[Any]:
        """Yield everything that a list holds, `name` being what the answer calls it."""
        offset = 0
        while True:
            page = self._asked(method, *about, **given, limit=PAGE, offset=offset)
            found = getattr(page, name)
            yield from found
            offset += len(found)
            if not found or offset >= (page.total_entries or 0):
                return


def _run(told: Any) -> DagRun:
    return DagRun(
        told.dag_id,
        told.dag_run_id,
        told.state.value,
        told.conf or {},
        told.run_after,
        told.logical_date,
        told.start_date,
        told.end_date,
        told.triggering_user_name,
    )


def _try(told: Any) -> TaskTry:
    return TaskTry(
        told.task_id,
        told.map_index,
        told.try_number,
        told.state.value if told.state else None,
        told.operator_name or told.operator,
        told.start_date,
        told.end_date,
    )
