"""What Airflow still knows of its runs: read from its REST API, every try of every task, with the errors from the logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from graph.errors import NotFoundError
from graph.identity import DatasetName
from graph.time import instant, render
from ingest.airflow_logs import failure_in
from lineage.airflow_runs import DagRun, TaskTry, dataset_of

if TYPE_CHECKING:
    from ingest.airflow_api import AirflowApi


@dataclass(frozen=True, slots=True)
class AssetUse:
    """What a task says it reads and writes."""

    inputs: list[DatasetName] = field(default_factory=list[DatasetName])
    outputs: list[DatasetName] = field(default_factory=list[DatasetName])


@dataclass(frozen=True, slots=True)
class AssetEvent:
    """That an asset was changed: which dataset it is, to which version, when, and by which task instance, if by one."""

    dataset: DatasetName
    version: str
    at: datetime
    dag_id: str | None
    run_id: str | None
    task_id: str | None
    map_index: int


class AirflowHistory:
    """Reads what one Airflow did; every method blocks, so call it in a thread."""

    def __init__(self, api: AirflowApi) -> None:
        self._api = api

    def dag_runs(self, since: datetime | None) -> Iterator[DagRun]:
        """Yield the DAG runs that changed since then, those that go on among them."""
        bound = {} if since is None else {"updated_at_gte": render(since)}
        for told in self._api.pages("dags", "~", "dagRuns", key="dag_runs", order_by="run_after", **bound):
            yield _dag_run(told)

    def dag_run(self, dag_id: str, run_id: str) -> DagRun | None:
        """Return a DAG run, None where Airflow does not know it any more."""
        try:
            return _dag_run(self._api.get("dags", dag_id, "dagRuns", run_id))
        except NotFoundError:
            return None

    def tries(self, run: DagRun) -> list[TaskTry]:
        """Return every try of every task of a DAG run, without errors and assets."""
        path = ("dags", run.dag_id, "dagRuns", run.run_id, "taskInstances")
        newest = list(self._api.pages(*path, key="task_instances"))
        if all(told["try_number"] <= 1 for told in newest):
            return [_try(told) for told in newest]
        found: list[TaskTry] = []
        for told in newest:  # also of those that did not run before others were cleared
            part = (told["task_id"], *([str(told["map_index"])] if told["map_index"] >= 0 else []), "tries")
            found += map(_try, self._api.get(*path, *part)["task_instances"])
        return found

    def error(self, run: DagRun, one: TaskTry) -> str | None:
        """Return why a try failed, in the words of its log; None where that does not tell or is gone."""
        log = self._api.log(run.dag_id, run.run_id, one.task_id, one.map_index, one.try_number)
        failure = failure_in(log)
        return None if failure is None else failure.words or failure.type

    def asset_uses(self) -> dict[tuple[str, str], AssetUse]:
        """Return by DAG and task what they say they read and write."""
        uses: dict[tuple[str, str], AssetUse] = {}
        for asset in self._api.pages("assets", key="assets"):
            dataset = dataset_of(asset["uri"])
            if dataset is None:
                continue
            for task in asset["producing_tasks"]:
                uses.setdefault((task["dag_id"], task["task_id"]), AssetUse()).outputs.append(dataset)
            for task in asset["consuming_tasks"]:
                uses.setdefault((task["dag_id"], task["task_id"]), AssetUse()).inputs.append(dataset)
        return uses

    def asset_events(self, since: datetime | None) -> Iterator[AssetEvent]:
        """Yield what changed assets since then, but for what we told Airflow ourselves."""
        bound = {} if since is None else {"timestamp_gte": render(since)}
        for told in self._api.pages("assets", "events", key="asset_events", order_by="timestamp", **bound):
            extra = told["extra"] or {}
            dataset = dataset_of(told["uri"] or "")
            if dataset is None or "openlineage" in extra:
                continue
            yield AssetEvent(
                dataset,
                str(extra.get("version") or f"asset event {told['id']}"),
                instant(told["timestamp"]),
                told["source_dag_id"],
                told["source_run_id"],
                told["source_task_id"],
                told["source_map_index"],
            )


def with_assets(one: TaskTry, use: AssetUse | None) -> TaskTry:
    """Return a try with what its task says it reads and writes."""
    return one if use is None else replace(one, inputs=tuple(use.inputs), outputs=tuple(use.outputs))


def _dag_run(told: Mapping[str, Any]) -> DagRun:
    start, end = _instant(told["data_interval_start"]), _instant(told["data_interval_end"])
    return DagRun(
        dag_id=told["dag_id"],
        run_id=told["dag_run_id"],
        run_type=told["run_type"],
        at=instant(told["logical_date"] or told["run_after"]),
        state=told["state"],
        started_at=_instant(told["start_date"]),
        ended_at=_instant(told["end_date"]),
        interval=None if start is None or end is None else (start, end),
        conf=told["conf"] or {},
    )


def _try(told: Mapping[str, Any]) -> TaskTry:
    return TaskTry(
        task_id=told["task_id"],
        map_index=told["map_index"],
        try_number=told["try_number"],
        state=told["state"],
        started_at=_instant(told["start_date"]),
        ended_at=_instant(told["end_date"]),
        operator=told["operator"],
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else instant(text)
