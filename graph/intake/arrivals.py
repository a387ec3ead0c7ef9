"""What arrives: locked by its source keys, given its place in time, refused where it repeats or contradicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from graph.errors import CatalogError, ErasedError, NotFoundError, Problem
from graph.golden.own_words import OwnWord, events_of
from graph.golden.record import OWN_SYSTEM, SourceEvent
from graph.golden.timeline import TimedEvent, repeats
from graph.identity import SourceKey, content_id, new_id
from graph.intake.turn import Incoming, Outcome, Turn
from graph.store import facts, source_records, suppression
from graph.store.database import RetryError
from graph.store.quarantine import Refusal
from graph.store.source_records import NewEvent, key_bucket
from graph.store.suppression import Said

NOT_KEPT = "(not kept: it is about somebody who was erased)"
"""What quarantine holds in place of a row that would bring somebody back."""

Targets = Mapping[UUID, UUID]
"""The golden record that each id named by an own word stands for now."""


async def gather(turn: Turn, batch: Sequence[Incoming]) -> tuple[datetime, Targets]:
    """Lock the source keys that a batch is about, load their records, and return the instant of receipt and targets.

    A word about a golden record is about all of its records.
    """
    keys = {item.event.key for item in batch if item.event is not None}
    targets, spoken_of = await _targets(turn, batch)
    locks = [] if turn.alone else [key_bucket(turn.type.name, key) for key in {*keys, *spoken_of}]
    received_at = await source_records.lock(turn.connection, turn.tenant, locks)
    if not turn.alone and targets and (targets, spoken_of) != await _targets(turn, batch):
        raise RetryError  # another writer moved them between our look and our lock
    turn.stored = await source_records.by_key(
        turn.connection, turn.tenant, turn.type.name, {*keys, *spoken_of}
    )
    turn.keys = {record.record_id: key for key, record in turn.stored.items()}
    if turn.stored:
        turn.events = await source_records.events(turn.connection, turn.tenant, list(turn.keys))
    ids = {item.event_id for item in batch if item.event_id is not None}
    turn.digests = await source_records.known_digests(turn.connection, turn.tenant, ids)
    return received_at, targets


async def refuse_erased(turn: Turn, batch: Sequence[Incoming], secret: bytes | None) -> None:
    """Give everything its refusal that would bring back somebody who was erased."""
    said = [Said(item.event.key if item.event else None, item.attributes) for item in batch]
    found = await suppression.refusals(turn.connection, turn.tenant, secret, turn.type, said)
    for place, problem in found.items():
        event = batch[place].event
        turn.outcomes[place] = Outcome(
            "rejected", source_key=event.key if event else None, problems=(problem,), is_erased=True
        )
        if batch[place].origin.door in ("file", "kafka"):
            kept = replace(batch[place], body=NOT_KEPT, problems=(problem,))
            turn.refusals.append(_refusal(kept))


def settle(turn: Turn, batch: Sequence[Incoming], received_at: datetime, targets: Targets) -> None:
    """Give each thing of a batch its place in time, unless it repeats what is there or contradicts it."""
    for place, item in enumerate(batch):
        if place in turn.outcomes:
            continue
        said_at = received_at + timedelta(microseconds=place)
        if item.event is not None:
            turn.outcomes[place] = _place(turn, item, item.event, said_at)
        elif item.word is not None:
            turn.outcomes[place] = _settle_word(turn, item, item.word, said_at, targets)


async def name_erased(turn: Turn, batch: Sequence[Incoming]) -> None:
    """Say of our own words about golden records that are not there whether these were erased."""
    missing = {
        place: item.word.golden_id
        for place, item in enumerate(batch)
        if item.word is not None
        and item.word.golden_id is not None
        and isinstance(turn.outcomes.get(place), NotFoundError)
    }
    gone = await facts.erased(turn.connection, turn.tenant, set(missing.values())) if missing else {}
    for place, golden_id in missing.items():
        if golden_id in gone:
            turn.outcomes[place] = ErasedError(f"{turn.type.name} {golden_id}", gone[golden_id])


def refusals(turn: Turn, batch: Sequence[Incoming]) -> list[Refusal]:
    """Return the refused rows that are to be kept, so that nothing is lost."""
    unread = [_refusal(item) for item in batch if item.event is None and item.word is None]
    return [*unread, *turn.refusals]


def _refusal(item: Incoming) -> Refusal:
    problems = [{"path": problem.path, "reason": problem.reason} for problem in item.problems]
    place = (item.origin.file or "", item.origin.topic or "", str(item.origin.partition), str(item.position))
    return Refusal(content_id(*place, item.body), item.origin.id, item.position, item.body, problems)


async def _targets(turn: Turn, batch: Sequence[Incoming]) -> tuple[dict[UUID, UUID], dict[SourceKey, UUID]]:
    """Return what the golden ids named stand for now, and the golden record of each source record that is meant."""
    named = {item.word.golden_id for item in batch if item.word is not None and item.word.golden_id}
    if not named:
        return {}, {}
    targets = {i: await facts.merge_target(turn.connection, turn.tenant, i) for i in sorted(named)}
    found = await source_records.members(turn.connection, turn.tenant, set(targets.values()), turn.type.name)
    return targets, {record.key: record.golden_id for record in found if record.golden_id is not None}


def _settle_word(
    turn: Turn, item: Incoming, word: OwnWord, said_at: datetime, targets: Targets
) -> Outcome | CatalogError:
    target = targets.get(word.golden_id) if word.golden_id else None
    members = {key: turn.events[r.record_id] for key, r in turn.stored.items() if r.golden_id == target}
    members |= {
        key: turn.events[turn.new_records[key]] for key in (turn.own.get(target, ()) if target else ())
    }
    if target is not None and not members:
        return NotFoundError(f"no {turn.type.name} has the id {word.golden_id}")
    own = SourceKey(OWN_SYSTEM, str(new_id()))
    try:
        said = events_of(word, members, own, said_at)
    except CatalogError as error:
        return error
    outcome = Outcome("unchanged")
    for event in said:
        outcome = _place(turn, item, event, said_at)
        if target is not None and event.key in turn.new_records:
            turn.own.setdefault(target, set()).add(event.key)
    return outcome


def _place(turn: Turn, item: Incoming, event: SourceEvent, said_at: datetime) -> Outcome:
    assumed = event.valid_from is None
    valid_from, digest = event.valid_from or said_at, item.digest or event.digest
    event_id = item.event_id or event.identity(turn.type.name)
    unchanged = Outcome("unchanged", source_key=event.key)
    if assumed and event.message_id is None:
        event_id = content_id(event_id.bytes, valid_from.isoformat())
    if event_id in turn.digests:
        if turn.digests[event_id] == digest:
            return unchanged
        problem = Problem("$.messageId", "was already used by this source system for other content")
        return Outcome("rejected", source_key=event.key, problems=(problem,))
    record_id = turn.record_id(event.key)
    known = turn.events.get(record_id, []) if record_id is not None else []
    if known and assumed and event.message_id is None and repeats(event, known, valid_from):
        return unchanged
    if record_id is None:
        record_id = turn.new_records[event.key] = new_id()
        turn.keys[record_id] = event.key
    if event.same_as is not None and event.same_as != event.key:
        other = turn.record_id(event.same_as) or record_id
        turn.same[min(record_id, other), max(record_id, other)] = item.origin.actor or OWN_SYSTEM
    timed = TimedEvent(
        event_id, event.kind, valid_from, event.valid_to, event.sequence, event.attributes, digest
    )
    turn.digests[event_id] = digest
    if item.look is not None and item.looked_by is turn.type:
        turn.looks[event_id] = item.look
    turn.events.setdefault(record_id, []).append(timed)
    spelled = item.spelled if event is item.event else b""
    turn.new_events.append(NewEvent(record_id, timed, assumed, item.origin.id, item.position, spelled))
    return Outcome("accepted", source_key=event.key)
