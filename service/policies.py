"""What answers for policies: as they are, what another one would change, and what puts it in force."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.batch import recomputation
from graph.batch.preview import Preview, preview
from graph.batch.recomputation import Recomputations, Run
from graph.errors import InvalidInputError, NotFoundError
from graph.golden.entity_type import EntityType
from graph.golden.match_model import MatchModel
from graph.golden.standings import Explanation, explain
from graph.golden.timeline import Member
from graph.pinning import Pinning, group_of
from graph.store import contributions, facts
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.golden_records import GoldenRecords
from graph.store.policies import EntityTypes, Part, PolicyVersion
from graph.time import AsOf
from service.entities import Entities


@dataclass(frozen=True, slots=True)
class Policy:
    """The policies of an entity type as known at a system instant, who put them, and how far each is carried out."""

    entity_type: EntityType
    model: MatchModel
    known_at: datetime
    versions: Sequence[PolicyVersion]
    runs: Mapping[tuple[Part, int], Run]


class Policies:
    """Everything that answers for policies, built once; previews one at a time, since each may read everything."""

    def __init__(self, database: Database, entities: Entities) -> None:
        self._database = database
        self._entities = entities
        self._types: EntityTypes = entities.types
        self._previewing = asyncio.Lock()
        self.recomputations = Recomputations(database)
        self.pinning = Pinning(database, self._types, entities.intake_of)

    async def of(self, name: str, known_at: datetime | None = None) -> Policy:
        """Return the policies of an entity type; raises NotFoundError for an unknown one."""
        async with self._database.connection() as connection:
            at = await facts.basis(connection, DEFAULT_TENANT, None, known_at)
            entity_type, model = await self._types.known_at(connection, name, at.system)
            versions = await self._types.versions(connection, name, system=at.system)
            return Policy(entity_type, model, at.system, versions, await recomputation.runs(connection, name))

    async def preview(self, name: str, documents: Mapping[Part, Any], first: int) -> Preview:
        """Return what other documents would change; raises InvalidInputError with every problem of them."""
        if not documents:
            raise InvalidInputError.at("$", "needs a matching or a survivorship document, or both")
        async with self._previewing:
            return await preview(self._database, self._types, name, documents, first=first)

    async def apply(self, name: str, part: Part, document: Any, actor: str, note: str | None) -> Policy:
        """Put a policy in force and have everything worked out anew by it; returns at once. Raises as `put` does."""
        if part == "definition":
            if EntityType.of(document).name != name:
                raise InvalidInputError.at("$.name", f"must be {name}, whose definition it is")
            await self._entities.define(document, actor, note)
            self.recomputations.start(name)
            return await self.of(name)

        async def put(connection: Connection) -> int:
            return await recomputation.apply(self._types, connection, name, part, document, actor, note)

        await self._database.transaction(put)
        self.recomputations.start(name)
        return await self.of(name)

    async def explanation(
        self, name: str, golden_id: UUID, attribute: str, as_of: datetime | None, known_at: datetime | None
    ) -> tuple[AsOf, UUID, Explanation]:
        """Return how the group of an attribute of a golden record was settled, by the policy and pins known then.

        Raises NotFoundError where no golden record of the id is known then.
        """
        at, target, entity_type, members = await self._members(name, golden_id, as_of, known_at)
        return at, target, explain(members, entity_type, group_of(entity_type, attribute), at.valid)

    async def explanations(
        self, name: str, golden_id: UUID, as_of: datetime | None, known_at: datetime | None
    ) -> tuple[AsOf, UUID, list[Explanation]]:
        """Return how every attribute group of a golden record was settled; raises as `explanation` does."""
        at, target, entity_type, members = await self._members(name, golden_id, as_of, known_at)
        groups = dict.fromkeys(attribute.group for attribute in entity_type.by_name.values())
        return at, target, [explain(members, entity_type, group, at.valid) for group in groups]

    async def _members(
        self, name: str, golden_id: UUID, as_of: datetime | None, known_at: datetime | None
    ) -> tuple[AsOf, UUID, EntityType, list[Member]]:
        reads: GoldenRecords = (await self._entities.of(name)).golden_records
        at = await reads.basis(as_of, known_at)
        target = (await reads.survivors([golden_id], at.system)).get(golden_id)
        async with self._database.connection() as connection:
            entity_type, _ = await self._types.known_at(connection, name, at.system)
            held = await contributions.held(connection, DEFAULT_TENANT, [target] if target else [], at.system)
            members = await contributions.members(connection, DEFAULT_TENANT, held, at.system)
        if target is None or not members:
            raise NotFoundError(f"no {name} {golden_id} is known then")
        return at, target, entity_type, list(members.values())
