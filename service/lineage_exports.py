"""A lineage graph as a file: JSON, CSV, Mermaid, GraphML, or the OpenLineage events that make it anew elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.time import render
from lineage.exports import as_csv, edges_csv, graphml, mermaid
from lineage.held_facets import Held
from lineage.impacts import Impact
from lineage.store import Lineage, LineageGraph
from lineage.told_again import events_of
from service.lineage_json import lineage_json
from service.responses import encoded

FORMATS: dict[str, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "mermaid": "text/vnd.mermaid; charset=utf-8",
    "graphml": "application/graphml+xml; charset=utf-8",
    "openlineage": "application/json",
}
"""The formats, each with its media type."""


@dataclass(frozen=True, slots=True)
class Export:
    """A graph in a format."""

    content: bytes
    media_type: str


async def exported(reads: Lineage, graph: LineageGraph, form: str) -> Export:
    """Return a graph in one of FORMATS; as OpenLineage an array of events to be posted to `/api/v1/lineage/batch`."""
    if form == "openlineage":
        content = encoded(await events(reads, graph))
    elif form == "json":
        content = encoded(lineage_json(graph))
    else:
        content = {"csv": edges_csv, "mermaid": mermaid, "graphml": graphml}[form](graph).encode()
    return Export(content, FORMATS[form])


def impact_csv(impact: Impact) -> str:
    """Return all that is hit as CSV, a row for each dataset and job; `*` are all columns."""
    heads = ["severity", "certain", "distance", "kind", "namespace", "name", "columns", "golden_attributes"]
    rows = [
        [
            item.severity,
            str(item.is_certain).lower(),
            item.node.distance,
            item.node.kind,
            item.node.name.namespace,
            item.node.name.name,
            "*" if item.all_columns else " ".join(item.columns),
            " ".join(item.golden.attributes) if item.golden else "",
            item.dependants,
            "; ".join(owner.name for owner in item.owners),
            render(item.written_at) if item.written_at else "",
        ]
        for item in impact.items
    ]
    return as_csv([[*heads, "dependants", "owners", "last_written_at"], *rows])


async def events(reads: Lineage, graph: LineageGraph) -> Sequence[dict[str, Any]]:
    """Return the events that make a graph anew, with the facets that hold of its nodes."""
    datasets = [node.id for node in graph.nodes if node.kind == "dataset"]
    jobs = [node.id for node in graph.nodes if node.kind == "job"]
    held: dict[Any, dict[str, Held]] = {}
    held |= {key: state.facets for key, state in (await reads.datasets.states(datasets, graph.basis)).items()}
    held |= {key: state.facets for key, state in (await reads.jobs.states(jobs, graph.basis)).items()}
    return events_of(graph, held, await reads.columns.statements(datasets, graph.basis))
