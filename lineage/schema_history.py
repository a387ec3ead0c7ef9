"""How the schema of a dataset changed: its versions one after the other, and what is new in each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from lineage.facets import Column


@dataclass(frozen=True, slots=True)
class Said:
    """What a source said for a span of valid time; an end of None: until further notice. Greater sources outrank others."""

    source: tuple[bool, bool]
    digest: bytes
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column before and after."""

    before: Column
    after: Column


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """The columns of a dataset for a span of valid time, and how they differ from those just before."""

    valid_from: datetime
    valid_to: datetime | None
    columns: tuple[Column, ...]
    added: tuple[Column, ...] = ()
    removed: tuple[Column, ...] = ()
    changed: tuple[ColumnChange, ...] = ()


def winning(said: Iterable[Said]) -> list[Said]:
    """Return what counted from instant to instant, earliest first: at each the greatest source that spoke, then digest.

    Of one source the stretches stay apart where they are said apart; gaps stay gaps.
    """
    waiting = sorted(said, key=lambda one: one.start, reverse=True)
    bounds = sorted({one.start for one in waiting} | {one.end for one in waiting if one.end is not None})
    speaking: list[Said] = []
    won: list[Said] = []
    for bound, following in zip_longest(bounds, bounds[1:]):
        while waiting and waiting[-1].start <= bound:
            speaking.append(waiting.pop())
        speaking = [one for one in speaking if one.end is None or one.end > bound]
        if speaking:
            best = max(speaking, key=lambda one: (one.source, one.start, one.digest))
            won.append(Said(best.source, best.digest, bound, following))
    return won


def versions(won: Iterable[Said], columns_of: Mapping[bytes, Sequence[Column] | None]) -> list[SchemaVersion]:
    """Return the versions that follow from what counted, earliest first; digests without columns say that there are none.

    Stretches that meet and have equal columns are one version, whatever else their facets say.
    """
    found: list[SchemaVersion] = []
    for one in won:
        columns = columns_of[one.digest]
        if columns is None:
            continue
        last = found[-1] if found else None
        if last is not None and last.valid_to == one.start and last.columns == tuple(columns):
            found[-1] = SchemaVersion(
                last.valid_from, one.end, last.columns, last.added, last.removed, last.changed
            )
        else:
            found.append(_version(one.start, one.end, columns, last.columns if last else ()))
    return found


def _version(
    start: datetime, end: datetime | None, columns: Sequence[Column], before: Sequence[Column]
) -> SchemaVersion:
    old, new = {column.path: column for column in before}, {column.path: column for column in columns}
    return SchemaVersion(
        start,
        end,
        tuple(columns),
        tuple(column for path, column in new.items() if path not in old),
        tuple(column for path, column in old.items() if path not in new),
        tuple(
            ColumnChange(old[path], column)
            for path, column in new.items()
            if path in old and _content(old[path]) != _content(column)
        ),
    )


def _content(column: Column) -> tuple[str | None, str | None]:
    return column.type, column.description
