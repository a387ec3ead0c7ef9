"""Data quality in GraphQL: of golden records, of the source records they are made of, and of whole source systems."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from graph.golden.quality import Quality as Reckoned
from graph.store import record_quality as store
from service.context import Info

EntityTypeArgument = Annotated[
    str, strawberry.argument(description="The name of the entity type, such as customer; see entityTypes.")
]


@strawberry.type(description="How good a record is, by the quality rules of its entity type.")
class Quality:
    """How good a record is, by the quality rules of its entity type."""

    score: float = strawberry.field(
        description="The share of the rules it fulfils, by their weights: 0 to 1."
    )
    failed: list[str] = strawberry.field(description="The names of the rules it does not fulfil.")

    @classmethod
    def of(cls, quality: Reckoned) -> Quality:
        """Return a quality as GraphQL shows it."""
        return cls(score=quality.score, failed=list(quality.failed))


@strawberry.type(description="A source record that is, or was, held to be one with others.")
class Member:
    """A source record that is, or was, held to be one with others."""

    system: str = strawberry.field(description="The source system.")
    key: str = strawberry.field(description="Its key for the record.")
    record_id: strawberry.ID = strawberry.field(description="Our id of the source record.")
    since: datetime = strawberry.field(description="Since when, in system time, it was held to be so.")
    reason: str = strawberry.field(description="Why: new, rule, model, steward, merge, unmerge or erasure.")
    quality: Quality | None = strawberry.field(
        description="How good what it says is today. Null: it says nothing any more."
    )

    @classmethod
    def of(cls, member: store.Membership) -> Member:
        """Return a membership as GraphQL shows it."""
        return cls(
            system=member.key.system,
            key=member.key.key,
            record_id=strawberry.ID(str(member.record_id)),
            since=member.since,
            reason=member.reason,
            quality=Quality.of(member.quality) if member.quality else None,
        )


@strawberry.type(description="A quality rule that records fail.")
class FailedRule:
    """A quality rule that records fail."""

    rule: str = strawberry.field(description="The name of the rule.")
    records: int = strawberry.field(description="How many records fail it.")


@strawberry.type(description="How good the records of one source system are now.")
class SourceQuality:
    """How good the records of one source system are now."""

    system: str = strawberry.field(description="The source system.")
    records: int = strawberry.field(description="How many records it has.")
    mean_score: float = strawberry.field(description="The mean of their scores, 0 to 1.")
    failed: list[FailedRule] = strawberry.field(description="The rules that fail, the most frequent first.")

    @classmethod
    def of(cls, quality: store.SourceQuality) -> SourceQuality:
        """Return the quality of a source as GraphQL shows it."""
        failed = [FailedRule(rule=rule, records=records) for rule, records in quality.failed.items()]
        return cls(system=quality.system, records=quality.records, mean_score=quality.mean, failed=failed)


@strawberry.type
class QualityQuery:
    """What can be asked about data quality."""

    @strawberry.field(description="How good the records of each source system are now, by system.")
    async def source_quality(
        self, info: Info, entity_type: EntityTypeArgument = "customer"
    ) -> list[SourceQuality]:
        """Return the quality of every source system that has records of an entity type."""
        entity = await info.context.entity(entity_type)
        found = await info.context.services.record_quality.by_source(entity.type.name)
        return [SourceQuality.of(quality) for quality in found]
