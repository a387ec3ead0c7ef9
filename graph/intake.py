"""The one way in which a batch of source records becomes part of golden records."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from graph.errors import CatalogError, InvalidInputError, NotFoundError, Problem
from graph.golden.clustering import Assignment, assign, clusters
from graph.golden.entity_type import CUSTOMER, EntityType
from graph.golden.matching import identifiers
from graph.golden.own_words import OwnWord, events_of
from graph.golden.record import (
    OWN_SYSTEM,
    Door,
    Origin,
    SourceEvent,
    Unreadable,
    as_text,
    parse,
    parse_attributes,
)
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
    """One thing on its way in: a source event, a word of our own, or a refused row that is to be kept."""

    origin: Origin
    position: int | None
    event: SourceEvent | None = None
    word: OwnWord | None = None
    body: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def attributes(self) -> Mapping[str, str] | None:
        """What it says, as far as it says anything."""
        said = self.event or self.word
        return said.attributes if said is not None else None


@dataclass(slots=True)
class _Turn:
    """What one transaction has found out and decided."""

    stored: dict[SourceKey, StoredRecord] = field(default_factory=dict[SourceKey, StoredRecord])
    events: dict[UUID, list[TimedEvent]] = field(default_factory=dict[UUID, list[TimedEvent]])
    new_records: dict[SourceKey, UUID] = field(default_factory=dict[SourceKey, UUID])
    new_events: list[NewEvent] = field(default_factory=list[NewEvent])
    same: dict[tuple[UUID, UUID], str] = field(default_factory=dict[tuple[UUID, UUID], str])
    outcomes: dict[int, Outcome | CatalogError] = field(default_factory=dict[int, Outcome | CatalogError])
    digests: dict[UUID, bytes] = field(default_factory=dict[UUID, bytes])
    own: dict[UUID, set[SourceKey]] = field(default_factory=dict[UUID, set[SourceKey]])

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
        return await self._say(None, self._some(attributes), valid_from, actor, door)

    async def update(
        self,
        golden_id: UUID,
        attributes: Mapping[str, object],
        valid_from: datetime | None,
        actor: str,
        door: Door,
    ) -> UUID:
        """Change attributes of a golden record from an instant on (default: now) and return its id.

        A deleted golden record is re-opened with all that was true of it last. Raises NotFoundError.
        """
        return await self._say(golden_id, self._some(attributes), valid_from, actor, door)

    async def delete(self, golden_id: UUID, valid_from: datetime | None, actor: str, door: Door) -> UUID:
        """End a golden record from an instant on (default: now); a later word of any source re-opens it.

        Raises NotFoundError, or ConflictError where it does not exist yet at the instant.
        """
        return await self._say(golden_id, None, valid_from, actor, door)

    async def _say(
        self,
        golden_id: UUID | None,
        attributes: Mapping[str, str] | None,
        valid_from: datetime | None,
        actor: str,
        door: Door,
    ) -> UUID:
        at = None if valid_from is None else bounded(valid_from, "$.validFrom")
        word = OwnWord(golden_id, attributes, at)
        outcome = await self._group.submit(_Incoming(Origin(door, actor), None, word=word))
        if outcome.golden_id is None:
            raise InvalidInputError(*outcome.problems)
        return outcome.golden_id

    async def _one(self, raw: object, origin: Origin, position: int) -> Outcome:
        try:
            event = parse(raw, self._type)
        except InvalidInputError as error:
            if origin.door in ("file", "kafka"):
                body = raw.text if isinstance(raw, Unreadable) else as_text(raw)
                refused = _Incoming(origin, position, body=body, problems=error.problems)
                return await self._group.submit(refused)
            return Outcome("rejected", problems=error.problems)
        return await self._group.submit(_Incoming(origin, position, event))

    def _some(self, attributes: Mapping[str, object]) -> dict[str, str]:
        parsed = parse_attributes(attributes, self._type)
        if not parsed:
            raise InvalidInputError.at("$", "names no attribute")
        return parsed

    async def _write(self, batch: Sequence[_Incoming]) -> list[Outcome | CatalogError]:
        return await self._database.transaction(lambda connection: self._take(connection, batch))

    async def _take(self, connection: Connection, batch: Sequence[_Incoming]) -> list[Outcome | CatalogError]:
        turn = _Turn()
        await source_records.add_origins(connection, self._tenant, {item.origin for item in batch})
        targets = await self._targets(connection, batch)
        received_at = await self._gather(connection, turn, batch, targets)
        ids = {item.event.identity(self._type.name) for item in batch if item.event is not None}
        turn.digests = await source_records.known_digests(connection, self._tenant, ids)
        for place, item in enumerate(batch):
            self._settle(turn, place, item, received_at, targets)
        refusals = [_refusal(item) for item in batch if item.event is None and item.word is None]
        assignment, at = Assignment({}, frozenset(), {}), None
        if turn.new_events:
            assignment, at = await self._believe(connection, turn)
        if refusals:
            at = at or await facts.tick(connection, self._tenant)
            await source_records.add_refusals(connection, self._tenant, at, refusals)
        return [self._outcome(turn, place, item, assignment, targets) for place, item in enumerate(batch)]

    async def _targets(self, connection: Connection, batch: Sequence[_Incoming]) -> dict[UUID, UUID]:
        """Return the golden record that each id named by an own word stands for now."""
        named = {item.word.golden_id for item in batch if item.word is not None and item.word.golden_id}
        return {i: await facts.merge_target(connection, self._tenant, i) for i in sorted(named)}

    async def _gather(
        self, connection: Connection, turn: _Turn, batch: Sequence[_Incoming], targets: Mapping[UUID, UUID]
    ) -> datetime:
        """Lock what the batch touches, load every record it could join, and return the instant of receipt."""
        keys = {item.event.key for item in batch if item.event is not None}
        wanted = identifiers([item.attributes for item in batch], self._type)
        locks = {source_records.bucket("key", key.system, key.key) for key in keys}
        locks |= {source_records.bucket(identifier.kind, identifier.value) for identifier in wanted}
        received_at = await source_records.lock(connection, self._tenant, locks)
        named = await source_records.by_key(connection, self._tenant, self._type.name, keys)
        alike = await source_records.by_identifier(connection, self._tenant, self._type.name, wanted)
        touched = [*named.values(), *alike]
        golden_ids = {record.golden_id for record in touched if record.golden_id is not None}
        golden_ids |= set(targets.values())
        await source_records.lock_golden(connection, self._tenant, golden_ids)
        members = await source_records.members(connection, self._tenant, golden_ids)
        turn.stored = {record.key: record for record in members}
        is_merged = targets and await self._targets(connection, batch) != targets
        if is_merged or any(record.key not in turn.stored for record in touched):
            raise RetryError  # another writer merged one of them away between our look and our lock
        turn.events = await source_records.events(
            connection, self._tenant, {record.record_id for record in members}
        )
        return received_at

    def _settle(
        self,
        turn: _Turn,
        place: int,
        item: _Incoming,
        received_at: datetime,
        targets: Mapping[UUID, UUID],
    ) -> None:
        """Give one thing its place in time, unless it repeats what is there or contradicts it."""
        said_at = received_at + timedelta(microseconds=place)
        if item.event is not None:
            turn.outcomes[place] = self._place(turn, item, item.event, said_at)
        elif item.word is not None:
            target = targets.get(item.word.golden_id) if item.word.golden_id else None
            members = {
                key: turn.events[r.record_id] for key, r in turn.stored.items() if r.golden_id == target
            }
            members |= {
                key: turn.events[turn.new_records[key]]
                for key in (turn.own.get(target, ()) if target else ())
            }
            if target is not None and not members:
                reason = f"no {self._type.name} has the id {item.word.golden_id}"
                turn.outcomes[place] = NotFoundError(reason)
                return
            own = SourceKey(OWN_SYSTEM, str(new_id()))
            try:
                said = events_of(item.word, members, own, said_at)
            except CatalogError as error:
                turn.outcomes[place] = error
                return
            turn.outcomes[place] = Outcome("unchanged")
            for event in said:
                turn.outcomes[place] = self._place(turn, item, event, said_at)
                if target is not None and event.key in turn.new_records:
                    turn.own.setdefault(target, set()).add(event.key)

    def _place(self, turn: _Turn, item: _Incoming, event: SourceEvent, said_at: datetime) -> Outcome:
        assumed = event.valid_from is None
        valid_from = event.valid_from or said_at
        event_id, unchanged = event.identity(self._type.name), Outcome("unchanged", source_key=event.key)
        if assumed and event.message_id is None:
            event_id = content_id(event_id.bytes, valid_from.isoformat())
        if event_id in turn.digests:
            if turn.digests[event_id] == event.digest:
                return unchanged
            problem = Problem("$.messageId", "was already used by this source system for other content")
            return Outcome("rejected", source_key=event.key, problems=(problem,))
        record_id = turn.record_id(event.key)
        known = turn.events.get(record_id, []) if record_id is not None else []
        if assumed and event.message_id is None and repeats(event, known, valid_from):
            return unchanged
        if record_id is None:
            record_id = turn.new_records[event.key] = new_id()
        if event.same_as is not None and event.same_as != event.key:
            other = turn.record_id(event.same_as) or record_id
            turn.same[min(record_id, other), max(record_id, other)] = item.origin.actor or OWN_SYSTEM
        timed = TimedEvent(
            event_id, event.kind, valid_from, event.valid_to, event.sequence, event.attributes, event.digest
        )
        turn.digests[event_id] = event.digest
        turn.events.setdefault(record_id, []).append(timed)
        turn.new_events.append(NewEvent(record_id, timed, assumed, item.origin.id, item.position))
        return Outcome("accepted", source_key=event.key)

    async def _believe(self, connection: Connection, turn: _Turn) -> tuple[Assignment, datetime]:
        """Group the records into golden records, work out what is true now and store where it differs."""
        held = {
            record_id: identifiers((event.attributes for event in alive(known)), self._type)
            for record_id, known in turn.events.items()
        }
        said = await source_records.must_link(connection, self._tenant, held)
        current = {record.record_id: record.golden_id for record in turn.stored.values() if record.golden_id}
        assignment = assign(clusters(held, [*said, *turn.same]), current, new_id)
        new_facts, words = await self._facts(connection, turn, assignment)
        await source_records.add_records(connection, self._tenant, self._type.name, turn.new_records)
        changed = {new.record_id: held[new.record_id] for new in turn.new_events}
        await source_records.keep_identifiers(connection, self._tenant, self._type.name, changed)
        await facts.register(connection, self._tenant, sorted(assignment.born), self._type.name)
        await search.keep_words(connection, self._tenant, self._type.name, words)
        at = await facts.tick(connection, self._tenant)
        await source_records.add_events(connection, self._tenant, at, turn.new_events)
        await source_records.add_links(connection, self._tenant, at, _links(turn, assignment, current))
        new_pairs = {pair: actor for pair, actor in turn.same.items() if pair not in said}
        await source_records.add_decisions(connection, self._tenant, at, new_pairs)
        await facts.append(connection, self._tenant, new_facts, at)
        return assignment, at

    async def _facts(
        self, connection: Connection, turn: _Turn, assignment: Assignment
    ) -> tuple[list[Fact], dict[UUID, str]]:
        """Return what has to be recorded, and the words by which each golden record can be found at any instant."""
        trust = await source_records.trusts(connection, self._tenant) | {OWN_SYSTEM: OWN_TRUST}
        keys = {record.record_id: record.key for record in turn.stored.values()}
        keys |= {record_id: key for key, record_id in turn.new_records.items()}
        members: dict[UUID, list[Member]] = {}
        for record_id, golden_id in assignment.golden_of.items():
            key, stretches = keys[record_id], source_timeline(turn.events[record_id])
            members.setdefault(golden_id, []).append(Member(key, trust.get(key.system, 50), stretches))
        before = await facts.history(connection, self._tenant, members.keys() - assignment.born, _EVER)
        new: list[Fact] = []
        words: dict[UUID, str] = {}
        for golden_id, found in members.items():
            known = before.get(golden_id, [])
            told = changes(ceiling(known), golden_timeline(found, self._type))
            new.extend(Fact.to_record(golden_id, change) for change in told)
            words[golden_id] = search.words_of(said.attributes for said in (*known, *told))
        merged = assignment.merged.items()
        return new + [
            Fact(loser, Period(BEGINNING), "M", target_id=survivor) for loser, survivor in merged
        ], words

    def _outcome(
        self,
        turn: _Turn,
        place: int,
        item: _Incoming,
        assignment: Assignment,
        targets: Mapping[UUID, UUID],
    ) -> Outcome | CatalogError:
        outcome = turn.outcomes.get(place, Outcome("rejected", problems=item.problems))
        if isinstance(outcome, CatalogError):
            return outcome
        key = outcome.source_key
        if key is None:
            target = targets.get(item.word.golden_id) if item.word and item.word.golden_id else None
            return replace(outcome, golden_id=target)
        record_id, stored = turn.record_id(key), turn.stored.get(key)
        golden_id = assignment.golden_of.get(record_id) if record_id else None
        return replace(outcome, golden_id=golden_id or (stored.golden_id if stored else None))


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
