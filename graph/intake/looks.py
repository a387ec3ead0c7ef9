"""What a source record looks like to the matcher, worked out ahead of the transaction where one event says it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.golden import blocking
from graph.golden.entity_type import EntityType
from graph.golden.profile import Profile, identity_of, profile_of, profile_of_values, spelled
from graph.golden.quality import Quality, score
from graph.golden.record import SourceEvent
from graph.golden.timeline import SourceStretch
from graph.store.record_profiles import NewProfile


@dataclass(slots=True)
class Look(NewProfile):
    """What a record looks like, with the blocking keys that follow, each with its rule."""

    keys: dict[int, str]


def look_of(stretches: list[SourceStretch], entity_type: EntityType) -> Look:
    """Return what a record with this timeline looks like."""
    return _look(profile_of(stretches, entity_type), score(_last_values(stretches), entity_type), entity_type)


def first_look(event: SourceEvent, entity_type: EntityType) -> Look | None:
    """Return what a record looks like of which nothing is known but one event; None where it would say nothing."""
    if event.kind != "snapshot" or not event.attributes:
        return None
    return _look(
        profile_of_values(event.attributes, entity_type), score(event.attributes, entity_type), entity_type
    )


def _look(profile: Profile, quality: Quality, entity_type: EntityType) -> Look:
    text = spelled(profile)
    keys = blocking.keys(profile, entity_type)
    return Look(profile, identity_of(text), quality.score, quality.failed, text, keys)


def _last_values(stretches: Iterable[SourceStretch]) -> dict[str, str]:
    last: Mapping[str, tuple[str, object, object]] = {}
    for stretch in stretches:
        last = stretch.values or last
    return {name: value for name, (value, _, _) in last.items()}
