"""What another policy would change, in GraphQL: totals, and examples with source records, values and periods."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from graph.batch import preview as batch
from graph.identity import SourceKey as Key
from graph.spelling import camel
from service.schema.provenance import SourceKey


@strawberry.type(description="How many golden records would change in one attribute.")
class AttributeCount:
    """How many golden records would change in one attribute."""

    attribute: str = strawberry.field(description="The attribute.")
    golden_records: int = strawberry.field(description="How many would have another value at some instant.")


@strawberry.type(description="A golden record as it is grouped now.")
class GroupBefore:
    """A golden record as it is grouped now."""

    golden_id: strawberry.ID = strawberry.field(description="The id of the golden record.")
    source_records: list[SourceKey] = strawberry.field(description="The source records it is made of.")


@strawberry.type(description="Golden records that would merge or split, with their source records.")
class Regrouped:
    """Golden records that would merge or split."""

    before: list[GroupBefore] = strawberry.field(description="The golden records as they are.")
    after: list[list[SourceKey]] = strawberry.field(
        description="The source records of each golden record as they would be."
    )

    @classmethod
    def of(cls, regroup: batch.Regroup) -> Regrouped:
        """Return the groups as GraphQL shows them."""
        return cls(
            before=[
                GroupBefore(golden_id=strawberry.ID(str(i)), source_records=[_shown(key) for key in keys])
                for i, keys in regroup.before.items()
            ],
            after=[[_shown(key) for key in keys] for keys in regroup.after],
        )


@strawberry.type(description="An attribute that would have another value over a period of valid time.")
class PreviewedChange:
    """An attribute that would have another value over a period of valid time."""

    golden_id: strawberry.ID = strawberry.field(description="The golden record.")
    attribute: str = strawberry.field(description="The attribute.")
    valid_from: datetime = strawberry.field(description="From when on.")
    valid_to: datetime | None = strawberry.field(
        description="Until when, this instant excluded. Null: further notice."
    )
    before: JSON | None = strawberry.field(description="Its value as it is; a list where all are kept.")
    after: JSON | None = strawberry.field(description="Its value as it would be.")

    @classmethod
    def of(cls, change: batch.AttributeChange) -> PreviewedChange:
        """Return the change as GraphQL shows it."""
        return cls(
            golden_id=strawberry.ID(str(change.golden_id)),
            attribute=camel(change.attribute),
            valid_from=change.period.start,
            valid_to=change.period.end,
            before=None if change.before is None else JSON(change.before),
            after=None if change.after is None else JSON(change.after),
        )


@strawberry.type(description="Two source records that would become work for a steward.")
class PreviewedReview:
    """Two source records that would become work for a steward."""

    kind: str = strawberry.field(
        description="Why they have to be looked at: possible_match, contested, conflict or reopened."
    )
    a: SourceKey = strawberry.field(description="The one.")
    b: SourceKey = strawberry.field(description="The other.")
    weight: float = strawberry.field(description="How much they look alike, in bits.")
    reason: str = strawberry.field(description="Why, in words.")

    @classmethod
    def of(cls, review: batch.Review) -> PreviewedReview:
        """Return the pair as GraphQL shows it."""
        return cls(
            kind=review.kind,
            a=_shown(review.a),
            b=_shown(review.b),
            weight=review.weight,
            reason=review.reason,
        )


@strawberry.type(
    description="What a changed policy would change. Totals are exact, lists hold the first examples."
)
class PolicyPreview:
    """What a changed policy would change."""

    golden_records: int = strawberry.field(description="How many golden records there are, merged ones too.")
    merged: int = strawberry.field(description="How many would be merged into another.")
    split: int = strawberry.field(description="How many would be split off another.")
    moved: int = strawberry.field(description="How many source records would change hands.")
    changed: int = strawberry.field(description="How many that stay would change in some attribute.")
    attributes: list[AttributeCount] = strawberry.field(description="How many per attribute, most first.")
    reviews_opened: int = strawberry.field(description="How many review tasks would be opened.")
    reviews_closed: int = strawberry.field(description="How many open ones would become obsolete.")
    regrouped: list[Regrouped] = strawberry.field(description="Golden records that would merge or split.")
    changes: list[PreviewedChange] = strawberry.field(description="Attributes that would change.")
    reviews: list[PreviewedReview] = strawberry.field(
        description="Pairs that would become work for stewards."
    )

    @classmethod
    def of(cls, found: batch.Preview) -> PolicyPreview:
        """Return the preview as GraphQL shows it."""
        return cls(
            golden_records=found.golden_records,
            merged=found.merged,
            split=found.split,
            moved=found.moved,
            changed=found.changed,
            attributes=[
                AttributeCount(attribute=camel(name), golden_records=count)
                for name, count in sorted(found.attributes.items(), key=lambda item: (-item[1], item[0]))
            ],
            reviews_opened=found.reviews_opened,
            reviews_closed=found.reviews_closed,
            regrouped=[Regrouped.of(regroup) for regroup in found.regrouped],
            changes=[PreviewedChange.of(change) for change in found.changes],
            reviews=[PreviewedReview.of(review) for review in found.reviews],
        )


def _shown(key: Key) -> SourceKey:
    return SourceKey(system=key.system, key=key.key)
