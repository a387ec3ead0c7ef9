"""Speaks to the REST API of Airflow: starts DAG runs, looks at them with their tasks, and ends them."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Callable, Generator
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from airflow_client import client
from airflow_client.client.exceptions import ApiException
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from graph.errors import InvalidInputError, NotFoundError, UnavailableError
from ingest.airflow_server.notice import AirflowAccess
from ingest.pipelines.dag_runs import DagRun, NotReachedError, TaskTry, error_in

PAGE = 100
"""How many of anything Airflow tells at once: what it allows where nobody set it otherwise."""

MOST_TASKS = 5_000
"""How many tasks of one run are looked at."""

_TIMEOUT = (5.0, 30.0)
_RENEW_BEFORE = 300.0
_LOCAL = {"127.0.0.1", "::1", "localhost"}

T = TypeVar("T")


class Airflow:
    """One Airflow; every method blocks, so call it in a thread.

    Raises UnavailableError where it does not do what it is asked now but may later, NotReachedError where nothing can
    have arrived.
    """

    def __init__(self, access: AirflowAccess) -> None:
        self.access = access
        configuration = client.Configuration(
            host=access.url, retries=0, no_proxy="*" if urlsplit(access.url).hostname in _LOCAL else None
        )
        self._configuration = configuration
        self._api = client.ApiClient(configuration)
        self._runs = client.DagRunApi(self._api)
        self._tasks = client.TaskInstanceApi(self._api)
        self._dags = client.DAGApi(self._api)
        self._token_until = 0.0
        if access.token is not None:
            configuration.access_token = access.token

    def start(self, dag_id: str, dag_run_id: str, conf: dict[str, Any], note: str) -> DagRun:
        """Start a DAG run and return it; one of that id that is there already is returned as it is.

        Raises NotFoundError where there is no such DAG, InvalidInputError where Airflow refuses the conf.
        """
        body = client.TriggerDAGRunPostBody(logical_date=None, dag_run_id=dag_run_id, conf=conf, note=note)
        try:
            return _run(
                self._ask(lambda: self._runs.trigger_dag_run(dag_id, body, _request_timeout=_TIMEOUT))
            )
        except ApiException as error:
            if error.status == 409:
                there = self.run(dag_id, dag_run_id)
                if there is not None:
                    return there
            if error.status == 404:
                raise NotFoundError(f"Airflow at {self.access.url} knows no DAG {dag_id}") from error
            raise InvalidInputError.at("$.conf", f"Airflow refuses the run: {_detail(error)}") from error

    def run(self, dag_id: str, dag_run_id: str) -> DagRun | None:
        """Return a DAG run, None where there is none."""
        try:
            return _run(
                self._ask(lambda: self._runs.get_dag_run(dag_id, dag_run_id, _request_timeout=_TIMEOUT))
            )
        except ApiException as error:
            return _missing(error)

    def stop(self, dag_id: str, dag_run_id: str) -> DagRun | None:
        """End a DAG run with everything that runs in it, and return it; None where there is none."""
        body = client.DAGRunPatchBody(state=client.DagRunMutableStates.FAILED)
        try:
            return _run(
                self._ask(
                    lambda: self._runs.patch_dag_run(
                        dag_id, dag_run_id, body, update_mask=["state"], _request_timeout=_TIMEOUT
                    )
                )
            )
        except ApiException as error:
            return _missing(error)

    def is_paused(self, dag_id: str) -> bool:
        """Whether Airflow begins no runs of a DAG for now."""
        try:
            return bool(self._ask(lambda: self._dags.get_dag(dag_id, _request_timeout=_TIMEOUT)).is_paused)
        except ApiException as error:
            return bool(_missing(error))

    def tasks(self, dag_id: str, dag_run_id: str) -> list[TaskTry]:
        """Return the newest try of every task of a run."""
        found: list[TaskTry] = []
        while len(found) < MOST_TASKS:
            offset = len(found)
            page = self._ask(
                lambda offset=offset: self._tasks.get_task_instances(
                    dag_id, dag_run_id, limit=PAGE, offset=offset, _request_timeout=_TIMEOUT
                )
            )
            found += [_try(one) for one in page.task_instances]
            if not page.task_instances or len(found) >= (page.total_entries or 0):
                break
        return found

    def tries(self, dag_id: str, dag_run_id: str, task: TaskTry) -> list[TaskTry]:
        """Return every try of a task, the newest last."""
        try:
            if task.map_index >= 0:
                found = self._ask(
                    lambda: self._tasks.get_mapped_task_instance_tries(
                        dag_id, dag_run_id, task.task_id, task.map_index, _request_timeout=_TIMEOUT
                    )
                )
            else:
                found = self._ask(
                    lambda: self._tasks.get_task_instance_tries(
                        dag_id, dag_run_id, task.task_id, _request_timeout=_TIMEOUT
                    )
                )
        except ApiException as error:
            _missing(error)
            return [task]
        return sorted((_try(one) for one in found.task_instances), key=lambda one: one.try_number)

    def error(self, dag_id: str, dag_run_id: str, task: TaskTry) -> str | None:
        """Return why a try failed, as its log tells; None where that is gone or does not say."""
        # The client's own type of a line of a log keeps nothing of an exception but that there was one.
        answer = self._ask(
            lambda: self._tasks.get_log_without_preload_content(
                dag_id,
                dag_run_id,
                task.task_id,
                task.try_number,
                full_content=True,
                map_index=task.map_index,
                accept="application/json",
                _request_timeout=_TIMEOUT,
            )
        )
        content = answer.data
        if answer.status != 200:
            return None
        try:
            return error_in(json.loads(content)["content"])
        except (ValueError, KeyError, TypeError):
            return None

    def changed_since(self, at: datetime) -> Generator[DagRun]:
        """Yield the runs of all DAGs that changed since an instant of Airflow's clock, oldest change first."""
        offset = 0
        while True:
            start = offset
            page = self._ask(
                lambda start=start: self._runs.get_dag_runs(
                    "~",
                    limit=PAGE,
                    offset=start,
                    updated_at_gte=at,
                    order_by=["updated_at"],
                    _request_timeout=_TIMEOUT,
                )
            )
            yield from map(_run, page.dag_runs)
            offset += len(page.dag_runs)
            if not page.dag_runs or offset >= (page.total_entries or 0):
                return

    def close(self) -> None:
        """Give the connections back."""
        self._api.rest_client.pool_manager.clear()

    def _ask(self, question: Callable[[], T]) -> T:
        """Ask as somebody who is logged in; answers other than refusals of what was asked raise UnavailableError."""
        for is_last in (False, True):
            try:
                self._log_in(anew=is_last)
                return question()
            except ApiException as error:
                if error.status == 401 and not is_last:
                    continue
                if error.status in {401, 403}:
                    raise UnavailableError(
                        f"Airflow at {self.access.url} does not let {self.access.username or 'the token'} do this: {_detail(error)}"
                    ) from error
                if error.status not in {400, 404, 409, 422}:
                    raise UnavailableError(
                        f"Airflow at {self.access.url} answers {error.status}: {_detail(error)}"
                    ) from error
                raise
            except (HTTPError, OSError) as error:
                raise _unreached(self.access.url, error) from error
            except ValueError as error:
                raise UnavailableError(
                    f"Airflow at {self.access.url} answers what no Airflow 3 says: {type(error).__name__}"
                ) from error
        raise AssertionError("asked twice")

    def _log_in(self, *, anew: bool) -> None:
        if self.access.token is not None or (not anew and time.time() < self._token_until - _RENEW_BEFORE):
            return
        answer = self._api.rest_client.request(
            "POST",
            f"{self.access.url}/auth/token",
            headers={"Content-Type": "application/json"},
            body={"username": self.access.username or "", "password": self.access.password or ""},
            _request_timeout=_TIMEOUT,
        )
        content = answer.read()
        if answer.status not in {200, 201}:
            raise ApiException(
                status=answer.status, reason=answer.reason, body=content.decode("utf-8", "replace")
            )
        token = json.loads(content)["access_token"]
        self._token_until = _expiry(token)
        self._configuration.access_token = token


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


def _missing(error: ApiException) -> None:
    """Return None for what is not there; raises whatever else the refusal is."""
    if error.status != 404:
        raise UnavailableError(f"Airflow refuses what was asked: {_detail(error)}") from error


def _unreached(url: str, error: Exception) -> UnavailableError:
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    told = f"Airflow does not answer at {url}: {type(cause).__name__}"
    return (NotReachedError if isinstance(cause, NewConnectionError) else UnavailableError)(told)


def _detail(error: ApiException) -> str:
    try:
        detail = json.loads(error.body or "")["detail"]
    except (ValueError, KeyError, TypeError):
        detail = error.body or error.reason
    return str(detail)[:500]


def _expiry(token: str) -> float:
    """Return until when a token holds, in seconds since 1970; one that does not say is asked for anew each time."""
    try:
        part = token.split(".")[1]
        return float(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["exp"])
    except (IndexError, ValueError, KeyError, TypeError, binascii.Error):
        return 0.0
