"""What a person says of a golden record through our own doors, as source events about the records it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from graph.errors import ConflictError
from graph.golden.record import OWN_SYSTEM, SourceEvent
from graph.golden.timeline import SourceStretch, TimedEvent, held_at, source_timeline
from graph.identity import SourceKey
from graph.time import render

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Members = Mapping[SourceKey, Sequence[TimedEvent]]
"""The source records that a golden record is made of, each with all its events."""


@dataclass(frozen=True, slots=True)
class OwnWord:
    """A new golden record (no `golden_id`), a change of one (`attributes`), or its deletion (neither attributes).

    `valid_from` None: from the instant at which it is received.
    """

    golden_id: UUID | None
    attributes: Mapping[str, str] | None
    valid_from: datetime | None


def events_of(word: OwnWord, members: Members, own: SourceKey, said_at: datetime) -> list[SourceEvent]:
    """Return the source events of a word; none where it says what holds already.

    Their sequence is the instant at which it was said, in nanoseconds since 1970: of two words about one instant the
    later counts, and stands above what sources say of that instant. `own` names our own source record where there
    is none yet. Raises ConflictError for the deletion of what does not exist yet at the instant.
    """
    at = word.valid_from or said_at
    sequence = (said_at - _EPOCH) // timedelta(microseconds=1) * 1000
    if word.golden_id is None:
        return [SourceEvent(own, "snapshot", at, None, sequence, word.attributes)]
    stretches = {key: source_timeline(events) for key, events in members.items()}
    held = {key: held_at(found, at) for key, found in stretches.items()}
    is_present = any(stretch is not None and stretch.values is not None for stretch in held.values())
    if word.attributes is None:
        if not is_present and all(stretch is None for stretch in held.values()):
            raise ConflictError(f"it does not exist yet at {render(at)}: nothing to delete")
        ended = [key for key, stretch in held.items() if stretch is None or stretch.values is not None]
        return [SourceEvent(key, "end", at, None, sequence, None) for key in ended] if is_present else []
    key = next((key for key in sorted(members) if key.system == OWN_SYSTEM), own)
    given = dict(word.attributes)
    again: list[SourceEvent] = []
    if not is_present:  # re-opened: all of what was true last comes back
        for member, found in sorted(stretches.items()):
            last = _last_values(found, at)
            if member == key:
                given = last | given
            elif last:
                again.append(SourceEvent(member, "snapshot", at, None, sequence, last))
    change = SourceEvent(key, "correction", at, None, sequence, given, same_as=min(members))
    return [*again, change]


def _last_values(stretches: Sequence[SourceStretch], at: datetime) -> dict[str, str]:
    """Return what a record held last before an instant."""
    before = [s.values for s in stretches if s.values is not None and s.period.start <= at]
    return {name: value for name, (value, _, _) in before[-1].items()} if before else {}
