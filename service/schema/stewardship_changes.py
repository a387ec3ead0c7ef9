"""What stewards can do in GraphQL: act on review tasks, merge golden records and take them apart, take words back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import strawberry

from graph.errors import CatalogError, InvalidInputError
from graph.stewardship import Answers
from service.context import Info
from service.schema.arguments import LONGEST_TEXT, search_text, uuid_of
from service.schema.comparisons import key_of
from service.schema.crosswalks import Crosswalk
from service.schema.provenance import SourceKeyInput
from service.schema.quality import EntityTypeArgument
from service.schema.review_tasks import ReviewTaskResult, ReviewTasksPayload

MOST_TASKS = 500
"""How many review tasks one mutation acts on."""

MOST_MERGED = 100
"""How many golden records one mutation merges, and how many source records one takes out."""

Act = Callable[[Sequence[UUID], str, str | None], Awaitable[Answers]]
"""Does something to the tasks of these ids; told who asks, and the note."""

TaskIds = Annotated[
    list[strawberry.ID],
    strawberry.argument(
        description=f"The ids of the tasks, 1 to {MOST_TASKS}; one that fails leaves the others alone."
    ),
]
NoteArgument = Annotated[
    str | None,
    strawberry.argument(description=f"Why, for those who come after; at most {LONGEST_TEXT} characters."),
]
OverrideArgument = Annotated[
    bool,
    strawberry.argument(
        description="Whether words that keep the records apart are taken back; else they refuse it."
    ),
]


@strawberry.type(description="The golden records that something was done to, as they are now.")
class GoldenRecordsPayload:
    """The golden records that something was done to, as they are now."""

    golden_records: list[Crosswalk] = strawberry.field(description="Each with its source records.")


@strawberry.type
class StewardshipMutation:
    """What stewards can do."""

    @strawberry.mutation(
        description="Say of each task that its two records are one: their golden records are merged."
    )
    async def approve_review_tasks(
        self, info: Info, ids: TaskIds, note: NoteArgument = None, override: OverrideArgument = False
    ) -> ReviewTasksPayload:
        """Approve tasks and say what became of each."""
        tasks = info.context.services.stewards.tasks
        return await _acted(info, ids, note, partial(tasks.approve, override=override))

    @strawberry.mutation(
        description="Say of each task that its golden records are two; they stay apart until their data change."
    )
    async def reject_review_tasks(
        self, info: Info, ids: TaskIds, note: NoteArgument = None
    ) -> ReviewTasksPayload:
        """Reject tasks and say what became of each."""
        return await _acted(info, ids, note, info.context.services.stewards.tasks.reject)

    @strawberry.mutation(
        description="Say of each task that the golden record that holds both its records is two: it is taken apart."
    )
    async def split_review_tasks(
        self, info: Info, ids: TaskIds, note: NoteArgument = None
    ) -> ReviewTasksPayload:
        """Split tasks and say what became of each."""
        return await _acted(info, ids, note, info.context.services.stewards.tasks.split)

    @strawberry.mutation(description="Say who is to look at open tasks.")
    async def assign_review_tasks(
        self,
        info: Info,
        ids: TaskIds,
        assignee: Annotated[
            str | None, strawberry.argument(description="Who is to look. Null: whoever asks this.")
        ] = None,
        note: NoteArgument = None,
    ) -> ReviewTasksPayload:
        """Assign tasks and say what became of each."""
        tasks, to = info.context.services.stewards.tasks, search_text(assignee, "$.assignee")
        return await _acted(
            info,
            ids,
            note,
            lambda known, actor, why: tasks.assign(known, actor if to is None else to, actor, why),
        )

    @strawberry.mutation(description="Say that nobody in particular is to look at open tasks.")
    async def unassign_review_tasks(
        self, info: Info, ids: TaskIds, note: NoteArgument = None
    ) -> ReviewTasksPayload:
        """Take tasks from whoever they were assigned to and say what became of each."""
        tasks = info.context.services.stewards.tasks
        return await _acted(info, ids, note, lambda known, actor, why: tasks.assign(known, None, actor, why))

    @strawberry.mutation(description="Put open tasks off; at the instant they come back by themselves.")
    async def defer_review_tasks(
        self,
        info: Info,
        ids: TaskIds,
        until: Annotated[datetime, strawberry.argument(description="Until when; an instant to come.")],
        note: NoteArgument = None,
    ) -> ReviewTasksPayload:
        """Put tasks off and say what became of each."""
        tasks = info.context.services.stewards.tasks
        return await _acted(info, ids, note, lambda known, actor, why: tasks.defer(known, until, actor, why))

    @strawberry.mutation(description="Write a note to tasks, whether they are open or not.")
    async def comment_review_tasks(
        self, info: Info, ids: TaskIds, note: Annotated[str, strawberry.argument(description="The note.")]
    ) -> ReviewTasksPayload:
        """Write a note to tasks and say what became of each."""
        tasks = info.context.services.stewards.tasks
        return await _acted(
            info, ids, note, lambda known, actor, said: tasks.comment(known, said or "", actor)
        )

    @strawberry.mutation(
        description="Take back the last thing that was done to each task; of a verdict also all that followed from it."
    )
    async def undo_review_tasks(
        self, info: Info, ids: TaskIds, note: NoteArgument = None
    ) -> ReviewTasksPayload:
        """Undo the last action of tasks and say what became of each."""
        return await _acted(info, ids, note, info.context.services.stewards.tasks.undo)

    @strawberry.mutation(
        description="Say that golden records are one. The oldest id survives, the others lead to it from now on."
    )
    async def merge_golden_records(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(description=f"The ids of the golden records, 2 to {MOST_MERGED}."),
        ],
        entity_type: EntityTypeArgument = "customer",
        note: NoteArgument = None,
        override: OverrideArgument = False,
    ) -> Crosswalk:
        """Merge golden records and return what they are now."""
        context = info.context
        _require_count(ids, 2, MOST_MERGED, "ids")
        golden_id = await context.services.stewards.merges.merge(
            _entity_type(entity_type),
            [uuid_of(text, f"$.ids[{place}]") for place, text in enumerate(ids)],
            context.actor,
            search_text(note, "$.note"),
            override=override,
        )
        return (await _crosswalks(info, entity_type, [golden_id]))[0]

    @strawberry.mutation(
        description="Take source records out of a golden record for good; the golden record they came from returns."
    )
    async def unmerge_golden_record(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the golden record.")],
        source_keys: Annotated[
            list[SourceKeyInput],
            strawberry.argument(description=f"The source records to take out, 1 to {MOST_MERGED}."),
        ],
        tree: Annotated[
            bool,
            strawberry.argument(description="Whether all go that came from the same golden record as these."),
        ] = False,
        entity_type: EntityTypeArgument = "customer",
        note: NoteArgument = None,
    ) -> GoldenRecordsPayload:
        """Take source records out of a golden record and return what all of them are now."""
        context = info.context
        _require_count(source_keys, 1, MOST_MERGED, "sourceKeys")
        home = await context.services.stewards.merges.unmerge(
            _entity_type(entity_type),
            uuid_of(id),
            [key_of(key, f"$.sourceKeys[{place}]") for place, key in enumerate(source_keys)],
            context.actor,
            search_text(note, "$.note"),
            is_tree=tree,
        )
        return GoldenRecordsPayload(golden_records=await _crosswalks(info, entity_type, home.values()))

    @strawberry.mutation(
        description="Take back what was said of two source records; matching alone decides about them again."
    )
    async def withdraw_decision(
        self,
        info: Info,
        left: Annotated[SourceKeyInput, strawberry.argument(description="The one record.")],
        right: Annotated[SourceKeyInput, strawberry.argument(description="The other record.")],
        entity_type: EntityTypeArgument = "customer",
        note: NoteArgument = None,
    ) -> GoldenRecordsPayload:
        """Take a word back and return the golden records of the two records."""
        context = info.context
        home = await context.services.stewards.merges.withdraw(
            _entity_type(entity_type),
            key_of(left, "$.left"),
            key_of(right, "$.right"),
            context.actor,
            search_text(note, "$.note"),
        )
        return GoldenRecordsPayload(golden_records=await _crosswalks(info, entity_type, home.values()))


async def _acted(info: Info, ids: Sequence[str], note: str | None, act: Act) -> ReviewTasksPayload:
    """Do something to tasks and say what became of each, in the order given; a text that is no id is answered like the rest."""
    _require_count(ids, 1, MOST_TASKS, "ids")
    asked = {text: _parsed(text) for text in ids}
    known = [task_id for task_id in asked.values() if isinstance(task_id, UUID)]
    answers = await act(known, info.context.actor, search_text(note, "$.note"))
    results = [
        ReviewTaskResult.of(text, answers[task_id] if isinstance(task_id, UUID) else task_id)
        for text, task_id in asked.items()
    ]
    done = sum(result.error is None for result in results)
    return ReviewTasksPayload(done=done, failed=len(results) - done, results=results)


def _parsed(text: str) -> UUID | CatalogError:
    try:
        return uuid_of(text)
    except InvalidInputError as error:
        return error


def _require_count(given: Sequence[object], least: int, most: int, name: str) -> None:
    if not least <= len(given) <= most:
        raise InvalidInputError.at(f"$.{name}", f"must be {least} to {most}, got {len(given)}")


def _entity_type(name: str) -> str:
    return search_text(name, "$.entityType") or ""


async def _crosswalks(info: Info, entity_type: str, golden_ids: Iterable[UUID]) -> list[Crosswalk]:
    ordered = list(dict.fromkeys(golden_ids))
    found = await info.context.services.stewards.crosswalks.of(entity_type, ordered)
    return [Crosswalk.of(found[golden_id]) for golden_id in ordered]
