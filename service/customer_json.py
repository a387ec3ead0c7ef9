"""Customers as JSON shows them: attributes in camelCase, the address as an object of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from graph.golden.entity_type import CUSTOMER
from graph.store.golden_records import GoldenRecord, ReceivedEvent, Version
from graph.time import AsOf


def camel(name: str) -> str:
    """Return a name in camelCase."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


_SHOWN = {name: camel(name) for name in CUSTOMER.by_name}
_NESTED = {name for names in CUSTOMER.nested.values() for name in names}


def attributes_json(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return every attribute of a customer, null where it is not known."""
    flat = {shown: attributes.get(name) for name, shown in _SHOWN.items() if name not in _NESTED}
    for group, names in CUSTOMER.nested.items():
        known = any(attributes.get(name) for name in names)
        flat[group] = {_SHOWN[name]: attributes.get(name) for name in names} if known else None
    return flat


def customer_json(record: GoldenRecord, at: AsOf) -> dict[str, Any]:
    """Return a customer at the instants of its basis."""
    return {
        "id": record.id,
        "basis": {"asOf": at.valid, "knownAt": at.system},
        "isDeleted": record.version.is_deleted,
        **attributes_json(record.version.attributes),
    }


def version_json(version: Version, events: Mapping[UUID, ReceivedEvent]) -> dict[str, Any]:
    """Return one version with where each of its attributes comes from."""
    return {
        "number": version.number,
        "validFrom": version.period.start,
        "validTo": version.period.end,
        "systemFrom": version.system_from,
        "isDeleted": version.is_deleted,
        **attributes_json(version.attributes),
        "provenance": [_source(attribute, event_id, events) for attribute, event_id in sources(version)],
    }


def sources(version: Version) -> list[tuple[str, UUID]]:
    """Return the attributes of a version, each with the id of the source event that gave it."""
    named: Mapping[str, str] = version.provenance.get("sources") or {}
    return [(attribute, UUID(event_id)) for attribute, event_id in named.items()]


def event_ids(versions: Sequence[Version]) -> set[UUID]:
    """Return the ids of all source events that any of the versions comes from."""
    return {event_id for version in versions for _, event_id in sources(version)}


def _source(attribute: str, event_id: UUID, events: Mapping[UUID, ReceivedEvent]) -> dict[str, Any]:
    event = events.get(event_id)
    shown: dict[str, Any] = {"attribute": _SHOWN.get(attribute, attribute), "eventId": event_id}
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
