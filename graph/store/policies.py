"""What a tenant says of its entity types, version after version, and the entity types that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeVar, get_args

from graph.errors import InvalidInputError, NotFoundError, Problem, refuse_nul
from graph.golden.entity_type import SHIPPED, EntityType
from graph.golden.match_model import MatchModel, default_model
from graph.golden.policy_document import match_policy_of, survivorship_of
from graph.store.database import DEFAULT_TENANT, Connection, Database

T = TypeVar("T")
Part = Literal["definition", "matching", "survivorship", "model"]

PARTS: tuple[Part, ...] = get_args(Part)
"""What can be said of an entity type, each part with versions of its own."""

Versions = tuple[tuple[Part, int], ...]
"""The newest version of each part that a tenant speaks of."""

_LOCK = 1_000_000
"""Far above the numbers of the locks that blocking keys share."""

_NEWEST = """
select part, max(version) as version
  from policy
 where tenant_id = $1
   and entity_type = $2
   and system_from <= coalesce($3::timestamptz, 'infinity')
 group by part
 order by part
"""

_DOCUMENTS = """
select p.part, p.document
  from unnest($3::text[], $4::int4[]) as wanted (part, version)
  join policy p on p.tenant_id = $1 and p.entity_type = $2 and p.part = wanted.part and p.version = wanted.version
"""

_VERSIONS = """
select entity_type, part, version, system_from, actor, note
  from policy
 where tenant_id = $1
   and entity_type = $2
   and ($3::text is null or part = $3)
   and system_from <= coalesce($4::timestamptz, 'infinity')
 order by system_from desc, part
"""

_PUT = """
insert into policy (tenant_id, entity_type, part, version, system_from, document, actor, note)
select $1, $2, $3, coalesce(max(version), 0) + 1, tick($1), $4, $5, $6
  from policy
 where tenant_id = $1
   and entity_type = $2
   and part = $3
returning version
"""


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """That somebody changed a part of an entity type; the document itself is read apart."""

    entity_type: str
    part: Part
    version: int
    system_from: datetime
    actor: str
    note: str | None


async def hold(connection: Connection, tenant: int) -> None:
    """Keep policies as they are until commit; any number of transactions may hold them, a change waits for all."""
    await connection.execute("select pg_advisory_xact_lock_shared($1, $2)", tenant, _LOCK)


async def hold_alone(connection: Connection, tenant: int) -> None:
    """Keep everybody else from holding the policies until commit: for whoever is about to change them."""
    await connection.execute("select pg_advisory_xact_lock($1, $2)", tenant, _LOCK)


class EntityTypes:
    """The entity types of a tenant: what ships with the product, with the newest words of the tenant laid over it."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant
        self._known: dict[str, tuple[Versions, EntityType, MatchModel]] = {}

    async def current(self, connection: Connection, name: str) -> tuple[EntityType, MatchModel]:
        """Return an entity type and its match model as they are now; one small query where nothing has changed.

        Call it after `hold`, so that they stay so until commit. Raises NotFoundError for a name nobody has defined.
        """
        newest = await self._newest(connection, name, None)
        held = self._known.get(name)
        if held is None or held[0] != newest:
            held = self._known[name] = (newest, *await self._made(connection, name, newest))
        return held[1], held[2]

    async def known_at(
        self, connection: Connection, name: str, system: datetime
    ) -> tuple[EntityType, MatchModel]:
        """Return an entity type and its match model as they were at a system instant."""
        return await self._made(connection, name, await self._newest(connection, name, system))

    async def put(
        self,
        connection: Connection,
        name: str,
        part: Part,
        document: Mapping[str, Any],
        actor: str,
        note: str | None = None,
    ) -> int:
        """Store a new version of a part of an entity type and return its number.

        Waits until nobody holds the policies. Raises InvalidInputError with every problem of the document, and of the
        other parts where they no longer fit, NotFoundError for a part of an entity type nobody has defined.
        """
        if part not in PARTS:
            raise InvalidInputError.at("$.part", f"must be one of {', '.join(PARTS)}, got {str(part)[:60]!r}")
        refuse_nul(document)
        await hold_alone(connection, self._tenant)
        await self.changed(connection, name, {part: document}, {part: "$"})
        return await connection.fetchval(_PUT, self._tenant, name, part, dict(document), actor, note)

    async def changed(
        self,
        connection: Connection,
        name: str,
        documents: Mapping[Part, Mapping[str, Any]],
        paths: Mapping[Part, str],
    ) -> tuple[EntityType, MatchModel]:
        """Return what an entity type would be with other documents for some of its parts; raises as `put` does.

        `paths` say where these documents lie in what the caller was given, for the paths of the problems.
        """
        newest = await self._newest(connection, name, None)
        said: dict[Part, Mapping[str, Any]] = {**await self._said(connection, name, newest), **documents}
        return _laid_over(name, said, newest, paths)

    async def versions(
        self, connection: Connection, name: str, part: Part | None = None, system: datetime | None = None
    ) -> list[PolicyVersion]:
        """Return who changed which part of an entity type when, up to a system instant, the newest first."""
        rows = await connection.fetch(_VERSIONS, self._tenant, name, part, system)
        return [
            PolicyVersion(
                row["entity_type"],
                row["part"],
                row["version"],
                row["system_from"],
                row["actor"],
                row["note"],
            )
            for row in rows
        ]

    async def _newest(self, connection: Connection, name: str, system: datetime | None) -> Versions:
        if "\0" in name:
            return ()  # which PostgreSQL refuses to compare: nobody can have defined it
        rows = await connection.fetch(_NEWEST, self._tenant, name, system)
        return tuple((row["part"], row["version"]) for row in rows)

    async def _said(self, connection: Connection, name: str, newest: Versions) -> dict[Part, dict[str, Any]]:
        if not newest:
            return {}
        parts, versions = [part for part, _ in newest], [version for _, version in newest]
        rows = await connection.fetch(_DOCUMENTS, self._tenant, name, parts, versions)
        return {row["part"]: row["document"] for row in rows}

    async def _made(
        self, connection: Connection, name: str, newest: Versions
    ) -> tuple[EntityType, MatchModel]:
        return _laid_over(name, await self._said(connection, name, newest), newest)


def _laid_over(
    name: str,
    said: Mapping[Part, Mapping[str, Any]],
    newest: Versions,
    paths: Mapping[Part, str] | None = None,
) -> tuple[EntityType, MatchModel]:
    """Return what ships under a name with what the tenant says laid over it; `paths` begin those of the problems."""
    below = {part: f"$.{part}" for part in PARTS} | dict(paths or {})
    problems: list[Problem] = []
    made = _gathered(problems, below["definition"], lambda: _defined(name, said.get("definition")))
    if made is None:
        raise InvalidInputError(*problems)
    kind, parts = made, dict[str, Any]()
    if "matching" in said:
        parts["matching"] = _gathered(
            problems,
            below["matching"],
            lambda: match_policy_of(said["matching"], kind.by_name),
        )
    if "survivorship" in said:
        parts["survivorship"] = _gathered(
            problems, below["survivorship"], lambda: survivorship_of(said["survivorship"], kind.groups)
        )
    if problems:
        raise InvalidInputError(*problems)
    version = ", ".join(f"{part} {number}" for part, number in newest) or "shipped"
    entity_type = replace(kind, policy_version=version, **parts)
    return entity_type, _model(entity_type, said.get("model"), (paths or {}).get("model"))


def _defined(name: str, document: Mapping[str, Any] | None) -> EntityType:
    if document is None:
        if name not in SHIPPED:
            raise NotFoundError(f"no entity type is called {name[:60]!r}")
        return SHIPPED[name]
    defined = EntityType.of(dict(document))
    if defined.name != name:
        raise InvalidInputError.at("$.name", f"must be {name[:60]!r}, the entity type it is put for")
    return defined


def _model(entity_type: EntityType, document: Mapping[str, Any] | None, path: str | None) -> MatchModel:
    """Return the match model that counts; with a path, one that does not fit the comparisons is refused."""
    if document is None:
        return default_model(entity_type)
    problems: list[Problem] = []

    def fitting() -> MatchModel:
        model = MatchModel.of(document)
        model.require_fit(entity_type.matching)
        return model

    model = _gathered(problems, path or "$", fitting)
    if problems and path is not None:
        raise InvalidInputError(*problems)
    return model or default_model(entity_type)


def _gathered(problems: list[Problem], path: str, read: Callable[[], T]) -> T | None:
    try:
        return read()
    except InvalidInputError as error:
        problems += [
            Problem(f"{path}{found.path.removeprefix('$')}", found.reason) for found in error.problems
        ]
        return None
