"""The index of blocking keys: written many at a time, and asked for many at a time."""

from __future__ import annotations

from uuid import UUID

import pytest

from graph.golden.record import Origin
from graph.intake import Intake
from graph.store import record_profiles
from graph.store.database import Connection, Database
from graph.store.record_profiles import A_FEW
from tests.graph.populations import PERSON, told

FARTHEST = 2**63 - 1


@pytest.fixture
async def records(database: Database) -> list[UUID]:
    """Return the ids of three source records, in order."""
    people = [told("crm", str(n), 1, city="Bonn") for n in range(3)]
    await Intake(database, entity_type=PERSON).take_in(people, Origin("rest"))
    async with database.connection() as connection:
        rows = await connection.fetch("select source_record_id from source_record order by 1")
    return [row["source_record_id"] for row in rows]


async def _keep(connection: Connection, keys: list[tuple[int, UUID]]) -> None:
    await connection.execute("delete from blocking_key")
    await record_profiles.add_new(connection, 1, PERSON.name, {}, keys, {})


async def test_keys_written_many_at_a_time_are_what_was_given(
    database: Database, records: list[UUID]
) -> None:
    """Numbers keep their sign and all of their bits, ids their record."""
    one, two, three = records
    keys = [(FARTHEST, two), (-FARTHEST - 1, one), (0, three), (-1, one), (0, one)]
    async with database.connection() as connection:
        await _keep(connection, keys)
        found = await connection.fetch("select tenant_id, key, source_record_id from blocking_key")
    assert sorted(map(tuple, found)) == sorted((1, key, record_id) for key, record_id in keys)


async def test_holders_of_many_keys_are_those_of_few(database: Database, records: list[UUID]) -> None:
    """Generic keys are named without their holders, unheld keys not at all, however many are asked for."""
    one, two, three = records
    async with database.connection() as connection:
        await _keep(connection, [(5, one), (5, two), (-6, three), (7, one), (8, two)])
        await connection.execute(
            """insert into generic_key (tenant_id, key, entity_type, rule, records, system_from)
               select 1, key, 'person', 'rule', 9, clock_timestamp() from unnest(array[7, 99, 100000000]) as key"""
        )
        few = await record_profiles.holders(connection, 1, [5, -6, 7, 99])
        many = await record_profiles.holders(connection, 1, [5, -6, 7, 99, *range(1_000, 1_000 + A_FEW)])
        nothing_left = await record_profiles.holders(connection, 1, [7] * A_FEW)
    assert few == many == ({5: {one, two}, -6: {three}}, {7, 99})
    assert nothing_left == ({}, {7})
