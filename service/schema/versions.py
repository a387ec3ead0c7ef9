"""What golden records of every type show: at an instant, and over the stretches of their timelines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph.golden.quality import score
from graph.spelling import camel
from graph.store import golden_records as store
from graph.store import lake_files
from graph.time import AsOf
from service.context import Info
from service.golden_record_json import sources
from service.schema.arguments import Basis, KnownAtArgument, page_size
from service.schema.carriers import Carrier
from service.schema.provenance import Provenance, SourceKey
from service.schema.quality import Member, Quality


@strawberry.type
class VersionFields:
    """What is shown of every stretch of a timeline, whatever its type."""

    number: int = strawberry.field(description="Counts the versions of a timeline from 1.")
    valid_from: datetime = strawberry.field(description="From when on it holds.")
    valid_to: datetime | None = strawberry.field(
        description="Until when, this instant excluded. Null: further notice."
    )
    system_from: datetime | None = strawberry.field(
        description="Since when, in system time, this is believed."
    )
    stored: strawberry.Private[store.Version]

    @strawberry.field(description="For each attribute, which source event it comes from.")
    async def provenance(
        self,
        info: Info,
        attributes: Annotated[
            list[str] | None, strawberry.argument(description="Only of these attributes. Null: of all.")
        ] = None,
    ) -> list[Provenance]:
        """Return where each attribute comes from."""
        named = [
            (name, e) for name, e in sources(self.stored) if attributes is None or camel(name) in attributes
        ]
        events = await info.context.loaders.events_by_id().load_many([event_id for _, event_id in named])
        return [
            Provenance.of(attribute, event)
            for (attribute, _), event in zip(named, events, strict=True)
            if event
        ]

    @strawberry.field(description="The file in the lake that carried it, and its load. Null: none has yet.")
    async def carried_by(self, info: Info) -> Carrier | None:
        """Return the file that carried the version on."""
        carrier = await self.carrier(info)
        return Carrier.of(carrier) if carrier else None

    async def carrier(self, info: Info) -> lake_files.Carrier | None:
        """Return what carried the version on without any message."""
        if self.stored.system_from is None:
            return None
        return await info.context.loaders.carriers_by_instant().load(self.stored.system_from)


def version_fields(version: store.Version) -> dict[str, Any]:
    """Return the values of VersionFields."""
    return {
        "number": version.number,
        "valid_from": version.period.start,
        "valid_to": version.period.end,
        "system_from": version.system_from,
        "stored": version,
    }


BeliefArgument = Annotated[
    datetime | None,
    strawberry.argument(description="The valid instant asked about. Null: that of the basis."),
]


SUPERSEDED = (
    "What was believed and was corrected, up to the basis: each over the valid time it spoke of wrongly. "
    "What held until further notice and was merely followed by something else is not among them."
)
GivenUpArgument = Annotated[
    int,
    strawberry.argument(
        description="How many, 1 to 500, those given up last first; the count tells of more."
    ),
]
RecordedArgument = Annotated[int, strawberry.argument(description="How many, 1 to 500, the newest first.")]
MOST_GIVEN_UP = 500


@strawberry.type
class BeliefFields:
    """What is shown of every belief, whatever it is about."""

    system_from: datetime = strawberry.field(description="Since when it was believed.")
    system_to: datetime | None = strawberry.field(description="Until when. Null: still.")


def belief_fields(belief: store.Belief) -> dict[str, Any]:
    """Return the values of BeliefFields."""
    return {"system_from": belief.system_from, "system_to": belief.system_to}


@strawberry.type
class RecordFields:
    """What is shown of every golden record at the instants of its basis, whatever its type."""

    id: strawberry.ID = strawberry.field(description="The id of the golden record.")
    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    record: strawberry.Private[store.GoldenRecord]
    at: strawberry.Private[AsOf]
    type_name: strawberry.Private[str]

    @strawberry.field(description="The source records it is made of, as known at the basis.")
    async def source_records(self, info: Info) -> list[SourceKey]:
        """Return the keys of the source records it is made of."""
        members = await info.context.loaders.members_by_golden_record(self.at.system).load(self.record.id)
        return [SourceKey(system=member.key.system, key=member.key.key) for member in members]

    @strawberry.field(
        description="The source records held to be one with it: ask with an earlier knownAt who we thought was one then."
    )
    async def members(self, info: Info, known_at: KnownAtArgument = None) -> list[Member]:
        """Return the source records that were held to be this golden record at a system instant."""
        known = self.at.system if known_at is None else min(known_at, self.at.system)
        members = await info.context.loaders.members_by_golden_record(known).load(self.record.id)
        return [Member.of(member) for member in members]

    @strawberry.field(description="How good it is at the basis, by the quality rules of its type.")
    async def quality(self, info: Info) -> Quality:
        """Return the quality of the golden record at the basis."""
        entity = await info.context.entity(self.type_name)
        return Quality.of(score(self.record.version.attributes, entity.type))

    @strawberry.field(
        description="The system instants at which something was recorded of it, up to the basis, newest first."
    )
    async def recorded_at(self, info: Info, first: RecordedArgument = 100) -> list[datetime]:
        """Return when something was recorded of it."""
        return (await self.former(info)).recorded_at[: page_size(first, most=MOST_GIVEN_UP)]

    @strawberry.field(
        description="At how many system instants something was recorded of it, up to the basis."
    )
    async def recorded_count(self, info: Info) -> int:
        """Return at how many instants something was recorded of it."""
        return len((await self.former(info)).recorded_at)

    @strawberry.field(description="How many stretches of belief were corrected, up to the basis.")
    async def superseded_count(self, info: Info) -> int:
        """Return how many stretches of belief were corrected."""
        return len((await self.former(info)).beliefs)

    async def former(self, info: Info) -> store.Former:
        """Return what was believed of it and is no more at the basis."""
        return await info.context.loaders.former_by_golden_record(self.at.system).load(self.record.id)

    async def given_up(self, info: Info, first: int) -> list[store.Belief]:
        """Return what was believed of it and was corrected up to the basis, at most `first`, given up last first."""
        return (await self.former(info)).beliefs[: page_size(first, most=MOST_GIVEN_UP)]

    async def versions(self, info: Info) -> list[store.Version]:
        """Return every version along valid time, as believed at the basis."""
        return list(await info.context.loaders.versions_by_golden_record(self.at.system).load(self.record.id))

    async def believed(self, info: Info, at: datetime | None) -> list[store.Belief]:
        """Return what was successively believed about one valid instant (None: that of the basis), up to the basis."""
        loader = info.context.loaders.beliefs_by_golden_record(at or self.at.valid, self.at.system)
        return list(await loader.load(self.record.id))

    async def held(self, info: Info) -> store.Version:
        """Return the version that holds at the basis, with its number and whole period."""
        versions = await self.versions(info)
        return next((one for one in versions if one.period.holds_at(self.at.valid)), self.record.version)


def record_fields(record: store.GoldenRecord, at: AsOf, type_name: str) -> dict[str, Any]:
    """Return the values of RecordFields."""
    return {
        "id": strawberry.ID(str(record.id)),
        "basis": Basis.of(at),
        "record": record,
        "at": at,
        "type_name": type_name,
    }
