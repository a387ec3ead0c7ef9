"""Golden records as JSON shows them: attributes in camelCase, an address as an object of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from graph.golden.entity_type import CUSTOMER, EntityType
from graph.golden.quality import score
from graph.spelling import camel
from graph.store.golden_records import GoldenRecord, ReceivedEvent, Version
from graph.time import AsOf


def attributes_json(attributes: Mapping[str, Any], entity_type: EntityType = CUSTOMER) -> dict[str, Any]:
    """Return every attribute of an entity type, null where it is not known."""
    inside = {part for parts in entity_type.nested.values() for part in parts}
    flat = {camel(name): attributes.get(name) for name in entity_type.by_name if name not in inside}
    for whole, parts in entity_type.nested.items():
        known = any(attributes.get(part) for part in parts)
        flat[camel(whole)] = {camel(part): attributes.get(part) for part in parts} if known else None
    return flat


def customer_json(record: GoldenRecord, at: AsOf) -> dict[str, Any]:
    """Return a customer at the instants of its basis."""
    return {
        "id": record.id,
        "basis": {"asOf": at.valid, "knownAt": at.system},
        "isDeleted": record.version.is_deleted,
        **attributes_json(record.version.attributes),
    }


def entity_json(record: GoldenRecord, at: AsOf, entity_type: EntityType) -> dict[str, Any]:
    """Return a golden record of any type at the instants of its basis, with its quality."""
    quality = score(record.version.attributes, entity_type)
    return {
        "entityType": entity_type.name,
        "id": record.id,
        "basis": {"asOf": at.valid, "knownAt": at.system},
        "isDeleted": record.version.is_deleted,
        "attributes": attributes_json(record.version.attributes, entity_type),
        "quality": {"score": quality.score, "failed": quality.failed},
    }


def version_json(version: Version, events: Mapping[UUID, ReceivedEvent]) -> dict[str, Any]:
    """Return one version of a customer with where each of its attributes comes from."""
    return _stretch_json(version) | {
        **attributes_json(version.attributes),
        "provenance": _provenance_json(version, events),
    }


def entity_version_json(
    version: Version, events: Mapping[UUID, ReceivedEvent], entity_type: EntityType
) -> dict[str, Any]:
    """Return one version of a golden record of any type with where each of its attributes comes from."""
    return _stretch_json(version) | {
        "attributes": attributes_json(version.attributes, entity_type),
        "provenance": _provenance_json(version, events),
    }


def _stretch_json(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "validFrom": version.period.start,
        "validTo": version.period.end,
        "systemFrom": version.system_from,
        "isDeleted": version.is_deleted,
    }


def _provenance_json(version: Version, events: Mapping[UUID, ReceivedEvent]) -> list[dict[str, Any]]:
    return [_source(attribute, event_id, events) for attribute, event_id in sources(version)]


def sources(version: Version) -> list[tuple[str, UUID]]:
    """Return the attributes of a version, each with the id of the source event that gave it."""
    named: Mapping[str, str] = version.provenance.get("sources") or {}
    return [(attribute, UUID(event_id)) for attribute, event_id in named.items()]


def event_ids(versions: Sequence[Version]) -> set[UUID]:
    """Return the ids of all source events that any of the versions comes from."""
    return {event_id for version in versions for _, event_id in sources(version)}


def _source(attribute: str, event_id: UUID, events: Mapping[UUID, ReceivedEvent]) -> dict[str, Any]:
    event = events.get(event_id)
    shown: dict[str, Any] = {"attribute": camel(attribute), "eventId": event_id}
    if event is None:
        return shown
    return shown | {
        "sourceSystem": event.source_key.system,
        "sourceKey": event.source_key.key,
        "kind": event.kind,
        "validFrom": event.valid_from,
        "validFromAssumed": event.valid_from_assumed,
        "receivedAt": event.received_at,
        "door": event.door,
        "actor": event.actor,
        "runId": event.run_id,
        "file": event.file,
        "topic": event.topic,
        "partition": event.partition,
        "position": event.position,
    }
