"""Golden records as they are read: at an instant on both axes, as timelines, beliefs and crosswalk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from graph.errors import ErasedError
from graph.golden.entity_type import CUSTOMER, EntityType
from graph.golden.normalise import email as normal_email
from graph.golden.superseded import superseded
from graph.golden.versions import Painting, ceiling
from graph.identity import SourceKey
from graph.store import facts, search
from graph.store.database import DEFAULT_TENANT, Connection, Database, compiled
from graph.store.facts import Fact
from graph.store.received_events import ReceivedEvent, received_events
from graph.store.tables import search_document, subject
from graph.time import AsOf, Period

MAX_MERGES = 50
"""How many merges are followed from an old id to the golden record that holds its records now."""


def _held(record: str, known_at: str) -> str:
    """Return the join that gives the golden record a source record was held to be, as known at an instant."""
    return f"""cross join lateral (
    select golden_id
      from crosswalk
     where tenant_id = $1
       and source_record_id = {record}
       and system_from <= {known_at}
     order by system_from desc
     limit 1
  ) held"""  # noqa: S608 - only names of this module are filled in


_BY_SOURCE_KEY = f"""
select wanted.system, wanted.key, held.golden_id
  from unnest($3::text[], $4::text[]) as wanted (system, key)
  join source_record r on r.tenant_id = $1 and r.entity_type = $2 and r.source_system = wanted.system and r.source_key = wanted.key
  {_held("r.source_record_id", "$5")}
"""  # noqa: S608 - only a constant part is filled in

_BY_IDENTIFIER = f"""
select distinct held.golden_id
  from identifier i
  {_held("i.source_record_id", "$5")}
 where i.tenant_id = $1
   and i.entity_type = $2
   and i.kind = $3
   and i.value = $4
"""  # noqa: S608 - only a constant part is filled in

_MEMBERS = f"""
select held.golden_id, r.source_system, r.source_key
  from (select distinct source_record_id from crosswalk where tenant_id = $1 and golden_id = any($2::uuid[]) and system_from <= $3) c
  join source_record r on r.tenant_id = $1 and r.source_record_id = c.source_record_id
  {_held("c.source_record_id", "$3")}
 where held.golden_id = any($2::uuid[])
 order by r.source_system, r.source_key
"""  # noqa: S608 - only a constant part is filled in

_OF_TYPE = (
    "select subject_id from subject where tenant_id = $1 and kind = $2 and subject_id = any($3::uuid[])"
)


@dataclass(frozen=True, slots=True)
class Version:
    """What is believed of a golden record over a period.

    `number` counts the versions of a timeline from 1; it is 0 where the version was looked up by instant alone.
    `attributes` of a deleted stretch are those it had last, empty where nothing is known of them.
    """

    number: int
    period: Period
    is_deleted: bool
    attributes: dict[str, Any]
    provenance: dict[str, Any]
    system_from: datetime | None


@dataclass(frozen=True, slots=True)
class Belief:
    """What we held to be true of one valid instant, from one system instant until the next."""

    system_from: datetime
    system_to: datetime | None
    version: Version | None


@dataclass(frozen=True, slots=True)
class Former:
    """When something was recorded of a golden record, and what was given up by it; both newest first."""

    recorded_at: list[datetime]
    beliefs: list[Belief]


@dataclass(frozen=True, slots=True)
class GoldenRecord:
    """A golden record at an instant; `requested_id` differs from `id` where it was merged into another."""

    id: UUID
    requested_id: UUID
    version: Version


class GoldenRecords:
    """Reads golden records of one entity type; every read is one or two set-based statements, however many ids."""

    def __init__(
        self, database: Database, tenant: int = DEFAULT_TENANT, entity_type: EntityType = CUSTOMER
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._type = entity_type

    async def basis(self, as_of: datetime | None, known_at: datetime | None) -> AsOf:
        """Return the instants an answer will be about: now and everything committed by default."""
        async with self._database.connection(leaves_nothing=True) as connection:
            return await facts.basis(connection, self._tenant, as_of, known_at)

    async def one(
        self, golden_id: UUID, as_of: datetime | None, known_at: datetime | None
    ) -> tuple[AsOf, GoldenRecord | None]:
        """Return the `basis` for the instants, and the golden record that an id leads to then, as `by_id` does."""
        async with self._database.connection(leaves_nothing=True) as connection:
            at, fact = await facts.of_one(
                connection, self._tenant, self._type.name, golden_id, as_of, known_at
            )
        if fact is not None and fact.op == "P":
            return at, GoldenRecord(golden_id, golden_id, _version(fact, {}))
        return at, (await self.by_id([golden_id], at)).get(golden_id)

    async def by_id(self, golden_ids: Collection[UUID], at: AsOf) -> dict[UUID, GoldenRecord]:
        """Return the golden records that exist at the instants, by the id asked for; merged ids lead to the survivor.

        Raises ErasedError where one alone is asked for that was erased.
        """
        async with self._database.connection(leaves_nothing=True) as connection:
            found = await self._by_id(connection, await self._of_type(connection, golden_ids), at)
        if not found and len(golden_ids) == 1:
            await self._raise_for_erased(*golden_ids)
        return found

    async def survivors(self, golden_ids: Collection[UUID], known_at: datetime) -> dict[UUID, UUID]:
        """Return the golden record that each id led to at a system instant; others are left out, ErasedError as `by_id`."""
        async with self._database.connection() as connection:
            target = {golden_id: golden_id for golden_id in await self._of_type(connection, golden_ids)}
            for _ in range(MAX_MERGES):
                known = await facts.history(connection, self._tenant, set(target.values()), known_at)
                moved = {i: told[-1].target_id for i, told in known.items() if told and told[-1].op == "M"}
                if not moved:
                    break
                target = {golden_id: moved.get(i) or i for golden_id, i in target.items()}
        if len(target) == 1:
            await self._raise_for_erased(*target.values())
        return target

    async def by_source_key(self, keys: Collection[SourceKey], at: AsOf) -> dict[SourceKey, GoldenRecord]:
        """Return the golden record that each source record belonged to, as known at the system instant."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                _BY_SOURCE_KEY,
                self._tenant,
                self._type.name,
                [key.system for key in keys],
                [key.key for key in keys],
                at.system,
            )
            found = await self._by_id(connection, {row["golden_id"] for row in rows}, at)
        golden_of = {SourceKey(row["system"], row["key"]): row["golden_id"] for row in rows}
        return {key: found[golden_id] for key, golden_id in golden_of.items() if golden_id in found}

    async def by_email(self, email: str, at: AsOf) -> GoldenRecord | None:
        """Return the golden record whose e-mail it is at the instants, or None."""
        try:
            wanted = normal_email(email, {})
        except ValueError:
            return None
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                _BY_IDENTIFIER, self._tenant, self._type.name, "email", wanted, at.system
            )
            found = await self._by_id(connection, {row["golden_id"] for row in rows}, at)
        holders = [record for record in found.values() if record.version.attributes.get("email") == wanted]
        return min(holders, key=lambda record: record.id, default=None)

    async def page(
        self, text: str | None, first: int, after: UUID | None, at: AsOf
    ) -> tuple[list[GoldenRecord], bool]:
        """Return up to `first` golden records present at the instants, in id order, and whether more follow.

        With `text`, those whose attributes at the instants hold it, upper and lower case alike.
        """
        found: list[GoldenRecord] = []
        needle = (text or "").strip().lower()
        async with self._database.connection() as connection:
            while len(found) <= first:
                ids = await self._candidates(connection, needle, after, size := max(first + 1, 50))
                records = await self._by_id(connection, ids, at)
                found += [
                    records[golden_id]
                    for golden_id in ids
                    if golden_id in records and _shows(records[golden_id], golden_id, needle)
                ]
                if len(ids) < size:
                    break
                after = ids[-1]
        return found[:first], len(found) > first

    async def timeline(self, golden_ids: Collection[UUID], known_at: datetime) -> dict[UUID, list[Version]]:
        """Return each golden record's versions in valid order, as believed at a system instant."""
        async with self._database.connection() as connection:
            known = await facts.history(connection, self._tenant, golden_ids, known_at)
        return {golden_id: _versions(found) for golden_id, found in known.items()}

    async def beliefs(
        self, golden_ids: Collection[UUID], valid_at: datetime, known_at: datetime
    ) -> dict[UUID, list[Belief]]:
        """Return what was successively believed about one valid instant, oldest belief first."""
        async with self._database.connection() as connection:
            known = await facts.history(connection, self._tenant, golden_ids, known_at)
        return {golden_id: _beliefs(found, valid_at) for golden_id, found in known.items()}

    async def superseded(self, golden_ids: Collection[UUID], known_at: datetime) -> dict[UUID, Former]:
        """Return what was believed of each golden record and was corrected by a system instant."""
        async with self._database.connection() as connection:
            known = await facts.history(connection, self._tenant, golden_ids, known_at)
        return {golden_id: _former(found) for golden_id, found in known.items()}

    async def members(self, golden_ids: Collection[UUID], known_at: datetime) -> dict[UUID, list[SourceKey]]:
        """Return the source records that were held to be each golden record at a system instant."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_MEMBERS, self._tenant, list(golden_ids), known_at)
        found: dict[UUID, list[SourceKey]] = {golden_id: [] for golden_id in golden_ids}
        for row in rows:
            found[row["golden_id"]].append(SourceKey(row["source_system"], row["source_key"]))
        return found

    async def events(self, event_ids: Collection[UUID]) -> dict[UUID, ReceivedEvent]:
        """Return source events with the way they came in, by id; unknown ids are left out."""
        async with self._database.connection() as connection:
            return await received_events(connection, self._tenant, event_ids)

    async def _raise_for_erased(self, golden_id: UUID) -> None:
        async with self._database.connection() as connection:
            gone = await facts.erased(connection, self._tenant, [golden_id])
        if golden_id in gone:
            raise ErasedError(f"{self._type.name} {golden_id}", gone[golden_id])

    async def _candidates(
        self, connection: Connection, needle: str, after: UUID | None, size: int
    ) -> list[UUID]:
        listed = search_document if needle else subject
        query = (
            sa.select(listed.c.subject_id)
            .where(listed.c.tenant_id == self._tenant, listed.c.kind == self._type.name)
            .order_by(listed.c.subject_id)
            .limit(size)
        )
        if after is not None:
            query = query.where(listed.c.subject_id > after)
        if needle:
            query = query.where(search_document.c.words.like(search.pattern(needle)))
        sql, arguments = compiled(query)
        return [row["subject_id"] for row in await connection.fetch(sql, *arguments)]

    async def _of_type(self, connection: Connection, golden_ids: Collection[UUID]) -> list[UUID]:
        rows = await connection.fetch(_OF_TYPE, self._tenant, self._type.name, list(golden_ids))
        return [row["subject_id"] for row in rows]

    async def _by_id(
        self, connection: Connection, golden_ids: Collection[UUID], at: AsOf
    ) -> dict[UUID, GoldenRecord]:
        target = {golden_id: golden_id for golden_id in golden_ids}
        found: dict[UUID, Fact] = {}
        for _ in range(MAX_MERGES):
            wanted = set(target.values()) - found.keys()
            if not wanted:
                break
            held = await facts.as_of(connection, self._tenant, wanted, at)
            found |= held
            for golden_id, at_now in target.items():
                fact = found.get(at_now)
                if fact is not None and fact.op == "M" and fact.target_id is not None:
                    target[golden_id] = fact.target_id
            if not held:
                break
        present = {i: fact for i, fact in found.items() if fact.op in ("P", "D")}
        deleted = [i for i, fact in present.items() if fact.op == "D"]
        last = await facts.last_present(connection, self._tenant, deleted, at) if deleted else {}
        return {
            golden_id: GoldenRecord(i, golden_id, _version(present[i], last.get(i, {})))
            for golden_id, i in target.items()
            if i in present
        }


def _shows(record: GoldenRecord, golden_id: UUID, needle: str) -> bool:
    if record.id != golden_id or record.version.is_deleted:
        return False
    return not needle or any(needle in str(value).lower() for value in record.version.attributes.values())


def _version(fact: Fact, last: dict[str, Any]) -> Version:
    return Version(
        number=0,
        period=fact.period,
        is_deleted=fact.op == "D",
        attributes=fact.attributes if fact.attributes is not None else last,
        provenance=fact.provenance or {},
        system_from=fact.system_from,
    )


def _versions(known: Sequence[Fact]) -> list[Version]:
    versions: list[Version] = []
    attributes: dict[str, Any] = {}
    provenance: dict[str, Any] = {}
    for stretch in ceiling(known):
        if stretch.op not in ("P", "D"):
            continue
        if stretch.op == "P":
            attributes, provenance = stretch.attributes or {}, stretch.provenance or {}
        versions.append(
            Version(
                number=len(versions) + 1,
                period=stretch.period,
                is_deleted=stretch.op == "D",
                attributes=attributes,
                provenance=provenance,
                system_from=stretch.system_from,
            )
        )
    return versions


def _beliefs(known: Sequence[Fact], valid_at: datetime) -> list[Belief]:
    beliefs: list[Belief] = []
    painting: Painting[Fact] = Painting()
    for system_from, told in groupby(known, key=lambda fact: fact.system_from):
        is_about_it = False
        for fact in told:
            painting.lay(fact)
            is_about_it = is_about_it or fact.period.holds_at(valid_at)
        if not is_about_it or system_from is None:
            continue
        if beliefs:
            beliefs[-1] = replace(beliefs[-1], system_to=system_from)
        beliefs.append(Belief(system_from, None, _painted(painting, valid_at)))
    return beliefs


def _former(known: Sequence[Fact]) -> Former:
    beliefs = [
        Belief(
            one.stretch.system_from,
            one.system_to,
            Version(
                number=one.number,
                period=one.stretch.period,
                is_deleted=one.stretch.op == "D",
                attributes=(one.shown.attributes or {}) if one.shown else {},
                provenance=(one.shown.provenance or {}) if one.shown else {},
                system_from=one.stretch.system_from,
            ),
        )
        for one in superseded(known)
        if one.stretch.system_from is not None
    ]
    recorded = sorted({fact.system_from for fact in known if fact.system_from is not None}, reverse=True)
    return Former(recorded, beliefs[::-1])


def _painted(painting: Painting[Fact], valid_at: datetime) -> Version | None:
    found = painting.at(valid_at)
    if found is None:
        return None
    number, stretch, present = found
    return Version(
        number=number,
        period=stretch.period,
        is_deleted=stretch.op == "D",
        attributes=(present.attributes or {}) if present else {},
        provenance=(present.provenance or {}) if present else {},
        system_from=stretch.system_from,
    )
