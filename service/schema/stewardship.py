"""What stewards can ask in GraphQL: the queue of review tasks, what was decided, why records match, who was one when."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from graph.errors import InvalidInputError
from graph.store.match_decisions import StewardsWord, WordFilter
from graph.store.review_queue import Filter
from graph.time import instant, render
from service.context import Info
from service.schema.arguments import (
    Edge,
    KnownAtArgument,
    PageInfo,
    opaque,
    opened,
    page_size,
    search_text,
    uuid_of,
)
from service.schema.comparisons import DecisionVerdict, MatchComparison, MatchDecision, key_of
from service.schema.crosswalks import Crosswalk
from service.schema.provenance import SourceKey, SourceKeyInput
from service.schema.quality import EntityTypeArgument
from service.schema.review_tasks import (
    ReviewTask,
    ReviewTaskConnection,
    ReviewTaskKind,
    ReviewTaskOrder,
    ReviewTaskStatus,
    task_place,
)

STEWARDS_PAGE = 500
"""How many nodes a page for stewards may hold."""

StewardsFirst = Annotated[int, strawberry.argument(description=f"How many to return, 1 to {STEWARDS_PAGE}.")]
StewardsAfter = Annotated[
    str | None, strawberry.argument(description="Where the page before ended: its pageInfo.endCursor.")
]

StatusFilter = Annotated[
    ReviewTaskStatus | None,
    strawberry.argument(description="Only those of this status. Null: whatever their status."),
]
KindFilter = Annotated[ReviewTaskKind | None, strawberry.argument(description="Only those of this kind.")]
AssigneeFilter = Annotated[
    str | None, strawberry.argument(description="Only those that this person is to look at.")
]
UnassignedFilter = Annotated[
    bool | None,
    strawberry.argument(description="Only those that nobody (or, false, that somebody) is to look at."),
]
SourceSystemFilter = Annotated[
    str | None, strawberry.argument(description="Only those with a record of this source system.")
]
MinWeightFilter = Annotated[
    float | None, strawberry.argument(description="Only those of at least this weight, in bits.")
]
MaxWeightFilter = Annotated[
    float | None, strawberry.argument(description="Only those of at most this weight, in bits.")
]
OlderThanFilter = Annotated[
    datetime | None, strawberry.argument(description="Only those opened before this instant.")
]
SearchFilter = Annotated[
    str | None,
    strawberry.argument(
        description="Only those about the golden record of this id, or a source record of this whole key."
    ),
]
OrderArgument = Annotated[ReviewTaskOrder, strawberry.argument(description="In which order.")]


@strawberry.type(description="A page of what stewards have said, the newest first.")
class MatchDecisionConnection:
    """A page of what stewards have said."""

    edges: list[Edge[MatchDecision]] = strawberry.field(
        description="The words of this page, each with its cursor."
    )
    nodes: list[MatchDecision] = strawberry.field(description="The words of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


@strawberry.type(description="What an unmerge would do.")
class UnmergePreview:
    """What an unmerge would do."""

    moved: list[SourceKey] = strawberry.field(description="The source records that would be taken out.")
    kept: list[SourceKey] = strawberry.field(description="The source records that would stay.")


@strawberry.type
class StewardshipQuery:
    """What stewards can ask."""

    @strawberry.field(description="The queue: pairs of source records that a steward has to look at.")
    async def review_tasks(
        self,
        info: Info,
        entity_type: EntityTypeArgument = "customer",
        status: StatusFilter = ReviewTaskStatus.OPEN,
        kind: KindFilter = None,
        assignee: AssigneeFilter = None,
        is_unassigned: UnassignedFilter = None,
        source_system: SourceSystemFilter = None,
        min_weight: MinWeightFilter = None,
        max_weight: MaxWeightFilter = None,
        older_than: OlderThanFilter = None,
        search: SearchFilter = None,
        order_by: OrderArgument = ReviewTaskOrder.HEAVIEST,
        first: StewardsFirst = 50,
        after: StewardsAfter = None,
    ) -> ReviewTaskConnection:
        """Return a page of the queue, and how many tasks there are."""
        queue, order = info.context.services.stewards.queue, _chosen(order_by)
        wanted = Filter(
            entity_type=search_text(entity_type, "$.entityType") or "",
            status=_chosen(status),
            kind=_chosen(kind),
            assignee=search_text(assignee, "$.assignee"),
            is_unassigned=is_unassigned,
            source_system=search_text(source_system, "$.sourceSystem"),
            min_weight=min_weight,
            max_weight=max_weight,
            opened_before=older_than,
            search=search_text(search),
        )
        size = page_size(first, most=STEWARDS_PAGE)
        place = task_place(after, order) if after is not None else None
        tasks, has_next = await queue.page(wanted, order, size, place)
        return ReviewTaskConnection.of(tasks, has_next, order, wanted)

    @strawberry.field(description="One review task. Null: none has the id.")
    async def review_task(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id of the task.")]
    ) -> ReviewTask | None:
        """Return one review task, or None."""
        task_id = uuid_of(id)
        task = (await info.context.services.stewards.queue.tasks([task_id])).get(task_id)
        return ReviewTask.of(task) if task else None

    @strawberry.field(description="What stewards have said, of each pair the last word, the newest first.")
    async def match_decisions(
        self,
        info: Info,
        entity_type: EntityTypeArgument = "customer",
        verdict: Annotated[
            DecisionVerdict | None,
            strawberry.argument(description="Only words of this kind. Null: all that stand."),
        ] = None,
        is_stale: Annotated[
            bool | None,
            strawberry.argument(description="Only those whose records have, or have not, changed since."),
        ] = None,
        source_key: Annotated[
            SourceKeyInput | None, strawberry.argument(description="Only those about this source record.")
        ] = None,
        first: StewardsFirst = 50,
        after: StewardsAfter = None,
    ) -> MatchDecisionConnection:
        """Return a page of what stewards have said."""
        services, size = info.context.services, page_size(first, most=STEWARDS_PAGE)
        record_id: UUID | None = None
        if source_key is not None:
            key = key_of(source_key, "$.sourceKey")
            (record_id,) = await services.stewards.views.record_ids(entity_type, [key])
        wanted = WordFilter(
            entity_type,
            _chosen(verdict),
            is_stale,
            record_id,
            with_withdrawn=verdict is DecisionVerdict.WITHDRAWN,
        )
        place = _word_place(after) if after is not None else None
        words, has_next = await services.stewards.words.page(wanted, size, place)
        nodes = [MatchDecision.of(word) for word in words]
        edges = [Edge(cursor=_word_cursor(word), node=node) for word, node in zip(words, nodes, strict=True)]
        end = edges[-1].cursor if edges else None
        return MatchDecisionConnection(
            edges=edges, nodes=nodes, page_info=PageInfo(has_next_page=has_next, end_cursor=end)
        )

    @strawberry.field(description="Why two source records match or do not, and what a steward said of them.")
    async def explain_match(
        self,
        info: Info,
        left: Annotated[SourceKeyInput, strawberry.argument(description="The one record.")],
        right: Annotated[SourceKeyInput, strawberry.argument(description="The other record.")],
        entity_type: EntityTypeArgument = "customer",
    ) -> MatchComparison:
        """Return two source records side by side with the reason why they match or do not."""
        services = info.context.services
        keys = [key_of(left, "$.left"), key_of(right, "$.right")]
        if keys[0] == keys[1]:
            raise InvalidInputError.at("$.right", "is the same record as left")
        one, other = await services.stewards.views.record_ids(entity_type, keys)
        view = (await services.stewards.views.pairs(entity_type, [(one, other)]))[one, other]
        return MatchComparison.of(view, await services.stewards.words.of(one, other))

    @strawberry.field(
        description="Who did we think was one then: the source records of a golden record as known at an instant. Null: unknown then."
    )
    async def crosswalk(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the golden record.")],
        entity_type: EntityTypeArgument = "customer",
        known_at: KnownAtArgument = None,
    ) -> Crosswalk | None:
        """Return what a golden record consisted of, or None where its id was unknown then."""
        golden_id = uuid_of(id)
        found = await info.context.services.stewards.crosswalks.of(
            search_text(entity_type, "$.entityType") or "", [golden_id], known_at
        )
        return Crosswalk.of(found[golden_id]) if golden_id in found else None

    @strawberry.field(description="What an unmerge would take out of a golden record; nothing is changed.")
    async def unmerge_preview(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the golden record.")],
        source_keys: Annotated[
            list[SourceKeyInput], strawberry.argument(description="The source records to take out.")
        ],
        tree: Annotated[
            bool,
            strawberry.argument(description="Whether all go that came from the same golden record as these."),
        ] = False,
        entity_type: EntityTypeArgument = "customer",
    ) -> UnmergePreview:
        """Return what an unmerge would do."""
        keys = [key_of(key, f"$.sourceKeys[{place}]") for place, key in enumerate(source_keys)]
        moved, kept = await info.context.services.stewards.merges.preview_unmerge(
            entity_type, uuid_of(id), keys, is_tree=tree
        )
        return UnmergePreview(
            moved=[SourceKey(system=key.system, key=key.key) for key in moved],
            kept=[SourceKey(system=key.system, key=key.key) for key in kept],
        )


def _chosen(value: enum.Enum | None) -> Any:
    return None if value is None else value.value


def _word_cursor(word: StewardsWord) -> str:
    return opaque(render(word.system_from), str(word.a), str(word.b))


def _word_place(after: str) -> tuple[datetime, UUID, UUID]:
    def parsed(at: object, a: object, b: object) -> tuple[datetime, UUID, UUID]:
        return instant(str(at)), UUID(str(a)), UUID(str(b))

    return opened(after, parsed)
