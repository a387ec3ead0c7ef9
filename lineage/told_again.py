"""The OpenLineage events that make a lineage graph anew where they are sent to: what a graph says, told again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from graph.identity import DatasetName, JobName, content_id
from graph.time import render
from lineage.column_statements import ColumnStatement
from lineage.held_facets import Held
from lineage.nodes import Node
from lineage.store import LineageGraph
from lineage.traversal import Edge

PRODUCER: Final = "urn:goldthread"
_SPEC: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
_FACETS: Final = "https://openlineage.io/spec/facets/"
_LINKS: Final = frozenset({"symlinks", "lifecycleStateChange"})


def events_of(
    graph: LineageGraph, held: Mapping[UUID, Mapping[str, Held]], statements: Iterable[ColumnStatement]
) -> list[dict[str, Any]]:
    """Return the events that make a graph anew, earliest first, those of one instant in the order of names.

    Of a job the edges of each span of time become one run, or one declaration; what holds until an instant after the
    basis of the graph holds until further notice. Facets of nodes (by id and name) are told by events of their own; what
    was inferred of columns is left to be inferred again from the SQL.
    """
    nodes = {node.id: node for node in graph.nodes}
    said: dict[UUID, list[ColumnStatement]] = {}
    for one in statements:
        said.setdefault(one.job, []).append(one)
    joined = {end for edge in graph.edges for end in (edge.origin, edge.target)}
    events: list[dict[str, Any]] = []
    for node in graph.nodes:
        events += _of_itself(node, held.get(node.id, {}), graph.basis.valid, is_alone=node.id not in joined)
        if node.kind == "job":
            edges = [edge for edge in graph.edges if node.id in (edge.origin, edge.target)]
            for kind in ("observed", "declared"):
                of_kind = [edge for edge in edges if edge.kind == kind]
                events += _of_edges(node, of_kind, nodes, said.get(node.id, ()), is_run=kind == "observed")
    return sorted(events, key=lambda event: (event["eventTime"], _subject(event)))


def _of_edges(
    job: Node,
    edges: Sequence[Edge],
    nodes: Mapping[UUID, Node],
    said: Sequence[ColumnStatement],
    *,
    is_run: bool,
) -> list[dict[str, Any]]:
    """Return an event for each instant at which something of the job begins, with all that holds from then on."""
    outputs = {edge.target: edge.valid_from for edge in edges if edge.origin == job.id}
    begun = {max(one.since, outputs[one.target]) for one in said if one.target in outputs}
    events: list[dict[str, Any]] = []
    for at in sorted({edge.valid_from for edge in edges} | begun):
        holding = [edge for edge in edges if edge.valid_from <= at]
        facets = {one.target: {"columnLineage": one.body} for one in said if one.since <= at}
        event: dict[str, Any] = {
            "eventTime": render(at),
            "producer": PRODUCER,
            "job": _name(job.name),
            "inputs": [_name(nodes[edge.origin].name) for edge in holding if edge.target == job.id],
            "outputs": [
                _name(nodes[edge.target].name) | {"facets": facets.get(edge.target, {})}
                for edge in holding
                if edge.origin == job.id
            ],
        }
        events.append(_as_run(event, job.name, at) if is_run else event | {"schemaURL": f"{_SPEC}JobEvent"})
    return events


def _as_run(event: dict[str, Any], job: DatasetName | JobName, at: datetime) -> dict[str, Any]:
    """Return an event as that of a run which went well; its id follows from the job and the instant."""
    run_id = str(content_id("told again", job.namespace, job.name, render(at)))
    return event | {"eventType": "COMPLETE", "schemaURL": f"{_SPEC}RunEvent", "run": {"runId": run_id}}


def _of_itself(node: Node, held: Mapping[str, Held], at: datetime, *, is_alone: bool) -> list[dict[str, Any]]:
    """Return what is said of a node itself, an event for each instant since when some of its facets hold."""
    by_time: dict[datetime, dict[str, Any]] = {}
    for name, one in held.items():
        if name not in _LINKS:
            by_time.setdefault(one.since, {})[name] = one.body
    first = min(by_time, default=at)
    links = _links(node)
    if links or (is_alone and not by_time):
        by_time[first] = by_time.get(first, {}) | links
    return [_about(node, facets, since) for since, facets in by_time.items()]


def _about(node: Node, facets: dict[str, Any], at: datetime) -> dict[str, Any]:
    subject = _name(node.name) | {"facets": facets}
    kind = "DatasetEvent" if node.kind == "dataset" else "JobEvent"
    return {
        "eventTime": render(at),
        "producer": PRODUCER,
        "schemaURL": _SPEC + kind,
        node.kind: subject,
    }


def _links(node: Node) -> dict[str, Any]:
    """Return the facets that tell of the other names of a dataset; of those before a renaming one can be told."""
    links: dict[str, Any] = {}
    if node.aliases:
        links["symlinks"] = {
            "_producer": PRODUCER,
            "_schemaURL": f"{_FACETS}1-0-1/SymlinksDatasetFacet.json#/$defs/SymlinksDatasetFacet",
            "identifiers": [_name(name) | {"type": "TABLE"} for name in node.aliases],
        }
    if node.former_names:
        links["lifecycleStateChange"] = {
            "_producer": PRODUCER,
            "_schemaURL": f"{_FACETS}1-0-1/LifecycleStateChangeDatasetFacet.json#/$defs/LifecycleStateChangeDatasetFacet",
            "lifecycleStateChange": "RENAME",
            "previousIdentifier": _name(node.former_names[0]),
        }
    return links


def _subject(event: Mapping[str, Any]) -> tuple[str, ...]:
    subject = event.get("dataset") or event["job"]
    return event["schemaURL"], subject["namespace"], subject["name"]


def _name(name: DatasetName | JobName) -> dict[str, Any]:
    return {"namespace": name.namespace, "name": name.name}
