"""How the versions of one facet follow in time from what was observed of it, in whatever order that came. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

Observed: TypeAlias = dict[datetime, bytes]
"""The digest that was observed at an instant; where there were several, the greatest."""


class Version(NamedTuple):
    """A facet has one content from `start` until before `end`; None: until further notice."""

    digest: bytes
    start: datetime
    end: datetime | None


def observe(observed: Observed, at: datetime, digest: bytes) -> None:
    """Add an observation."""
    known = observed.get(at)
    if known is None or known < digest:
        observed[at] = digest


def versions(observed: Mapping[datetime, bytes]) -> list[Version]:
    """Return the versions in order: each observation holds until the next one that differs."""
    found: list[Version] = []
    for at in sorted(observed):
        if found and found[-1].digest == observed[at]:
            continue
        if found:
            found[-1] = found[-1]._replace(end=at)
        found.append(Version(observed[at], at, None))
    return found


def redrawn(
    believed: Sequence[Version], seen: Iterable[tuple[datetime, bytes]], new: Observed
) -> list[Version]:
    """Return what a stretch of versions, in order and without gaps, becomes by new observations.

    The stretch must reach from the version before the first new observation (none where that comes before all) through
    the one that begins after the last. `seen` are those known observations that could hide behind a version's start: of
    the version that each new one falls into, the first at and the first after its instant.
    """
    observed: Observed = {}
    for version in believed:
        observe(observed, version.start, version.digest)
    for at, digest in seen:
        observe(observed, at, digest)
    for at, digest in new.items():
        observe(observed, at, digest)
    found = versions(observed)
    if believed:
        found[-1] = found[-1]._replace(end=believed[-1].end)
    return found
