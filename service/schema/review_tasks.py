"""Review tasks in GraphQL: what a steward has to look at, side by side, with its score, its reason and its history."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from graph.errors import CatalogError
from graph.store import review_tasks as store
from graph.store.match_views import PairView
from graph.store.review_queue import Filter, Order, Place, QueueCount
from graph.time import instant, render
from service.context import Info
from service.errors import shortened
from service.schema.arguments import Edge, Long, PageInfo, opaque, opened
from service.schema.comparisons import (
    AttributeComparison,
    ComparedRecord,
    MatchExplanation,
    probability,
)


@strawberry.enum(description="Why two source records need a look.")
class ReviewTaskKind(enum.Enum):
    """Why two source records need a look."""

    POSSIBLE_MATCH = strawberry.enum_value(
        "possible_match", description="They look alike, but not enough to be merged."
    )
    CONTESTED = strawberry.enum_value(
        "contested",
        description="One of them could as well belong to another golden record kept apart from this.",
    )
    CONFLICT = strawberry.enum_value(
        "conflict", description="They look alike enough, but something speaks against merging them."
    )
    REOPENED = strawberry.enum_value(
        "reopened", description="They were said to be two, and one of them has changed since."
    )


@strawberry.enum(description="What has become of a review task.")
class ReviewTaskStatus(enum.Enum):
    """What has become of a review task."""

    OPEN = strawberry.enum_value(
        "open", description="Waits for a steward; also when it was deferred and is due."
    )
    DEFERRED = strawberry.enum_value("deferred", description="Put off until an instant.")
    APPROVED = strawberry.enum_value("approved", description="Said to be one.")
    REJECTED = strawberry.enum_value("rejected", description="Said to be two.")
    SPLIT = strawberry.enum_value("split", description="Were one golden record, and were taken apart.")
    OBSOLETE = strawberry.enum_value("obsolete", description="The data no longer ask for a look.")


@strawberry.enum(description="In which order tasks are listed.")
class ReviewTaskOrder(enum.Enum):
    """In which order tasks are listed."""

    HEAVIEST = strawberry.enum_value("heaviest", description="The most alike first.")
    LIGHTEST = strawberry.enum_value("lightest", description="The least alike first.")
    OLDEST = strawberry.enum_value("oldest", description="The oldest first.")
    NEWEST = strawberry.enum_value("newest", description="The newest first.")


@strawberry.type(description="Something that was done to a review task.")
class ReviewTaskAction:
    """Something that was done to a review task."""

    action: str = strawberry.field(
        description="approve, reject, split, assign, unassign, defer, comment or undo."
    )
    actor: str = strawberry.field(description="By whom.")
    at: datetime = strawberry.field(description="When, in system time.")
    note: str | None = strawberry.field(description="What was noted.")
    undoes: datetime | None = strawberry.field(description="Of an undo: when what it took back was done.")

    @classmethod
    def of(cls, action: store.ReviewAction) -> ReviewTaskAction:
        """Return the action as GraphQL shows it."""
        undone = action.before.get("undoes")
        return cls(
            action=action.action,
            actor=action.actor,
            at=action.system_from,
            note=action.note,
            undoes=instant(undone) if undone else None,
        )


@strawberry.type(description="Two source records that a steward has to look at.")
class ReviewTask:
    """Two source records that a steward has to look at."""

    id: strawberry.ID = strawberry.field(description="The id of the task.")
    entity_type: str = strawberry.field(description="What the records describe, such as customer.")
    kind: ReviewTaskKind = strawberry.field(description="Why the two need a look.")
    status: ReviewTaskStatus = strawberry.field(description="What has become of the task.")
    score: float = strawberry.field(description="The probability that the two are one: 1 / (1 + 2^-weight).")
    weight: float = strawberry.field(
        description="The weight of the match when the task was last worked out, in bits."
    )
    reason: str = strawberry.field(description="Why the two need a look, in words.")
    opened_at: datetime = strawberry.field(description="When it was opened, in system time.")
    age_seconds: Long = strawberry.field(
        description="How long it has been waiting, or waited until it was decided, in seconds."
    )
    assignee: str | None = strawberry.field(description="Who is to look.")
    deferred_until: datetime | None = strawberry.field(description="Until when it is put off.")
    decided_at: datetime | None = strawberry.field(description="When it was closed.")
    decided_by: str | None = strawberry.field(description="Who closed it. Null: it is open, or obsolete.")
    note: str | None = strawberry.field(description="What whoever decided noted.")
    stored: strawberry.Private[store.ReviewTask]

    @strawberry.field(description="The one record: the one that has been known for longer.")
    async def left(self, info: Info) -> ComparedRecord:
        """Return the left record."""
        return ComparedRecord.of((await self._view(info)).left)

    @strawberry.field(description="The other record.")
    async def right(self, info: Info) -> ComparedRecord:
        """Return the right record."""
        return ComparedRecord.of((await self._view(info)).right)

    @strawberry.field(description="What the two say, side by side; attributes that neither has are left out.")
    async def attributes(self, info: Info) -> list[AttributeComparison]:
        """Return what the two say, side by side."""
        return [AttributeComparison.of(pair) for pair in (await self._view(info)).attributes]

    @strawberry.field(description="Why the two match or do not, worked out from what they say now.")
    async def explanation(self, info: Info) -> MatchExplanation:
        """Return why the two match or do not."""
        return MatchExplanation.of((await self._view(info)).explanation)

    @strawberry.field(description="What was done to the task, oldest first.")
    async def history(self, info: Info) -> list[ReviewTaskAction]:
        """Return what was done to the task."""
        done = await info.context.loaders.actions_by_task().load(self.stored.id)
        return [ReviewTaskAction.of(action) for action in done]

    async def _view(self, info: Info) -> PairView:
        view = await info.context.loaders.views_by_pair(self.entity_type).load((self.stored.a, self.stored.b))
        if view is None:
            raise RuntimeError(f"task {self.stored.id} is about records that are gone")
        return view

    @classmethod
    def of(cls, task: store.ReviewTask) -> ReviewTask:
        """Return the task as GraphQL shows it."""
        return cls(
            id=strawberry.ID(str(task.id)),
            entity_type=task.entity_type,
            kind=ReviewTaskKind(task.kind),
            status=ReviewTaskStatus(task.status),
            score=probability(task.weight),
            weight=task.weight,
            reason=task.reason,
            opened_at=task.opened_at,
            age_seconds=Long(task.age),
            assignee=task.assignee,
            deferred_until=task.deferred_until,
            decided_at=task.decided_at,
            decided_by=task.decided_by,
            note=task.note,
            stored=task,
        )


@strawberry.type(description="How many tasks of a kind have a status.")
class ReviewTaskCount:
    """How many tasks of a kind have a status."""

    kind: ReviewTaskKind = strawberry.field(description="The kind.")
    status: ReviewTaskStatus = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many.")

    @classmethod
    def of(cls, counted: QueueCount) -> ReviewTaskCount:
        """Return the count as GraphQL shows it."""
        return cls(
            kind=ReviewTaskKind(counted.kind), status=ReviewTaskStatus(counted.status), count=counted.count
        )


@strawberry.type(description="A page of review tasks, and how many there are.")
class ReviewTaskConnection:
    """A page of review tasks, and how many there are."""

    edges: list[Edge[ReviewTask]] = strawberry.field(
        description="The tasks of this page, each with its cursor."
    )
    nodes: list[ReviewTask] = strawberry.field(description="The tasks of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")
    wanted: strawberry.Private[Filter]

    @strawberry.field(description="How many tasks the filters leave.")
    async def total_count(self, info: Info) -> int:
        """Return how many tasks the filters leave."""
        status, kind = self.wanted.status, self.wanted.kind
        return sum(
            counted.count
            for counted in await info.context.loaders.counts_by_filter().load(self.wanted)
            if status in (None, counted.status) and kind in (None, counted.kind)
        )

    @strawberry.field(
        description="How many there are by kind and status, whatever kind and status were asked for."
    )
    async def counts(self, info: Info) -> list[ReviewTaskCount]:
        """Return how many tasks of each kind and status there are."""
        counts = await info.context.loaders.counts_by_filter().load(self.wanted)
        return [ReviewTaskCount.of(counted) for counted in counts]

    @classmethod
    def of(
        cls, tasks: Sequence[store.ReviewTask], has_next: bool, order: Order, wanted: Filter
    ) -> ReviewTaskConnection:
        """Return a page of the queue as GraphQL shows it."""
        edges = [Edge(cursor=task_cursor(task, order), node=ReviewTask.of(task)) for task in tasks]
        return cls(
            edges=edges,
            nodes=[edge.node for edge in edges],
            page_info=PageInfo(has_next_page=has_next, end_cursor=edges[-1].cursor if edges else None),
            wanted=wanted,
        )


@strawberry.type(description="Why nothing was done to a review task.")
class ReviewTaskError:
    """Why nothing was done to a review task."""

    code: str = strawberry.field(description="NOT_FOUND, CONFLICT, INVALID_INPUT or UNAVAILABLE.")
    message: str = strawberry.field(
        description="Why, in words; of a task that is closed, who closed it when."
    )


@strawberry.type(description="What became of one review task.")
class ReviewTaskResult:
    """What became of one review task."""

    id: strawberry.ID = strawberry.field(description="The id that was given.")
    task: ReviewTask | None = strawberry.field(
        description="The task as it is now. Null: nothing was done to it."
    )
    error: ReviewTaskError | None = strawberry.field(description="Why nothing was done to it. Null: it was.")

    @classmethod
    def of(cls, task_id: str, answer: store.ReviewTask | CatalogError) -> ReviewTaskResult:
        """Return the answer as GraphQL shows it."""
        if isinstance(answer, CatalogError):
            error = ReviewTaskError(code=answer.code, message=shortened(answer.message))
            return cls(id=strawberry.ID(task_id), task=None, error=error)
        return cls(id=strawberry.ID(task_id), task=ReviewTask.of(answer), error=None)


@strawberry.type(description="What became of a list of review tasks; one that fails leaves the others alone.")
class ReviewTasksPayload:
    """What became of a list of review tasks."""

    done: int = strawberry.field(description="To how many it was done.")
    failed: int = strawberry.field(description="To how many it was not.")
    results: list[ReviewTaskResult] = strawberry.field(description="What became of each, in the order given.")


def task_cursor(task: store.ReviewTask, order: Order) -> str:
    """Return the opaque cursor that continues after a task in an order."""
    value = task.weight if order in ("heaviest", "lightest") else render(task.opened_at)
    return opaque(order, value, str(task.id))


def task_place(after: str, order: Order) -> Place:
    """Return where a page ended; raises InvalidInputError for what `task_cursor` did not make for this order."""

    def parsed(made_for: object, value: object, task_id: object) -> Place:
        if made_for != order:
            raise ValueError(made_for)
        by_weight = order in ("heaviest", "lightest")
        return Place(float(str(value)) if by_weight else instant(str(value)), UUID(str(task_id)))

    return opened(after, parsed)
