"""What is believed of golden records after a transaction: facts, the crosswalk, search words and the change feed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from graph.golden.pins import Pin
from graph.golden.timeline import Member, TimedEvent, golden_timeline, only_version
from graph.golden.versions import Stretch, ceiling, changes
from graph.intake.identities import Identities
from graph.intake.turn import Turn
from graph.store import facts, pins, search, source_records
from graph.store.change_feed import Change
from graph.store.facts import Fact
from graph.store.match_edges import StoredEdge
from graph.store.source_records import NewLink
from graph.time import BEGINNING, Period

AT_A_TIME = 100
"""So many golden records are worked out before others have their turn: some milliseconds."""

_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Beliefs:
    """What has to be recorded so that what is believed becomes the truth."""

    facts: list[Fact] = field(default_factory=list[Fact])
    links: list[NewLink] = field(default_factory=list[NewLink])
    words: dict[UUID, str] = field(default_factory=dict[UUID, str])
    changes: list[Change] = field(default_factory=list[Change])


@dataclass(slots=True)
class Known:
    """What has to be known of golden records before they can be worked out anew."""

    links: list[NewLink]
    members: Mapping[UUID, Sequence[UUID]]
    pinned: Mapping[UUID, Sequence[Pin]]
    before: Mapping[UUID, Sequence[Fact]]


async def look_up(turn: Turn, found: Identities, changed: Collection[UUID]) -> Known:
    """Look up what is needed of the golden records whose members, or whose members' events or standing, have changed."""
    links = _links(turn, found)
    members = _members(found, {link.record_id for link in links} | set(changed))
    ids = [record_id for found_ids in members.values() for record_id in found_ids]
    await _load_events(turn, ids)
    pinned = await pins.effective(turn.connection, turn.tenant, ids)
    born = found.assignment.born
    before = await facts.history(turn.connection, turn.tenant, [i for i in members if i not in born], _EVER)
    return Known(links, members, pinned, before)


async def believe(turn: Turn, found: Identities, known: Known) -> Beliefs:
    """Work golden records out anew; where there are many, others have their turn in between."""
    beliefs = Beliefs(links=known.links)
    async for _ in believing(turn, found, known, beliefs):
        pass
    return beliefs


async def believing(turn: Turn, found: Identities, known: Known, beliefs: Beliefs) -> AsyncGenerator[None]:
    """Do what `believe` does, and yield now and then: the words that are there by then may be taken out."""
    for place, (golden_id, record_ids) in enumerate(known.members.items(), start=1):
        if place % AT_A_TIME == 0:
            yield
            await asyncio.sleep(0)
        _believe(turn, found, known, beliefs, golden_id, record_ids)
    merged = found.assignment.merged.items()
    beliefs.facts.extend(
        Fact(loser, Period(BEGINNING), "M", target_id=survivor) for loser, survivor in merged
    )
    beliefs.changes[:0] = [
        *_births(found, beliefs.facts),
        *(Change("merged", s, loser) for loser, s in merged),
    ]


def _believe(
    turn: Turn,
    found: Identities,
    known: Known,
    beliefs: Beliefs,
    golden_id: UUID,
    record_ids: Sequence[UUID],
) -> None:
    event = _only_event(turn, found, known, golden_id, record_ids)
    if event is not None:
        version = only_version(turn.keys[record_ids[0]].system, event, turn.type)
        beliefs.facts.append(Fact.to_record(golden_id, version))
        beliefs.words[golden_id] = search.words_of([version.attributes])
        return
    members = [Member(turn.keys[i], turn.timeline(i), known.pinned.get(i, ())) for i in record_ids]
    before = known.before.get(golden_id, ())
    believed = ceiling(before)
    told = changes(believed, golden_timeline(members, turn.type))
    beliefs.facts.extend(Fact.to_record(golden_id, change) for change in told)
    beliefs.words[golden_id] = search.words_of(said.attributes for said in (*before, *told))
    if golden_id not in found.assignment.born and golden_id not in found.assignment.returned:
        beliefs.changes.extend(_change(golden_id, believed, told))


def _only_event(
    turn: Turn, found: Identities, known: Known, golden_id: UUID, record_ids: Sequence[UUID]
) -> TimedEvent | None:
    """Return the one snapshot that is all there is to a new golden record, as there is to most."""
    if len(record_ids) > 1 or golden_id not in found.assignment.born or record_ids[0] in known.pinned:
        return None
    (event, *others) = turn.events[record_ids[0]]
    return event if event.kind == "snapshot" and event.attributes and not others else None


def _links(turn: Turn, found: Identities) -> list[NewLink]:
    told = {end for word in found.decisions for end in (word.a, word.b)}
    joined = _strongest(found)
    links: list[NewLink] = []
    for record_id, golden_id in found.assignment.golden_of.items():
        before = found.current.get(record_id)
        if before is not None and before != golden_id:
            is_merge = found.assignment.merged.get(before) == golden_id
            links.append(NewLink(record_id, golden_id, "merge" if is_merge else "unmerge"))
        elif before is None:
            edge = joined.get(record_id)
            reason = "new" if edge is None else "model" if edge.rule is None else "rule"
            links.append(NewLink(record_id, golden_id, "steward" if record_id in told else reason))
    return links


def _strongest(found: Identities) -> dict[UUID, StoredEdge]:
    """Return the strongest edge of each new record to another of its golden record."""
    golden_of, strongest = found.assignment.golden_of, dict[UUID, StoredEdge]()
    for (a, b), edge in found.model.items():
        if edge.weight is None or (a in found.current and b in found.current):
            continue
        if golden_of.get(a) == golden_of.get(b):
            for end in (a, b):
                best = strongest.get(end)
                if best is None or (best.weight or 0.0) < edge.weight:
                    strongest[end] = edge
    return strongest


def _members(found: Identities, touched: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return the records of every golden record that one of these belongs to now or belonged to before."""
    golden_of = found.assignment.golden_of
    affected = {golden_of[i] for i in touched if i in golden_of}
    affected |= {found.current[i] for i in touched if i in found.current}
    affected -= found.assignment.merged.keys()
    members: dict[UUID, list[UUID]] = {}
    for record_id, golden_id in golden_of.items():
        if golden_id in affected:
            members.setdefault(golden_id, []).append(record_id)
    return members


async def _load_events(turn: Turn, record_ids: Iterable[UUID]) -> None:
    missing = [record_id for record_id in record_ids if record_id not in turn.events]
    if missing:
        turn.events |= await source_records.events(turn.connection, turn.tenant, missing)


def _births(found: Identities, told: Iterable[Fact]) -> Iterable[Change]:
    """Yield the golden records that are there for the first time, or again: on their own, or out of another."""
    starts: dict[UUID, datetime] = {}
    for fact in told:
        if fact.op == "P":
            starts[fact.subject_id] = min(fact.period.start, starts.get(fact.subject_id, fact.period.start))
    came_from: dict[UUID, UUID] = {}
    for record_id, golden_id in found.assignment.golden_of.items():
        before = found.current.get(record_id)
        if before is not None and before != golden_id and before not in found.assignment.merged:
            came_from[golden_id] = min(before, came_from.get(golden_id, before))
    for golden_id in sorted(found.assignment.born | found.assignment.returned):
        if golden_id in came_from:
            yield Change("unmerged", came_from[golden_id], golden_id, valid_from=starts.get(golden_id))
        elif golden_id in starts:
            yield Change("created", golden_id, valid_from=starts[golden_id])


def _change(golden_id: UUID, believed: Sequence[Stretch], told: Sequence[Stretch]) -> Iterable[Change]:
    """Yield what happened to a golden record that was there before, if anything did."""
    if not told:
        return
    was, now = _last_op(believed), _last_op(told) if told[-1].period.end is None else _last_op(believed)
    names: set[str] = set()
    for stretch in told:
        for before in believed:
            if before.period.overlaps(stretch.period):
                names |= _differing(before.attributes or {}, stretch.attributes or {})
        if not any(before.period.overlaps(stretch.period) for before in believed):
            names |= (stretch.attributes or {}).keys()
    kind = "changed"
    if was == "P" and now == "D":
        kind = "deleted"
    elif was in ("P", "D") and now == "A":
        kind = "retracted"
    elif was in ("D", "A", None) and now == "P":
        kind = "reopened" if was in ("D", "A") else "created"
    yield Change(kind, golden_id, None, tuple(sorted(names)), min(s.period.start for s in told))


def _last_op(stretches: Sequence[Stretch]) -> str | None:
    return stretches[-1].op if stretches else None


def _differing(one: Mapping[str, object], other: Mapping[str, object]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
