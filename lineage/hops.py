"""The hops of a walk through the stored graph, a statement for each: from datasets to jobs, and through jobs to datasets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from graph.store.database import Connection
from graph.time import AsOf
from lineage.columns import IS_EXPLICIT
from lineage.naming import NODE_KINDS, NodeKind
from lineage.nodes import Nodes
from lineage.statements import statement
from lineage.traversal import (
    Edge,
    Heading,
    Hop,
    Said,
    Sources,
    Words,
    edge_direction,
    other_kind,
)

Entered: TypeAlias = Mapping[UUID, "list[Hop] | None"]
"""Jobs, each with the hops it was reached by; None: everything around the job is asked about."""


def believed(row: str, *, newest: bool) -> str:
    """Return the condition that a row is believed at $4.

    Where that is the newest instant it is put so that the partial indexes on what is believed now serve.
    """
    if newest:
        return f"{row}.system_to = 'infinity' and {row}.system_from <= $4"
    return f"{row}.system_from <= $4 and {row}.system_to > $4"


_SOURCES = statement("sources")
_IS_EXPLICIT = statement("is_explicit", member=IS_EXPLICIT)


def _said(what: str, *, newest: bool) -> str:
    return statement("said", what=what, believed=believed("v", newest=newest))


def _each_way(name: str) -> dict[tuple[NodeKind, str, bool], str]:
    return {
        (kind, direction, newest): statement(
            name,
            here=kind,
            there=other_kind(kind),
            direction=direction,
            believed=believed("e", newest=newest),
            sources=_said(_SOURCES, newest=newest) if direction == "O" else "null::uuid[]",
        )
        for kind in NODE_KINDS
        for direction in ("I", "O")
        for newest in (True, False)
    }


_STEP = _each_way("step")
_WORDS = {
    newest: statement(
        "words",
        believed=believed("e", newest=newest),
        said=_said(f"{_SOURCES} as sources, {_IS_EXPLICIT} as is_explicit", newest=newest),
    )
    for newest in (True, False)
}


@dataclass(frozen=True, slots=True)
class Hops:
    """Makes hops at a basis; datasets are met under the id they are shown by, whichever of their names an edge has."""

    connection: Connection
    tenant: int
    at: AsOf
    known: Nodes
    newest: bool
    _complete: set[tuple[Heading, UUID]] = field(default_factory=set[tuple[Heading, UUID]])
    _words: dict[UUID, Words] = field(default_factory=dict[UUID, Words])

    async def from_datasets(self, heading: Heading, datasets: Collection[UUID]) -> list[Hop]:
        """Return the hops to the jobs that write the datasets (up) or read them (down)."""
        rows = await self._step(heading, "dataset", self._ids(datasets))
        await self.known.join(key for row in rows for key in row["sources"] or ())
        return self._hops(rows, heading, "dataset")

    async def from_jobs(self, heading: Heading, entered: Entered) -> list[Hop]:
        """Return the hops on to the datasets that belong to those by which each job was reached.

        A job from which every hop there is has been made before is left out.
        """
        jobs = [job for job in entered if (heading, job) not in self._complete]
        rows = await self._step(heading, "job", jobs) if jobs else []
        await self.known.join(key for row in rows for key in (row["there"], *(row["sources"] or ())))
        hops_of: dict[UUID, list[Hop]] = {}
        for hop in self._hops(rows, heading, "job"):
            hops_of.setdefault(hop.here, []).append(hop)
        unclear = {job for job, hops in hops_of.items() if not _is_clear(heading, hops, entered[job])}
        words = await self.words(unclear)
        kept: list[Hop] = []
        for job, hops in hops_of.items():
            chosen = hops
            if job in unclear:
                chosen = _chosen(heading, hops, _via(entered[job]), words[job])
            if len(chosen) == len(hops):
                self._complete.add((heading, job))
            kept += chosen
        return sorted(kept, key=lambda hop: (hop.there, hop.here, hop.edge.kind))

    async def words(self, jobs: Collection[UUID]) -> Mapping[UUID, Words]:
        """Return what jobs say of what they write, those of them asked about before without asking again."""
        new = [job for job in jobs if job not in self._words]
        if not new:
            return self._words
        way = _WORDS[self.newest]
        rows = await self.connection.fetch(way, self.tenant, new, self.at.valid, self.at.system)
        await self.known.join(key for row in rows for key in (row["dataset_id"], *(row["sources"] or ())))
        inputs: dict[UUID, set[UUID]] = {job: set() for job in new}
        of_outputs: dict[UUID, dict[UUID, set[Said]]] = {job: {} for job in new}
        for job, key, is_output, sources, is_explicit in rows:
            dataset = self.known.shown_by(key)
            if is_output:
                said = Said(self._shown(sources), is_explicit or False)
                of_outputs[job].setdefault(dataset, set()).add(said)
            else:
                inputs[job].add(dataset)
        for job in new:
            self._words[job] = Words(frozenset(inputs[job]), of_outputs[job])
        return self._words

    async def _step(self, heading: Heading, kind: NodeKind, ids: list[UUID]) -> list[Any]:
        way = _STEP[kind, edge_direction(heading, kind), self.newest]
        return await self.connection.fetch(way, self.tenant, ids, self.at.valid, self.at.system)

    def _shown(self, said: Collection[UUID] | None) -> Sources:
        return None if said is None else frozenset(map(self.known.shown_by, said))

    def _ids(self, datasets: Iterable[UUID]) -> list[UUID]:
        return [key for dataset in datasets for key in self.known.ids(dataset)]

    def _hops(self, rows: Iterable[Any], heading: Heading, kind: NodeKind) -> list[Hop]:
        shown = self.known.shown_by
        hops: list[Hop] = []
        for there, here, edge_kind, valid_from, valid_to, system_from, said in rows:
            start, end = (shown(here), there) if kind == "dataset" else (here, shown(there))
            origin, target = (end, start) if heading == "up" else (start, end)
            edge = Edge(origin, target, edge_kind, valid_from, valid_to, system_from)
            hops.append(Hop(start, end, edge, self._shown(said)))
        return hops


def _is_clear(heading: Heading, hops: list[Hop], through: list[Hop] | None) -> bool:
    """Return whether all hops on from a job belong to those it was reached by, whatever it says of other outputs."""
    if through is None:
        return True
    if heading == "down":
        via = _via(through)
        return all(hop.sources is None or hop.sources & via for hop in hops)
    said = {hop.sources for hop in through}
    return None in said or frozenset[UUID]().union(*(one for one in said if one)).issuperset(
        hop.there for hop in hops
    )


def _chosen(heading: Heading, hops: list[Hop], via: frozenset[UUID], words: Words) -> list[Hop]:
    """Return the hops on from a job that belong to the datasets by which it was reached."""
    ends = words.inputs_of(via) if heading == "up" else words.outputs_of(via)
    return [hop for hop in hops if hop.there in ends]


def _via(through: Iterable[Hop] | None) -> frozenset[UUID]:
    return frozenset(hop.here for hop in through or ())
