"""What a tenant says of its entity types: version after version, seen at once, and as of any system instant."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from graph.errors import InvalidInputError, NotFoundError
from graph.golden.entity_type import CUSTOMER
from graph.golden.match_model import default_model, guessed_model
from graph.golden.policy import Strategy
from graph.golden.policy_document import document_of_match_policy
from graph.store import policies
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.policies import EntityTypes, Part

OLDEST = {"default": ["oldest"]}


async def put(
    database: Database, part: Part, document: dict[str, Any], name: str = "customer", actor: str = "ann"
) -> int:
    """Put a document in a transaction of its own."""
    types = EntityTypes(database)
    return await database.transaction(
        lambda connection: types.put(connection, name, part, document, actor, "because")
    )


async def stored(database: Database) -> int:
    """Return how many versions are stored."""
    async with database.connection() as connection:
        return await connection.fetchval("select count(*) from policy")


async def test_what_ships_counts_until_something_is_put(database: Database) -> None:
    """An entity type nobody speaks of is the shipped one, with its model."""
    async with database.connection() as connection:
        entity_type, model = await EntityTypes(database).current(connection, "customer")
    assert entity_type == CUSTOMER
    assert model == default_model(CUSTOMER)


async def test_a_new_version_is_seen_by_everybody_at_once(database: Database) -> None:
    """Another one who has asked before sees the new version with the next question."""
    other = EntityTypes(database)
    async with database.connection() as connection:
        await other.current(connection, "customer")
        assert await put(database, "survivorship", OLDEST) == 1
        assert await put(database, "survivorship", {"default": ["longest"]}) == 2
        entity_type, _ = await other.current(connection, "customer")
    assert entity_type.survivorship.default == (Strategy("longest"),)
    assert entity_type.policy_version == "survivorship 2"
    assert entity_type.matching == CUSTOMER.matching


async def test_what_is_not_put_anew_is_not_read_anew(database: Database) -> None:
    """The same entity type is answered as long as nobody says anything."""
    types = EntityTypes(database)
    await put(database, "survivorship", OLDEST)
    async with database.connection() as connection:
        first, _ = await types.current(connection, "customer")
        again, _ = await types.current(connection, "customer")
    assert first is again


async def test_policies_are_known_as_of_every_system_instant(database: Database) -> None:
    """Before a version was put, the one before it counted."""
    types = EntityTypes(database)
    await put(database, "survivorship", OLDEST)
    await put(database, "survivorship", {"default": ["longest"]})
    async with database.connection() as connection:
        newest, first = await types.versions(connection, "customer")
        before, _ = await types.known_at(connection, "customer", first.system_from)
    assert [(v.part, v.version, v.actor, v.note) for v in (newest, first)] == [
        ("survivorship", 2, "ann", "because"),
        ("survivorship", 1, "ann", "because"),
    ]
    assert before.survivorship.default == (Strategy("oldest"),)


async def test_a_bad_document_is_refused_and_nothing_is_stored(database: Database) -> None:
    """The problems name their paths; what counts stays."""
    with pytest.raises(InvalidInputError, match="did you mean address"):
        await put(database, "survivorship", {"groups": {"adress": ["recency"]}})
    with pytest.raises(InvalidInputError, match="NUL"):
        await put(database, "survivorship", {"trust": {"c\0": {}}})
    with pytest.raises(NotFoundError, match="no entity type is called 'custmer'"):
        await put(database, "survivorship", OLDEST, name="custmer")
    with pytest.raises(InvalidInputError, match="must be one of definition, matching"):
        await put(database, "quality", OLDEST)  # pyright: ignore[reportArgumentType]
    assert await stored(database) == 0


async def test_an_entity_type_of_ones_own_is_defined_and_given_policies(database: Database) -> None:
    """A definition makes a new name known; its policies are checked against its attributes."""
    definition = {
        "name": "vessel",
        "attributes": [{"name": "imo", "kind": "code"}, {"name": "flag", "kind": "country"}],
    }
    assert await put(database, "definition", definition, name="vessel") == 1
    assert await put(database, "matching", {"blocking": [["imo"]]}, name="vessel") == 1
    with pytest.raises(InvalidInputError, match="did you mean flag"):
        await put(database, "survivorship", {"groups": {"flags": ["oldest"]}}, name="vessel")
    async with database.connection() as connection:
        entity_type, model = await EntityTypes(database).current(connection, "vessel")
    assert entity_type.matching.blocking == (("imo",),)
    assert entity_type.policy_version == "definition 1, matching 1"
    assert model == guessed_model(entity_type.matching)


async def test_a_definition_must_fit_the_policies_that_stand(database: Database) -> None:
    """An attribute that a policy speaks of cannot be left out of the definition."""
    definition = {"name": "vessel", "attributes": [{"name": "imo", "kind": "code"}]}
    await put(database, "definition", definition, name="vessel")
    await put(database, "matching", {"blocking": [["imo"]]}, name="vessel")
    other = {"name": "vessel", "attributes": [{"name": "hull", "kind": "code"}]}
    with pytest.raises(InvalidInputError, match=r"\$\.matching\.blocking\[0\]\[0\]: 'imo' is not known"):
        await put(database, "definition", other, name="vessel")
    with pytest.raises(InvalidInputError, match="must be 'ship'"):
        await put(database, "definition", definition, name="ship")
    assert await stored(database) == 2


async def test_a_model_counts_only_where_it_fits_the_comparisons(database: Database) -> None:
    """A model made for other comparisons is refused; one that no longer fits gives way to the default."""
    model = guessed_model(CUSTOMER.matching)
    await put(database, "model", model.document | {"version": 7})
    types = EntityTypes(database)
    async with database.connection() as connection:
        assert (await types.current(connection, "customer"))[1].version == 7
    fewer = document_of_match_policy(CUSTOMER.matching)
    fewer["comparisons"] = fewer["comparisons"][:1]
    await put(database, "matching", fewer)
    async with database.connection() as connection:
        assert (await types.current(connection, "customer"))[1].version == 0
    with pytest.raises(InvalidInputError, match="is not what the match model was made for"):
        await put(database, "model", model.document)
    assert await stored(database) == 2


async def test_a_change_waits_for_those_who_hold_the_policies(database: Database) -> None:
    """While anybody holds the policies no version is put; afterwards it is."""
    held, release = asyncio.Event(), asyncio.Event()

    async def reader(connection: Connection) -> None:
        await policies.hold(connection, DEFAULT_TENANT)
        held.set()
        await release.wait()

    reading = asyncio.create_task(database.transaction(reader))
    await held.wait()
    putting = asyncio.create_task(put(database, "survivorship", OLDEST))
    await asyncio.sleep(0.05)
    assert await stored(database) == 0
    release.set()
    await reading
    assert await putting == 1


async def test_versions_put_at_once_get_numbers_of_their_own(database: Database) -> None:
    """Eight changes at once are versions 1 to 8."""
    numbers = await asyncio.gather(*(put(database, "survivorship", OLDEST) for _ in range(8)))
    assert sorted(numbers) == list(range(1, 9))
