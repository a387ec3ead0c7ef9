"""The crosswalk in GraphQL: which source records we held to be one golden record when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import strawberry

from graph.store import crosswalk as store
from service.context import Info
from service.schema.quality import Member


@strawberry.type(description="What a golden record consisted of, as known at an instant of system time.")
class Crosswalk:
    """What a golden record consisted of at an instant of system time."""

    golden_id: strawberry.ID = strawberry.field(
        description="The id of the golden record; of an id that had been merged by then, that of the survivor."
    )
    known_at: datetime = strawberry.field(description="The instant of system time of the answer.")
    former_ids: list[strawberry.ID] = strawberry.field(
        description="The golden records that had been merged into it by then."
    )
    stored: strawberry.Private[UUID]

    @strawberry.field(
        description="Its source records, each since when and why; none where all were moved away."
    )
    async def members(self, info: Info) -> list[Member]:
        """Return its source records at the instant."""
        found = await info.context.loaders.members_by_golden_record(self.known_at).load(self.stored)
        return [Member.of(member) for member in found]

    @classmethod
    def of(cls, identity: store.Identity) -> Crosswalk:
        """Return the identity as GraphQL shows it."""
        return cls(
            golden_id=strawberry.ID(str(identity.golden_id)),
            known_at=identity.known_at,
            former_ids=[strawberry.ID(str(golden_id)) for golden_id in identity.former_ids],
            stored=identity.golden_id,
        )
