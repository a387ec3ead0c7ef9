"""What a source record looks like to the matcher, worked out ahead of the transaction where one event says it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from graph.golden import blocking
from graph.golden.entity_type import EntityType
from graph.golden.profile import identity, profile_of
from graph.golden.quality import score
from graph.golden.record import SourceEvent
from graph.golden.timeline import SourceStretch
from graph.store.record_profiles import NewProfile
from graph.time import EARLIEST, Period

NOBODY = UUID(int=0)
"""Stands where an event id would: a profile does not depend on it."""


@dataclass(slots=True)
class Look(NewProfile):
    """What a record looks like, with the blocking keys that follow, each with its rule."""

    keys: dict[int, str]


def look_of(stretches: list[SourceStretch], entity_type: EntityType) -> Look:
    """Return what a record with this timeline looks like."""
    profile = profile_of(stretches, entity_type)
    quality = score(_last_values(stretches), entity_type)
    keys = blocking.keys(profile, entity_type)
    return Look(profile, identity(profile), quality.score, quality.failed, keys)


def first_look(event: SourceEvent, entity_type: EntityType) -> Look | None:
    """Return what a record looks like of which nothing is known but one event; None where it would say nothing."""
    if event.kind != "snapshot" or not event.attributes:
        return None
    values = {name: (value, NOBODY, EARLIEST) for name, value in event.attributes.items()}
    return look_of([SourceStretch(Period(EARLIEST), values)], entity_type)


def _last_values(stretches: Iterable[SourceStretch]) -> dict[str, str]:
    last: Mapping[str, tuple[str, object, object]] = {}
    for stretch in stretches:
        last = stretch.values or last
    return {name: value for name, (value, _, _) in last.items()}
