"""Relations between assets in the store: said and ended from an instant on, and read at an instant on both axes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from graph.catalog.asset import KINDS, provenance
from graph.catalog.history import State, ended, revised
from graph.catalog.relation import RELATION_KINDS, Relation, RelationKind
from graph.errors import ConflictError, InvalidInputError, NotFoundError
from graph.golden.versions import ceiling
from graph.store import facts
from graph.store.database import Connection, Database
from graph.store.facts import LOCK, Fact, holding
from graph.time import AsOf, render

KIND = "relation"
"""The kind of the subjects that relations are."""

# In the order of their ids, so that two writers never wait for each other in a circle.
_LOCK_ENDS = """
select subject_id, kind
  from subject
 where tenant_id = $1
   and subject_id = any($2::uuid[])
   and kind = any($3::text[])
 order by subject_id
   for share
"""

_KEEP = """
insert into relation (tenant_id, relation_id, kind, from_id, to_id)
values ($1, $2, $3, $4, $5)
on conflict do nothing
"""

_HELD = f"""
  cross join lateral ({holding("r.relation_id", "op")}) f
 where f.op = 'P'
 order by r.kind, r.from_id, r.to_id
"""

_OF = f"""
select r.kind, r.from_id, r.to_id
  from (
    select * from relation where tenant_id = $1 and from_id = any($2::uuid[])
    union
    select * from relation where tenant_id = $1 and to_id = any($2::uuid[])
  ) r
{_HELD}"""  # noqa: S608 - only constants are filled in

# Walks along all that was ever said, both ways apart, and only then asks what of it holds: a superset, never less.
_AROUND = f"""
with recursive
up (id) as (
  select unnest($2::uuid[])
  union
  select r.from_id from relation r join up on r.tenant_id = $1 and r.to_id = up.id
),
down (id) as (
  select unnest($2::uuid[])
  union
  select r.to_id from relation r join down on r.tenant_id = $1 and r.from_id = down.id
)
select r.kind, r.from_id, r.to_id
  from (
    select relation.* from relation join up on tenant_id = $1 and to_id = up.id
    union
    select relation.* from relation join down on tenant_id = $1 and from_id = down.id
  ) r
{_HELD}"""  # noqa: S608 - only constants are filled in


_FROM_KINDS = f"""
select r.kind, r.from_id, r.to_id
  from relation r
  join subject s on s.tenant_id = $1 and s.subject_id = r.from_id and s.kind = any($2::text[])
{_HELD.replace("where f.op = 'P'", "where r.tenant_id = $1 and r.kind = $5 and f.op = 'P'")}"""  # noqa: S608 - only constants are filled in


@dataclass(frozen=True, slots=True)
class Related:
    """A relation that was said or ended, and the basis at which that is so."""

    relation: Relation
    holds: bool
    valid_from: datetime
    basis: AsOf


class Relations:
    """What is said between the assets of one tenant."""

    def __init__(self, database: Database, tenant: int) -> None:
        self._database = database
        self._tenant = tenant

    async def relate(
        self,
        kind: RelationKind,
        from_id: UUID,
        to_id: UUID,
        *,
        valid_from: datetime | None = None,
        actor: str,
        reason: object = None,
        elsewhere: Mapping[UUID, str] | None = None,
    ) -> Related:
        """Let the relation hold from `valid_from` (default: now) on; where it holds already, nothing is recorded.

        `elsewhere` are the kinds of those ends that are known elsewhere, as lineage knows datasets and jobs. Raises NotFoundError unless both assets are there at `valid_from`, ConflictError where one is retired then,
        InvalidInputError where assets of their kinds cannot be related so.
        """
        relation = Relation(kind, from_id, to_id)
        if from_id == to_id:
            raise InvalidInputError.at("$.to", "is the asset itself; a relation needs two")
        said = provenance(actor, reason)
        content = {"kind": kind.name, "from": str(from_id), "to": str(to_id)}

        async def work(connection: Connection) -> Related:
            others = elsewhere or {}
            rows = await connection.fetch(_LOCK_ENDS, self._tenant, [from_id, to_id], list(KINDS))
            _check_kinds(relation, {**others, **{row["subject_id"]: row["kind"] for row in rows}})
            for other, of_kind in others.items():
                await facts.register(connection, self._tenant, [other], of_kind)
            now = await facts.basis(connection, self._tenant, None, None)
            start = valid_from or now.valid
            ends = await facts.as_of(connection, self._tenant, [from_id, to_id], AsOf(start, now.system))
            _check_presence([one for one in (from_id, to_id) if one not in others], ends, start)
            await facts.register(connection, self._tenant, [relation.relation_id], KIND)
            await connection.execute(_KEEP, self._tenant, relation.relation_id, kind.name, from_id, to_id)
            return await self._record(
                connection,
                relation,
                start,
                lambda states: revised(states, start, content, lambda _: content),
                said,
            )

        return await self._database.transaction(work)

    async def unrelate(
        self,
        kind: RelationKind,
        from_id: UUID,
        to_id: UUID,
        *,
        valid_from: datetime | None = None,
        actor: str,
        reason: object = None,
    ) -> Related:
        """Let the relation end at `valid_from` (default: now); raises NotFoundError where it holds nowhere after."""
        relation = Relation(kind, from_id, to_id)
        said = provenance(actor, reason)

        async def work(connection: Connection) -> Related:
            now = await facts.basis(connection, self._tenant, None, None)
            start = valid_from or now.valid

            def decide(states: Sequence[State]) -> list[State]:
                to_record = ended(states, start)
                if not to_record:
                    raise NotFoundError(f"{from_id} is not {kind.name} {to_id} at {render(start)} or later")
                return to_record

            return await self._record(connection, relation, start, decide, said)

        return await self._database.transaction(work)

    async def of(self, asset_ids: Collection[UUID], at: AsOf) -> list[Relation]:
        """Return the relations that hold at the instants with one of the assets at either end, in one statement."""
        return await self._read(_OF, asset_ids, at)

    async def around(self, asset_ids: Collection[UUID], at: AsOf) -> list[Relation]:
        """Return all relations on the ways from and to the assets, however long, that hold at the instants."""
        return await self._read(_AROUND, asset_ids, at)

    async def from_kinds(self, kind: RelationKind, sources: Collection[str], at: AsOf) -> list[Relation]:
        """Return the relations of a kind that hold at the instants and begin at assets of some kinds."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                _FROM_KINDS, self._tenant, list(sources), at.valid, at.system, kind.name
            )
        return [Relation(kind, row["from_id"], row["to_id"]) for row in rows]

    async def _read(self, query: str, asset_ids: Collection[UUID], at: AsOf) -> list[Relation]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(query, self._tenant, list(asset_ids), at.valid, at.system)
        return [Relation(RELATION_KINDS[row["kind"]], row["from_id"], row["to_id"]) for row in rows]

    async def _record(
        self,
        connection: Connection,
        relation: Relation,
        start: datetime,
        decide: Callable[[Sequence[State]], list[State]],
        said: dict[str, str | None],
    ) -> Related:
        """Record what `decide` makes of what is believed, the subject locked so that changes come one by one."""
        subject_id = relation.relation_id
        await connection.execute(LOCK, self._tenant, subject_id)
        now = await facts.basis(connection, self._tenant, None, None)
        known = (await facts.history(connection, self._tenant, [subject_id], now.system))[subject_id]
        to_record = decide([State(s.period, cast("Any", s.op), s.attributes) for s in ceiling(known)])
        system = now.system
        if to_record:
            recorded = [Fact(subject_id, state.period, state.op, state.content, said) for state in to_record]
            system = await facts.append(connection, self._tenant, recorded)
        holds = not to_record or to_record[0].op == "P"
        return Related(relation, holds, start, AsOf(max(start, now.valid), system))


def _check_kinds(relation: Relation, kinds: dict[UUID, str]) -> None:
    for asset_id in (relation.from_id, relation.to_id):
        if asset_id not in kinds:
            raise NotFoundError(f"no asset has the id {asset_id}")
    relation.kind.between(kinds[relation.from_id], kinds[relation.to_id])


def _check_presence(asset_ids: Sequence[UUID], held: dict[UUID, Fact], start: datetime) -> None:
    for asset_id in asset_ids:
        fact = held.get(asset_id)
        if fact is None or fact.op == "A":
            raise NotFoundError(f"the asset {asset_id} is not there yet at {render(start)}")
        if fact.op == "D":
            raise ConflictError(f"the asset {asset_id} is retired at {render(start)}")
