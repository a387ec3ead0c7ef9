"""Gathers what the doors of Marquez show, a page at a time: each list in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graph.errors import NotFoundError
from graph.identity import DatasetName, JobName
from graph.time import AsOf
from lineage.column_graph import ColumnNode, links_of_columns
from lineage.datasets import LastWrite
from lineage.listings import Listings, NamedNode
from lineage.naming import NodeKind, dataset_id, is_uuid, job_id
from lineage.nodes import Node
from lineage.runs import Run
from lineage.sent_facets import RunFacet
from lineage.store import DEEPEST, Lineage
from service.executions import Executions
from service.marquez_json import DatasetFacts, column_graph_json, dataset_json, graph_json, job_json, run_json

LATEST_RUNS = 10
"""How many runs a job is shown with."""

LONGEST_NODE_ID = 5_000
_MOST_SPLITS = 50


@dataclass(frozen=True, slots=True)
class MarquezReads:
    """Answers in the JSON of Marquez."""

    lineage: Lineage
    executions: Executions
    listings: Listings

    async def named(self, name: DatasetName | JobName, at: AsOf) -> NamedNode:
        """Return what is called so; raises NotFoundError."""
        node = await self.lineage.node(name, at)
        heard = await self.listings.first_heard([node.id])
        return NamedNode(node.id, name, heard[node.id])

    async def found(self, kind: NodeKind, name: str, at: AsOf) -> Node:
        """Return the node of `namespace:name`, both of which may hold colons; raises NotFoundError."""
        plain, _, version = name.rpartition("#")
        text = plain if is_uuid(version) else name
        places = [place for place, sign in enumerate(text) if sign == ":"][:_MOST_SPLITS]
        names = [(text[:place], text[place + 1 :]) for place in places if 0 < place < len(text) - 1]
        ids = [dataset_id(DatasetName(*one)) if kind == "dataset" else job_id(JobName(*one)) for one in names]
        known = await self.listings.first_heard(ids)
        for one in reversed(ids):
            if one in known:
                return await self.lineage.node(one, at)
        raise NotFoundError(f"no {kind} {text[:200]!r} is known")

    async def facts(self, nodes: Sequence[NamedNode], at: AsOf) -> list[DatasetFacts]:
        """Return what is told of each dataset."""
        ids = [node.id for node in nodes]
        states = await self.lineage.datasets.states(ids, at)
        last = await self.lineage.datasets.last_writes(ids, at)
        flows = await self.lineage.columns.upstream(ids, at)
        modified = await self.listings.last_modified(ids)
        return [
            DatasetFacts(states.get(key), last.get(key, LastWrite()), modified.get(key), flows[key].flows)
            for key in ids
        ]

    async def datasets(self, nodes: Sequence[NamedNode], at: AsOf) -> list[dict[str, Any]]:
        """Return datasets."""
        facts = await self.facts(nodes, at)
        return [dataset_json(node, of_node) for node, of_node in zip(nodes, facts, strict=True)]

    async def jobs(
        self, nodes: Sequence[NamedNode], at: AsOf, *, with_facets: bool = False
    ) -> list[dict[str, Any]]:
        """Return jobs with their latest runs; with the facets of the runs where that is asked for."""
        ids = [node.id for node in nodes]
        states = await self.lineage.jobs.states(ids, at)
        runs = await self.executions.runs.latest(ids, LATEST_RUNS)
        sent: Mapping[UUID, Sequence[RunFacet]] = {}
        if with_facets:
            sent = await self.executions.facets.of_runs([run.run_id for one in runs.values() for run in one])
        return [job_json(node, states.get(node.id), runs.get(node.id, ()), sent) for node in nodes]

    async def runs(self, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Return runs with the facets they sent, in the order of their ids; those not known are left out."""
        known: dict[UUID, Run] = await self.executions.runs.by_id(ids)
        sent = await self.executions.facets.of_runs(list(known))
        return [run_json(known[key], sent[key]) for key in ids if key in known]

    async def graph(self, node: Node, depth: int, at: AsOf) -> dict[str, Any]:
        """Return what lies around a node, so many jobs away in both directions."""
        graph = await self.lineage.lineage(node.id, "both", max(1, min(2 * depth, DEEPEST)), at)
        heard = await self.listings.first_heard([one.id for one in graph.nodes])
        named = [NamedNode(one.id, one.name, heard[one.id]) for one in graph.nodes]
        datasets = [one for one in named if isinstance(one.name, DatasetName)]
        jobs = [one for one in named if isinstance(one.name, JobName)]
        told = [*await self.datasets(datasets, at), *await self.jobs(jobs, at)]
        return graph_json(graph, {one.id: data for one, data in zip([*datasets, *jobs], told, strict=True)})

    async def columns(
        self, start: Sequence[ColumnNode], depth: int, at: AsOf, *, with_downstream: bool
    ) -> dict[str, Any]:
        """Return what columns follow from, and what follows from them where that is asked for."""
        links = await links_of_columns(self.lineage.columns, start, depth, "up", at)
        if with_downstream:
            links += await links_of_columns(self.lineage.columns, start, depth, "down", at)
        ids = {dataset_id(node.dataset) for node in start}
        ids |= {dataset_id(node.dataset) for link in links for node in (link.source, link.target)}
        states = await self.lineage.datasets.states(ids, at)
        types = {
            ColumnNode(state.node.name, column.path): column.type
            for state in states.values()
            for column in state.columns
            if isinstance(state.node.name, DatasetName)
        }
        return column_graph_json(start, links, types)

    async def columns_of(self, nodes: Sequence[Node], at: AsOf) -> list[ColumnNode]:
        """Return the columns of datasets: those of their schemas, and those that something is said of."""
        ids = [node.id for node in nodes]
        states = await self.lineage.datasets.states(ids, at)
        flows = await self.lineage.columns.upstream(ids, at)
        found: dict[ColumnNode, None] = {}
        for node in nodes:
            name = node.name
            if not isinstance(name, DatasetName):
                continue
            state = states.get(node.id)
            found.update(
                dict.fromkeys(ColumnNode(name, column.path) for column in (state.columns if state else ()))
            )
            said = (flow.target_column for flow in flows[node.id].flows)
            found.update(dict.fromkeys(ColumnNode(name, column) for column in said if column is not None))
        return list(found)

    async def outputs_of(self, job: Node, at: AsOf) -> list[Node]:
        """Return the datasets that a job writes."""
        state = (await self.lineage.jobs.states([job.id], at)).get(job.id)
        return [
            Node(dataset_id(edge.dataset), "dataset", edge.dataset)
            for edge in (state.outputs if state else ())
        ]
