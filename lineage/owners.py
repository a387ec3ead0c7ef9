"""Who answers for assets: people's word first, then what producers of lineage say, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from graph.catalog.annotation import Annotation, OwnerKind, merged
from graph.store.annotations import Annotations
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf
from lineage.facets_of_jobs import Ownership
from lineage.held_facets import Held, facets_held
from lineage.lenient import read
from lineage.nodes import Nodes

SaidBy = Literal["people", "producers"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for an asset, in which role, and who says so; producers do not tell persons from teams."""

    name: str
    role: str | None
    kind: OwnerKind | None
    said_by: SaidBy


class Owners:
    """Answers who owns the assets of one tenant."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant
        self._annotations = Annotations(database, tenant)

    async def of(self, asset_ids: Collection[UUID], at: AsOf) -> dict[UUID, list[Owner]]:
        """Return who answers for each of the assets, in at most four statements; datasets by any of their ids.

        Every id asked for is in the answer, with nobody where nobody is known.
        """
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            await known.join(asset_ids)
            held = await facets_held(connection, self._tenant, asset_ids, known, at, only_ownership=True)
        names = {key: known.ids(key) for key in asset_ids}
        said = await self._annotations.of({one for ids in names.values() for one in ids}, at)
        return {
            key: owners_of(merged(said[one] for one in ids if one in said), held[key])
            for key, ids in names.items()
        }


def owners_of(annotation: Annotation, held: Mapping[str, Held]) -> list[Owner]:
    """Return those of whom people say that they answer for an asset, then those of whom its producers do."""
    return [
        *(Owner(one.name, one.role, one.kind, "people") for one in annotation.owners),
        *_stated(held),
    ]


def _stated(held: Mapping[str, Held]) -> Iterable[Owner]:
    said = read(Ownership, held["ownership"].body) if "ownership" in held else None
    return (Owner(one.name, one.type, None, "producers") for one in (said.owners if said else ()))
