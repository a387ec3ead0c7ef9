"""Pairs of source records side by side, and why they match or do not, worked out from what is stored when asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from graph.errors import NotFoundError
from graph.golden import blocking
from graph.golden.entity_type import EntityType
from graph.golden.match_model import default_model
from graph.golden.matching import Explanation, explain
from graph.golden.profile import Profile, profile_of
from graph.golden.side_by_side import AttributePair, attribute_pairs
from graph.golden.timeline import SourceStretch, source_timeline
from graph.identity import SourceKey
from graph.store import record_profiles, source_records
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.policies import EntityTypes

Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Side:
    """One source record of a pair: its golden record now, the values it held last, and what the matcher sees of it.

    `is_ended` where its source has ended it; a record that was retracted has no values.
    """

    record_id: UUID
    key: SourceKey
    golden_id: UUID | None
    is_ended: bool
    values: Mapping[str, str]
    profile: Profile


@dataclass(frozen=True, slots=True)
class PairView:
    """Two source records side by side, and why they match or do not by the policy and the model of now."""

    left: Side
    right: Side
    attributes: Sequence[AttributePair]
    explanation: Explanation


class MatchViews:
    """Reads what stewards compare; every read makes the same number of statements, however many pairs."""

    def __init__(self, database: Database, entity_types: EntityTypes, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._types = entity_types
        self._tenant = tenant

    async def pairs(self, entity_type: str, pairs: Collection[Pair]) -> dict[Pair, PairView]:
        """Return each pair of source records of an entity type; pairs with an unknown one are left out.

        Raises NotFoundError for the name of an entity type that nobody has defined.
        """
        async with self._database.connection() as connection:
            definition, model = await self._types.current(connection, entity_type)
            sides = await self._sides(connection, definition, {i for pair in pairs for i in pair})
            keys = {key for side in sides.values() for key in blocking.keys(side.profile, definition)}
            generic = await record_profiles.generic(connection, self._tenant, keys)
        weights = model or default_model(definition)
        views: dict[Pair, PairView] = {}
        for a, b in pairs:
            if a in sides and b in sides:
                left, right = sides[a], sides[b]
                views[a, b] = PairView(
                    left,
                    right,
                    attribute_pairs(left.values, right.values, definition),
                    explain(left.profile, right.profile, definition, weights, generic),
                )
        return views

    async def record_ids(self, entity_type: str, keys: Sequence[SourceKey]) -> list[UUID]:
        """Return the ids of the source records of these keys, in order; raises NotFoundError for the first unknown one."""
        async with self._database.connection() as connection:
            await self._types.current(connection, entity_type)
            known = await source_records.by_key(connection, self._tenant, entity_type, keys)
        for key in keys:
            if key not in known:
                raise NotFoundError(f"no {entity_type} record of {key.system!r} has the key {key.key!r}")
        return [known[key].record_id for key in keys]

    async def _sides(
        self, connection: Connection, definition: EntityType, record_ids: Collection[UUID]
    ) -> dict[UUID, Side]:
        records = await source_records.by_id(connection, self._tenant, definition.name, record_ids)
        events = await source_records.events(
            connection, self._tenant, [record.record_id for record in records]
        )
        found: dict[UUID, Side] = {}
        for record in records:
            stretches = source_timeline(events[record.record_id])
            found[record.record_id] = Side(
                record.record_id,
                record.key,
                record.golden_id,
                bool(stretches) and stretches[-1].values is None,
                _last_values(stretches),
                profile_of(stretches, definition),
            )
        return found


def _last_values(stretches: Sequence[SourceStretch]) -> dict[str, str]:
    last = next((stretch.values for stretch in reversed(stretches) if stretch.values is not None), {})
    return {name: value for name, (value, _, _) in last.items()}
