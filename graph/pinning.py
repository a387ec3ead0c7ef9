"""The one way in which a steward says that a source record's values win, or never win; what follows is the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from graph.errors import InvalidInputError, NotFoundError
from graph.golden.entity_type import EntityType
from graph.golden.pins import Pin
from graph.identity import SourceKey
from graph.intake import IntakeOf
from graph.store import facts, pins, policies, source_records
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.pins import PinWord, Verdict
from graph.store.policies import EntityTypes
from graph.time import BEGINNING, Period


@dataclass(frozen=True, slots=True)
class Pinned:
    """The pins that count for a source record since, and the golden record it belongs to."""

    golden_id: UUID
    pins: tuple[Pin, ...]


class Pinning:
    """Stores what stewards say of whose values win, and works out anew the golden record concerned."""

    def __init__(
        self, database: Database, types: EntityTypes, intake_of: IntakeOf, tenant: int = DEFAULT_TENANT
    ) -> None:
        self._database = database
        self._types = types
        self._intake_of = intake_of
        self._tenant = tenant

    async def say(
        self,
        name: str,
        key: SourceKey,
        attribute: str,
        verdict: Verdict,
        actor: str,
        *,
        period: Period | None = None,
        note: str | None = None,
    ) -> Pinned:
        """Say of a source record's values that they win, never win, or that earlier words are withdrawn.

        `attribute` stands for its whole group, `period` None for all of valid time. The word stays with the source
        record when golden records are merged or taken apart. Raises NotFoundError for an unknown entity type or source
        record, InvalidInputError for an unknown attribute.
        """
        intake = await self._intake_of(name)

        async def told(connection: Connection) -> Pinned:
            await source_records.hold(connection, self._tenant, name, alone=True)
            await policies.hold(connection, self._tenant)
            entity_type, _ = await self._types.current(connection, name)
            group = group_of(entity_type, attribute)
            found = await source_records.by_key(connection, self._tenant, name, [key])
            if key not in found:
                raise NotFoundError(f"no {name} record of {key.system} has the key {key.key}")
            record_id = found[key].record_id
            word = PinWord(record_id, group, verdict, period or Period(BEGINNING), actor, note)
            at = await facts.tick(connection, self._tenant)
            await pins.add(connection, self._tenant, at, [word])
            await intake.reconsider_in(connection, [record_id])
            (now,) = await source_records.by_id(connection, self._tenant, name, [record_id])
            if now.golden_id is None:
                raise NotFoundError(
                    f"the {name} record {key.key} of {key.system} belongs to no golden record"
                )
            counting = await pins.effective(connection, self._tenant, [record_id])
            return Pinned(now.golden_id, counting.get(record_id, ()))

        return await self._database.transaction(told)


def group_of(entity_type: EntityType, attribute: str, path: str = "$.attribute") -> str:
    """Return the group of an attribute; raises InvalidInputError for one that the entity type does not have."""
    if attribute not in entity_type.by_name:
        known = ", ".join(entity_type.by_name)
        raise InvalidInputError.at(path, f"{attribute[:60]!r} is not known; known are {known}")
    return entity_type.by_name[attribute].group
