"""The entity types of an installation: those that ship, those that a folder of documents defines, those put by users."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import orjson

from graph.errors import InvalidInputError, NotFoundError, Problem
from graph.golden.document_reader import MAX_PROBLEMS
from graph.golden.entity_type import SHIPPED, EntityType
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.policies import EntityTypes, Part, hold_alone

Put = Callable[[Connection, str, Part, Mapping[str, Any], str, str | None], Awaitable[int]]
"""Stores a version of a part of an entity type: name, part, document, actor, note."""

_DEFINITION = """
select document
  from policy
 where tenant_id = $1
   and entity_type = $2
   and part = 'definition'
 order by version desc
 limit 1
"""

_IS_USED = "select exists (select from source_record where tenant_id = $1 and entity_type = $2)"

_DEFINED = "select distinct entity_type from policy where tenant_id = $1 and part = 'definition'"


async def names(connection: Connection, tenant: int = DEFAULT_TENANT) -> list[str]:
    """Return the names of all entity types: first those that ship, then the others by name."""
    rows = await connection.fetch(_DEFINED, tenant)
    return [*SHIPPED, *sorted({row["entity_type"] for row in rows} - SHIPPED.keys())]


async def current(
    database: Database, types: EntityTypes, name: str, tenant: int = DEFAULT_TENANT
) -> EntityType:
    """Return an entity type as it is now; raises NotFoundError, which names those that are known."""
    async with database.connection() as connection:
        try:
            return (await types.current(connection, name))[0]
        except NotFoundError:
            known = ", ".join(await names(connection, tenant))
            raise NotFoundError(f"no entity type is called {name[:60]!r}; known are {known}") from None


async def define(
    database: Database,
    types: EntityTypes,
    document: object,
    actor: str,
    note: str | None = None,
    tenant: int = DEFAULT_TENANT,
    *,
    put: Put | None = None,
) -> EntityType:
    """Store what a document defines, unless it is defined so already, and return the entity type as it is now.

    `put` stores it in place of `types.put`, for those who have golden records worked out anew by what has changed.
    An attribute that records may hold must stay, with its kind; the others may change. Raises InvalidInputError with
    every problem of the document.
    """
    defined = EntityType.of(document)

    async def store(connection: Connection) -> None:
        await hold_alone(connection, tenant)
        stored = await connection.fetchval(_DEFINITION, tenant, defined.name)
        known = SHIPPED.get(defined.name) if stored is None else EntityType.of(stored)
        if known is not None and (
            defined.name in SHIPPED or await connection.fetchval(_IS_USED, tenant, defined.name)
        ):
            _require_kept(known, defined)
        if known != defined:
            await (put or types.put)(connection, defined.name, "definition", defined.document, actor, note)

    await database.transaction(store)
    return await current(database, types, defined.name, tenant)


def _require_kept(known: EntityType, defined: EntityType) -> None:
    problems: list[Problem] = []
    for name, attribute in known.by_name.items():
        new = defined.by_name.get(name)
        if new is None:
            problems.append(
                Problem("$.attributes", f"{name} is missing; records may hold it, so it must stay")
            )
        elif (new.kind, new.check) != (attribute.kind, attribute.check):
            kind = f"{attribute.kind}, check {attribute.check}" if attribute.check else attribute.kind
            problems.append(
                Problem("$.attributes", f"{name} must stay of kind {kind}; records hold values of that kind")
            )
    if problems:
        raise InvalidInputError(*problems[:MAX_PROBLEMS])


def documents_in(folder: Path) -> dict[str, Any]:
    """Return the documents of the JSON files in a folder, by file name; raises InvalidInputError naming file and path."""
    if not folder.is_dir():
        raise InvalidInputError.at("GOLDTHREAD_ENTITY_TYPES", f"there is no folder {folder}")
    documents: dict[str, Any] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.json")):
        try:
            documents[path.name] = orjson.loads(path.read_bytes())
            EntityType.of(documents[path.name])
        except orjson.JSONDecodeError as error:
            problems.append(Problem(path.name, f"line {error.lineno} is not JSON: {error.msg}"))
        except InvalidInputError as error:
            problems += [Problem(f"{path.name} {found.path}", found.reason) for found in error.problems]
    if problems:
        raise InvalidInputError(*problems)
    return documents
