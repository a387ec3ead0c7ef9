"""What answers for each entity type: its intake and its golden records, built when they are first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from graph.batch import recomputation
from graph.golden.entity_type import CUSTOMER, EntityType
from graph.intake import Intake
from graph.store import entity_types
from graph.store.database import Database
from graph.store.golden_records import GoldenRecords
from graph.store.policies import EntityTypes
from service.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity type as it is now, with what takes its records in and what reads its golden records."""

    type: EntityType
    intake: Intake
    golden_records: GoldenRecords


class Entities:
    """The entity types of the catalog by name; those of customers are the ones the application was opened with."""

    def __init__(
        self,
        database: Database,
        types: EntityTypes,
        metrics: Metrics,
        intake: Intake,
        reads: GoldenRecords,
        suppression_key: bytes | None = None,
    ) -> None:
        self.types = types
        self._database = database
        self._metrics = metrics
        self._suppression_key = suppression_key
        self._made = {CUSTOMER.name: Entity(CUSTOMER, intake, reads)}
        self._former: list[Intake] = []

    async def of(self, name: str) -> Entity:
        """Return what answers for an entity type; raises NotFoundError, which names those that are known."""
        entity_type = await entity_types.current(self._database, self.types, name)
        made = self._made.get(name)
        if made is None:
            made = self._opened(entity_type)
        elif made.type != entity_type:
            made = self._changed(made, entity_type)
        self._made[name] = made
        return made

    async def intake_of(self, name: str) -> Intake:
        """Return what takes the records of an entity type in; raises NotFoundError, which names those that are known."""
        return (await self.of(name)).intake

    async def names(self) -> list[str]:
        """Return the names of all entity types."""
        async with self._database.connection() as connection:
            return await entity_types.names(connection)

    async def define(self, document: object, actor: str, note: str | None = None) -> EntityType:
        """Store what a document defines; raises InvalidInputError with every problem of it.

        Golden records are worked out anew once somebody starts the recomputation of the type.
        """
        put = partial(recomputation.apply, self.types)
        return await entity_types.define(self._database, self.types, document, actor, note, put=put)

    async def close(self) -> None:
        """Wait until everything handed in is written."""
        for intake in [*self._former, *(made.intake for made in self._made.values())]:
            await intake.close()

    def _opened(self, entity_type: EntityType) -> Entity:
        intake = Intake(self._database, entity_type=entity_type, suppression_key=self._suppression_key)
        self._metrics.watch_queue(f"{entity_type.name} records", lambda: intake.waiting)
        return Entity(entity_type, intake, GoldenRecords(self._database, entity_type=entity_type))

    def _changed(self, made: Entity, entity_type: EntityType) -> Entity:
        """Return what answers from now on; what reads records by other attributes needs an intake of its own."""
        if (made.type.attributes, made.type.nested) == (entity_type.attributes, entity_type.nested):
            return Entity(entity_type, made.intake, made.golden_records)
        self._former.append(made.intake)
        return self._opened(entity_type)
