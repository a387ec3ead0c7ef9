"""What an asset was over time in GraphQL, and what people said of it."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from graph.catalog import annotation as catalog_annotation
from graph.catalog import asset as catalog
from service.asset_json import attributes_json


@strawberry.type(description="What an asset was, or what people said of it, over a period of valid time.")
class AssetVersion:
    """What an asset was, or what people said of it, over a period of valid time."""

    number: int = strawberry.field(description="Counts the versions of an asset from 1.")
    valid_from: datetime = strawberry.field(description="From when on it holds.")
    valid_to: datetime | None = strawberry.field(
        description="Until when, this instant excluded. Null: further notice."
    )
    system_from: datetime = strawberry.field(description="Since when, in system time, this is believed.")
    is_retired: bool = strawberry.field(description="Whether it was retired; the attributes are its last.")
    attributes: JSON = strawberry.field(description="All attributes as one object; secrets are masked.")
    actor: str | None = strawberry.field(description="Who said so.")
    reason: str | None = strawberry.field(description="Why, in the words of who said so.")

    @classmethod
    def of(cls, version: catalog.Version) -> AssetVersion:
        """Return the version of an asset that people keep here as GraphQL shows it."""
        return cls(
            number=version.number,
            valid_from=version.period.start,
            valid_to=version.period.end,
            system_from=version.system_from,
            is_retired=version.is_retired,
            attributes=JSON(attributes_json(version.attributes)),
            actor=version.actor,
            reason=version.reason,
        )

    @classmethod
    def of_annotation(cls, number: int, version: catalog_annotation.AnnotationVersion) -> AssetVersion:
        """Return what people said over a period as GraphQL shows it."""
        return cls(
            number=number,
            valid_from=version.period.start,
            valid_to=version.period.end,
            system_from=version.system_from,
            is_retired=False,
            attributes=JSON(version.annotation.content),
            actor=version.actor,
            reason=version.reason,
        )
