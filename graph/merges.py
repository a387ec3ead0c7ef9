"""Merges golden records and takes them apart again on a steward's word about their source records."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from uuid import UUID

from graph.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from graph.golden.decision import Decision
from graph.identity import SourceKey
from graph.intake import Intake, IntakeOf
from graph.store import crosswalk, facts, match_decisions, source_records
from graph.store.database import DEFAULT_TENANT, Connection, Database, RetryError
from graph.store.match_decisions import StewardsWord
from graph.store.source_records import StoredRecord
from graph.time import render

MOST_PAIRS = 100_000
"""How many pairs of source records one word may keep apart."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The source records a word is about: of each golden record those it has, or those of the two parts of one."""

    groups: tuple[tuple[StoredRecord, ...], ...]

    @property
    def records(self) -> dict[UUID, StoredRecord]:
        """All of them by their id."""
        return {record.record_id: record for group in self.groups for record in group}

    @property
    def golden_ids(self) -> set[UUID]:
        """The golden records they belong to."""
        return {record.golden_id for record in self.records.values() if record.golden_id is not None}

    def apart(self, note: str | None) -> list[Decision]:
        """Return the words that keep every record of the first side from every one of the second."""
        left, right = self.groups
        if len(left) * len(right) > MOST_PAIRS:
            raise ConflictError(
                f"{len(left):,} and {len(right):,} source records are too many to keep apart pair by pair"
            )
        return [Decision(a.key, b.key, "cannot_link", note) for a, b in product(left, right)]

    def parts(self, moved: Collection[UUID]) -> Sides:
        """Return the two parts of the one golden record there is: what goes, and what stays."""
        (whole,) = self.groups
        goes = tuple(record for record in whole if record.record_id in moved)
        return Sides((goes, tuple(record for record in whole if record.record_id not in moved)))


@dataclass(frozen=True, slots=True)
class Carried:
    """A word as it was carried out: at which system instant, and where each source record belongs since."""

    at: datetime
    home: Mapping[UUID, UUID]


class Merges:
    """Merges and unmerges golden records; every word is one transaction, with all that follows from it."""

    def __init__(self, database: Database, intake_of: IntakeOf, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._intake_of = intake_of
        self._tenant = tenant

    async def merge(
        self,
        entity_type: str,
        golden_ids: Sequence[UUID],
        actor: str,
        note: str | None = None,
        *,
        override: bool = False,
    ) -> UUID:
        """Say that golden records are one and return the id of what they are now: the oldest one's.

        Ids of merged ones stand for what they lead to. Raises NotFoundError, or ConflictError where they are one already
        or a word keeps any two of their source records apart; `override` takes such words back.
        """
        intake = await self._intake_of(entity_type)

        async def work(connection: Connection) -> UUID:
            targets = await self._targets(connection, entity_type, golden_ids)
            if len(targets) < 2:
                raise ConflictError(f"they are one golden record already: {targets[0]}")
            sides = await self.sides(connection, entity_type, targets)
            first, *others = (group[0] for group in sides.groups)
            said = [Decision(first.key, other.key, "must_link", note) for other in others]
            taken_back = await self.in_the_way(connection, sides, said, override=override)
            carried = await self.carry_out(connection, intake, sides, [*said, *taken_back], actor)
            if len(set(carried.home.values())) > 1:
                raise ConflictError("what keeps the golden records apart is stronger than this word")
            return carried.home[first.record_id]

        return await self._database.transaction(work)

    async def unmerge(
        self,
        entity_type: str,
        golden_id: UUID,
        keys: Sequence[SourceKey],
        actor: str,
        note: str | None = None,
        *,
        is_tree: bool = False,
    ) -> dict[SourceKey, UUID]:
        """Take source records out of a golden record for good; the golden record they came from returns.

        With `is_tree` all go that came from the same golden record as any of them. Returns the golden record that each of
        the source records belongs to afterwards, those that stayed too. Raises NotFoundError, InvalidInputError where a
        key is none of its source records or nothing would be left.
        """
        intake = await self._intake_of(entity_type)

        async def work(connection: Connection) -> dict[SourceKey, UUID]:
            sides = await self._cut(connection, entity_type, golden_id, keys, is_tree)
            carried = await self.carry_out(connection, intake, sides, sides.apart(note), actor)
            moved, rest = ({carried.home[record.record_id] for record in group} for group in sides.groups)
            if moved & rest:
                raise ConflictError("what holds the source records together is stronger than this word")
            return {record.key: carried.home[i] for i, record in sides.records.items()}

        return await self._database.transaction(work)

    async def preview_unmerge(
        self, entity_type: str, golden_id: UUID, keys: Sequence[SourceKey], *, is_tree: bool = False
    ) -> tuple[list[SourceKey], list[SourceKey]]:
        """Return the source records that `unmerge` would take out, and those that would stay; raises as it does."""
        async with self._database.connection() as connection:
            sides = await self._cut(connection, entity_type, golden_id, keys, is_tree)
        moved, rest = ([record.key for record in group] for group in sides.groups)
        return moved, rest

    async def withdraw(
        self, entity_type: str, left: SourceKey, right: SourceKey, actor: str, note: str | None = None
    ) -> dict[SourceKey, UUID]:
        """Take back what was said of two source records and return the golden records they belong to then.

        Raises NotFoundError where nothing stands of them.
        """
        intake = await self._intake_of(entity_type)

        async def work(connection: Connection) -> dict[SourceKey, UUID]:
            known = await source_records.by_key(connection, self._tenant, entity_type, [left, right])
            ids = [record.record_id for record in known.values()]
            if not await match_decisions.among(connection, self._tenant, ids):
                raise NotFoundError(f"no word stands of {_named(left)} and {_named(right)}")
            decision = Decision(left, right, "withdrawn", note)
            await intake.decide_in(connection, [decision], actor)
            home = await crosswalk.homes(connection, self._tenant, ids)
            return {key: home[known[key].record_id] for key in (left, right)}

        return await self._database.transaction(work)

    async def sides(self, connection: Connection, entity_type: str, golden_ids: Collection[UUID]) -> Sides:
        """Return the source records of golden records, in the order of their ids and source keys."""
        members = await source_records.members(connection, self._tenant, golden_ids, entity_type)
        groups: dict[UUID, list[StoredRecord]] = {golden_id: [] for golden_id in sorted(golden_ids)}
        for record in sorted(members, key=lambda record: record.key):
            if record.golden_id is not None:
                groups[record.golden_id].append(record)
        return Sides(tuple(tuple(group) for group in groups.values() if group))

    async def in_the_way(
        self,
        connection: Connection,
        sides: Sides,
        said: Sequence[Decision],
        *,
        override: bool = False,
    ) -> list[Decision]:
        """Return what takes back the words that keep records of different sides apart, but for pairs `said` speaks of.

        Raises ConflictError naming the first such word, unless `override` is given; stale ones never stand in the way.
        """
        side_of = {record.record_id: number for number, group in enumerate(sides.groups) for record in group}
        words = [
            word
            for word in await match_decisions.among(connection, self._tenant, side_of)
            if word.verdict == "cannot_link" and side_of[word.a] != side_of[word.b]
        ]
        standing = [word for word in words if not word.is_stale]
        if standing and not override:
            raise _kept_apart(standing)
        spoken_of = {frozenset((decision.a, decision.b)) for decision in said}
        return [
            Decision(word.left, word.right, "withdrawn", said[0].note)
            for word in words
            if frozenset((word.left, word.right)) not in spoken_of
        ]

    async def carry_out(
        self,
        connection: Connection,
        intake: Intake,
        sides: Sides,
        decisions: Sequence[Decision],
        actor: str,
    ) -> Carried:
        """Say it, and return where the records of the sides belong since.

        Whoever added to these golden records since the sides were read is not passed over: then all begins anew.
        """
        decided = await intake.decide_in(connection, decisions, actor)
        before = await crosswalk.members_before(connection, self._tenant, sides.golden_ids, decided.at)
        if before != sides.records.keys():
            raise RetryError
        return Carried(decided.at, await crosswalk.homes(connection, self._tenant, sides.records))

    async def _cut(
        self,
        connection: Connection,
        entity_type: str,
        golden_id: UUID,
        keys: Sequence[SourceKey],
        is_tree: bool,
    ) -> Sides:
        """Return what an unmerge takes out of a golden record, and what stays."""
        (target,) = await self._targets(connection, entity_type, [golden_id])
        whole = await self.sides(connection, entity_type, [target])
        id_of = {record.key: record.record_id for record in whole.records.values()}
        problems = [
            Problem(f"$.sourceKeys[{place}]", f"{_named(key)} is no source record of {target}")
            for place, key in enumerate(keys)
            if key not in id_of
        ]
        if problems or not keys:
            raise InvalidInputError(*problems or [Problem("$.sourceKeys", "names no source record")])
        moved = {id_of[key] for key in keys}
        if is_tree:
            home = await crosswalk.earlier_homes(connection, self._tenant, whole.records, target)
            came_from = {home[record_id] for record_id in moved}
            moved = {record_id for record_id in whole.records if home[record_id] in came_from}
        if len(moved) == len(whole.records):
            also = ", which all came from the same golden record as these" if is_tree else ""
            raise InvalidInputError.at("$.sourceKeys", f"are all source records of {target}{also}")
        return whole.parts(moved)

    async def _targets(
        self, connection: Connection, entity_type: str, golden_ids: Sequence[UUID]
    ) -> list[UUID]:
        """Return the golden records that these ids lead to, each once; raises NotFoundError."""
        targets: list[UUID] = []
        for golden_id in golden_ids:
            target = await facts.merge_target(connection, self._tenant, golden_id)
            if not (await self.sides(connection, entity_type, [target])).groups:
                raise NotFoundError(f"no {entity_type} has the id {golden_id}")
            if target not in targets:
                targets.append(target)
        return targets


def _kept_apart(words: Sequence[StewardsWord]) -> ConflictError:
    word = words[0]
    more = f"; so do {len(words) - 1} more words" if len(words) > 1 else ""
    why = f" ({word.note})" if word.note else ""
    return ConflictError(
        f"{word.actor} said at {render(word.system_from)} that {_named(word.left)} and {_named(word.right)}"
        f" are not the same{why}{more}; override takes that back"
    )


def _named(key: SourceKey) -> str:
    return f"{key.key!r} of {key.system!r}"
