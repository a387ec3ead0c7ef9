"""However many workers are given the same new person at once, there is one golden record."""

from __future__ import annotations

import asyncio

from graph.intake import Intake
from graph.store.database import Database
from tests.graph.populations import PERSON, REST, told


async def race(databases: tuple[Database, Database], number: int) -> None:
    """Have two workers, each with its own pool, take in one new person at the same time, and require one golden record."""
    person = {"firstName": "Ann", "lastName": f"Lee{number}", "email": f"lee{number}@example.com"}
    intakes = [Intake(database, entity_type=PERSON) for database in databases]
    (one,), (other,) = await asyncio.gather(
        intakes[0].take_in([told("crm", f"{number}", 1, **person)], REST),
        intakes[1].take_in([told("shop", f"{number}", 1, **person)], REST),
    )
    assert (one.status, other.status) == ("accepted", "accepted")
    async with databases[0].connection() as connection:
        found = await connection.fetch(
            """select distinct on (c.source_record_id) c.golden_id
                 from crosswalk c
                 join source_record r using (tenant_id, source_record_id)
                where r.source_key = $1
                order by c.source_record_id, c.system_from desc""",
            f"{number}",
        )
    assert len(found) == 2
    assert len({row["golden_id"] for row in found}) == 1


async def races(url: str, count: int) -> None:
    """Run so many races, eight at a time, on the database of a URL."""
    databases = await Database.open(url, connections=16), await Database.open(url, connections=16)
    try:
        for start in range(0, count, 8):
            await asyncio.gather(*(race(databases, number) for number in range(start, min(count, start + 8))))
        async with databases[0].connection() as connection:
            assert await connection.fetchval("select count(*) from subject") == count
    finally:
        await asyncio.gather(*(database.close() for database in databases))


async def test_two_workers_given_one_new_person_create_one_golden_record(
    database: Database, database_url: str
) -> None:
    """Sixty people, each told by two sources to two workers at the same moment, are sixty golden records."""
    await races(database_url, 60)


async def test_the_same_record_at_two_workers_is_stored_once(database: Database, database_url: str) -> None:
    """One record delivered to two workers at once is accepted by one and unchanged for the other."""
    other = await Database.open(database_url)
    try:
        for number in range(10):
            record = told("crm", str(number), 1, email=f"p{number}@example.com")
            outcomes = await asyncio.gather(
                *(Intake(pool, entity_type=PERSON).take_in([record], REST) for pool in (database, other))
            )
            assert sorted(outcome.status for (outcome,) in outcomes) == ["accepted", "unchanged"]
            assert len({outcome.golden_id for (outcome,) in outcomes}) == 1
    finally:
        await other.close()
