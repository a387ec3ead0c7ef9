"""What is told of lineage as it is recorded: runs that go on or end, and edges that begin or cease to be believed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from graph.identity import JobName
from graph.time import instant, render
from lineage import feed
from lineage.feed import MOST_EDGES, RunPosition, ids_of
from lineage.naming import job_id
from service.context import Info, Services
from service.schema.arguments import Basis, opaque, opened
from service.schema.changes import ChangeCursor
from service.schema.lineage import LineageEdge
from service.schema.lineage_nodes import KINDS, LineageNodeInput, named
from service.schema.names import JobInput, LineageName
from service.schema.runs import Run, RunState

_PAGE = 100


@strawberry.type(description="A run of which something was recorded.")
class RunChange:
    """A run of which something was recorded."""

    id: strawberry.ID = strawberry.field(description="The id of the run.")
    job: LineageName = strawberry.field(description="The job that it is a run of.")
    state: RunState = strawberry.field(description="The state of the run at the basis.")
    last_heard_at: datetime = strawberry.field(description="The time of the latest event of the run.")
    basis: Basis = strawberry.field(
        description="The instants that it was so; knownAt is when it was recorded."
    )
    cursor: str = strawberry.field(description="The place of the change, to go on after it without a gap.")
    change: strawberry.Private[feed.RunChange]

    @strawberry.field(description="The run at the basis. Null: it was erased since.")
    async def run(self, info: Info) -> Run | None:
        """Return the run at the basis."""
        at = self.change.basis
        found = await info.context.loaders.runs_by_id(at).load(self.change.run_id)
        return Run.of(found, at) if found else None

    @classmethod
    def of(cls, change: feed.RunChange) -> RunChange:
        """Return the change as GraphQL shows it."""
        return cls(
            id=strawberry.ID(str(change.run_id)),
            job=LineageName.of(change.job),
            state=RunState(change.state),
            last_heard_at=change.last_heard_at,
            basis=Basis.of(change.basis),
            cursor=opaque(render(change.basis.system), str(change.run_id)),
            change=change,
        )


@strawberry.type(description="The edges that one commit changed.")
class LineageChange:
    """The edges that one commit changed."""

    added: list[LineageEdge] = strawberry.field(
        description=f"Edges believed from then on, at most {MOST_EDGES} together with those removed."
    )
    removed: list[LineageEdge] = strawberry.field(
        description="Edges not believed any more; one whose span changed is removed and added."
    )
    added_count: int = strawberry.field(description="How many edges were added.")
    removed_count: int = strawberry.field(description="How many edges were removed.")
    basis: Basis = strawberry.field(
        description="The instants to ask lineage with; knownAt is when it was recorded."
    )
    cursor: str = strawberry.field(description="The place of the change, to go on after it without a gap.")

    @classmethod
    def of(cls, change: feed.EdgeChange) -> LineageChange:
        """Return the change as GraphQL shows it."""
        return cls(
            added=[LineageEdge.of(edge) for edge in change.added],
            removed=[LineageEdge.of(edge) for edge in change.removed],
            added_count=change.added_count,
            removed_count=change.removed_count,
            basis=Basis.of(change.basis),
            cursor=opaque(render(change.basis.system)),
        )


@strawberry.type
class LineageSubscription:
    """What can be followed of lineage."""

    @strawberry.subscription(
        description="Runs of which something is recorded, from now on or, without a gap, from a cursor on."
    )
    async def run_changed(
        self,
        info: Info,
        job: Annotated[
            JobInput | None, strawberry.argument(description="Only runs of this job. Null: of all.")
        ] = None,
        states: Annotated[
            list[RunState] | None,
            strawberry.argument(
                description="Only where the run is in one of these states then. Null: in any."
            ),
        ] = None,
        after: ChangeCursor = None,
    ) -> AsyncGenerator[RunChange]:
        """Yield the changes of runs."""
        services = info.context.services
        at = _run_position(after) if after else RunPosition(await services.lineage_feed.end())
        of_job = job_id(JobName(job.namespace, job.name)) if job else None
        wanted = None if states is None else set(states)
        while True:
            changes, at, has_more = await services.lineage_feed.runs(at, _PAGE, of_job)
            for change in changes:
                if wanted is None or RunState(change.state) in wanted:
                    yield RunChange.of(change)
            if not has_more and not await services.tide.beyond(at.system_from):
                return

    @strawberry.subscription(
        description="Edges that begin or cease to be believed, from now on or, without a gap, from a cursor on."
    )
    async def lineage_changed(
        self,
        info: Info,
        of: Annotated[
            LineageNodeInput | None,
            strawberry.argument(
                description="Only edges of this dataset or job, as it is named now. Null: all."
            ),
        ] = None,
        after: ChangeCursor = None,
    ) -> AsyncGenerator[LineageChange]:
        """Yield the changes of edges."""
        services = info.context.services
        ids = await _ids(services, of) if of else None
        at = _instant(after) if after else await services.lineage_feed.end()
        while True:
            changes, at, has_more = await services.lineage_feed.edges(at, ids)
            for change in changes:
                yield LineageChange.of(change)
            if not has_more and not await services.tide.beyond(at):
                return


async def _ids(services: Services, of: LineageNodeInput) -> frozenset[UUID]:
    reads = services.lineage
    node = named(of.id, of.name, of.namespace, KINDS[of.kind] if of.kind else None, "$.of")
    return ids_of(await reads.node(node, await reads.basis()))


def _run_position(cursor: str) -> RunPosition:
    def parsed(at: object, run_id: object) -> RunPosition:
        return RunPosition(instant(str(at)), UUID(str(run_id)))

    return opened(cursor, parsed)


def _instant(cursor: str) -> datetime:
    def parsed(at: object) -> datetime:
        return instant(str(at))

    return opened(cursor, parsed)
