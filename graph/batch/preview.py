"""What a changed policy would change, told before anyone applies it: all stored history replayed, nothing written."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from graph.batch.regrouping import Regrouping, regrouping
from graph.golden.clustering import Assignment
from graph.golden.entity_type import EntityType
from graph.golden.timeline import Member, golden_timeline
from graph.golden.versions import Stretch, ceiling, differences
from graph.identity import SourceKey
from graph.store import contributions, facts, match_state
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.policies import EntityTypes, Part
from graph.time import Period

CHUNK = 500
"""How many golden records are worked out at a time."""

Progress = Callable[[int, int], None]
"""Told how many golden records have been worked out, and of how many."""

_EVER = datetime.max.replace(tzinfo=UTC)

_OPEN_TASKS = """
select a, b
  from review_task
 where tenant_id = $1
   and entity_type = $2
   and status in ('open', 'deferred')
"""


@dataclass(frozen=True, slots=True)
class Regroup:
    """Source records that are golden records together now (`before`), and how they would be grouped (`after`)."""

    before: Mapping[UUID, Sequence[SourceKey]]
    after: Sequence[Sequence[SourceKey]]


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """That an attribute of a golden record would have another value over a period of valid time; None: not known."""

    golden_id: UUID
    attribute: str
    period: Period
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Review:
    """Two source records that would become work for a steward."""

    kind: str
    a: SourceKey
    b: SourceKey
    weight: float
    reason: str


@dataclass(slots=True)
class Preview:
    """The difference a changed policy would make; totals are exact, of everything else only the first examples are kept.

    `merged`: golden records that would be merged into another. `split`: golden records that would come to stand on
    their own, split off another. `moved`: source records that would change hands. `changed`: golden records that stay and of
    which an attribute would change at some instant; `attributes` counts them per attribute.
    """

    golden_records: int = 0
    merged: int = 0
    split: int = 0
    moved: int = 0
    changed: int = 0
    attributes: Counter[str] = field(default_factory=Counter[str])
    reviews_opened: int = 0
    reviews_closed: int = 0
    regrouped: list[Regroup] = field(default_factory=list[Regroup])
    changes: list[AttributeChange] = field(default_factory=list[AttributeChange])
    reviews: list[Review] = field(default_factory=list[Review])


async def preview(
    database: Database,
    types: EntityTypes,
    name: str,
    documents: Mapping[Part, Mapping[str, Any]],
    *,
    first: int = 20,
    tenant: int = DEFAULT_TENANT,
    progress: Progress | None = None,
) -> Preview:
    """Return what would change if these parts of an entity type were put; with `first` examples of each kind.

    Raises InvalidInputError with every problem of the documents, NotFoundError for an unknown entity type.
    """
    found = Preview()
    async with (
        database.connection() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        paths: dict[Part, str] = {part: f"$.{part}" for part in documents}
        entity_type, model = await types.changed(connection, name, documents, paths)
        total = await connection.fetchval(
            "select count(*) from subject where tenant_id = $1 and kind = $2", tenant, name
        )
        regrouped: Regrouping | None = None
        if documents.keys() - {"survivorship"}:
            regrouped = await regrouping(connection, tenant, entity_type, model)
            _tell_groups(found, regrouped, first)
            await _tell_reviews(found, connection, tenant, name, regrouped, first)
        moved = _moved(regrouped) if regrouped else {}
        chunks = (
            _few(_touched(regrouped))
            if regrouped and "survivorship" not in documents
            else _all(connection, tenant, name)
        )
        done = 0
        async for golden_ids in chunks:
            await _tell_changes(found, connection, tenant, entity_type, golden_ids, moved, first)
            done += len(golden_ids)
            if progress is not None:
                progress(done, total)
        found.golden_records = total
    return found


def _moved(regrouped: Regrouping) -> dict[UUID, UUID]:
    """Return the records that change hands, with the golden record they would belong to."""
    current, golden_of = regrouped.current, regrouped.assignment.golden_of
    return {record_id: to for record_id, to in golden_of.items() if current.get(record_id) != to}


def _touched(regrouped: Regrouping) -> list[UUID]:
    """Return the golden records that stay, but with other members."""
    assignment = regrouped.assignment
    new = assignment.born | assignment.returned
    return sorted({to for to in assignment.golden_of.values() if to not in new})


def _tell_groups(found: Preview, regrouped: Regrouping, first: int) -> None:
    assignment, current = regrouped.assignment, regrouped.current
    moved = _moved(regrouped)
    found.moved = len(moved)
    found.merged = len(assignment.merged)
    found.split = len(_split_off(assignment, current))
    before: dict[UUID, list[UUID]] = {}
    after: dict[UUID, list[UUID]] = {}
    for record_id, to in assignment.golden_of.items():
        after.setdefault(to, []).append(record_id)
        if record_id in current:
            before.setdefault(current[record_id], []).append(record_id)
    told: set[UUID] = set()
    for record_id in sorted(moved):
        if len(found.regrouped) >= first:
            break
        golden_id = current.get(record_id)
        if golden_id is None or golden_id in told:
            continue
        others = _entangled(golden_id, before, after, current, assignment.golden_of)
        told |= others[0]
        found.regrouped.append(
            Regroup(
                {one: _keys(regrouped, before[one]) for one in sorted(others[0])},
                sorted(_keys(regrouped, after[one]) for one in others[1]),
            )
        )


def _split_off(assignment: Assignment, current: Mapping[UUID, UUID]) -> set[UUID]:
    """Return the golden records that come to stand on their own, out of one that stays."""
    return {
        to
        for record_id, to in assignment.golden_of.items()
        if (to in assignment.born or to in assignment.returned)
        and current.get(record_id, to) not in (to, *assignment.merged)
    }


def _entangled(
    golden_id: UUID,
    before: Mapping[UUID, Sequence[UUID]],
    after: Mapping[UUID, Sequence[UUID]],
    current: Mapping[UUID, UUID],
    golden_of: Mapping[UUID, UUID],
) -> tuple[set[UUID], set[UUID]]:
    """Return the golden records of now, and those of then, that share records with one, directly or through others."""
    old, new, waiting = {golden_id}, set[UUID](), [golden_id]
    while waiting:
        for to in {golden_of[record_id] for record_id in before[waiting.pop()]} - new:
            new.add(to)
            more = {current[record_id] for record_id in after[to] if record_id in current} - old
            old |= more
            waiting.extend(more)
    return old, new


def _keys(regrouped: Regrouping, record_ids: Iterable[UUID]) -> list[SourceKey]:
    return sorted(regrouped.keys[record_id] for record_id in record_ids)


async def _tell_reviews(
    found: Preview,
    connection: Connection,
    tenant: int,
    name: str,
    regrouped: Regrouping,
    first: int,
) -> None:
    waiting = {(row["a"], row["b"]) for row in await connection.fetch(_OPEN_TASKS, tenant, name)}
    decided = {(row["a"], row["b"]) for row in await match_state.words(connection, tenant, name)}
    kept: set[tuple[UUID, UUID]] = set()
    for finding in regrouped.findings:
        a, b = sorted((regrouped.ids[finding.pair[0]], regrouped.ids[finding.pair[1]]))
        if (a, b) in waiting:
            kept.add((a, b))
        elif finding.kind == "reopened" or (a, b) not in decided:
            found.reviews_opened += 1
            if len(found.reviews) < first:
                one, other = sorted((regrouped.keys[a], regrouped.keys[b]))
                found.reviews.append(Review(finding.kind, one, other, finding.weight, finding.reason))
    found.reviews_closed = len(waiting - kept)


async def _few(golden_ids: Sequence[UUID]) -> AsyncIterator[Sequence[UUID]]:
    for start in range(0, len(golden_ids), CHUNK):
        yield golden_ids[start : start + CHUNK]


async def _all(connection: Connection, tenant: int, name: str) -> AsyncIterator[Sequence[UUID]]:
    after = UUID(int=0)
    while True:
        golden_ids = await contributions.golden_ids(connection, tenant, name, after, CHUNK)
        if not golden_ids:
            return
        yield golden_ids
        after = golden_ids[-1]


async def _tell_changes(
    found: Preview,
    connection: Connection,
    tenant: int,
    entity_type: EntityType,
    golden_ids: Collection[UUID],
    moved: Mapping[UUID, UUID],
    first: int,
) -> None:
    """Work out the golden records of a chunk as they would be, and note where that differs from what is believed."""
    golden_of = await contributions.held(connection, tenant, golden_ids)
    golden_of = {record_id: moved.get(record_id, to) for record_id, to in golden_of.items()}
    golden_of |= {record_id: to for record_id, to in moved.items() if to in golden_ids}
    members = await contributions.members(connection, tenant, golden_of.keys())
    known = await facts.history(connection, tenant, golden_ids, _EVER)
    mine: dict[UUID, list[Member]] = {}
    for record_id, member in members.items():
        mine.setdefault(golden_of[record_id], []).append(member)
    for golden_id in golden_ids:
        if golden_id in mine:
            true = golden_timeline(mine[golden_id], entity_type)
            told = list(_changes(golden_id, ceiling(known[golden_id]), true))
            names = {change.attribute for change in told}
            found.changed += bool(names)
            found.attributes.update(names)
            found.changes.extend(islice(told, max(0, first - len(found.changes))))


def _changes(
    golden_id: UUID, believed: Sequence[Stretch], true: Sequence[Stretch]
) -> Iterable[AttributeChange]:
    """Yield where an attribute would have another value."""
    last: dict[str, AttributeChange] = {}
    for period, before, after in differences(believed, true):
        old, new = _attributes(before), _attributes(after)
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) == new.get(name):
                continue
            change = AttributeChange(golden_id, name, period, old.get(name), new.get(name))
            before_it = last.get(name)
            if (
                before_it is not None
                and before_it.period.end == period.start
                and (before_it.before, before_it.after) == (change.before, change.after)
            ):
                last[name] = AttributeChange(
                    golden_id, name, Period(before_it.period.start, period.end), change.before, change.after
                )
                continue
            if before_it is not None:
                yield before_it
            last[name] = change
    yield from last.values()


def _attributes(stretch: Stretch | None) -> Mapping[str, Any]:
    """Return attributes, a list where all values are kept."""
    if stretch is None or stretch.attributes is None:
        return {}
    return stretch.attributes | ((stretch.provenance or {}).get("all") or {})
