"""Timelines as pure functions of sets: source events → what a source held, members → golden record."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from uuid import UUID

from graph.golden.entity_type import EntityType
from graph.golden.pins import Pin
from graph.golden.record import CLEARED, OWN_SYSTEM, Kind, SourceEvent
from graph.golden.survivorship import (
    Group,
    Offer,
    Value,
    Won,
    content_of,
    decide,
    groups_of,
    offer_of,
    part_of,
)
from graph.golden.takeover import taken_over
from graph.golden.trust import crossings
from graph.golden.versions import Stretch
from graph.identity import SourceKey
from graph.time import Period


@dataclass(slots=True)
class TimedEvent:
    """A source event with its place in time settled; `digest` breaks ties the same way in any order of arrival."""

    event_id: UUID
    kind: Kind
    valid_from: datetime
    valid_to: datetime | None
    sequence: int
    attributes: Mapping[str, str] | None
    digest: bytes


@dataclass(slots=True)
class SourceStretch:
    """What one source record held over a period; `values` is None where the source had ended it.

    Each value comes with the event that gave it and the instant that event speaks of.
    """

    period: Period
    values: Mapping[str, tuple[str, UUID, datetime]] | None


@dataclass(slots=True)
class Member:
    """A source record that belongs to a golden record."""

    key: SourceKey
    stretches: Sequence[SourceStretch]
    pins: Sequence[Pin] = ()


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


def _rank(event: TimedEvent) -> tuple[int, datetime, bytes, bytes]:
    return event.sequence, event.valid_from, event.digest, event.event_id.bytes


def _given(event: TimedEvent) -> dict[str, Value]:
    given = event.attributes or {}
    return {name: (value, event.event_id, event.valid_from) for name, value in given.items()}


class _Corrections:
    """The corrections of one record, swept along valid time; each costs a few looks, however many hold at once."""

    def __init__(self, events: Sequence[TimedEvent]) -> None:
        self.cuts = {e.valid_from for e in events} | {e.valid_to for e in events if e.valid_to is not None}
        self._waiting = sorted(events, key=lambda e: e.valid_from, reverse=True)
        self._all = _Painted()
        self._end: TimedEvent | None = None
        self._since_end = _Painted()

    def at(self, instant: datetime, end: TimedEvent | None) -> dict[str, Value]:
        """Return the values painted over the instant, which must not lie before the one asked last.

        With an end, only by those that begin at it or later and do not have a lower sequence.
        """
        if end is not self._end:
            self._end, self._since_end = end, _Painted()
        while self._waiting and self._waiting[-1].valid_from <= instant:
            event = self._waiting.pop()
            self._all.add(event)
            if end is not None and event.valid_from >= end.valid_from and event.sequence >= end.sequence:
                self._since_end.add(event)
        return (self._all if end is None else self._since_end).at(instant)


class _Painted:
    """For each attribute the corrections that paint it, the last of them on top; those that are over fall off."""

    def __init__(self) -> None:
        self._layers: dict[str, list[tuple[_Rank, TimedEvent]]] = {}

    def add(self, event: TimedEvent) -> None:
        for name in event.attributes or {}:
            heappush(self._layers.setdefault(name, []), (_Rank(event), event))

    def at(self, instant: datetime) -> dict[str, Value]:
        painted: dict[str, Value] = {}
        for name, layers in self._layers.items():
            while layers:
                event = layers[0][1]
                if event.valid_to is None or event.valid_to > instant:
                    painted[name] = (event.attributes or {})[name], event.event_id, event.valid_from
                    break
                heappop(layers)
        return painted


class _Rank:
    """Orders events with the highest first."""

    __slots__ = ("rank",)

    def __init__(self, event: TimedEvent) -> None:
        self.rank = _rank(event)

    def __lt__(self, other: _Rank) -> bool:
        return self.rank > other.rank


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
    """Return the golden record's versions: for each attribute group who wins when, put together, equal neighbours joined.

    Neighbours with equal attributes are one version; its provenance names the events that first made it true. It is
    `{"sources": {attribute: event id}, "systems": "crm,shop", "rules": {group: rule}, "all": {attribute: values}}`, the
    last two only of groups in which there was a choice.
    """
    groups = groups_of(entity_type)
    if len(members) == 1 and not members[0].pins:
        return _joined(_alone(members[0], groups))
    if all(map(_only_takes_over, members)) and all(group.is_fixed for group in groups):
        return _joined(
            taken_over(
                [(m.key, m.stretches[0].period.start, m.stretches[0].values or {}) for m in members], groups
            )
        )
    presence = _presence(members)
    marks: dict[datetime, list[tuple[int, Won | None]]] = {start: [] for start in presence}
    for place, group in enumerate(groups):
        for start, won in _winners(group, members):
            marks.setdefault(start, []).append((place, won))
    stretches: list[Stretch] = []
    current: list[Won | None] = [None] * len(groups)
    op: str | None = None
    texts: dict[UUID, str] = {}
    starts = sorted(marks)
    for start, end in zip(starts, [*starts[1:], None], strict=False):
        op = presence.get(start, op)
        for place, won in marks[start]:
            current[place] = won
        if op == "P":
            stretches.append(Stretch(Period(start, end), "P", *content_of(groups, current, texts)))
        elif op == "D":
            stretches.append(Stretch(Period(start, end), "D"))
    return _joined(stretches)


def only_version(system: str, event: TimedEvent, entity_type: EntityType) -> Stretch:
    """Return the one version of a golden record of which nothing is known but one snapshot: what `golden_timeline` does."""
    said, told = event.attributes or {}, str(event.event_id)
    attributes: dict[str, object] = {
        name: said[name]
        for group in groups_of(entity_type)
        for name in group.attributes
        if said.get(name, CLEARED) != CLEARED
    }
    sources = dict.fromkeys(attributes, told)
    return Stretch(Period(event.valid_from), "P", attributes, {"sources": sources, "systems": system})


def _alone(member: Member, groups: Sequence[Group]) -> Iterator[Stretch]:
    """Return the versions of a golden record that is one source record: it wins everything, there is no choice."""
    names = [name for group in groups for name in group.attributes]
    for stretch in member.stretches:
        if stretch.values is None:
            yield Stretch(stretch.period, "D")
            continue
        held = stretch.values
        texts: dict[UUID, str] = {}
        attributes: dict[str, object] = {}
        sources: dict[str, str] = {}
        for name in names:
            if name in held and held[name][0] != CLEARED:
                value, event_id, _ = held[name]
                attributes[name] = value
                sources[name] = texts.get(event_id) or texts.setdefault(event_id, str(event_id))
        yield Stretch(stretch.period, "P", attributes, {"sources": sources, "systems": member.key.system})


def _only_takes_over(member: Member) -> bool:
    """Return whether a source began to say something once, and has not changed it since: nearly all do."""
    return (
        len(member.stretches) == 1
        and not member.pins
        and member.stretches[0].values is not None
        and member.stretches[0].period.end is None
        and member.key.system != OWN_SYSTEM
    )


def _presence(members: Sequence[Member]) -> dict[datetime, str | None]:
    """Return from when on the golden record is present (P), deleted (D), or nothing (None)."""
    steps: dict[datetime, list[int]] = {}
    for member in members:
        for stretch in member.stretches:
            kind = 0 if stretch.values is not None else 1
            steps.setdefault(stretch.period.start, [0, 0])[kind] += 1
            if stretch.period.end is not None:
                steps.setdefault(stretch.period.end, [0, 0])[kind] -= 1
    presence: dict[datetime, str | None] = {}
    live = ended = 0
    for start in sorted(steps):
        live, ended = live + steps[start][0], ended + steps[start][1]
        presence[start] = "P" if live else "D" if ended else None
    return presence


def _winners(group: Group, members: Sequence[Member]) -> Iterator[tuple[datetime, Won | None]]:
    """Return who wins an attribute group from when on."""
    steps: dict[datetime, list[tuple[int, Offer | None]]] = {}
    for place, member in enumerate(members):
        for start, offer in _offers(group, member):
            if start in steps:
                steps[start].append((place, offer))
            else:
                steps[start] = [(place, offer)]
    live: dict[int, Offer] = {}
    starts = sorted(steps)
    for number, start in enumerate(starts, 1):
        for place, offer in steps[start]:
            if offer is None:
                live.pop(place, None)
            else:
                live[place] = offer
        offers = list(live.values())
        yield start, decide(group, offers, start) if offers else None
        if group.is_relative and len(offers) > 1:
            end = starts[number] if number < len(starts) else None
            for cut in crossings([(offer.trust, offer.at) for offer in offers], start, end):
                yield cut, decide(group, offers, cut)


def _offers(group: Group, member: Member) -> list[tuple[datetime, Offer | None]]:
    """Return what a member offers of a group from when on, None where nothing; only where that changes."""
    if not member.pins and len(member.stretches) == 1:  # nearly all records
        values = part_of(group, member.stretches[0].values)
        if values is None:
            return []
        period = member.stretches[0].period
        offer = offer_of(group, member.key, values)
        return [(period.start, offer)] if period.end is None else [(period.start, offer), (period.end, None)]
    pins = [pin for pin in member.pins if pin.group == group.name]
    found: list[tuple[datetime, Offer | None]] = []
    last: Mapping[str, Value] | None = None
    was_pinned = False
    until: datetime | None = None
    for stretch in member.stretches:
        if last is not None and until != stretch.period.start and until is not None:
            found.append((until, None))
            last = None
        values = part_of(group, stretch.values)
        for start, verdict in _verdicts(stretch.period, pins):
            offered = None if verdict == "ignore" else values
            is_pinned = verdict == "pin" and offered is not None
            if offered != last or is_pinned != was_pinned:
                offer = None
                if offered is not None:
                    offer = offer_of(group, member.key, offered, is_pinned=is_pinned)
                found.append((start, offer))
            last, was_pinned = offered, is_pinned
        until = stretch.period.end
    if last is not None and until is not None:
        found.append((until, None))
    return found


def _verdicts(period: Period, pins: Sequence[Pin]) -> Sequence[tuple[datetime, str | None]]:
    """Return what a steward said of a record over a period, from when on."""
    if not pins:
        return ((period.start, None),)
    cuts = {period.start}
    for pin in pins:
        cuts |= {at for at in (pin.period.start, pin.period.end) if at is not None and period.holds_at(at)}
    return [
        (start, next((pin.verdict for pin in pins if pin.period.holds_at(start)), None))
        for start in sorted(cuts)
    ]


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for stretch in stretches:
        last = joined[-1] if joined else None
        if last is not None and last.period.end == stretch.period.start and _same(last, stretch):
            period = Period(last.period.start, stretch.period.end)
            joined[-1] = Stretch(period, last.op, last.attributes, last.provenance)
        else:
            joined.append(stretch)
    return joined


def _same(one: Stretch, other: Stretch) -> bool:
    kept = [(stretch.provenance or {}).get("all") for stretch in (one, other)]
    return one.op == other.op and one.attributes == other.attributes and kept[0] == kept[1]


def _periods(cuts: Sequence[datetime]) -> list[Period]:
    """Return the periods between neighbouring cuts; the last one is open."""
    return [Period(start, end) for start, end in zip(cuts, [*cuts[1:], None], strict=False)]
