"""Who would be who under a policy: all records matched and clustered anew, beside who is who now."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from graph.batch import scoring
from graph.batch.clusters import BatchClustering, SaidOfPositions, batch_clusters
from graph.batch.population import StoredPopulation, population
from graph.batch.words import words
from graph.golden.clustering import Assignment, assign
from graph.golden.component import Finding, connected
from graph.golden.entity_type import EntityType
from graph.golden.match_model import MatchModel
from graph.identity import SourceKey, new_id
from graph.store import source_records
from graph.store.database import Connection


@dataclass(frozen=True, slots=True)
class Regrouping:
    """Who belongs to which golden record now (`current`), and who would after matching anew (`assignment`).

    `assignment` speaks only of records whose golden record has other members then or goes by another id. `components`
    names for each record, by position in `ids`, one it hangs together with under the policy; `findings` are what
    stewards would have to look at, by position too.
    """

    ids: Sequence[UUID]
    keys: Mapping[UUID, SourceKey]
    current: Mapping[UUID, UUID]
    assignment: Assignment
    components: Sequence[int]
    findings: Sequence[Finding]

    def units(self) -> list[list[UUID]]:
        """Return the records that have to be matched anew together, each set in order of the ids, the sets by their first.

        Together are those that hang together under the policy, and those of one golden record of now.
        """
        place_of = {record_id: place for place, record_id in enumerate(self.ids)}
        first: dict[UUID, int] = {}
        pairs = list(enumerate(self.components))
        for record_id, golden_id in self.current.items():
            pairs.append((first.setdefault(golden_id, place_of[record_id]), place_of[record_id]))
        units: dict[int, list[UUID]] = {}
        for record_id, home in zip(self.ids, connected(len(self.ids), pairs), strict=True):
            units.setdefault(home, []).append(record_id)
        return sorted(units.values(), key=lambda unit: unit[0])


async def regrouping(
    connection: Connection, tenant: int, entity_type: EntityType, model: MatchModel
) -> Regrouping:
    """Match and cluster all records of an entity type by its policy; reads only. The heavy part runs beside the event loop."""
    people = await population(connection, tenant, entity_type)
    ids = [UUID(text) for text in cast("list[str]", people.ids.to_pylist())]
    golden = people.golden.to_pylist()
    current = {one: UUID(text) for one, text in zip(ids, golden, strict=True) if text is not None}
    said = await words(connection, tenant, people, entity_type.name)
    found = await asyncio.to_thread(_clustered, people, entity_type, model, said)
    groups = _changed(ids, found.group, current)
    mine = {record_id: current[record_id] for group in groups for record_id in group if record_id in current}
    former = await _former(connection, tenant, groups, mine)
    systems = cast("list[str]", people.systems.to_pylist())
    keys = cast("list[str]", people.keys.to_pylist())
    return Regrouping(
        ids=ids,
        keys={i: SourceKey(s, k) for i, s, k in zip(ids, systems, keys, strict=True)},
        current=current,
        assignment=assign(groups, mine, new_id, former),
        components=found.component,
        findings=found.suggestions,
    )


def _clustered(
    people: StoredPopulation, entity_type: EntityType, model: MatchModel, said: Sequence[SaidOfPositions]
) -> BatchClustering:
    scored = scoring.score(people.profiles, entity_type, model)
    return batch_clusters(people, scored.pairs, said, entity_type.matching)


def _changed(
    ids: Sequence[UUID], group_of: Sequence[int], current: Mapping[UUID, UUID]
) -> list[frozenset[UUID]]:
    """Return the groups, of one record too, that are not what one golden record is now."""
    sizes = Counter(current.values())
    groups: dict[int, list[UUID]] = {}
    for record_id, group in zip(ids, group_of, strict=True):
        groups.setdefault(group, []).append(record_id)
    changed: list[frozenset[UUID]] = []
    for members in groups.values():
        golden_ids = {current.get(record_id) for record_id in members}
        if len(golden_ids) > 1 or sizes.get(next(iter(golden_ids)) or UUID(int=0)) != len(members):
            changed.append(frozenset(members))
    return changed


async def _former(
    connection: Connection, tenant: int, groups: Collection[frozenset[UUID]], current: Mapping[UUID, UUID]
) -> dict[UUID, list[UUID]]:
    """Return the golden records that could come back where one falls apart."""
    held = Counter(
        golden_id
        for group in groups
        for golden_id in {current[record_id] for record_id in group if record_id in current}
    )
    moving = [record_id for record_id, golden_id in current.items() if held[golden_id] > 1]
    if not moving:
        return {}
    return await source_records.former(connection, tenant, moving, list(current))
