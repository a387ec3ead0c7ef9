"""Reads what is hit downstream when a dataset, one of its columns, or a job goes wrong: what, how surely, and whose it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from graph.errors import InvalidInputError
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf
from lineage.columns_hit import Hit, columns_hit, statements_of
from lineage.flows import Flows
from lineage.golden_datasets import entity_type_of
from lineage.nodes import Node, NodeName, Nodes
from lineage.owners import Owner, Owners
from lineage.statements import statement
from lineage.store import Lineage, LineageGraph

Severity = Literal["critical", "high", "medium", "low"]

SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "high", "medium", "low")
"""From the worst on."""

NEAR: Final = 2
"""Up to how many hops away something is hit at first hand: the jobs that read a dataset, and what they write."""

_LAST_CHANGES = statement("last_changes", went_well=statement("went_well", run="latest"))


@dataclass(frozen=True, slots=True)
class GoldenAttributes:
    """Golden records that are hit, and which of their attributes; none named: it is not known which."""

    entity_type: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impacted:
    """A dataset or job that is hit.

    `columns` are those of a dataset that are hit, by name; where `all_columns`, it may be any. `dependants` counts the
    nodes of the answer that follow from it. `written_at`: when a run that went well last wrote the dataset.
    """

    node: Node
    severity: Severity
    is_certain: bool
    columns: tuple[str, ...]
    all_columns: bool
    golden: GoldenAttributes | None
    dependants: int
    owners: tuple[Owner, ...]
    written_at: datetime | None


@dataclass(frozen=True, slots=True)
class Impact:
    """All that is hit, the worst first; truncated and beyond as in a LineageGraph."""

    basis: AsOf
    of: Node
    column: str | None
    items: tuple[Impacted, ...]
    truncated: bool
    beyond: int

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Everybody who answers for something that is hit, each once, by name."""
        everybody = {owner for item in self.items for owner in item.owners}
        return tuple(sorted(everybody, key=lambda owner: (owner.name, owner.role or "", owner.said_by)))


class Impacts:
    """Answers what depends on the nodes of one tenant."""

    def __init__(self, database: Database, lineage: Lineage, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._lineage = lineage
        self._owners = Owners(database, tenant)
        self._tenant = tenant

    async def impact(self, of: NodeName, column: str | None, depth: int, at: AsOf) -> Impact:
        """Return what follows from a node, or from one column of a dataset, down to a depth; raises as `lineage` does.

        Of a column that nothing is known of, not even from a schema, NotFoundError is not raised: it hits what may use it.
        """
        graph = await self._lineage.lineage(of, "down", depth, at)
        start = graph.nodes[0]
        if column is not None and start.kind != "dataset":
            raise InvalidInputError.at("$.column", "can only be given with a dataset")
        flows = await self._lineage.flows(graph)
        hits, jobs = await self._hit(graph, flows, start, column)
        certain = {key: hit.is_certain for key, hit in hits.items()} | jobs
        shown = [node for node in graph.nodes[1:] if column is None or node.id in certain]
        owners, written = await self._held(shown, at)
        following = _dependants(flows, [node.id for node in shown])
        feeding = _feeding(flows, {node.id for node in graph.nodes if entity_type_of(node.name)})
        items = [
            Impacted(
                node,
                _severity(node, node.id in feeding, column is None or certain.get(node.id, False)),
                column is None or certain.get(node.id, False),
                *_columns(hits.get(node.id)),
                _golden(node, hits.get(node.id)),
                following[node.id],
                tuple(owners.get(node.id, ())),
                written.get(node.id),
            )
            for node in shown
        ]
        return Impact(
            at, start, column, tuple(sorted(items, key=_rank)), graph.truncated, graph.frontier.downstream
        )

    async def _hit(
        self, graph: LineageGraph, flows: Flows, start: Node, column: str | None
    ) -> tuple[dict[UUID, Hit], dict[UUID, bool]]:
        datasets = [node.id for node in graph.nodes if node.kind == "dataset"]
        said = await self._lineage.columns.upstream(datasets, graph.basis)
        statements = statements_of(flow for of_dataset in said.values() for flow in of_dataset.flows)
        if start.kind == "dataset":
            return columns_hit(flows, start.id, column, statements)
        hits: dict[UUID, Hit] = {}
        jobs: dict[UUID, bool] = {}
        for output in flows.onward.get(start.id, ()):
            further, passed = columns_hit(flows, output, None, statements)
            for key, hit in further.items():
                known = hits.setdefault(key, Hit())
                known.certain |= hit.certain
                known.possible |= hit.possible
            jobs |= passed
        return hits, jobs

    async def _held(
        self, nodes: Sequence[Node], at: AsOf
    ) -> tuple[dict[UUID, list[Owner]], dict[UUID, datetime]]:
        """Return who answers for each node, and when each dataset was last written."""
        owners = await self._owners.of([node.id for node in nodes], at) if nodes else {}
        datasets = [node.id for node in nodes if node.kind == "dataset"]
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            await known.join(datasets)
            names = [(key, one) for key in datasets for one in known.ids(key)]
            keys = [key for key, _ in names], [one for _, one in names]
            rows = await connection.fetch(_LAST_CHANGES, self._tenant, *keys, at.valid, at.system)
        return owners, _latest(rows)


def _latest(rows: Iterable[Any]) -> dict[UUID, datetime]:
    written: dict[UUID, datetime] = {}
    for row in rows:
        written[row["asked"]] = max(row["written_at"], written.get(row["asked"], row["written_at"]))
    return written


def _columns(hit: Hit | None) -> tuple[tuple[str, ...], bool]:
    if hit is None:
        return (), False
    named = hit.certain | hit.possible
    return tuple(sorted(one for one in named if one is not None)), None in named


def _golden(node: Node, hit: Hit | None) -> GoldenAttributes | None:
    entity_type = entity_type_of(node.name)
    if entity_type is None:
        return None
    return GoldenAttributes(entity_type, _columns(hit)[0])


def _severity(node: Node, is_feeding: bool, is_certain: bool) -> Severity:
    """Return how bad it is.

    Critical: golden records, and what feeds them. High: hit at first hand. Medium: further away. Low: nothing says that
    the column is used there, and nothing rules it out.
    """
    if not is_certain:
        return "low"
    if is_feeding:
        return "critical"
    return "high" if node.distance <= NEAR else "medium"


def _rank(item: Impacted) -> tuple[int, int, int, str, str]:
    name = item.node.name
    return SEVERITIES.index(item.severity), -item.dependants, item.node.distance, name.namespace, name.name


def _dependants(flows: Flows, nodes: Collection[UUID]) -> Mapping[UUID, int]:
    """Return how many nodes follow from each of some, itself not counted; whole numbers are sets, a bit for each node."""
    place = {key: number for number, key in enumerate(nodes)}
    below = [1 << number for number in range(len(place))]
    before = {key: [one for one in flows.backward.get(key, ()) if one in place] for key in place}
    waiting = list(place)
    while waiting:
        key = waiting.pop()
        for one in before[key]:
            wider = below[place[one]] | below[place[key]]
            if wider != below[place[one]]:
                below[place[one]] = wider
                waiting.append(one)
    return {key: below[number].bit_count() - 1 for key, number in place.items()}


def _feeding(flows: Flows, golden: Collection[UUID]) -> set[UUID]:
    """Return golden datasets and all that leads to them."""
    found, waiting = set(golden), list(golden)
    while waiting:
        for key in flows.backward.get(waiting.pop(), ()):
            if key not in found:
                found.add(key)
                waiting.append(key)
    return found
