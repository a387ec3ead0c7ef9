"""Timelines as pure functions of sets: source events → what a source held, members → golden record, facts → belief."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from graph.golden.entity_type import EntityType
from graph.golden.record import Kind, SourceEvent
from graph.golden.survivorship import Candidate, survivors
from graph.identity import SourceKey
from graph.time import BEGINNING, Period


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """A source event with its place in time settled; `digest` breaks ties the same way in any order of arrival."""

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
    system_from: datetime | None = field(default=None, compare=False)
    """Since when a whole stretch of belief is held: the newest of the facts that make it up."""

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

    @property
    def system_from(self) -> datetime | None:
        """When it was recorded."""
        ...


def source_timeline(events: Iterable[TimedEvent]) -> list[SourceStretch]:
    """Return what a source record held, in valid time; the same for any order and repetition of the events.

    A snapshot or end holds until the next one (at one instant the higher sequence, then the higher digest, wins).
    Corrections paint their period over it attribute by attribute, the higher sequence last, but never past an end
    that came after their start or has a higher sequence. A retract removes every event whose sequence is not above
    its own.
    """
    known = alive(events)
    base: dict[datetime, TimedEvent] = {}
    for event in sorted((e for e in known if e.kind != "correction"), key=_rank):
        base[event.valid_from] = event
    corrections = _Corrections([e for e in known if e.kind == "correction"])
    starts = sorted(base)
    stretches: list[SourceStretch] = []
    for period in _periods(sorted(base.keys() | corrections.cuts)):
        place = bisect_right(starts, period.start)
        stretch = _source_stretch(period, base[starts[place - 1]] if place else None, corrections)
        if stretch is not None:
            stretches.append(stretch)
    return stretches


def _rank(event: TimedEvent) -> tuple[int, datetime, bytes]:
    return event.sequence, event.valid_from, event.digest


def _given(event: TimedEvent) -> dict[str, tuple[str, UUID, datetime]]:
    given = event.attributes or {}
    return {name: (value, event.event_id, event.valid_from) for name, value in given.items()}


class _Corrections:
    """The corrections of one record, swept along valid time; a chain of open-ended ones costs one look each."""

    def __init__(self, events: Sequence[TimedEvent]) -> None:
        self.cuts = {e.valid_from for e in events} | {e.valid_to for e in events if e.valid_to is not None}
        self._waiting = sorted(events, key=lambda e: e.valid_from, reverse=True)
        self._active: list[TimedEvent] = []
        self._painted: dict[str, tuple[str, UUID, datetime]] = {}

    def at(self, instant: datetime, end: TimedEvent | None) -> dict[str, tuple[str, UUID, datetime]]:
        """Return the values painted over the instant, which must not lie before the one asked last.

        With an end, only by those that begin at it or later and do not have a lower sequence.
        """
        if any(e.valid_to is not None and e.valid_to <= instant for e in self._active):
            self._active = [e for e in self._active if e.valid_to is None or e.valid_to > instant]
            self._paint()
        while self._waiting and self._waiting[-1].valid_from <= instant:
            event = self._waiting.pop()
            if event.valid_to is not None and event.valid_to <= instant:
                continue
            is_last = not self._active or _rank(event) >= _rank(self._active[-1])
            insort(self._active, event, key=_rank)
            if is_last:
                self._painted |= _given(event)
            else:
                self._paint()
        if end is None:
            return self._painted
        painted: dict[str, tuple[str, UUID, datetime]] = {}
        for event in self._active:
            if event.valid_from >= end.valid_from and event.sequence >= end.sequence:
                painted |= _given(event)
        return painted

    def _paint(self) -> None:
        self._painted = {}
        for event in self._active:
            self._painted |= _given(event)


def alive(events: Iterable[TimedEvent]) -> list[TimedEvent]:
    """Return the events that no retract takes back, each once."""
    unique = list({event.event_id: event for event in events}.values())
    retracted = max((event.sequence for event in unique if event.kind == "retract"), default=None)
    if retracted is None:
        return unique
    left = [e for e in unique if e.kind != "retract" and e.sequence > retracted]
    return left if any(e.attributes is not None for e in left) else []  # the end of what never was is nothing


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
    period: Period, base: TimedEvent | None, corrections: _Corrections
) -> SourceStretch | None:
    end = base if base is not None and base.kind == "end" else None
    values = (_given(base) if base is not None else {}) | corrections.at(period.start, end)
    if values:
        return SourceStretch(period, values)
    return SourceStretch(period, None) if end is not None else None


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
                Stretch(
                    Period(low, high),
                    fact.op,
                    fact.attributes,
                    fact.provenance,
                    fact.target_id,
                    fact.system_from,
                )
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
            since = max(filter(None, (last.system_from, stretch.system_from)), default=None)
            joined[-1] = replace(
                last, period=Period(last.period.start, stretch.period.end), system_from=since
            )
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
