"""Timelines as pure functions of sets: source events → what a source held, members → golden record, facts → belief."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from graph.golden.entity_type import EntityType
from graph.golden.record import OURS, Kind, SourceEvent
from graph.golden.survivorship import Candidate, survivors
from graph.identity import SourceKey
from graph.time import BEGINNING, Period


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """A source event with its place in time settled; `digest` breaks ties the same way in any order of arrival.

    That of our own word stands above a source's, and a later one above an earlier: there the order is the meaning.
    """

    event_id: UUID
    kind: Kind
    valid_from: datetime
    valid_to: datetime | None
    sequence: int
    attributes: Mapping[str, str] | None
    digest: bytes


@dataclass(frozen=True, slots=True)
class SourceStretch:
    """What one source record held over a period; `values` is None where the source had ended it.

    Each value comes with the event that gave it and the instant that event speaks of.
    """

    period: Period
    values: Mapping[str, tuple[str, UUID, datetime]] | None


@dataclass(frozen=True, slots=True)
class Member:
    """A source record that belongs to a golden record."""

    key: SourceKey
    trust: int
    stretches: Sequence[SourceStretch]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is true of a golden record over a period. `op` as in a fact: P present, D deleted, A absent, M merged."""

    period: Period
    op: str
    attributes: dict[str, Any] | None = None
    provenance: dict[str, Any] | None = None
    target_id: UUID | None = None

    @property
    def content(self) -> tuple[object, ...]:
        """Everything but the period."""
        return self.op, self.attributes, self.provenance, self.target_id


class Belief(Protocol):
    """What `ceiling` needs of a fact."""

    @property
    def period(self) -> Period:
        """The valid time it speaks of."""
        ...

    @property
    def op(self) -> str:
        """P, D, A or M."""
        ...

    @property
    def attributes(self) -> dict[str, Any] | None:
        """What is true."""
        ...

    @property
    def provenance(self) -> dict[str, Any] | None:
        """Where it comes from."""
        ...

    @property
    def target_id(self) -> UUID | None:
        """What it was merged into."""
        ...


def source_timeline(events: Iterable[TimedEvent]) -> list[SourceStretch]:
    """Return what a source record held, in valid time; the same for any order and repetition of the events.

    A snapshot or end holds until the next one (at one instant the higher sequence, then the higher digest, wins).
    Corrections paint their period over it attribute by attribute, the higher sequence last, but never past an end
    that came after their start, nor our own ones past our own end at their start that was said later. A retract
    removes every event whose sequence is not above its own.
    """
    known = alive(events)
    base: dict[datetime, TimedEvent] = {}
    for event in sorted((e for e in known if e.kind != "correction"), key=lambda e: (e.sequence, e.digest)):
        base[event.valid_from] = event
    corrections = sorted(
        (e for e in known if e.kind == "correction"), key=lambda e: (e.sequence, e.valid_from, e.digest)
    )
    ends = {e.valid_to for e in corrections if e.valid_to is not None}
    cuts = sorted(base.keys() | {e.valid_from for e in corrections} | ends)
    starts = sorted(base)
    stretches: list[SourceStretch] = []
    for period in _periods(cuts):
        place = bisect_right(starts, period.start)
        stretch = _source_stretch(period, base[starts[place - 1]] if place else None, corrections)
        if stretch is not None:
            stretches.append(stretch)
    return stretches


def alive(events: Iterable[TimedEvent]) -> list[TimedEvent]:
    """Return the events that no retract takes back, each once."""
    unique = list({event.event_id: event for event in events}.values())
    retracted = max((event.sequence for event in unique if event.kind == "retract"), default=None)
    return [e for e in unique if e.kind != "retract" and (retracted is None or e.sequence > retracted)]


def held_at(stretches: Sequence[SourceStretch], instant: datetime) -> SourceStretch | None:
    """Return the stretch that an instant lies in."""
    return next((stretch for stretch in stretches if stretch.period.holds_at(instant)), None)


def repeats(event: SourceEvent, known: Sequence[TimedEvent], instant: datetime) -> bool:
    """Return whether an event that names no time of its own says what its record holds at the instant already."""
    held = held_at(source_timeline(known), instant)
    if held is None or held.values is None:
        return held is not None and event.kind == "end"
    values = {name: value for name, (value, _, _) in held.values.items()}
    given = dict(event.attributes or {})
    if event.kind == "correction":
        return given.items() <= values.items()
    return event.kind == "snapshot" and values == given


def _source_stretch(
    period: Period, base: TimedEvent | None, corrections: Sequence[TimedEvent]
) -> SourceStretch | None:
    values: dict[str, tuple[str, UUID, datetime]] = {}
    end = base if base is not None and base.kind == "end" else None
    if base is not None and base.attributes is not None:
        values = {name: (value, base.event_id, base.valid_from) for name, value in base.attributes.items()}
    for event in corrections:
        reaches = event.valid_from <= period.start and (
            event.valid_to is None or period.start < event.valid_to
        )
        if reaches and (end is None or _reopens(event, end)):
            given = event.attributes or {}
            values |= {name: (value, event.event_id, event.valid_from) for name, value in given.items()}
    if values:
        return SourceStretch(period, values)
    return SourceStretch(period, None) if end is not None else None


def _reopens(correction: TimedEvent, end: TimedEvent) -> bool:
    if correction.valid_from == end.valid_from and correction.digest.startswith(OURS):
        return correction.digest > end.digest
    return correction.valid_from >= end.valid_from


def golden_timeline(members: Sequence[Member], entity_type: EntityType) -> list[Stretch]:
    """Return the golden record's versions: cut at every member's boundary, survivors picked, equal neighbours joined.

    Neighbours with equal attributes are one version; its provenance names the events that first made it true.
    """
    cuts = sorted(
        {s.period.start for m in members for s in m.stretches}
        | {s.period.end for m in members for s in m.stretches if s.period.end is not None}
    )
    cursors = [0] * len(members)
    stretches: list[Stretch] = []
    for period in _periods(cuts):
        live: list[Candidate] = []
        ended = False
        for place, member in enumerate(members):
            held = _advance(member.stretches, cursors, place, period.start)
            if held is not None and held.values is not None:
                live.append(Candidate(member.key, member.trust, held.values))
            ended = ended or (held is not None and held.values is None)
        if live:
            attributes, provenance = survivors(live, entity_type)
            stretches.append(Stretch(period, "P", attributes, provenance))
        elif ended:
            stretches.append(Stretch(period, "D"))
    return _joined_by_attributes(stretches)


def _periods(cuts: Sequence[datetime]) -> list[Period]:
    """Return the periods between neighbouring cuts; the last one is open."""
    return [Period(start, end) for start, end in zip(cuts, [*cuts[1:], None], strict=False)]


def _advance(
    stretches: Sequence[SourceStretch], cursors: list[int], place: int, start: datetime
) -> SourceStretch | None:
    cursor = cursors[place]
    while cursor < len(stretches):
        end = stretches[cursor].period.end
        if end is None or end > start:
            break
        cursor += 1
    cursors[place] = cursor
    if cursor < len(stretches) and stretches[cursor].period.start <= start:
        return stretches[cursor]
    return None


def _joined_by_attributes(stretches: Sequence[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for stretch in stretches:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.period.end == stretch.period.start
            and (last.op, last.attributes) == (stretch.op, stretch.attributes)
        ):
            joined[-1] = Stretch(
                Period(last.period.start, stretch.period.end), last.op, last.attributes, last.provenance
            )
        else:
            joined.append(stretch)
    return joined


def ceiling(facts: Sequence[Belief]) -> list[Stretch]:
    """Return what is believed at every valid instant, given facts in the order in which they were recorded.

    The newest fact covering an instant wins there; equal neighbours are joined. Stretches come in valid order and
    never overlap, because each is cut out of what newer facts left uncovered.
    """
    uncovered: list[tuple[datetime, datetime | None]] = [
        (datetime.min.replace(tzinfo=BEGINNING.tzinfo), None)
    ]
    found: list[Stretch] = []
    for fact in reversed(facts):
        left: list[tuple[datetime, datetime | None]] = []
        for start, end in uncovered:
            low = max(start, fact.period.start)
            high = _earlier(end, fact.period.end)
            if high is not None and high <= low:
                left.append((start, end))
                continue
            found.append(
                Stretch(Period(low, high), fact.op, fact.attributes, fact.provenance, fact.target_id)
            )
            if start < low:
                left.append((start, low))
            if high is not None and (end is None or high < end):
                left.append((high, end))
        uncovered = left
        if not uncovered:
            break
    return _joined_by_content(sorted(found, key=lambda stretch: stretch.period.start))


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def _joined_by_content(stretches: Sequence[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for stretch in stretches:
        last = joined[-1] if joined else None
        if last is not None and last.period.end == stretch.period.start and last.content == stretch.content:
            joined[-1] = Stretch(Period(last.period.start, stretch.period.end), *stretch.content)  # pyright: ignore[reportArgumentType]
        else:
            joined.append(stretch)
    return joined


def changes(believed: Sequence[Stretch], true: Sequence[Stretch]) -> list[Stretch]:
    """Return what has to be recorded so that the belief becomes the truth: only where they differ, never more.

    Where the truth has nothing but the belief has something, the change is an absence (A).
    """
    cuts = sorted(
        {s.period.start for s in (*believed, *true)}
        | {s.period.end for s in (*believed, *true) if s.period.end is not None}
    )
    found: list[Stretch] = []
    old, new = _Cursor(believed), _Cursor(true)
    for period in _periods(cuts):
        before, after = old.at(period.start), new.at(period.start)
        if after is None and (before is None or before.op == "A"):
            continue
        if after is None or before is None or before.content != after.content:
            content = ("A", None, None, None) if after is None else after.content
            found.append(Stretch(period, *content))  # pyright: ignore[reportArgumentType]
    return _joined_by_content(found)


class _Cursor:
    """Walks along stretches in valid order."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = stretches
        self._place = 0

    def at(self, start: datetime) -> Stretch | None:
        while self._place < len(self._stretches):
            stretch = self._stretches[self._place]
            if stretch.period.end is None or stretch.period.end > start:
                return stretch if stretch.period.start <= start else None
            self._place += 1
        return None
