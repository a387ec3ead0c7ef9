"""What can be asked about runs in GraphQL: one, those of a job or of all jobs, and which started which."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from graph.errors import NotFoundError
from graph.identity import JobName
from graph.time import AsOf
from lineage import run_tree
from lineage.run_state import State
from lineage.run_tree import DEEPEST_TREE, LARGEST_TREE
from lineage.runs import RunPage, RunsWanted
from service.context import Info
from service.schema.arguments import (
    AfterArgument,
    AsOfArgument,
    Basis,
    Connection,
    Edge,
    FirstArgument,
    KnownAtArgument,
    PageInfo,
    page_size,
    uuid_of,
)
from service.schema.names import JobInput
from service.schema.runs import Run, RunState, run_cursor, run_place

_STATES: dict[RunState, State] = {
    RunState.START: "START",
    RunState.RUNNING: "RUNNING",
    RunState.COMPLETE: "COMPLETE",
    RunState.ABORT: "ABORT",
    RunState.FAIL: "FAIL",
    RunState.OTHER: "OTHER",
    RunState.UNKNOWN: "UNKNOWN",
}


@strawberry.type(description="A run in a tree of runs.")
class RunTreeNode:
    """A run in a tree of runs."""

    run: Run = strawberry.field(description="The run.")
    depth: int = strawberry.field(description="How many generations below the run asked about.")
    parent_run_id: strawberry.ID | None = strawberry.field(
        description="The run of the tree that started it. Null: it is the one asked about."
    )
    child_count: int = strawberry.field(description="How many runs it started, as known now.")

    @classmethod
    def of(cls, node: run_tree.TreeNode, at: AsOf | None) -> RunTreeNode:
        """Return the node as GraphQL shows it."""
        parent = node.parent_run_id
        return cls(
            run=Run.of(node.run, at),
            depth=node.depth,
            parent_run_id=strawberry.ID(str(parent)) if parent else None,
            child_count=node.children,
        )


@strawberry.type(description="A run and those it started, directly and indirectly.")
class RunTree:
    """A run and those it started, directly and indirectly."""

    nodes: list[RunTreeNode] = strawberry.field(
        description="The runs, parents before children; the first is the one asked about."
    )
    truncated: bool = strawberry.field(
        description=f"Whether runs within the depth were left out, because there are more than {LARGEST_TREE}."
    )


@strawberry.type
class RunQuery:
    """What can be asked about runs."""

    @strawberry.field(
        description="One run, by its id. Null: it is not known. Without instants as best known now, whenever events are dated."
    )
    async def run(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the run.")],
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Run | None:
        """Return one run, or None."""
        at = await run_basis(info, as_of, known_at)
        try:
            return Run.of(await info.context.services.executions.runs.run(uuid_of(id), at), at)
        except NotFoundError:
            return None

    @strawberry.field(
        description="Runs, latest start first: those of a job, or of all jobs but for parts of runs. As of past instants"
        " a page may hold fewer than asked for though more follow, and the order is that of the starts as known now."
    )
    async def runs(
        self,
        info: Info,
        job: Annotated[JobInput | None, strawberry.argument(description="Only those of this job.")] = None,
        namespace: Annotated[
            str | None, strawberry.argument(description="Only those of jobs in this namespace.")
        ] = None,
        state: Annotated[
            RunState | None, strawberry.argument(description="Only those in this state.")
        ] = None,
        since: Annotated[
            datetime | None, strawberry.argument(description="Only those that started then or later.")
        ] = None,
        until: Annotated[
            datetime | None, strawberry.argument(description="Only those that started before.")
        ] = None,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Connection[Run]:
        """Return a page of runs; with `after`, at the basis of the page before."""
        size = page_size(first)
        if after is None:
            start, at = None, await run_basis(info, as_of, known_at)
        else:
            start, at = run_place(after)
        named = JobName(job.namespace, job.name) if job else None
        wanted = RunsWanted(named, namespace, _STATES[state] if state else None, since, until)
        page = await info.context.services.executions.runs.runs(wanted, size, start, at)
        return _connection(page, at, at or await info.context.services.lineage.basis())

    @strawberry.field(
        description="A run and those it started, down to a depth: tasks, mapped tasks, their parts. Null: it is not known."
    )
    async def run_tree(
        self,
        info: Info,
        run_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the run at the top.")],
        depth: Annotated[
            int, strawberry.argument(description=f"How many generations to go down, 0 to {DEEPEST_TREE}.")
        ] = 3,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> RunTree | None:
        """Return the tree below a run, or None."""
        at = await run_basis(info, as_of, known_at)
        try:
            tree = await info.context.services.executions.trees.tree(uuid_of(run_id, "$.runId"), depth, at)
        except NotFoundError:
            return None
        return RunTree(nodes=[RunTreeNode.of(node, at) for node in tree.nodes], truncated=tree.truncated)


async def run_basis(info: Info, as_of: datetime | None, known_at: datetime | None) -> AsOf | None:
    """Return the instants asked about, or None where runs are wanted as best known now."""
    if as_of is None and known_at is None:
        return None
    return await info.context.services.lineage.basis(as_of, known_at)


def _connection(page: RunPage, at: AsOf | None, shown: AsOf) -> Connection[Run]:
    cursors = [run_cursor(place, at) for place in page.places]
    nodes = [Run.of(run, at) for run in page.runs]
    end = run_cursor(page.next, at) if page.next else cursors[-1] if cursors else None
    return Connection(
        edges=[Edge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=PageInfo(has_next_page=page.next is not None, end_cursor=end),
        basis=Basis.of(shown),
    )
