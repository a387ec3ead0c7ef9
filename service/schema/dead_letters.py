"""Dead letters in GraphQL: what could not be read as an event, why, and what is done about it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from graph.errors import InvalidInputError, NotFoundError
from lineage import dead_letters
from lineage.dead_letters import Replayed
from service.context import Info
from service.schema.arguments import (
    LARGEST_PAGE,
    FirstArgument,
    IdsArgument,
    Long,
    PageInfo,
    PlaceArgument,
    key_place,
    opaque,
    opened,
    page_size,
    uuid_of,
    uuids_of,
)


@strawberry.type(description="Something wrong with what was sent.")
class DeadLetterProblem:
    """Something wrong with what was sent."""

    path: str = strawberry.field(description="Where, as a JSON path.")
    reason: str = strawberry.field(description="What is wrong there.")


@strawberry.type(
    description="What could not be read as an event, kept whole until it is replayed or discarded."
)
class DeadLetter:
    """What could not be read as an event, kept whole until it is replayed or discarded."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    received_at: datetime = strawberry.field(description="When it came first.")
    last_received_at: datetime = strawberry.field(description="When it came last.")
    times: Long = strawberry.field(description="How often it came.")
    source: str = strawberry.field(description="By which way it came last.")
    size: Long = strawberry.field(description="Its size in bytes.")
    problems: list[DeadLetterProblem] = strawberry.field(
        description="What was wrong with it the last time it was read."
    )
    replayed_at: datetime | None = strawberry.field(
        description="When it was recorded after all. Null: it waits to be replayed."
    )
    event_id: strawberry.ID | None = strawberry.field(description="The event it was recorded as.")
    letter_id: strawberry.Private[UUID]

    @strawberry.field(
        description="What came, as text; bytes that are no UTF-8 show as replacement characters, so see `base64`."
    )
    async def raw(self, info: Info) -> str:
        """Return what came as text."""
        _, raw = await info.context.services.dead_letters.show(self.letter_id)
        return raw.decode("utf-8", "replace")

    @strawberry.field(description="What came, byte for byte, in base64.")
    async def base64(self, info: Info) -> str:
        """Return what came byte for byte."""
        _, raw = await info.context.services.dead_letters.show(self.letter_id)
        return base64.b64encode(raw).decode()

    @classmethod
    def of(cls, letter: dead_letters.DeadLetter) -> DeadLetter:
        """Return the letter as GraphQL shows it."""
        return cls(
            id=strawberry.ID(str(letter.dead_letter_id)),
            received_at=letter.received_at,
            last_received_at=letter.last_received_at,
            times=Long(letter.times),
            source=letter.source,
            size=Long(letter.size),
            problems=[DeadLetterProblem(path=one.path, reason=one.reason) for one in letter.problems],
            replayed_at=letter.replayed_at,
            event_id=strawberry.ID(str(letter.event_id)) if letter.event_id else None,
            letter_id=letter.dead_letter_id,
        )


@strawberry.type(description="How many dead letters there are.")
class DeadLetterTally:
    """How many dead letters there are."""

    letters: Long = strawberry.field(description="How many are kept.")
    waiting: Long = strawberry.field(description="How many of them wait to be replayed.")
    bytes: Long = strawberry.field(description="How many bytes they take, compressed.")
    let_go: Long = strawberry.field(
        description="How many were let go before anybody replayed them, because too many came."
    )


@strawberry.type(description="Some dead letters, and how many there are.")
class DeadLetterPage:
    """Some dead letters, and how many there are."""

    nodes: list[DeadLetter] = strawberry.field(description="The letters.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")

    @strawberry.field(description="How many there are in all.")
    async def tally(self, info: Info) -> DeadLetterTally:
        """Return how many there are in all."""
        told = await info.context.services.dead_letters.tally()
        return DeadLetterTally(
            letters=Long(told.letters),
            waiting=Long(told.waiting),
            bytes=Long(told.bytes),
            let_go=Long(told.let_go),
        )


@strawberry.type(description="What became of a dead letter that was replayed.")
class ReplayedDeadLetter:
    """What became of a dead letter that was replayed."""

    id: strawberry.ID = strawberry.field(description="The dead letter.")
    event_id: strawberry.ID | None = strawberry.field(
        description="The event it is recorded as. Null: something is still wrong with it."
    )
    problems: list[DeadLetterProblem] = strawberry.field(description="What is still wrong with it.")

    @classmethod
    def of(cls, replayed: Replayed) -> ReplayedDeadLetter:
        """Return what became of a letter as GraphQL shows it."""
        return cls(
            id=strawberry.ID(str(replayed.dead_letter_id)),
            event_id=strawberry.ID(str(replayed.event_id)) if replayed.event_id else None,
            problems=[DeadLetterProblem(path=one.path, reason=one.reason) for one in replayed.problems],
        )


@strawberry.type(description="What became of dead letters that were replayed.")
class ReplayedDeadLetters:
    """What became of dead letters that were replayed."""

    recorded: Long = strawberry.field(description="How many are recorded as events now.")
    failed: Long = strawberry.field(description="How many still cannot be read.")
    results: list[ReplayedDeadLetter] = strawberry.field(
        description=f"What became of each, those that failed first; at most {LARGEST_PAGE}."
    )

    @classmethod
    def of(cls, told: Sequence[Replayed]) -> ReplayedDeadLetters:
        """Return what became of letters as GraphQL shows it."""
        failed = sum(1 for one in told if one.event_id is None)
        shown = sorted(told, key=lambda one: one.event_id is not None)[:LARGEST_PAGE]
        return cls(
            recorded=Long(len(told) - failed),
            failed=Long(failed),
            results=[ReplayedDeadLetter.of(one) for one in shown],
        )


@strawberry.type
class DeadLetterQuery:
    """What can be asked about dead letters."""

    @strawberry.field(description="What could not be read as an event, latest first.")
    async def dead_letters(
        self,
        info: Info,
        open: Annotated[
            bool,
            strawberry.argument(description="Whether only those that wait to be replayed."),
        ] = True,
        first: FirstArgument = 20,
        after: PlaceArgument = None,
    ) -> DeadLetterPage:
        """Return a page of dead letters."""
        start = opened(after, key_place) if after is not None else None
        letters, has_next = await info.context.services.dead_letters.page(
            page_size(first), start, open_only=open
        )
        end = opaque(str(letters[-1].dead_letter_id)) if letters else None
        return DeadLetterPage(
            nodes=[DeadLetter.of(letter) for letter in letters],
            page_info=PageInfo(has_next_page=has_next, end_cursor=end),
        )

    @strawberry.field(description="One dead letter, by its id. Null: there is none.")
    async def dead_letter(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> DeadLetter | None:
        """Return one dead letter, or None."""
        try:
            letter, _ = await info.context.services.dead_letters.show(uuid_of(id))
        except NotFoundError:
            return None
        return DeadLetter.of(letter)


@strawberry.type
class DeadLetterMutation:
    """What can be done about dead letters."""

    @strawberry.mutation(
        description="Record dead letters as events, as after a fix; those that still cannot be read stay, with what is wrong now."
    )
    async def replay_dead_letters(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(description=f"Their ids, at most {LARGEST_PAGE}."),
        ] = None,
        all: Annotated[
            bool, strawberry.argument(description="Replay all that wait, instead of some by their ids.")
        ] = False,
    ) -> ReplayedDeadLetters:
        """Replay dead letters and return what became of them."""
        services = info.context.services
        told = await services.dead_letters.replay(wanted_letters(ids, every=all), services.recorder)
        return ReplayedDeadLetters.of(told)

    @strawberry.mutation(description="Delete dead letters for good, and return how many.")
    async def discard_dead_letters(
        self,
        info: Info,
        ids: IdsArgument,
    ) -> int:
        """Delete dead letters and return how many."""
        return await info.context.services.dead_letters.discard(uuids_of(ids))


def wanted_letters(ids: Sequence[str] | None, *, every: bool) -> list[UUID] | None:
    """Return which letters are meant, None for all that wait; raises InvalidInputError unless exactly one way is used."""
    if every == (ids is not None):
        raise InvalidInputError.at("$", "needs either ids, or all: true")
    if ids is None:
        return None
    return uuids_of(ids)
