"""Which source wins each group of attributes, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.golden.entity_type import EntityType
from graph.golden.record import OWN_SYSTEM
from graph.identity import SourceKey


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one member offers at an instant: each value with its event and the instant that event speaks of."""

    key: SourceKey
    trust: int
    values: Mapping[str, tuple[str, UUID, datetime]]


def survivors(
    candidates: Sequence[Candidate], entity_type: EntityType
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the winning attributes and their provenance `{"sources": {attribute: event id}, "systems": "crm,shop"}`.

    A group is won as a whole by the member whose newest word on it is the most recent in valid time; then by
    trust, then by source key, so that the choice never depends on the order of arrival. A person's word from our own
    doors is the exception: it may change a part of a group, and lies over what the best source gives of the rest.
    """
    attributes: dict[str, Any] = {}
    sources: dict[str, str] = {}
    systems: set[str] = set()
    for names in entity_type.groups.values():
        offers = [(candidate, _offered(candidate, names)) for candidate in candidates]
        offers = [(candidate, offered) for candidate, offered in offers if offered]
        ranked = sorted(offers, key=lambda offer: _standing(*offer), reverse=True)
        for candidate, offered in ranked:
            for name in sorted(offered.keys() - attributes.keys()):
                attributes[name], sources[name] = offered[name][0], str(offered[name][1])
                systems.add(candidate.key.system)
            if candidate.key.system != OWN_SYSTEM:
                break
    return attributes, {"sources": sources, "systems": ",".join(sorted(systems))}


def _offered(candidate: Candidate, names: Sequence[str]) -> dict[str, tuple[str, UUID, datetime]]:
    return {name: candidate.values[name] for name in names if name in candidate.values}


def _standing(
    candidate: Candidate, offered: Mapping[str, tuple[str, UUID, datetime]]
) -> tuple[datetime, int, SourceKey]:
    return max(at for _, _, at in offered.values()), candidate.trust, candidate.key
