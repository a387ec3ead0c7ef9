"""Catalog assets in the store: created, changed from an instant on, retired, and read at an instant on both axes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import asyncpg

from graph.catalog import asset as catalog
from graph.catalog.asset import KINDS, Asset, AssetKind, Version
from graph.catalog.history import Content, State, content_at, ended, revised
from graph.errors import ConflictError, NotFoundError
from graph.golden.versions import ceiling
from graph.identity import new_id
from graph.store import facts, search
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.facts import LOCK, Fact, holding
from graph.store.relations import Relations
from graph.time import AsOf, Period, render

_KINDS = """
select subject_id, kind
  from subject
 where tenant_id = $1
   and subject_id = any($2::uuid[])
   and kind = any($3::text[])
"""

_OF_KINDS = (
    "select subject_id from subject where tenant_id = $1 and kind = any($2) order by subject_id limit $3"
)

_RENAME = """
update subject
   set natural_key = $3
 where tenant_id = $1
   and subject_id = $2
   and natural_key is distinct from $3
"""

_PAGE = f"""
select d.subject_id
  from search_document d
  cross join lateral ({holding("d.subject_id", "op, attributes", valid="$4", known="$5")}) f
 where d.tenant_id = $1
   and d.kind = $2
   and d.subject_id > $3
   and f.op = 'P'
"""  # noqa: S608 - only constants are filled in

# The words of a search document are all that ever were, so what the index finds is proven on the version asked about.
_FOUND = f"""{_PAGE}
   and d.words like $7
   and (
     select string_agg(value #>> '{{}}', E'\\n')
       from jsonb_each(f.attributes)
      where jsonb_typeof(value) = 'string'
   ) ilike all ($8::text[])
"""  # noqa: S608 - only constants are filled in

_ORDER = """
 order by d.subject_id
 limit $6
"""

_NAMED = f"""{_PAGE}
   and d.words like $7
   and f.attributes ->> 'name' = $8
 order by d.subject_id in (select subject_id from subject where tenant_id = $1 and kind = $2 and natural_key = $8) desc,
          d.subject_id desc
 limit $6
"""  # noqa: S608 - only constants are filled in


class Assets:
    """Assets of every kind of one tenant, and in `relations` what is said between them.

    A name is unique among assets of its kind, retired ones included. Every answer shows secrets masked.
    """

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant
        self.relations = Relations(database, tenant)

    async def basis(self, as_of: datetime | None = None, known_at: datetime | None = None) -> AsOf:
        """Return the instants an answer will be about: now and everything committed by default."""
        async with self._database.connection() as connection:
            return await facts.basis(connection, self._tenant, as_of, known_at)

    async def create(
        self,
        kind: AssetKind,
        attributes: object,
        *,
        valid_from: datetime | None = None,
        actor: str,
        reason: object = None,
    ) -> Asset:
        """Record a new asset that exists from `valid_from` (default: now) on and return it as of then.

        Raises InvalidInputError with every problem of the attributes, ConflictError where the name is taken.
        """
        content = catalog.created(kind, attributes)
        said = catalog.provenance(actor, reason)
        asset_id = new_id()

        async def work(connection: Connection) -> AsOf:
            now = await facts.basis(connection, self._tenant, None, None)
            start = valid_from or now.valid
            try:
                await facts.register(connection, self._tenant, [asset_id], kind.name, [content["name"]])
            except asyncpg.UniqueViolationError:
                raise _taken(kind, content["name"]) from None
            born = Fact(asset_id, Period(start), "P", content, said)
            await search.keep_words(connection, self._tenant, kind.name, {asset_id: _words(kind, [content])})
            return AsOf(max(start, now.valid), await facts.append(connection, self._tenant, [born]))

        return await self._read_back(asset_id, await self._database.transaction(work))

    async def update(
        self,
        kind: AssetKind,
        asset_id: UUID,
        changes: object,
        *,
        valid_from: datetime | None = None,
        actor: str,
        reason: object = None,
    ) -> Asset:
        """Set attributes from `valid_from` (default: now) on, in every later version too, and return the asset.

        Re-opens an asset that is retired at `valid_from`, and lets one exist earlier that begins only later. A change
        that changes nothing records nothing. Raises NotFoundError, InvalidInputError, ConflictError (name taken).
        """
        given = catalog.changed(kind, changes)

        def decide(states: Sequence[State], last: Content, start: datetime) -> list[State]:
            begin = content_at(states, start) or last
            wanted = catalog.unmasked(given, begin)
            return revised(
                states,
                start,
                begin,
                lambda state: catalog.altered(kind, state.content or {}, wanted, state.period.start),
            )

        return await self._change(kind, asset_id, valid_from, decide, catalog.provenance(actor, reason))

    async def retire(
        self,
        kind: AssetKind,
        asset_id: UUID,
        *,
        valid_from: datetime | None = None,
        actor: str,
        reason: object = None,
    ) -> Asset:
        """Let the asset end at `valid_from` (default: now) and return it; its history stays, an update re-opens it.

        Raises NotFoundError, and ConflictError where it only begins after `valid_from`.
        """

        def decide(states: Sequence[State], last: Content, start: datetime) -> list[State]:
            if states and start < states[0].period.start:
                begins = render(states[0].period.start)
                raise ConflictError(
                    f"{kind.label} {asset_id} begins at {begins}, after validFrom {render(start)}"
                )
            return ended(states, start)

        return await self._change(kind, asset_id, valid_from, decide, catalog.provenance(actor, reason))

    async def by_id(self, asset_ids: Collection[UUID], at: AsOf) -> dict[UUID, Asset]:
        """Return the assets that exist at the instants, retired ones included; others are left out."""
        if not asset_ids:
            return {}
        async with self._database.connection() as connection:
            return await self._by_id(connection, asset_ids, at)

    async def by_name(self, kind: AssetKind, name: str, at: AsOf) -> Asset | None:
        """Return the asset that has the name at the instants and is not retired, or None.

        Where two had one name in the past, the one that holds the name today comes first, then the newer.
        """
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                _NAMED,
                self._tenant,
                kind.name,
                UUID(int=0),
                at.valid,
                at.system,
                1,
                search.pattern(name),
                name,
            )
            found = await self._by_id(connection, [row["subject_id"] for row in rows], at)
        return next(iter(found.values()), None)

    async def page(
        self, kind: AssetKind, text: str | None, first: int, after: UUID | None, at: AsOf
    ) -> tuple[list[Asset], bool]:
        """Return up to `first` assets of a kind that are there at the instants, oldest id first, and whether more follow.

        With `text`, those whose texts at the instants hold each of its words; retired ones are never among them.
        """
        words = (text or "").split()
        arguments: list[Any] = [self._tenant, kind.name, after or UUID(int=0), at.valid, at.system, first + 1]
        if words:
            arguments += [search.pattern(max(words, key=len)), [search.pattern(word) for word in words]]
        async with self._database.connection() as connection:
            rows = await connection.fetch(f"{_FOUND if words else _PAGE}{_ORDER}", *arguments)
            ids = [row["subject_id"] for row in rows]
            found = await self._by_id(connection, ids[:first], at)
        return [found[asset_id] for asset_id in ids[:first]], len(ids) > first

    async def of_kinds(self, kinds: Collection[AssetKind], most: int, at: AsOf) -> list[Asset]:
        """Return up to `most` assets of some kinds, by id, that are there at the instants and not retired."""
        names = [kind.name for kind in kinds]
        async with self._database.connection() as connection:
            rows = await connection.fetch(_OF_KINDS, self._tenant, names, most)
            found = await self._by_id(connection, [row["subject_id"] for row in rows], at)
        return [asset for asset in found.values() if not asset.is_retired]

    async def versions(
        self, asset_ids: Collection[UUID], known_at: datetime, kind: AssetKind | None = None
    ) -> dict[UUID, list[Version]]:
        """Return the versions of each asset (of the kind) in valid order, as believed at `known_at`.

        Ids of which nothing was known then are left out.
        """
        async with self._database.connection() as connection:
            kinds = await self._kinds(connection, asset_ids)
            wanted = [asset_id for asset_id in kinds if kind is None or kinds[asset_id] is kind]
            histories = await facts.history(connection, self._tenant, wanted, known_at)
        return {asset_id: _versions(kinds[asset_id], known) for asset_id, known in histories.items() if known}

    async def _change(
        self,
        kind: AssetKind,
        asset_id: UUID,
        valid_from: datetime | None,
        decide: Callable[[Sequence[State], Content, datetime], list[State]],
        said: dict[str, str | None],
    ) -> Asset:
        """Record what `decide` makes of what is believed, the subject locked so that changes come one by one."""

        async def work(connection: Connection) -> AsOf:
            if await connection.fetchval(LOCK, self._tenant, asset_id) != kind.name:
                raise NotFoundError(f"no {kind.label} has the id {asset_id}")
            now = await facts.basis(connection, self._tenant, None, None)
            start = valid_from or now.valid
            known = (await facts.history(connection, self._tenant, [asset_id], now.system))[asset_id]
            to_record = decide(_states(known), _last_content(known), start)
            at = AsOf(max(start, now.valid), now.system)
            if not to_record:
                return at
            recorded = [Fact(asset_id, state.period, state.op, state.content, said) for state in to_record]
            await self._index(connection, kind, asset_id, [*known, *recorded])
            return AsOf(at.valid, await facts.append(connection, self._tenant, recorded))

        return await self._read_back(asset_id, await self._database.transaction(work))

    async def _index(
        self, connection: Connection, kind: AssetKind, asset_id: UUID, known: Sequence[Fact]
    ) -> None:
        """Let the asset be found by all its words, and hold the name it has in the end."""
        present = [stretch.attributes for stretch in ceiling(known) if stretch.attributes is not None]
        if present:
            name = present[-1]["name"]
            try:
                await connection.execute(_RENAME, self._tenant, asset_id, name)
            except asyncpg.UniqueViolationError:
                raise _taken(kind, name) from None
        words = _words(kind, [fact.attributes for fact in known if fact.attributes is not None])
        await search.keep_words(connection, self._tenant, kind.name, {asset_id: words})

    async def _read_back(self, asset_id: UUID, at: AsOf) -> Asset:
        return (await self.by_id([asset_id], at))[asset_id]

    async def _kinds(self, connection: Connection, asset_ids: Collection[UUID]) -> dict[UUID, AssetKind]:
        rows = await connection.fetch(_KINDS, self._tenant, list(asset_ids), list(KINDS))
        return {row["subject_id"]: KINDS[row["kind"]] for row in rows}

    async def _by_id(
        self, connection: Connection, asset_ids: Collection[UUID], at: AsOf
    ) -> dict[UUID, Asset]:
        kinds = await self._kinds(connection, asset_ids)
        held = await facts.as_of(connection, self._tenant, kinds, at)
        retired = [asset_id for asset_id, fact in held.items() if fact.op == "D"]
        past = await facts.history(connection, self._tenant, retired, at.system) if retired else {}
        found: dict[UUID, Asset] = {}
        for asset_id in asset_ids:
            fact = held.get(asset_id)
            if fact is None or fact.op not in ("P", "D"):
                continue
            if fact.op == "P":
                content = fact.attributes or {}
            else:
                known = past[asset_id]
                content = content_at(_states(known), at.valid) or _last_content(known)
            kind = kinds[asset_id]
            found[asset_id] = Asset(asset_id, kind, catalog.shown(kind, content), fact.op == "D", at)
        return found


def _states(known: Sequence[Fact]) -> list[State]:
    return [
        State(s.period, cast("Any", s.op), s.attributes) for s in ceiling(known) if s.op in ("P", "D", "A")
    ]


def _last_content(known: Sequence[Fact]) -> Content:
    """What was last said, where an end covers all that ever held."""
    return next((fact.attributes for fact in reversed(known) if fact.attributes is not None), {})


def _versions(kind: AssetKind, known: Sequence[Fact]) -> list[Version]:
    versions: list[Version] = []
    content = _last_content(known)
    for stretch in ceiling(known):
        if stretch.op not in ("P", "D"):
            continue
        content = content if stretch.attributes is None else stretch.attributes
        said = stretch.provenance or {}
        since = [
            fact.system_from
            for fact in known
            if fact.system_from is not None
            and (fact.op, fact.attributes, fact.provenance)
            == (stretch.op, stretch.attributes, stretch.provenance)
            and fact.period.overlaps(stretch.period)
        ]
        versions.append(
            Version(
                number=len(versions) + 1,
                period=stretch.period,
                is_retired=stretch.op == "D",
                attributes=catalog.shown(kind, content),
                system_from=max(since),
                actor=said.get("actor"),
                reason=said.get("reason"),
            )
        )
    return versions


def _words(kind: AssetKind, contents: Sequence[Content]) -> str:
    """Every text the contents ever showed, each once."""
    texts = [attribute.name for attribute in kind.attributes if attribute.type != "number"]
    shown = [content[name] for content in contents for name in texts if content.get(name)]
    return "\n".join(dict.fromkeys(shown))


def _taken(kind: AssetKind, name: str) -> ConflictError:
    return ConflictError(
        f"a {kind.label} named {name!r} is there already; a retired one is re-opened by an update"
    )
