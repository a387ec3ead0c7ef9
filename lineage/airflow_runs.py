"""What Airflow knows of its runs, as OpenLineage events: those that its provider lost, or never sends. Pure.

They are the provider's own as far as can be told: the same runs, jobs and parents, so that one that arrives late as well
says nothing else; times of tasks are those of Airflow's database, some tenths of a second beside those of its workers. A task that its upstream kept from running has no event from the provider at all: it is told as ABORT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

import orjson

from graph.identity import DatasetName
from graph.time import render
from lineage.airflow_ids import dag_run_id, task_run_id
from lineage.emitter import PRODUCER
from lineage.runs import Run

ENDS: Final[Mapping[str, str]] = {
    "success": "COMPLETE",
    "failed": "FAIL",
    "up_for_retry": "FAIL",
    "upstream_failed": "ABORT",
    "skipped": "ABORT",
    "removed": "ABORT",
    "restarting": "ABORT",
}
"""What the states of Airflow in which a task or a DAG run is over are as OpenLineage's."""

GOES_ON: Final = frozenset({"running", "deferred", "up_for_reschedule"})
"""The states of a task that has begun and is not over."""

MOST_CLEARS = 10
"""How often a DAG run that was cleared after its end is looked for at once."""

_SAME = timedelta(seconds=1)
_UNRUN: Final[Mapping[str, str]] = {
    "upstream_failed": "was not run: a task that it waits for failed",
    "skipped": "was skipped",
    "removed": "was removed from its DAG",
    "restarting": "was cleared while it ran",
}
_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
_FACETS = "https://openlineage.io/spec/facets/"


@dataclass(frozen=True, slots=True)
class DagRun:
    """A run of a DAG as Airflow tells of it; `at` is its logical date, else the instant after which it runs."""

    dag_id: str
    run_id: str
    run_type: str
    at: datetime
    state: str
    started_at: datetime | None
    ended_at: datetime | None
    interval: tuple[datetime, datetime] | None = None
    conf: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class TaskTry:
    """One try of a task of a DAG run; `map_index` is -1 where the task is not mapped, `error` why it failed."""

    task_id: str
    map_index: int
    try_number: int
    state: str | None
    started_at: datetime | None
    ended_at: datetime | None
    operator: str | None = None
    error: str | None = None
    inputs: tuple[DatasetName, ...] = ()
    outputs: tuple[DatasetName, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """What is to be told of a DAG run: the ids of all of its runs, and the events that are missing."""

    ids: frozenset[UUID]
    events: tuple[bytes, ...]


def ids_of_clears(namespace: str, run: DagRun) -> list[UUID]:
    """Return the ids that a DAG run has as it is cleared again and again, the first one first."""
    return [dag_run_id(namespace, run.dag_id, run.at, clear) for clear in range(MOST_CLEARS)]


def ids_of_tries(namespace: str, run: DagRun, tries: Sequence[TaskTry]) -> list[UUID]:
    """Return the id of each try."""
    return [_try_id(namespace, run, one) for one in tries]


def account(namespace: str, run: DagRun, tries: Sequence[TaskTry], known: Mapping[UUID, Run]) -> Account:
    """Return what the catalog, which knows the runs given, has to be told of a DAG run and its tasks."""
    clears = ids_of_clears(namespace, run)
    heard = [known.get(one) for one in clears]
    current = _current(run, heard)
    events = _overtaken_events(namespace, run, heard[:current], tries)
    events += _dag_events(namespace, run, clears[current], heard[current])
    for one in tries:
        run_id = _try_id(namespace, run, one)
        if not _is_missing(one, known.get(run_id)):
            continue
        clear = _clear_of(one, heard, current)
        events += _task_events(namespace, run, clears[clear], run_id, one)
    ids = frozenset([*clears[: current + 1], *ids_of_tries(namespace, run, tries)])
    return Account(ids, tuple(events))


def is_over(run: Run) -> bool:
    """Whether the end of a run was heard of."""
    return not run.is_placeholder and run.state in {"COMPLETE", "FAIL", "ABORT"}


def _is_missing(one: TaskTry, heard: Run | None) -> bool:
    """Whether a try has come further than was heard of it."""
    if one.state in GOES_ON:
        return heard is None or heard.is_placeholder
    return one.state in ENDS and not (heard is not None and is_over(heard))


def dataset_of(uri: str) -> DatasetName | None:
    """Return the dataset that the URI of an asset names, as Airflow's provider does; None where it names none."""
    parts = urlsplit(uri)
    path = unquote(parts.path).strip("/")
    if parts.scheme in {"postgres", "postgresql"} and path.count("/") == 2:
        place = parts.netloc if parts.port else f"{parts.netloc}:5432"
        return DatasetName(f"postgres://{place}", path.replace("/", "."))
    if parts.scheme == "file" and path:
        return DatasetName(f"file://{parts.netloc}" if parts.netloc else "file", f"/{path}")
    if parts.scheme in {"s3", "gs"} and parts.netloc:
        return DatasetName(f"{parts.scheme}://{parts.netloc}", path or "/")
    return None


def version_event(
    namespace: str, run: DagRun, one: TaskTry, output: DatasetName, version: str, at: datetime
) -> bytes:
    """Return the event that a try of a task made a version of a dataset, which an asset event of Airflow's says."""
    facets = {"version": {**_facet("1-0-1", "DatasetVersionDatasetFacet"), "datasetVersion": version}}
    told = {"namespace": output.namespace, "name": output.name, "facets": facets}
    name = f"{run.dag_id}.{one.task_id}"
    return _event("RUNNING", at, namespace, name, "TASK", _try_id(namespace, run, one), {}, outputs=[told])


def dataset_event(dataset: DatasetName, version: str, at: datetime) -> bytes:
    """Return the event that there is a version of a dataset of which nobody says which run made it."""
    facets = {"version": {**_facet("1-0-1", "DatasetVersionDatasetFacet"), "datasetVersion": version}}
    return orjson.dumps(
        {
            "eventTime": render(at),
            "producer": PRODUCER,
            "schemaURL": f"{_SCHEMA}DatasetEvent",
            "dataset": {"namespace": dataset.namespace, "name": dataset.name, "facets": facets},
        }
    )


def abort_event(namespace: str, name: str, run_id: UUID, at: datetime) -> bytes:
    """Return the event that a run is over of which Airflow itself knows nothing any more."""
    error = _error("is over: Airflow does not know it any more")
    return _event("ABORT", at, namespace, name, "TASK" if "." in name else "DAG", run_id, error)


def _current(run: DagRun, heard: Sequence[Run | None]) -> int:
    """Return how often a DAG run was cleared by now.

    Airflow's API does not tell; the runs heard of do, and where the last of these ended before the DAG run did, or before it
    began, there was another clearing of which nothing was heard.
    """
    last = max((place for place, one in enumerate(heard) if one is not None), default=0)
    found = heard[last]
    if found is None or found.ended_at is None or not is_over(found):
        return last
    begun_again = (
        run.ended_at is None and run.started_at is not None and found.ended_at + _SAME < run.started_at
    )
    ended_again = run.ended_at is not None and found.ended_at + _SAME < run.ended_at
    return min(last + 1, len(heard) - 1) if begun_again or ended_again else last


def _clear_of(one: TaskTry, heard: Sequence[Run | None], current: int) -> int:
    """Return in which clearing a try ran: the first that did not end before the try began."""
    at = one.started_at or one.ended_at
    for place, run in enumerate(heard[:current]):
        if at is not None and run is not None and run.ended_at is not None and run.ended_at >= at:
            return place
    return current


def _overtaken_events(
    namespace: str, run: DagRun, heard: Sequence[Run | None], tries: Sequence[TaskTry]
) -> list[bytes]:
    """Return the ends of runs that must be over, for the DAG run was cleared after them; how they ended, nobody knows."""
    events: list[bytes] = []
    for one in heard:
        if one is not None and not one.is_placeholder and not is_over(one):
            ends = [each.ended_at for each in tries if each.ended_at is not None]
            at = max([one.last_at, *(end for end in ends if end < (run.started_at or run.at))])
            words = _error("was cleared and run again; how it ended was not heard of")
            events.append(_event("ABORT", at, namespace, run.dag_id, "DAG", one.run_id, words))
    return events


def _dag_events(namespace: str, run: DagRun, run_id: UUID, heard: Run | None) -> list[bytes]:
    facets: dict[str, Any] = {
        "airflowDagRun": {
            **_facet("", "RunFacet"),
            "dag": {"dag_id": run.dag_id},
            "dagRun": {
                "dag_id": run.dag_id,
                "run_id": run.run_id,
                "run_type": run.run_type,
                "conf": dict(run.conf),
            },
        },
        **_parent_of_conf(run.conf),
    }
    events: list[bytes] = []
    is_known = heard is not None and not heard.is_placeholder
    if run.started_at is not None and not is_known:
        events.append(
            _event("START", run.started_at, namespace, run.dag_id, "DAG", run_id, facets | _nominal(run))
        )
    is_told = heard is not None and is_over(heard)
    if run.ended_at is not None and run.state in ENDS and not is_told:
        error = _error("task_failure") if run.state == "failed" else {}
        events.append(
            _event(ENDS[run.state], run.ended_at, namespace, run.dag_id, "DAG", run_id, facets | error)
        )
    return events


def _task_events(namespace: str, run: DagRun, parent: UUID, run_id: UUID, one: TaskTry) -> list[bytes]:
    name = f"{run.dag_id}.{one.task_id}"
    facets: dict[str, Any] = {**_parent(namespace, run, parent), **_nominal(run)}
    facets["airflow"] = {
        **_facet("", "RunFacet"),
        "dag": {"dag_id": run.dag_id},
        "dagRun": {"dag_id": run.dag_id, "run_id": run.run_id, "run_type": run.run_type},
        "task": {"task_id": one.task_id, "operator_class": one.operator},
        "taskInstance": {"try_number": one.try_number, "map_index": one.map_index, "state": one.state},
    }
    if one.map_index >= 0:
        facets["airflow_mappedTask"] = {**_facet("", "RunFacet"), "mapIndex": one.map_index}
    end = ENDS.get(one.state or "")
    events: list[bytes] = []
    if one.started_at is not None and end != "ABORT":
        events.append(_event("START", one.started_at, namespace, name, "TASK", run_id, facets))
    ended_at = one.ended_at or one.started_at or run.ended_at
    if end is None or ended_at is None:
        return events
    words = one.error if end == "FAIL" else _UNRUN.get(one.state or "")
    events.append(
        _event(
            end,
            ended_at,
            namespace,
            name,
            "TASK",
            run_id,
            facets | (_error(words) if words else {}),
            inputs=_datasets(one.inputs) if end == "COMPLETE" else (),
            outputs=_datasets(one.outputs) if end == "COMPLETE" else (),
        )
    )
    return events


def _event(
    kind: str,
    at: datetime,
    namespace: str,
    name: str,
    level: str,
    run_id: UUID,
    facets: Mapping[str, Any],
    *,
    inputs: Sequence[Mapping[str, Any]] = (),
    outputs: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    job_type = {
        **_facet("2-0-4", "JobTypeJobFacet"),
        "integration": "AIRFLOW",
        "jobType": level,
        "processingType": "BATCH",
    }
    return orjson.dumps(
        {
            "eventType": kind,
            "eventTime": render(at),
            "producer": PRODUCER,
            "schemaURL": f"{_SCHEMA}RunEvent",
            "run": {"runId": str(run_id), "facets": dict(facets)},
            "job": {"namespace": namespace, "name": name, "facets": {"jobType": job_type}},
            "inputs": list(inputs),
            "outputs": list(outputs),
        }
    )


def _facet(version: str, name: str) -> dict[str, str]:
    address = f"{_FACETS}{version}/{name}.json#/$defs/{name}" if version else f"{_SCHEMA}{name}"
    return {"_producer": PRODUCER, "_schemaURL": address}


def _error(message: str) -> dict[str, Any]:
    said = {**_facet("1-0-1", "ErrorMessageRunFacet"), "message": message, "programmingLanguage": "python"}
    return {"errorMessage": said}


def _nominal(run: DagRun) -> dict[str, Any]:
    if run.interval is None:
        return {}
    start, end = map(render, run.interval)
    times = {"nominalStartTime": start, "nominalEndTime": end}
    return {"nominalTime": {**_facet("1-0-1", "NominalTimeRunFacet"), **times}}


def _parent(namespace: str, run: DagRun, parent: UUID) -> dict[str, Any]:
    """Return the facet that ties a task to its DAG run, and to the run at the root of that."""
    itself = {"job": {"namespace": namespace, "name": run.dag_id}, "run": {"runId": str(parent)}}
    above = _parent_of_conf(run.conf)
    root = above["parent"]["root"] if above else itself
    return {"parent": {**_facet("1-2-0", "ParentRunFacet"), **itself, "root": root}}


def _parent_of_conf(conf: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facet that ties a DAG run to what started it, where whoever did so named itself in the conf."""
    told = conf.get("openlineage")
    if not isinstance(told, Mapping):
        return {}
    names = ("parentJobNamespace", "parentJobName", "parentRunId")
    parent = [told.get(name) for name in names]
    if not all(isinstance(part, str) for part in parent):
        return {}
    root = [told.get(f"root{name[0].upper()}{name[1:]}") for name in names]
    root = root if all(isinstance(part, str) for part in root) else parent
    return {"parent": {**_facet("1-2-0", "ParentRunFacet"), **_run_name(*parent), "root": _run_name(*root)}}


def _run_name(namespace: object, name: object, run_id: object) -> dict[str, Any]:
    return {"job": {"namespace": namespace, "name": name}, "run": {"runId": run_id}}


def _datasets(names: Sequence[DatasetName]) -> list[dict[str, str]]:
    return [{"namespace": one.namespace, "name": one.name} for one in names]


def _try_id(namespace: str, run: DagRun, one: TaskTry) -> UUID:
    return task_run_id(namespace, run.dag_id, one.task_id, run.at, one.try_number, one.map_index)
