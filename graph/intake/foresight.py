"""What the database said of records before it was their turn, and how much of that still holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from graph.identity import SourceKey
from graph.intake.looks import Look
from graph.store import record_profiles, source_records
from graph.store.database import Connection
from graph.store.record_profiles import StoredProfile
from graph.store.source_records import StoredRecord


@dataclass(frozen=True, slots=True)
class Touched:
    """What a transaction that kept every other writer out has touched, and the instant at which it wrote.

    Source keys, event ids, blocking keys, records whose profile is another now; whether a key stopped counting or
    counts again.
    """

    at: datetime
    keys: Collection[SourceKey]
    ids: Collection[UUID]
    blocking: Collection[int]
    profiles: Collection[UUID]
    is_generic_moved: bool


@dataclass(slots=True)
class Foresight:
    """What the database said; of whatever is not among `keys`, `ids` and `blocking` nothing is known.

    It holds for the transaction that follows the one during which it was asked, if no other has written in between, and
    `without` what that one touched, which has to be asked for anew.
    """

    keys: set[SourceKey] = field(default_factory=set[SourceKey])
    stored: dict[SourceKey, StoredRecord] = field(default_factory=dict[SourceKey, StoredRecord])
    ids: set[UUID] = field(default_factory=set[UUID])
    digests: dict[UUID, bytes] = field(default_factory=dict[UUID, bytes])
    blocking: set[int] = field(default_factory=set[int])
    holders: dict[int, set[UUID]] = field(default_factory=dict[int, set[UUID]])
    generic: set[int] = field(default_factory=set[int])
    profiles: dict[UUID, StoredProfile] = field(default_factory=dict[UUID, StoredProfile])

    def without(self, touched: Touched) -> Foresight:
        """Return what is left once everything is forgotten that a transaction has touched."""
        if touched.is_generic_moved:
            return Foresight()
        self.keys.difference_update(touched.keys)
        self.ids.difference_update(touched.ids)
        self.blocking.difference_update(touched.blocking)
        for record_id in touched.profiles:
            self.profiles.pop(record_id, None)
        return self

    def records(self, keys: Collection[SourceKey]) -> tuple[dict[SourceKey, StoredRecord], list[SourceKey]]:
        """Return the known ones among source records, and the keys that have to be asked for."""
        known = {key: self.stored[key] for key in keys if key in self.keys and key in self.stored}
        return known, [key for key in keys if key not in self.keys]

    def said(self, ids: Collection[UUID]) -> tuple[dict[UUID, bytes], list[UUID]]:
        """Return the digests of known events, and the ids that have to be asked for."""
        known = {one: self.digests[one] for one in ids if one in self.ids and one in self.digests}
        return known, [one for one in ids if one not in self.ids]

    def holding(self, keys: Collection[int]) -> tuple[dict[int, set[UUID]], set[int], list[int]]:
        """Return who holds blocking keys, which of these are generic, and which have to be asked for."""
        known = self.blocking.intersection(keys)
        held = {key: set(self.holders[key]) for key in known if key in self.holders}
        return held, self.generic & known, [key for key in keys if key not in known]


async def foresee(
    connection: Connection,
    tenant: int,
    entity_type: str,
    keys: set[SourceKey],
    ids: set[UUID],
    looks: Iterable[Look],
) -> Foresight:
    """Ask what can be asked of records before it is their turn, in a transaction of the caller's."""
    await source_records.plan_for_many(connection)
    blocking = {key for look in looks for key in look.keys}
    stored = await source_records.by_key(connection, tenant, entity_type, keys)
    digests = await source_records.known_digests(connection, tenant, ids)
    holders, generic = await record_profiles.holders(connection, tenant, blocking)
    held = {record_id for found in holders.values() for record_id in found}
    profiles = await record_profiles.profiles(connection, tenant, held) if held else {}
    return Foresight(keys, stored, ids, digests, blocking, holders, generic, profiles)
