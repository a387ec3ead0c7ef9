"""Datasets, jobs, runs and graphs in the JSON of Marquez, as its clients and its pages expect them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from graph.identity import DatasetName, JobName, content_id
from lineage.column_graph import ColumnLink, ColumnNode
from lineage.column_statements import ColumnFlow
from lineage.columns import Transformation
from lineage.datasets import DatasetState, LastWrite
from lineage.facets import Column
from lineage.held_facets import Held
from lineage.jobs import JobState
from lineage.listings import Listed, NamedNode, Namespace
from lineage.run_state import State
from lineage.runs import Run
from lineage.schema_history import SchemaVersion
from lineage.sent_facets import RunFacet
from lineage.store import LineageGraph
from service.schema import facets

STATES: Mapping[State, str] = {
    "START": "RUNNING",
    "RUNNING": "RUNNING",
    "COMPLETE": "COMPLETED",
    "FAIL": "FAILED",
    "ABORT": "ABORTED",
    "OTHER": "NEW",
    "UNKNOWN": "NEW",
}
"""What Marquez calls the states of a run."""

_JOB_TYPES = {"STREAMING": "STREAM", "STREAM": "STREAM", "SERVICE": "SERVICE"}
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """What is told of one dataset beside its name."""

    state: DatasetState | None
    last: LastWrite
    modified_at: datetime | None
    flows: Sequence[ColumnFlow]


def identity(name: DatasetName | JobName) -> dict[str, str]:
    """Return the id of a dataset or job."""
    return {"namespace": name.namespace, "name": name.name}


def node_id(name: DatasetName | JobName) -> str:
    """Return the id of a node of a graph."""
    return f"{'dataset' if isinstance(name, DatasetName) else 'job'}:{name.namespace}:{name.name}"


def column_id(node: ColumnNode) -> str:
    """Return the id of a node of a graph of columns."""
    return f"datasetField:{node.dataset.namespace}:{node.dataset.name}:{node.column}"


def version_id(of: UUID, what: str) -> UUID:
    """Return an id for a version of a dataset or job, which have none of their own here; equal ones for equal `what`."""
    return content_id("version", str(of), what)


def page(name: str, items: Sequence[Any], total: int) -> dict[str, Any]:
    """Return a page of a list."""
    return {name: items, "totalCount": total}


def namespace_json(namespace: Namespace) -> dict[str, Any]:
    """Return a namespace; nobody owns one here."""
    return {
        "name": namespace.name,
        "createdAt": namespace.first_at,
        "updatedAt": namespace.last_at,
        "ownerName": "anonymous",
        "description": None,
        "isHidden": False,
    }


def source_json(namespace: Namespace) -> dict[str, Any]:
    """Return the store that a namespace of datasets names."""
    scheme = urlsplit(namespace.name).scheme if "://" in namespace.name else ""
    return {
        "type": scheme.upper() or "DEFAULT",
        "name": namespace.name,
        "createdAt": namespace.first_at,
        "updatedAt": namespace.last_at,
        "connectionUrl": namespace.name,
        "description": None,
    }


def dataset_json(dataset: NamedNode, facts: DatasetFacts) -> dict[str, Any]:
    """Return a dataset under the name it was asked for by; its physical name is the one it is shown by."""
    held = facts.state.facets if facts.state else {}
    source, said = facets.data_source(held), facets.documentation(held)
    since = facts.state.schema_since if facts.state else None
    latest = max([dataset.first_at, *(one.since for one in held.values())])
    return {
        **_dataset_head(dataset.name, facts.state.node.name if facts.state else dataset.name),
        "createdAt": dataset.first_at,
        "updatedAt": max(latest, facts.modified_at or latest),
        "sourceName": source.name if source and source.name else dataset.name.namespace,
        "fields": fields_json(facts.state.columns if facts.state else (), held),
        "tags": [tag.key for tag in facets.tags(held)],
        "lastModifiedAt": facts.modified_at,
        "lastLifecycleState": facts.last.lifecycle,
        "description": said.description if said else None,
        "currentVersion": version_id(dataset.id, since.isoformat()) if since else None,
        "columnLineage": column_lineage_json(facts.flows) or None,
        "facets": {name: one.body for name, one in held.items()},
        "deleted": facts.last.lifecycle == "DROP",
    }


def version_json(dataset: NamedNode, facts: DatasetFacts, version: SchemaVersion) -> dict[str, Any]:
    """Return a version of a dataset: a stretch of time through which it had one schema."""
    told = dataset_json(dataset, facts)
    number = version_id(dataset.id, version.valid_from.isoformat())
    held = facts.state.facets if facts.state else {}
    return {
        **{name: told[name] for name in ("type", "name", "physicalName", "namespace", "sourceName", "tags", "description", "facets")},
        "id": {**identity(dataset.name), "version": number},
        "version": number,
        "createdAt": version.valid_from,
        "fields": fields_json(version.columns, held),
        "lifecycleState": told["lastLifecycleState"] if version.valid_to is None else None,
        "currentSchemaVersion": number,
        "createdByRun": None,
    }  # fmt: skip


def fields_json(columns: Iterable[Column], held: Mapping[str, Held]) -> list[dict[str, Any]]:
    """Return the columns of a dataset; nested ones by their path."""
    tags = facets.tags_of_columns(held)
    return [
        {
            "name": column.path,
            "type": column.type,
            "tags": [tag.key for tag in tags.get(column.path, ())],
            "description": column.description,
        }
        for column in columns
    ]


def column_lineage_json(flows: Iterable[ColumnFlow]) -> list[dict[str, Any]]:
    """Return for each column of a dataset the columns it follows from."""
    inputs: dict[str, list[dict[str, Any]]] = {}
    for flow in flows:
        if flow.target_column is None or flow.source_column is None:
            continue
        inputs.setdefault(flow.target_column, []).append(
            {
                "namespace": flow.source.namespace,
                "dataset": flow.source.name,
                "field": flow.source_column,
                **_transformation(flow.transformations),
            }
        )
    return [
        {
            "name": column,
            "inputFields": of_column,
            "transformationDescription": of_column[0]["transformationDescription"],
            "transformationType": of_column[0]["transformationType"],
        }
        for column, of_column in inputs.items()
    ]


def job_json(
    job: NamedNode, state: JobState | None, runs: Sequence[Run], run_facets: Mapping[UUID, Sequence[RunFacet]]
) -> dict[str, Any]:
    """Return a job with its latest runs, the last one first."""
    held = state.facets if state else {}
    said, place, kind = facets.documentation(held), facets.source_code_location(held), facets.job_type(held)
    told = [run_json(run, run_facets.get(run.run_id, ())) for run in runs]
    latest = max(
        [job.first_at, *(one.since for one in held.values()), *(run.last_at for run in runs)],
    )
    return {
        "id": identity(job.name),
        "type": _JOB_TYPES.get(kind.processing_type.upper(), "BATCH") if kind else "BATCH",
        "name": job.name.name,
        "simpleName": job.name.name,
        "parentJobName": None,
        "parentJobUuid": None,
        "createdAt": job.first_at,
        "updatedAt": latest,
        "namespace": job.name.namespace,
        "inputs": [identity(edge.dataset) for edge in state.inputs] if state else [],
        "outputs": [identity(edge.dataset) for edge in state.outputs] if state else [],
        "location": place.url if place else None,
        "description": said.description if said else None,
        "latestRun": told[0] if told else None,
        "latestRuns": told,
        "facets": {name: one.body for name, one in held.items()},
        "currentVersion": version_id(job.id, "current"),
        "labels": [],
        "tags": [tag.key for tag in facets.tags(held)],
    }


def run_json(run: Run, sent: Sequence[RunFacet]) -> dict[str, Any]:
    """Return a run with the facets it sent."""
    return {
        "id": run.run_id,
        "createdAt": run.started_at,
        "updatedAt": run.last_at,
        "nominalStartTime": run.nominal_from,
        "nominalEndTime": run.nominal_to,
        "state": STATES[run.state],
        "startedAt": run.started_at,
        "endedAt": run.ended_at,
        "durationMs": run.duration // _MILLISECOND if run.duration is not None else None,
        "args": {},
        "jobVersion": {**identity(run.job), "version": version_id(run.job_id, "current")},
        "inputDatasetVersions": [_seen(run, name, "I", sent) for name in run.inputs],
        "outputDatasetVersions": [_seen(run, name, "O", sent) for name in run.outputs],
        "facets": {facet.name: facet.body for facet in sent if facet.role is None},
    }


def graph_json(graph: LineageGraph, data: Mapping[UUID, Mapping[str, Any]]) -> dict[str, Any]:
    """Return a lineage graph; `data` tells of each of its nodes by id."""
    names = {node.id: node_id(node.name) for node in graph.nodes}
    into: dict[UUID, list[dict[str, str]]] = {node.id: [] for node in graph.nodes}
    out: dict[UUID, list[dict[str, str]]] = {node.id: [] for node in graph.nodes}
    for origin, target in dict.fromkeys((edge.origin, edge.target) for edge in graph.edges):
        edge = {"origin": names[origin], "destination": names[target]}
        out[origin].append(edge)
        into[target].append(edge)
    nodes = sorted(graph.nodes, key=lambda node: names[node.id])
    return {
        "graph": [
            {
                "id": names[node.id],
                "type": node.kind.upper(),
                "data": data[node.id],
                "inEdges": into[node.id],
                "outEdges": out[node.id],
            }
            for node in nodes
        ]
    }


def column_graph_json(
    start: Iterable[ColumnNode], links: Iterable[ColumnLink], types: Mapping[ColumnNode, str | None]
) -> dict[str, Any]:
    """Return a graph of columns; every edge starts at the node that it is listed with, as it does in Marquez."""
    sources: dict[ColumnNode, list[ColumnLink]] = {node: [] for node in start}
    targets: dict[ColumnNode, list[ColumnLink]] = {node: [] for node in sources}
    for link in links:
        for node in (link.source, link.target):
            sources.setdefault(node, [])
            targets.setdefault(node, [])
        sources[link.target].append(link)
        targets[link.source].append(link)
    return {
        "graph": [
            {
                "id": column_id(node),
                "type": "DATASET_FIELD",
                "data": {
                    **_column(node),
                    "fieldType": types.get(node),
                    **_transformation([one for link in sources[node] for one in link.transformations]),
                    "inputFields": [
                        {**_column(link.source), **_transformation(link.transformations)}
                        for link in sources[node]
                    ],
                },
                "inEdges": [_edge(node, link.source) for link in sources[node]],
                "outEdges": [_edge(node, link.target) for link in targets[node]],
            }
            for node in sorted(sources, key=column_id)
        ]
    }


def search_json(found: Listed[NamedNode]) -> dict[str, Any]:
    """Return what a search found."""
    return {
        "totalCount": found.total,
        "results": [
            {
                "type": "DATASET" if isinstance(node.name, DatasetName) else "JOB",
                "name": node.name.name,
                "updatedAt": node.first_at,
                "namespace": node.name.namespace,
                "nodeId": node_id(node.name),
            }
            for node in found.items
        ],
    }


def _dataset_head(name: DatasetName | JobName, shown: DatasetName | JobName) -> dict[str, Any]:
    return {
        "id": identity(name),
        "type": "DB_TABLE",  # what Marquez calls all datasets that OpenLineage tells of
        "name": name.name,
        "physicalName": shown.name,
        "namespace": name.namespace,
    }


def _seen(run: Run, name: DatasetName, role: str, sent: Sequence[RunFacet]) -> dict[str, Any]:
    version = version_id(run.run_id, f"{name.namespace} {name.name}")
    return {
        "datasetVersionId": {**identity(name), "version": version},
        "facets": {facet.name: facet.body for facet in sent if (facet.role, facet.dataset) == (role, name)},
    }


def _transformation(transformations: Sequence[Transformation]) -> dict[str, Any]:
    first = transformations[0] if transformations else None
    return {
        "transformationDescription": first.description if first else None,
        "transformationType": (first.subtype or first.type) if first else None,
    }


def _column(node: ColumnNode) -> dict[str, Any]:
    return {
        "namespace": node.dataset.namespace,
        "dataset": node.dataset.name,
        "datasetVersion": None,
        "field": node.column,
    }


def _edge(origin: ColumnNode, destination: ColumnNode) -> dict[str, str]:
    return {"origin": column_id(origin), "destination": column_id(destination)}
