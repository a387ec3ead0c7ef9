"""Which edges of jobs change as their runs and declarations do: from memory in order of time, else from what is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias
from uuid import UUID

from graph.store.database import Connection
from lineage.heads import Heads, Pending
from lineage.projection import Declaration
from lineage.run_facts import RunFacts
from lineage.statements import statement
from lineage.temporal import JobHead, Span, Statement, Stretch, merged, recomputed, said_by_run

EdgeKind = Literal["observed", "declared"]

_SPANS: dict[EdgeKind, str] = {
    "observed": statement("edge_spans"),
    "declared": statement("declaration_spans"),
}
_SAID: dict[EdgeKind, str] = {
    "observed": statement("said_by_runs"),
    "declared": statement("said_by_declarations"),
}
_BELIEVED = statement("believed_edges")


class Edge(NamedTuple):
    """An edge of a job for a span of time."""

    job_id: UUID
    kind: EdgeKind
    stretch: Stretch


@dataclass(slots=True)
class EdgeChanges:
    """Beliefs that end and that begin."""

    gone: list[Edge] = field(default_factory=list[Edge])
    new: list[Edge] = field(default_factory=list[Edge])

    def add(self, job_id: UUID, kind: EdgeKind, before: set[Stretch], after: set[Stretch]) -> None:
        """Add what differs between two beliefs about one job."""
        self.gone += [Edge(job_id, kind, stretch) for stretch in before - after]
        self.new += [Edge(job_id, kind, stretch) for stretch in after - before]


class Said(NamedTuple):
    """What a run or declaration said so far of its job, and says now; None: nothing."""

    key: UUID
    before: Statement | None
    now: Statement | None


Touched: TypeAlias = dict[UUID, list[Said]]
"""What changes of what is said of each job."""


def touched_by_runs(before: Mapping[UUID, RunFacts], now: Iterable[RunFacts]) -> Touched:
    """Return the jobs of which runs say something else than before."""
    touched: Touched = {}
    for run in now:
        old = before.get(run.run_id)
        was, said = old.statement if old else None, run.statement
        if old is None or old.job_id == run.job_id:
            if was != said:
                touched.setdefault(run.job_id, []).append(Said(run.run_id, was, said))
            continue
        if was is not None:
            touched.setdefault(old.job_id, []).append(Said(run.run_id, was, None))
        if said is not None:
            touched.setdefault(run.job_id, []).append(Said(run.run_id, None, said))
    return touched


def touched_by_declarations(declared: Iterable[Declaration]) -> Touched:
    """Return the jobs of which something is declared."""
    touched: Touched = {}
    for one in declared:
        said = Statement(one.valid_from, one.inputs, one.outputs)
        touched.setdefault(one.job_id, []).append(Said(one.event_id, None, said))
    return touched


class EdgeWriter:
    """Decides the edges of one tenant's jobs in one transaction."""

    def __init__(self, connection: Connection, tenant: int, heads: Heads, pending: Pending) -> None:
        self._connection = connection
        self._tenant = tenant
        self._heads = heads
        self._pending = pending

    async def decide(self, kind: EdgeKind, touched: Touched, new_jobs: Collection[UUID]) -> EdgeChanges:
        """Return what changes; of `new_jobs` nothing is stored."""
        changes = EdgeChanges()
        left: Touched = {}
        for job_id, said in touched.items():
            head = None
            if kind == "observed":
                head = JobHead() if job_id in new_jobs else self._heads.jobs.get(job_id)
            if head is None or not self._goes_on(job_id, head, said, changes):
                left[job_id] = said
        if left:
            await self._redraw(kind, left, changes)
        return changes

    def _goes_on(self, job_id: UUID, head: JobHead, said: list[Said], changes: EdgeChanges) -> bool:
        """Add what changes where everything said is the last word so far; return whether it is."""
        if len(said) == 1 and said[0].before is None and said[0].now and head.is_repeated(said[0].now):
            later = head.advanced(said[0].key, said[0].now)
            self._pending.add(lambda: self._heads.jobs.keep(job_id, later or head))
            return True
        stretches = head.stretches
        before, after = set(stretches), set(stretches)
        for one in sorted(said, key=_last_position):
            if one.now is None or (one.before is not None and (head.key, head.at) != (one.key, one.now.at)):
                return False
            later = head.advanced(one.key, one.now)
            if later is None:
                return False
            if later.key == head.key and later.at == head.at:
                after -= head.stretches
            else:
                after = {stretch for stretch in after if stretch.end is not None}
            after |= later.stretches
            head = later
        changes.add(job_id, "observed", before, after)
        self._pending.add(lambda: self._heads.jobs.keep(job_id, head))
        return True

    async def _redraw(self, kind: EdgeKind, touched: Touched, changes: EdgeChanges) -> None:
        spans = await self._spans(kind, touched)
        given = [(job_id, *span) for job_id, some in spans.items() for span in some]
        columns = [list(column) for column in zip(*given, strict=True)]
        stored = await self._connection.fetch(_SAID[kind], self._tenant, *columns)
        said: dict[UUID, dict[UUID, Statement]] = {job_id: {} for job_id in touched}
        for job_id, at, key, state, inputs, outputs in stored:
            one = said_by_run(at, state, frozenset(inputs), frozenset(outputs))
            said[job_id][key] = (
                one if kind == "observed" else Statement(at, frozenset(inputs), frozenset(outputs))
            )
        believed: dict[UUID, set[Stretch]] = {job_id: set() for job_id in touched}
        rows = await self._connection.fetch(_BELIEVED, self._tenant, *columns, kind)
        for job_id, dataset_id, direction, start, end in rows:
            believed[job_id].add(Stretch(dataset_id, direction, start, end))
        for job_id, given_now in touched.items():
            for one in given_now:
                said[job_id].pop(one.key, None)
                if one.now is not None:
                    said[job_id][one.key] = one.now
            self._redraw_job(job_id, kind, believed[job_id], said[job_id], spans[job_id], changes)

    async def _spans(self, kind: EdgeKind, touched: Touched) -> dict[UUID, list[Span]]:
        """Return for each job the spans in which its edges may change."""
        dirty = {
            (job_id, said.at)
            for job_id, some in touched.items()
            for one in some
            for said in (one.before, one.now)
            if said is not None
        }
        jobs, instants = zip(*dirty, strict=True)
        arguments = [list(jobs), list(instants)]
        if kind == "observed":
            arguments.append([one.key for some in touched.values() for one in some])
        spans: dict[UUID, list[Span]] = {}
        for job_id, since, until in await self._connection.fetch(_SPANS[kind], self._tenant, *arguments):
            spans.setdefault(job_id, []).append(Span(since, until))
        return {job_id: merged(some) for job_id, some in spans.items()}

    def _redraw_job(
        self,
        job_id: UUID,
        kind: EdgeKind,
        believed: set[Stretch],
        said: dict[UUID, Statement],
        spans: list[Span],
        changes: EdgeChanges,
    ) -> None:
        after = set(believed)
        head = None
        ordered = sorted(said.items(), key=lambda item: (item[1].at, item[0]))
        for since, until in spans:
            within = [(k, s) for k, s in ordered if since <= s.at and (until is None or s.at <= until)]
            near = {
                edge
                for edge in after
                if (edge.end is None or edge.end >= since) and (until is None or edge.start <= until)
            }
            statements = [one for _, one in within]
            after = (after - near) | recomputed(near, since, statements, until)
            if until is None:
                standing = [edge for edge in near if edge.start < since]
                head = JobHead.after(standing, statements, [key for key, _ in within])
        changes.add(job_id, kind, believed, after)
        if kind == "declared":
            return
        if head is None:
            self._pending.add(lambda: self._heads.jobs.drop(job_id))
        else:
            self._pending.add(lambda: self._heads.jobs.keep(job_id, head))


def _last_position(said: Said) -> tuple[int, object, UUID]:
    return (0, 0, said.key) if said.now is None else (1, said.now.at, said.key)
