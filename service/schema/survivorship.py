"""Why a source wins an attribute group, in GraphQL, and how a steward pins one or has it ignored."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

import strawberry

from graph.golden import standings
from graph.golden.pins import Pin
from graph.golden.record import snake
from graph.identity import SourceKey as Key
from graph.pinning import Pinned
from graph.spelling import camel
from graph.store.pins import Verdict
from graph.time import BEGINNING, AsOf, Period, bounded
from service.context import Info
from service.schema.arguments import AsOfArgument, Basis, KnownAtArgument, search_text, uuid_of
from service.schema.policies import NoteArgument, TypeArgument
from service.schema.provenance import SourceKey, SourceKeyInput, source_key_of

AttributeArgument = Annotated[
    str, strawberry.argument(description="An attribute; it stands for its whole attribute group.")
]


@strawberry.enum(description="What a steward says of the values of a source record.")
class PinVerdict(enum.Enum):
    """What a steward says of the values of a source record."""

    PIN = strawberry.enum_value("pin", description="They win, whatever the policy says.")
    IGNORE = strawberry.enum_value("ignore", description="They never win.")


@strawberry.type(description="A value that a source record offers.")
class OfferedValue:
    """A value that a source record offers."""

    attribute: str = strawberry.field(description="The attribute.")
    value: str = strawberry.field(description="The value. Empty: it is known to have none.")
    event_id: strawberry.ID = strawberry.field(description="The id of the source event that said it.")
    said_at: datetime = strawberry.field(description="The instant that event speaks of.")
    is_taken: bool = strawberry.field(description="Whether the golden record has it from here.")


@strawberry.type(description="How a source record stands by one strategy.")
class StrategyScore:
    """How a source record stands by one strategy."""

    strategy: str = strawberry.field(description="The strategy.")
    score: str = strawberry.field(description="How it stands by it.")


@strawberry.type(description="How a source record stood in the choice for an attribute group.")
class SurvivorshipCandidate:
    """How a source record stood in the choice for an attribute group."""

    source_record: SourceKey = strawberry.field(description="The source record.")
    rank: int | None = strawberry.field(description="Its rank, from 1. Null: a steward said to ignore it.")
    values: list[OfferedValue] = strawberry.field(description="What it offers.")
    scores: list[StrategyScore] = strawberry.field(description="How it stands by each strategy, in order.")
    reason: str = strawberry.field(description="Why it wins, or why not.")

    @classmethod
    def of(cls, standing: standings.Standing) -> SurvivorshipCandidate:
        """Return the candidate as GraphQL shows it."""
        return cls(
            source_record=_shown(standing.key),
            rank=standing.rank,
            values=[
                OfferedValue(
                    attribute=camel(name),
                    value=value,
                    event_id=strawberry.ID(str(event_id)),
                    said_at=said_at,
                    is_taken=name in standing.gives,
                )
                for name, (value, event_id, said_at) in standing.values.items()
            ],
            scores=[StrategyScore(strategy=kind, score=score) for kind, score in standing.scores.items()],
            reason=standing.reason,
        )


@strawberry.type(description="Why an attribute group of a golden record has the values it has at an instant.")
class SurvivorshipExplanation:
    """Why an attribute group of a golden record has the values it has at an instant."""

    golden_id: strawberry.ID = strawberry.field(description="The golden record.")
    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    group: str = strawberry.field(description="The attribute group.")
    attributes: list[str] = strawberry.field(description="Its attributes; they survive together.")
    strategies: list[str] = strawberry.field(
        description="The strategies by which the source is chosen, in order."
    )
    rule: str | None = strawberry.field(
        description="What decided: a strategy, pin, own_word or source_key. Null: there was no choice."
    )
    candidates: list[SurvivorshipCandidate] = strawberry.field(
        description="Every source record that offers something, the best first."
    )

    @classmethod
    def of(cls, at: AsOf, golden_id: UUID, told: standings.Explanation) -> SurvivorshipExplanation:
        """Return an explanation as GraphQL shows it."""
        return cls(
            golden_id=strawberry.ID(str(golden_id)),
            basis=Basis.of(at),
            group=told.group,
            attributes=[camel(name) for name in told.attributes],
            strategies=list(told.strategies),
            rule=told.rule,
            candidates=[SurvivorshipCandidate.of(standing) for standing in told.standings],
        )


@strawberry.type(description="A steward's word on the values of a source record that counts over a period.")
class SourcePin:
    """A steward's word on the values of a source record that counts over a period."""

    group: str = strawberry.field(description="The attribute group.")
    verdict: PinVerdict = strawberry.field(description="What was said.")
    valid_from: datetime | None = strawberry.field(description="From when on. Null: always.")
    valid_to: datetime | None = strawberry.field(
        description="Until when, this instant excluded. Null: further notice."
    )

    @classmethod
    def of(cls, pin: Pin) -> SourcePin:
        """Return the pin as GraphQL shows it."""
        start = pin.period.start
        return cls(
            group=pin.group,
            verdict=PinVerdict(pin.verdict),
            valid_from=start if start > BEGINNING else None,
            valid_to=pin.period.end,
        )


@strawberry.type(description="The pins that count for a source record, and the golden record it belongs to.")
class PinnedSource:
    """The pins that count for a source record, and the golden record it belongs to."""

    golden_id: strawberry.ID = strawberry.field(description="The golden record; worked out anew already.")
    pins: list[SourcePin] = strawberry.field(description="The pins of the source record that count now.")

    @classmethod
    def of(cls, pinned: Pinned) -> PinnedSource:
        """Return the pins as GraphQL shows them."""
        return cls(
            golden_id=strawberry.ID(str(pinned.golden_id)), pins=[SourcePin.of(pin) for pin in pinned.pins]
        )


PinFromArgument = Annotated[
    datetime | None, strawberry.argument(description="From which valid instant on. Null: always.")
]
PinToArgument = Annotated[
    datetime | None, strawberry.argument(description="Until which valid instant. Null: until further notice.")
]
SourceArgument = Annotated[SourceKeyInput, strawberry.argument(description="The source record.")]


@strawberry.type
class SurvivorshipQuery:
    """What can be asked about survivorship."""

    @strawberry.field(
        description="Why an attribute of a golden record has its value at an instant: every source record that offers one."
    )
    async def survivorship_explanation(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the golden record.")],
        attribute: AttributeArgument,
        entity_type: TypeArgument = "customer",
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> SurvivorshipExplanation:
        """Return how an attribute group was settled."""
        at, golden_id, told = await info.context.services.policies.explanation(
            entity_type, uuid_of(id), snake(attribute), as_of, known_at
        )
        return SurvivorshipExplanation.of(at, golden_id, told)

    @strawberry.field(
        description="Why a golden record has the values it has at an instant: one explanation for each attribute group."
    )
    async def survivorship_explanations(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the golden record.")],
        entity_type: TypeArgument = "customer",
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> list[SurvivorshipExplanation]:
        """Return how every attribute group was settled."""
        at, golden_id, told = await info.context.services.policies.explanations(
            entity_type, uuid_of(id), as_of, known_at
        )
        return [SurvivorshipExplanation.of(at, golden_id, one) for one in told]


@strawberry.type
class SurvivorshipMutation:
    """What stewards can say of whose values win."""

    @strawberry.mutation(
        description="Say that a source record's values of an attribute group win, or never do, over a period of valid time."
    )
    async def pin_source(
        self,
        info: Info,
        source_key: SourceArgument,
        attribute: AttributeArgument,
        verdict: Annotated[PinVerdict, strawberry.argument(description="What is said.")] = PinVerdict.PIN,
        entity_type: TypeArgument = "customer",
        valid_from: PinFromArgument = None,
        valid_to: PinToArgument = None,
        note: NoteArgument = None,
    ) -> PinnedSource:
        """Pin a source record, or have it ignored."""
        return await _say(
            info,
            entity_type,
            source_key,
            attribute,
            cast("Verdict", verdict.value),
            valid_from,
            valid_to,
            note,
        )

    @strawberry.mutation(
        description="Take back what was said of a source record's values of an attribute group, over a period of valid time."
    )
    async def withdraw_pin(
        self,
        info: Info,
        source_key: SourceArgument,
        attribute: AttributeArgument,
        entity_type: TypeArgument = "customer",
        valid_from: PinFromArgument = None,
        valid_to: PinToArgument = None,
        note: NoteArgument = None,
    ) -> PinnedSource:
        """Take pins back."""
        return await _say(info, entity_type, source_key, attribute, "withdrawn", valid_from, valid_to, note)


async def _say(
    info: Info,
    entity_type: str,
    source_key: SourceKeyInput,
    attribute: str,
    verdict: Verdict,
    valid_from: datetime | None,
    valid_to: datetime | None,
    note: str | None,
) -> PinnedSource:
    context = info.context
    period = Period(BEGINNING if valid_from is None else bounded(valid_from, "$.validFrom"), valid_to)
    return PinnedSource.of(
        await context.services.policies.pinning.say(
            entity_type,
            source_key_of(source_key),
            snake(attribute),
            verdict,
            context.actor,
            period=period,
            note=search_text(note, "$.note"),
        )
    )


def _shown(key: Key) -> SourceKey:
    return SourceKey(system=key.system, key=key.key)
