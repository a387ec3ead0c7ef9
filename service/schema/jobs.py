"""Jobs in GraphQL: what is held of them at an instant, what they read and write, and what they are made of."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON

from graph.time import AsOf
from lineage import jobs
from lineage.nodes import Node
from service.context import Info
from service.schema import facets
from service.schema.arguments import Basis
from service.schema.facets import Documentation, JobSql, JobType, Owner, SourceCodeLocation, Tag
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
class Job(LineageName):
    """A job as events describe it, at the instants of its basis."""

    id: strawberry.ID = strawberry.field(description="Its id in the lineage graph.")
    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    node: strawberry.Private[Node]
    at: strawberry.Private[AsOf]

    @strawberry.field(description="What it reads.")
    async def inputs(self, info: Info) -> list[JobEdge]:
        """Return what it reads."""
        return [JobEdge.of(edge) for edge in (await self._state(info)).inputs]

    @strawberry.field(description="What it writes.")
    async def outputs(self, info: Info) -> list[JobEdge]:
        """Return what it writes."""
        return [JobEdge.of(edge) for edge in (await self._state(info)).outputs]

    @strawberry.field(description="The job it is a step of; what it reads and writes is told of that one.")
    async def part_of(self, info: Info) -> LineageName | None:
        """Return the job it is a step of."""
        whole = (await self._state(info)).part_of
        return LineageName.of(whole) if whole else None

    @strawberry.field(
        description="Its steps, such as the SQL statements of a task, which are jobs themselves."
    )
    async def parts(self, info: Info) -> list[LineageName]:
        """Return its steps."""
        return [LineageName.of(part) for part in (await self._state(info)).parts]

    @strawberry.field(description="Who answers for it.")
    async def owners(self, info: Info) -> list[Owner]:
        """Return who answers for it."""
        return facets.owners((await self._state(info)).facets)

    @strawberry.field(description="Its tags.")
    async def tags(self, info: Info) -> list[Tag]:
        """Return its tags."""
        return facets.tags((await self._state(info)).facets)

    @strawberry.field(description="What it is for.")
    async def documentation(self, info: Info) -> Documentation | None:
        """Return what it is for."""
        return facets.documentation((await self._state(info)).facets)

    @strawberry.field(description="The SQL it carries out.")
    async def sql(self, info: Info) -> JobSql | None:
        """Return the SQL it carries out."""
        return facets.sql((await self._state(info)).facets)

    @strawberry.field(description="Where its source code lies.")
    async def source_code_location(self, info: Info) -> SourceCodeLocation | None:
        """Return where its source code lies."""
        return facets.source_code_location((await self._state(info)).facets)

    @strawberry.field(description="What sort of job it is. Null: nothing is said of that.")
    async def job_type(self, info: Info) -> JobType | None:
        """Return what sort of job it is."""
        return facets.job_type((await self._state(info)).facets)

    @strawberry.field(description="All facets that hold, by name, as they were sent.")
    async def facets(self, info: Info) -> JSON:
        """Return all facets that hold."""
        return facets.bodies((await self._state(info)).facets)

    @classmethod
    def of_node(cls, node: Node, at: AsOf) -> Job:
        """Return the job as GraphQL shows it; what is asked of it is loaded when it is asked."""
        return cls(
            id=strawberry.ID(str(node.id)),
            basis=Basis.of(at),
            namespace=node.name.namespace,
            name=node.name.name,
            display_name=node.display_name,
            node=node,
            at=at,
        )

    async def _state(self, info: Info) -> jobs.JobState:
        found = await info.context.loaders.states_by_job(self.at).load(self.node.id)
        return found or jobs.JobState(self.at, self.node, {}, None, (), (), ())
