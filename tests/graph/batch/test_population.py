"""The population as it is streamed out of PostgreSQL: every record with its profile, in order of ids."""

from __future__ import annotations

from graph.batch.population import population, sampled
from graph.golden.entity_type import CUSTOMER
from graph.golden.record import Origin
from graph.intake import Intake
from graph.store.database import DEFAULT_TENANT, Database

RAW = [
    {"sourceSystem": "crm", "key": '1"\\n', "firstName": 'A"n\\n', "email": "ann@example.com"},
    {"sourceSystem": "shop", "key": "ключ", "firstName": "Zoë", "validFrom": "2024-01-01"},
    {"sourceSystem": "shop", "key": "ключ", "firstName": "Zora", "validFrom": "2025-01-01"},
]


async def test_every_record_comes_with_its_profile_its_key_and_its_golden_record(database: Database) -> None:
    """Quotes, backslashes and other letters survive the way; what is unknown is null; positions follow the ids."""
    intake = Intake(database)
    outcomes = await intake.take_in(RAW, Origin("rest"))
    async with database.connection() as connection:
        people = await population(connection, DEFAULT_TENANT, CUSTOMER)
    await intake.close()
    assert people.golden is not None
    rows = people.profiles.to_pylist()
    by_key = {
        (system, key): (row, golden)
        for row, system, key, golden in zip(
            rows, people.systems.to_pylist(), people.keys.to_pylist(), people.golden.to_pylist(), strict=True
        )
    }
    assert by_key.keys() == {("crm", '1"\\n'), ("shop", "ключ")}
    ann, golden = by_key["crm", '1"\\n']
    assert (ann["email"], ann["last_name"], golden) == (
        ["ann@example.com"],
        None,
        str(outcomes[0].golden_id),
    )
    assert by_key["shop", "ключ"][0]["first_name"] == ["zora", "zoe"]
    assert [row["record"] for row in rows] == [0, 1]
    assert people.ids.to_pylist() == sorted(people.ids.to_pylist(), key=str)


async def test_an_entity_type_without_records_is_an_empty_population(database: Database) -> None:
    """It has its columns nevertheless."""
    async with database.connection() as connection:
        people = await population(connection, DEFAULT_TENANT, CUSTOMER)
    assert (len(people), people.profiles.column_names) == (0, ["record", *CUSTOMER.by_name])


async def test_a_population_of_many_chunks_is_whole(database: Database) -> None:
    """A line that arrives in two parts is one line; a sample is taken of all of it, the same every time."""
    raw = [{"sourceSystem": "crm", "key": f"{n}", "firstName": f"Ann {n}"} for n in range(200)]
    intake = Intake(database)
    await intake.take_in(raw, Origin("rest"))
    await intake.close()
    async with database.connection() as connection:
        people = await population(connection, DEFAULT_TENANT, CUSTOMER, chunk_bytes=500)
    keys = people.keys.to_pylist()
    assert sorted(map(int, filter(None, keys))) == list(range(200))
    assert [row["first_name"] for row in people.profiles.to_pylist()] == [[f"ann {key}"] for key in keys]
    some = sampled(people, 50)["record"].to_pylist()
    assert (len(set(some)), some) == (50, sampled(people, 50)["record"].to_pylist())
    assert sampled(people, 500).num_rows == 200
