"""Two source records side by side in GraphQL, why they match or do not, and what stewards have said of them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import strawberry

from graph.golden.matching import Explanation, Step
from graph.golden.side_by_side import AttributePair
from graph.identity import SourceKey as Key
from graph.spelling import camel
from graph.store.match_decisions import StewardsWord
from graph.store.match_views import PairView, Side
from graph.time import LATEST
from service.context import Info
from service.schema.arguments import search_text
from service.schema.provenance import SourceKey, SourceKeyInput
from service.schema.quality import Member


@strawberry.enum(
    description="How alike the values of two records are, in the form in which they are compared."
)
class AttributeLikeness(enum.Enum):
    """How alike two values are."""

    EQUAL = strawberry.enum_value("equal", description="Equal but for spelling.")
    SIMILAR = strawberry.enum_value("similar", description="Nearly equal, as match rules take it.")
    DIFFERENT = strawberry.enum_value("different", description="Different.")
    MISSING = strawberry.enum_value("missing", description="One of the two says nothing.")


@strawberry.type(description="What two source records say of one attribute.")
class AttributeComparison:
    """What two source records say of one attribute."""

    attribute: str = strawberry.field(description="The attribute.")
    left: str | None = strawberry.field(description="What the left record said last.")
    right: str | None = strawberry.field(description="What the right record said last.")
    likeness: AttributeLikeness = strawberry.field(description="How alike the two are.")

    @classmethod
    def of(cls, pair: AttributePair) -> AttributeComparison:
        """Return the pair as GraphQL shows it."""
        return cls(
            attribute=camel(pair.attribute),
            left=pair.left,
            right=pair.right,
            likeness=AttributeLikeness(pair.likeness),
        )


@strawberry.type(description="One of two source records that are compared.")
class ComparedRecord:
    """One of two source records that are compared."""

    source_key: SourceKey = strawberry.field(description="What its source system calls it.")
    golden_id: strawberry.ID | None = strawberry.field(description="The golden record it belongs to now.")
    is_ended: bool = strawberry.field(description="Whether its source has ended it.")
    stored: strawberry.Private[UUID | None]

    @strawberry.field(description="All source records of the golden record it belongs to now.")
    async def members(self, info: Info) -> list[Member]:
        """Return all source records of its golden record."""
        if self.stored is None:
            return []
        found = await info.context.loaders.members_by_golden_record(LATEST).load(self.stored)
        return [Member.of(member) for member in found]

    @classmethod
    def of(cls, side: Side) -> ComparedRecord:
        """Return the side as GraphQL shows it."""
        return cls(
            source_key=SourceKey(system=side.key.system, key=side.key.key),
            golden_id=strawberry.ID(str(side.golden_id)) if side.golden_id else None,
            is_ended=side.is_ended,
            stored=side.golden_id,
        )


@strawberry.enum(description="What matching decides of two records, before anybody says anything.")
class MatchOutcome(enum.Enum):
    """What matching decides of two records."""

    MERGE = strawberry.enum_value("merge", description="They are one, unless a veto keeps them apart.")
    REVIEW = strawberry.enum_value("review", description="A steward has to look.")
    APART = strawberry.enum_value("apart", description="They are two.")
    NEVER = strawberry.enum_value("never", description="A rule says that they are two.")


@strawberry.type(description="The values of one attribute that a record holds or held, in comparable form.")
class ComparedValues:
    """The values of one attribute in comparable form."""

    attribute: str = strawberry.field(description="The attribute.")
    values: list[str] = strawberry.field(description="The last one held first.")

    @classmethod
    def of(cls, held: Mapping[str, tuple[str, ...]]) -> list[ComparedValues]:
        """Return the values of each attribute as GraphQL shows them."""
        return [cls(attribute=camel(name), values=list(values)) for name, values in held.items()]


@strawberry.type(description="What one comparison adds to the weight of a match.")
class MatchStep:
    """What one comparison adds to the weight of a match."""

    comparison: str = strawberry.field(description="The comparison.")
    level: str | None = strawberry.field(description="The degree of likeness. Null: a value is missing.")
    bits: float = strawberry.field(description="What it adds, in bits; negative where it speaks against.")
    left: list[ComparedValues] = strawberry.field(description="What the left record holds.")
    right: list[ComparedValues] = strawberry.field(description="What the right record holds.")

    @classmethod
    def of(cls, step: Step) -> MatchStep:
        """Return the step as GraphQL shows it."""
        return cls(
            comparison=step.comparison,
            level=step.level,
            bits=step.bits,
            left=ComparedValues.of(step.left),
            right=ComparedValues.of(step.right),
        )


@strawberry.type(
    description="Why two records match or do not, by the policy and the model of now: prior and steps add up to modelWeight."
)
class MatchExplanation:
    """Why two records match or do not."""

    outcome: MatchOutcome = strawberry.field(description="What matching decides.")
    weight: float = strawberry.field(description="The weight that counts, in bits; a rule sets its own.")
    score: float = strawberry.field(description="That weight as a probability, 0 to 1.")
    rule: str | None = strawberry.field(description="The rule that decided. Null: the model did.")
    reason: str = strawberry.field(description="Why, in words.")
    prior: float = strawberry.field(description="The weight of any two records, in bits.")
    model_weight: float = strawberry.field(description="The weight by the model alone, in bits.")
    steps: list[MatchStep] = strawberry.field(description="What each comparison adds.")
    shared_keys: list[str] = strawberry.field(
        description="The blocking rules by which the two find each other."
    )
    vetoes: list[str] = strawberry.field(
        description="The attributes that keep the two from being joined, whatever the weight."
    )

    @classmethod
    def of(cls, explanation: Explanation) -> MatchExplanation:
        """Return the explanation as GraphQL shows it."""
        verdict = explanation.verdict
        return cls(
            outcome=MatchOutcome(verdict.outcome),
            weight=verdict.weight,
            score=probability(verdict.weight),
            rule=verdict.rule,
            reason=explanation.reason,
            prior=explanation.prior,
            model_weight=explanation.score,
            steps=[MatchStep.of(step) for step in explanation.steps],
            shared_keys=list(explanation.shared),
            vetoes=[camel(name) for name in explanation.vetoes],
        )


@strawberry.enum(description="What a steward said of two source records.")
class DecisionVerdict(enum.Enum):
    """What a steward said of two source records."""

    MUST_LINK = strawberry.enum_value("must_link", description="They are one.")
    CANNOT_LINK = strawberry.enum_value("cannot_link", description="They are two.")
    WITHDRAWN = strawberry.enum_value("withdrawn", description="What was said before was taken back.")


@strawberry.type(description="The last word of a steward about two source records.")
class MatchDecision:
    """The last word of a steward about two source records."""

    left: SourceKey = strawberry.field(description="The one.")
    right: SourceKey = strawberry.field(description="The other.")
    verdict: DecisionVerdict = strawberry.field(description="What was said.")
    actor: str = strawberry.field(description="By whom.")
    decided_at: datetime = strawberry.field(description="When, in system time.")
    note: str | None = strawberry.field(description="Why, if the steward said so.")
    is_stale: bool = strawberry.field(
        description="Whether they were said to be two, and one has changed since in what identifies it."
    )

    @classmethod
    def of(cls, word: StewardsWord) -> MatchDecision:
        """Return the word as GraphQL shows it."""
        return cls(
            left=SourceKey(system=word.left.system, key=word.left.key),
            right=SourceKey(system=word.right.system, key=word.right.key),
            verdict=DecisionVerdict(word.verdict),
            actor=word.actor,
            decided_at=word.system_from,
            note=word.note,
            is_stale=word.is_stale,
        )


@strawberry.type(description="Two source records side by side, and why they match or do not.")
class MatchComparison:
    """Two source records side by side, and why they match or do not."""

    left: ComparedRecord = strawberry.field(description="The left record.")
    right: ComparedRecord = strawberry.field(description="The right record.")
    is_one: bool = strawberry.field(description="Whether both belong to one golden record now.")
    attributes: list[AttributeComparison] = strawberry.field(description="What they say, side by side.")
    explanation: MatchExplanation = strawberry.field(description="Why they match or do not.")
    decision: MatchDecision | None = strawberry.field(
        description="What a steward said of them. Null: nothing."
    )

    @classmethod
    def of(cls, view: PairView, word: StewardsWord | None) -> MatchComparison:
        """Return the pair as GraphQL shows it."""
        return cls(
            left=ComparedRecord.of(view.left),
            right=ComparedRecord.of(view.right),
            is_one=view.left.golden_id is not None and view.left.golden_id == view.right.golden_id,
            attributes=[AttributeComparison.of(pair) for pair in view.attributes],
            explanation=MatchExplanation.of(view.explanation),
            decision=MatchDecision.of(word) if word else None,
        )


def probability(weight: float) -> float:
    """Return the probability that a weight in bits stands for: 1 / (1 + 2^-weight)."""
    return 1 / (1 + 2 ** -max(weight, -1000.0))


def key_of(given: SourceKeyInput, path: str) -> Key:
    """Return the source key that was given, or raise InvalidInputError where it cannot be one."""
    system, key = search_text(given.system, f"{path}.system"), search_text(given.key, f"{path}.key")
    return Key(system or "", key or "")
