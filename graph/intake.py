"""The one way in which a batch of source records becomes part of golden records."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from graph.errors import InvalidInputError, NotFoundError, Problem
from graph.golden.clustering import Assignment, assign, clusters
from graph.golden.entity_type import CUSTOMER, EntityType
from graph.golden.matching import identifiers
from graph.golden.record import Door, Origin, SourceEvent, Unreadable, parse, parse_attributes
from graph.golden.timeline import (
    Member,
    TimedEvent,
    alive,
    ceiling,
    changes,
    golden_timeline,
    repeats,
    source_timeline,
)
from graph.identity import SourceKey, content_id, new_id
from graph.store import facts, search, source_records
from graph.store.database import DEFAULT_TENANT, Connection, Database, RetryError
from graph.store.facts import Fact
from graph.store.group_commit import GroupCommit
from graph.store.source_records import NewEvent, NewLink, Refusal, StoredRecord
from graph.time import BEGINNING, Period, bounded

Status = Literal["accepted", "unchanged", "rejected"]

OWN_SYSTEM = "goldthread"
"""The source system under which customers made or changed through our own doors are kept."""

OWN_TRUST = 101
"""Above all sources: of two words about the same instant, that of a person at our own doors counts."""

_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source record.

    accepted: stored. unchanged: it was there already or says nothing new. rejected: nothing stored, see `problems`.
    """

    status: Status
    golden_id: UUID | None = None
    source_key: SourceKey | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Incoming:
    """One record on its way in: an event, or a refused row that is to be kept."""

    origin: Origin
    position: int | None
    event: SourceEvent | None
    body: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Turn:
    """What one transaction has found out and decided."""

    stored: dict[SourceKey, StoredRecord] = field(default_factory=dict[SourceKey, StoredRecord])
    events: dict[UUID, list[TimedEvent]] = field(default_factory=dict[UUID, list[TimedEvent]])
    new_records: dict[SourceKey, UUID] = field(default_factory=dict[SourceKey, UUID])
    new_events: list[NewEvent] = field(default_factory=list[NewEvent])
    same: set[tuple[UUID, UUID]] = field(default_factory=set[tuple[UUID, UUID]])
    outcomes: dict[int, Outcome] = field(default_factory=dict[int, Outcome])

    def record_id(self, key: SourceKey) -> UUID | None:
        """The id of a source record, stored or about to be."""
        return self.stored[key].record_id if key in self.stored else self.new_records.get(key)


class Intake:
    """Takes source records in, many at a time; safe with any number of intakes on the same database."""

    def __init__(
        self, database: Database, tenant: int = DEFAULT_TENANT, entity_type: EntityType = CUSTOMER
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._type = entity_type
        self._group: GroupCommit[_Incoming, Outcome] = GroupCommit(self._write)

    @property
    def waiting(self) -> int:
        """How many records wait for the next transaction."""
        return self._group.waiting

    async def close(self) -> None:
        """Wait until everything handed in is written."""
        await self._group.close()

    async def take_in(
        self, records: Sequence[object], origin: Origin, first_position: int = 0
    ) -> list[Outcome]:
        """Check, match, merge and store records (parsed JSON, or Unreadable) and say what became of each, in order.

        Returns after the commit. A record that is refused leaves the others alone; where nobody waits for the
        answer (files, Kafka) it is kept in quarantine. Raises UnavailableError where the database is gone.
        """
        return await asyncio.gather(
            *(self._one(raw, origin, first_position + place) for place, raw in enumerate(records))
        )

    async def create(
        self, attributes: Mapping[str, object], valid_from: datetime | None, actor: str, door: Door
    ) -> UUID:
        """Record a customer of our own and return the golden id, which may be one that was there already."""
        event = SourceEvent(
            key=SourceKey(OWN_SYSTEM, str(new_id())),
            kind="snapshot",
            valid_from=None if valid_from is None else bounded(valid_from, "$.validFrom"),
            valid_to=None,
            sequence=0,
            attributes=self._some(parse_attributes(attributes, self._type)),
            is_our_word=True,
        )
        return await self._own(event, actor, door)

    async def update(
        self,
        golden_id: UUID,
        attributes: Mapping[str, object],
        valid_from: datetime | None,
        actor: str,
        door: Door,
    ) -> UUID:
        """Change attributes of a golden record from an instant on (default: now) and return its id.

        A group such as the address is kept whole: what the change leaves out of it is filled from what holds then.
        A deleted golden record is re-opened with all that was true of it last.
        """
        members = await self._members(golden_id)
        given = self._some(parse_attributes(attributes, self._type))
        at = None if valid_from is None else bounded(valid_from, "$.validFrom")
        own = next((record.key for record in members if record.key.system == OWN_SYSTEM), None)
        event = SourceEvent(
            key=own or SourceKey(OWN_SYSTEM, str(new_id())),
            kind="correction",
            valid_from=at,
            valid_to=None,
            sequence=0,
            attributes=await self._filled(members[0].golden_id or golden_id, given, at),
            same_as=members[0].key,
            is_our_word=True,
        )
        return await self._own(event, actor, door)

    async def delete(self, golden_id: UUID, valid_from: datetime | None, actor: str, door: Door) -> UUID:
        """End a golden record from an instant on (default: now); a later word of any source re-opens it."""
        members = await self._members(golden_id)
        async with self._database.connection() as connection:
            at = valid_from or (await facts.basis(connection, self._tenant, None, None)).valid
        at = bounded(at, "$.validFrom")
        ends = [SourceEvent(record.key, "end", at, None, 0, None, is_our_word=True) for record in members]
        outcomes = await asyncio.gather(
            *(self._group.submit(_Incoming(Origin(door, actor), None, end)) for end in ends)
        )
        return outcomes[0].golden_id or golden_id

    async def _one(self, raw: object, origin: Origin, position: int) -> Outcome:
        try:
            event = parse(raw, self._type)
        except InvalidInputError as error:
            if origin.door in ("file", "kafka"):
                body = raw.text if isinstance(raw, Unreadable) else _body(raw)
                return await self._group.submit(_Incoming(origin, position, None, body, error.problems))
            return Outcome("rejected", problems=error.problems)
        return await self._group.submit(_Incoming(origin, position, event))

    async def _own(self, event: SourceEvent, actor: str, door: Door) -> UUID:
        outcome = await self._group.submit(_Incoming(Origin(door, actor), None, event))
        if outcome.golden_id is None:
            raise InvalidInputError(*outcome.problems)
        return outcome.golden_id

    def _some(self, attributes: dict[str, str]) -> dict[str, str]:
        if not attributes:
            raise InvalidInputError.at("$", "names no attribute")
        return attributes

    async def _members(self, golden_id: UUID) -> list[StoredRecord]:
        async with self._database.connection() as connection:
            target = await facts.merge_target(connection, self._tenant, golden_id)
            members = await source_records.members(connection, self._tenant, [target])
        if not members:
            raise NotFoundError(f"no {self._type.name} has the id {golden_id}")
        return sorted(members, key=lambda record: record.record_id)

    async def _filled(self, golden_id: UUID, given: dict[str, str], at: datetime | None) -> dict[str, str]:
        async with self._database.connection() as connection:
            basis = await facts.basis(connection, self._tenant, at, None)
            held = (await facts.as_of(connection, self._tenant, [golden_id], basis)).get(golden_id)
            if held is not None and held.op == "D":  # re-opened: all of what was true last comes back
                last = await facts.last_present(connection, self._tenant, [golden_id], basis)
                return last.get(golden_id, {}) | given
        known = (held.attributes if held is not None else None) or {}
        groups = [names for names in self._type.groups.values() if any(name in given for name in names)]
        return {name: known[name] for names in groups for name in names if name in known} | given

    # One transaction ---------------------------------------------------------------------------------------------

    async def _write(self, batch: Sequence[_Incoming]) -> list[Outcome]:
        return await self._database.transaction(lambda connection: self._take(connection, batch))

    async def _take(self, connection: Connection, batch: Sequence[_Incoming]) -> list[Outcome]:
        turn = _Turn()
        await source_records.add_origins(connection, self._tenant, {item.origin for item in batch})
        events = [item.event for item in batch if item.event is not None]
        received_at = await self._gather(connection, turn, events)
        await self._settle(connection, turn, batch, received_at)
        refusals = [_refusal(item) for item in batch if item.event is None]
        assignment = Assignment({}, frozenset(), {})
        if turn.new_events or turn.same:
            assignment = await self._believe(connection, turn, batch)
        if refusals:
            at = await facts.tick(connection, self._tenant)
            await source_records.add_refusals(connection, self._tenant, at, refusals)
        return [self._outcome(turn, place, item, assignment) for place, item in enumerate(batch)]

    async def _gather(self, connection: Connection, turn: _Turn, events: Sequence[SourceEvent]) -> datetime:
        """Lock what the events touch, load every record they could join, and return the instant of receipt."""
        keys = {event.key for event in events} | {
            event.same_as for event in events if event.same_as is not None
        }
        wanted = identifiers([event.attributes for event in events], self._type)
        locks = {source_records.bucket("key", key.system, key.key) for key in keys}
        locks |= {source_records.bucket(identifier.kind, identifier.value) for identifier in wanted}
        received_at = await source_records.lock(connection, self._tenant, locks)
        named = await source_records.by_key(connection, self._tenant, self._type.name, keys)
        alike = await source_records.by_identifier(connection, self._tenant, self._type.name, wanted)
        touched = [*named.values(), *alike]
        golden_ids = {record.golden_id for record in touched if record.golden_id is not None}
        await source_records.lock_golden(connection, self._tenant, golden_ids)
        members = await source_records.members(connection, self._tenant, golden_ids)
        turn.stored = {record.key: record for record in members}
        if any(record.key not in turn.stored for record in touched):
            raise RetryError  # another writer merged one of them away between our look and our lock
        turn.events = await source_records.events(
            connection, self._tenant, {record.record_id for record in members}
        )
        return received_at

    async def _settle(
        self,
        connection: Connection,
        turn: _Turn,
        batch: Sequence[_Incoming],
        received_at: datetime,
    ) -> None:
        """Give each event its place in time, drop the repeated ones and refuse the contradicting ones."""
        ids = {item.event.identity(self._type.name) for item in batch if item.event is not None}
        digests = await source_records.known_digests(connection, self._tenant, ids)
        untimed: Counter[SourceKey] = Counter()
        for place, item in enumerate(batch):
            event = item.event
            if event is None:
                continue
            assumed = event.valid_from is None
            valid_from = event.valid_from or received_at + timedelta(microseconds=untimed[event.key])
            said_at = received_at + timedelta(microseconds=place)
            event_id, digest = event.settled(self._type.name, valid_from, said_at)
            if event_id in digests:
                if digests[event_id] != digest:
                    problem = Problem(
                        "$.messageId", "was already used by this source system for other content"
                    )
                    turn.outcomes[place] = Outcome("rejected", source_key=event.key, problems=(problem,))
                continue
            known = turn.events.get(turn.record_id(event.key) or event_id, [])
            if assumed and event.message_id is None and repeats(event, known, valid_from):
                continue
            if event.same_as is not None and turn.record_id(event.same_as) is None:
                raise NotFoundError(f"{event.same_as.system} knows no record {event.same_as.key}")
            record_id = turn.record_id(event.key) or turn.new_records.setdefault(event.key, new_id())
            if event.same_as is not None and event.same_as != event.key:
                turn.same.add((record_id, turn.record_id(event.same_as) or record_id))
            timed = TimedEvent(
                event_id,
                event.kind,
                valid_from,
                event.valid_to,
                event.sequence,
                event.attributes,
                digest,
            )
            digests[event_id] = digest
            untimed[event.key] += assumed
            turn.events.setdefault(record_id, []).append(timed)
            turn.new_events.append(NewEvent(record_id, timed, assumed, item.origin.id, item.position))
            turn.outcomes[place] = Outcome("accepted", source_key=event.key)

    async def _believe(self, connection: Connection, turn: _Turn, batch: Sequence[_Incoming]) -> Assignment:
        """Group the records into golden records, work out what is true now and store where it differs."""
        held = {
            record_id: identifiers((event.attributes for event in alive(known)), self._type)
            for record_id, known in turn.events.items()
        }
        said = await source_records.must_link(connection, self._tenant, held)
        current = {record.record_id: record.golden_id for record in turn.stored.values() if record.golden_id}
        assignment = assign(clusters(held, [*said, *turn.same]), current, new_id)
        new_facts = await self._facts(connection, turn, assignment)
        await source_records.add_records(connection, self._tenant, self._type.name, turn.new_records)
        changed = {new.record_id: held[new.record_id] for new in turn.new_events}
        retracted = {new.record_id for new in turn.new_events if new.event.kind == "retract"}
        await source_records.keep_identifiers(connection, self._tenant, self._type.name, changed, retracted)
        await facts.register(connection, self._tenant, sorted(assignment.born), self._type.name)
        await search.keep_words(connection, self._tenant, self._type.name, _words(turn, assignment))
        at = await facts.tick(connection, self._tenant)
        await source_records.add_events(connection, self._tenant, at, turn.new_events)
        await source_records.add_links(connection, self._tenant, at, _links(turn, assignment, current))
        new_pairs = {(min(pair), max(pair)) for pair in turn.same} - {(min(pair), max(pair)) for pair in said}
        actor = next((item.origin.actor for item in batch if item.origin.actor), None) or OWN_SYSTEM
        await source_records.add_decisions(connection, self._tenant, at, new_pairs, actor)
        await facts.append(connection, self._tenant, new_facts, at)
        return assignment

    async def _facts(self, connection: Connection, turn: _Turn, assignment: Assignment) -> list[Fact]:
        trust = await source_records.trusts(connection, self._tenant) | {OWN_SYSTEM: OWN_TRUST}
        keys = {record.record_id: record.key for record in turn.stored.values()}
        keys |= {record_id: key for key, record_id in turn.new_records.items()}
        members: dict[UUID, list[Member]] = {}
        for record_id, golden_id in assignment.golden_of.items():
            key, stretches = keys[record_id], source_timeline(turn.events[record_id])
            members.setdefault(golden_id, []).append(Member(key, trust.get(key.system, 50), stretches))
        before = await facts.history(connection, self._tenant, members.keys() - assignment.born, _EVER)
        new: list[Fact] = []
        for golden_id, found in members.items():
            true = golden_timeline(found, self._type)
            new.extend(
                Fact.to_record(golden_id, change)
                for change in changes(ceiling(before.get(golden_id, [])), true)
            )
        merged = assignment.merged.items()
        return new + [Fact(loser, Period(BEGINNING), "M", target_id=survivor) for loser, survivor in merged]

    def _outcome(self, turn: _Turn, place: int, item: _Incoming, assignment: Assignment) -> Outcome:
        if item.event is None:
            return Outcome("rejected", problems=item.problems)
        outcome = turn.outcomes.get(place, Outcome("unchanged", source_key=item.event.key))
        record_id = turn.record_id(item.event.key)
        stored = turn.stored.get(item.event.key)
        golden_id = assignment.golden_of.get(record_id) if record_id else None
        return replace(outcome, golden_id=golden_id or (stored.golden_id if stored else None))


def _body(raw: object) -> str:
    try:
        return json.dumps(raw, default=str)
    except RecursionError:
        return "(nested too deeply to be kept)"


def _words(turn: _Turn, assignment: Assignment) -> dict[UUID, str]:
    """Every value that any member ever gave: what a golden record can be found by, at any instant."""
    words: dict[UUID, set[str]] = {}
    for record_id, golden_id in assignment.golden_of.items():
        values = {value for event in turn.events[record_id] for value in (event.attributes or {}).values()}
        words.setdefault(golden_id, set()).update(values)
    return {golden_id: "\n".join(sorted(found)) for golden_id, found in words.items()}


def _links(turn: _Turn, assignment: Assignment, current: Mapping[UUID, UUID]) -> list[NewLink]:
    told = {record_id for pair in turn.same for record_id in pair}
    links: list[NewLink] = []
    for record_id, golden_id in assignment.golden_of.items():
        if current.get(record_id) == golden_id:
            continue
        if record_id in current:
            reason = "unmerge" if golden_id in assignment.born else "merge"
        elif record_id in told:
            reason = "steward"
        else:
            reason = "new" if golden_id in assignment.born else "rule"
        links.append(NewLink(record_id, golden_id, reason))
    return links


def _refusal(item: _Incoming) -> Refusal:
    problems = [{"path": problem.path, "reason": problem.reason} for problem in item.problems]
    place = (item.origin.file or "", item.origin.topic or "", str(item.origin.partition), str(item.position))
    return Refusal(content_id(*place, item.body), item.origin.id, item.position, item.body, problems)
