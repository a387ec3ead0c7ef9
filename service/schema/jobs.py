"""Jobs in GraphQL: what is held of them at an instant, what they read and write, and what they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from graph.catalog.asset_ref import AssetRef
from graph.time import AsOf
from lineage import jobs
from lineage.held_facets import Held
from lineage.known_assets import qualified
from lineage.nodes import Node
from lineage.run_history import MOST_DAYS
from service.context import Info, RequestContext
from service.schema import facets
from service.schema.arguments import Basis
from service.schema.asset import Asset, AssetKind
from service.schema.facets import Documentation, JobSql, JobType, SourceCodeLocation
from service.schema.job_history import JobRunHistory, span_of_days
from service.schema.names import LineageName


@strawberry.type(description="A dataset that a job reads or writes.")
class JobEdge:
    """A dataset that a job reads or writes."""

    dataset: LineageName = strawberry.field(description="The dataset.")
    is_observed: bool = strawberry.field(description="Whether a run did it.")
    is_declared: bool = strawberry.field(description="Whether the job's design says so.")

    @classmethod
    def of(cls, edge: jobs.JobEdge) -> JobEdge:
        """Return the edge as GraphQL shows it."""
        return cls(
            dataset=LineageName.of(edge.dataset),
            is_observed=edge.is_observed,
            is_declared=edge.is_declared,
        )


@strawberry.type(description="A job as events describe it, at the instants of its basis.")
class Job(Asset, LineageName):
    """A job as events describe it, at the instants of its basis."""

    node: strawberry.Private[Node]

    @strawberry.field(description="What it reads.")
    async def inputs(self, info: Info) -> list[JobEdge]:
        """Return what it reads."""
        return [JobEdge.of(edge) for edge in (await self._state(info.context)).inputs]

    @strawberry.field(description="What it writes.")
    async def outputs(self, info: Info) -> list[JobEdge]:
        """Return what it writes."""
        return [JobEdge.of(edge) for edge in (await self._state(info.context)).outputs]

    @strawberry.field(description="The job it is a step of; what it reads and writes is told of that one.")
    async def part_of(self, info: Info) -> LineageName | None:
        """Return the job it is a step of."""
        whole = (await self._state(info.context)).part_of
        return LineageName.of(whole) if whole else None

    @strawberry.field(
        description="Its steps, such as the SQL statements of a task, which are jobs themselves."
    )
    async def parts(self, info: Info) -> list[LineageName]:
        """Return its steps."""
        return [LineageName.of(part) for part in (await self._state(info.context)).parts]

    @strawberry.field(description="What it is for, in the words of its producers.")
    async def documentation(self, info: Info) -> Documentation | None:
        """Return what it is for."""
        return facets.documentation((await self._state(info.context)).facets)

    @strawberry.field(description="The SQL it carries out.")
    async def sql(self, info: Info) -> JobSql | None:
        """Return the SQL it carries out."""
        return facets.sql((await self._state(info.context)).facets)

    @strawberry.field(description="Where its source code lies.")
    async def source_code_location(self, info: Info) -> SourceCodeLocation | None:
        """Return where its source code lies."""
        return facets.source_code_location((await self._state(info.context)).facets)

    @strawberry.field(description="What sort of job it is. Null: nothing is said of that.")
    async def job_type(self, info: Info) -> JobType | None:
        """Return what sort of job it is."""
        return facets.job_type((await self._state(info.context)).facets)

    @strawberry.field(description="All facets that hold, by name, as they were sent.")
    async def facets(self, info: Info) -> JSON:
        """Return all facets that hold."""
        return facets.bodies((await self._state(info.context)).facets)

    @strawberry.field(
        description=f"How its runs of the last days went, day by day; at most {MOST_DAYS} days."
    )
    async def run_history(
        self,
        info: Info,
        days: Annotated[
            int, strawberry.argument(description=f"How many days up to the basis, 1 to {MOST_DAYS}.")
        ] = 30,
    ) -> JobRunHistory:
        """Return how its runs went."""
        since, until = span_of_days(days, self.at.valid)
        loader = info.context.loaders.run_history_by_job(since, until, self.at.valid)
        return JobRunHistory.of(await loader.load(self.node.id))

    @classmethod
    def of_node(cls, node: Node, at: AsOf) -> Job:
        """Return the job as GraphQL shows it; what is asked of it is loaded when it is asked."""
        return cls(
            id=strawberry.ID(str(node.id)),
            kind=AssetKind.JOB,
            qualified_name=qualified(node.name),
            ref=AssetRef(node.id),
            basis=Basis.of(at),
            namespace=node.name.namespace,
            name=node.name.name,
            display_name=node.display_name,
            node=node,
            at=at,
        )

    async def held(self, context: RequestContext) -> Mapping[str, Held]:
        """Return what its producers say of it."""
        return (await self._state(context)).facets

    async def _state(self, context: RequestContext) -> jobs.JobState:
        found = await context.loaders.states_by_job(self.at).load(self.node.id)
        return found or jobs.JobState(self.at, self.node, {}, None, (), (), ())
