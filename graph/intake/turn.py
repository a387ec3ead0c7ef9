"""What one transaction of intake is given, finds out and decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from graph.errors import CatalogError, Problem
from graph.golden.entity_type import EntityType
from graph.golden.matching import Matcher
from graph.golden.own_words import OwnWord
from graph.golden.record import Origin, SourceEvent
from graph.golden.timeline import SourceStretch, TimedEvent, source_timeline
from graph.identity import SourceKey
from graph.intake.looks import Look
from graph.store.database import Connection
from graph.store.quarantine import Refusal
from graph.store.source_records import NewEvent, StoredRecord
from graph.time import Period

Status = Literal["accepted", "unchanged", "rejected"]


@dataclass(slots=True)
class Outcome:
    """What became of one source record.

    accepted: stored. unchanged: it was there already or says nothing new. rejected: nothing stored, see `problems`.
    `is_erased`: it is about somebody who was erased, so nothing of it may be kept anywhere.
    """

    status: Status
    golden_id: UUID | None = None
    source_key: SourceKey | None = None
    problems: tuple[Problem, ...] = ()
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """When decisions were stored, and the golden records that the records named belong to since, each once."""

    at: datetime
    golden_ids: list[UUID]


@dataclass(slots=True)
class Incoming:
    """One thing on its way in: a source event, a word of our own, or a refused row that is to be kept."""

    origin: Origin
    position: int | None
    event: SourceEvent | None = None
    word: OwnWord | None = None
    event_id: UUID | None = None
    digest: bytes = b""
    spelled: bytes = b""
    """What the event is recognised by, what it says, and its attributes as JSON: see `SourceEvent`."""

    look: Look | None = None
    """What its record looks like if the event is all that is known of it, by the policies of `looked_by`."""

    looked_by: EntityType | None = None
    body: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether it could not be read, and whoever sent it waits for the answer: it is not kept."""
        return self.event is None and self.word is None and self.origin.door not in ("file", "kafka")

    @property
    def attributes(self) -> Mapping[str, str] | None:
        """What it says, as far as it says anything."""
        said = self.event or self.word
        return said.attributes if said is not None else None


@dataclass(slots=True)
class Turn:
    """One transaction: where it runs, by which policy, and what it has found out so far."""

    connection: Connection
    tenant: int
    matcher: Matcher
    alone: bool
    """Whether it keeps every other writer of the entity type out, or only those of the keys that it has locked."""

    stored: dict[SourceKey, StoredRecord] = field(default_factory=dict[SourceKey, StoredRecord])
    keys: dict[UUID, SourceKey] = field(default_factory=dict[UUID, SourceKey])
    """The source key of every record that it has seen, new ones included."""

    events: dict[UUID, list[TimedEvent]] = field(default_factory=dict[UUID, list[TimedEvent]])
    timelines: dict[UUID, list[SourceStretch]] = field(default_factory=dict[UUID, list[SourceStretch]])
    new_records: dict[SourceKey, UUID] = field(default_factory=dict[SourceKey, UUID])
    new_events: list[NewEvent] = field(default_factory=list[NewEvent])
    same: dict[tuple[UUID, UUID], str] = field(default_factory=dict[tuple[UUID, UUID], str])
    """Pairs, the smaller id first, that our own doors say to be one, with who said so."""

    outcomes: dict[int, Outcome | CatalogError] = field(default_factory=dict[int, Outcome | CatalogError])
    digests: dict[UUID, bytes] = field(default_factory=dict[UUID, bytes])
    looks: dict[UUID, Look] = field(default_factory=dict[UUID, Look])
    """What new records look like, by the id of the only event that is known of them."""

    refusals: list[Refusal] = field(default_factory=list[Refusal])
    own: dict[UUID, set[SourceKey]] = field(default_factory=dict[UUID, set[SourceKey]])

    @property
    def type(self) -> EntityType:
        """The entity type with the policies that hold until commit."""
        return self.matcher.entity_type

    def timeline(self, record_id: UUID) -> list[SourceStretch]:
        """What a record held, once no more events of it are added."""
        found = self.timelines.get(record_id)
        if found is None:
            found = self.timelines[record_id] = _timeline(self.events[record_id])
        return found

    def record_id(self, key: SourceKey) -> UUID | None:
        """The id of a source record, stored or about to be."""
        return self.stored[key].record_id if key in self.stored else self.new_records.get(key)


def _timeline(events: Sequence[TimedEvent]) -> list[SourceStretch]:
    """Return what `source_timeline` does, the usual single snapshot at a seventh of the cost."""
    if len(events) != 1 or events[0].kind != "snapshot" or not events[0].attributes:
        return source_timeline(events)
    (event,) = events
    said = event.attributes or {}
    values = {name: (value, event.event_id, event.valid_from) for name, value in said.items()}
    return [SourceStretch(Period(event.valid_from), values)]


class AloneError(Exception):
    """Raised where a transaction has to be run again with every other writer kept out."""
