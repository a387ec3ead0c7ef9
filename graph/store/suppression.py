"""Keyed digests of what erased people were known by, so that a re-load does not bring them back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from graph.errors import Problem, UnavailableError
from graph.golden.entity_type import EntityType
from graph.golden.traces import Traces, digest, digests_in
from graph.identity import SourceKey
from graph.store.database import Connection

_SUPPRESSED = """
select d.digest
  from unnest($2::bytea[]) as d (digest)
 where exists (select from suppression s where s.tenant_id = $1 and s.digest = d.digest)
"""

_STATE = """
select exists (select from suppression where tenant_id = $1) as any,
       exists (select from suppression where tenant_id = $1 and digest = $2) as ours
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What one record says of itself: the key its source gave it, and its attributes in canonical form.

    `text` is what is known of one that could not be read.
    """

    key: SourceKey | None
    attributes: Mapping[str, str] | None
    text: str | None = None


def digests_of(
    secret: bytes, entity_type: EntityType, key: SourceKey | None, attributes: Mapping[str, str] | None
) -> dict[bytes, str]:
    """Return the digests (HMAC-SHA-256) by which suppression knows a record, each with the JSON path it comes from."""
    found: dict[bytes, str] = {}
    if key is not None:
        found[digest(secret, entity_type.name, "key", key.system, key.key)] = "$.key"
    for attribute in entity_type.attributes:
        value = (attributes or {}).get(attribute.name)
        if attribute.identifies is not None and value is not None:
            found[digest(secret, entity_type.name, attribute.identifies, value)] = f"$.{attribute.name}"
    return found


async def suppressed(connection: Connection, tenant: int, digests: Collection[bytes]) -> set[bytes]:
    """Return those of the digests that belong to somebody erased."""
    if not digests:
        return set()
    rows = await connection.fetch(_SUPPRESSED, tenant, list(digests))
    return {row["digest"] for row in rows}


async def refusals(
    connection: Connection, tenant: int, secret: bytes | None, entity_type: EntityType, said: Sequence[Said]
) -> dict[int, Problem]:
    """Return, by its place, what is wrong with each record that would bring somebody back who was erased.

    Such a record is refused at every door, and is not to be kept in quarantine either. Raises UnavailableError where
    people were erased under another secret, for then nobody can tell who they were.
    """
    state = await connection.fetchrow(_STATE, tenant, b"" if secret is None else witness(secret))
    if state is None or not state["any"]:
        return {}
    if secret is None or not state["ours"]:
        raise UnavailableError(
            "people were erased under a suppression key that this process does not have: "
            "set GOLDTHREAD_SUPPRESSION_KEY, or GOLDTHREAD_HOME to the folder that holds suppression.key, and start again"
        )
    places = [
        digests_of(secret, entity_type, item.key, item.attributes)
        | dict.fromkeys(digests_in(secret, item.text or ""), "$")
        for item in said
    ]
    found = await suppressed(connection, tenant, {each for digests in places for each in digests})
    return {
        place: Problem(path, "belongs to somebody who was erased; lift the suppression before it can return")
        for place, digests in enumerate(places)
        for path in [next((digests[each] for each in digests if each in found), None)]
        if path is not None
    }


async def keep_out(
    connection: Connection, tenant: int, erasure_id: UUID, secret: bytes, digests: Collection[bytes]
) -> None:
    """Keep somebody out from now on."""
    await connection.execute(
        """insert into suppression (tenant_id, digest, erasure_id)
           select $1, digest, $2 from unnest($3::bytea[]) as new (digest)
           on conflict (tenant_id, digest) do nothing""",
        tenant,
        erasure_id,
        [witness(secret), *digests],
    )


def witness(secret: bytes) -> bytes:
    """Return the digest of nobody, by which a process finds out whether it has the secret that others used."""
    return digest(secret, "witness")


async def traces_of(connection: Connection, tenant: int, erasure_id: UUID, secret: bytes) -> Traces:
    """Return what the words by which somebody erased can be found in texts look like; the words themselves are gone."""
    rows = await connection.fetch(
        "select digest from suppression where tenant_id = $1 and erasure_id = $2", tenant, erasure_id
    )
    return Traces(secret, frozenset(row["digest"] for row in rows))


async def lift(connection: Connection, tenant: int, erasure_id: UUID, secret: bytes) -> int:
    """Let somebody come back, and return how many digests are forgotten."""
    rows = await connection.fetch(
        "delete from suppression where tenant_id = $1 and erasure_id = $2 and digest <> $3 returning 1",
        tenant,
        erasure_id,
        witness(secret),
    )
    return len(rows)
