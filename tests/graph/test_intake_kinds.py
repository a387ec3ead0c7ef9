"""Entity types never meet, and people who were erased do not come back."""

from __future__ import annotations

import pytest

from graph.errors import InvalidInputError, NotFoundError
from graph.golden.entity_type import CUSTOMER, ORGANIZATION
from graph.golden.record import Origin
from graph.identity import new_id
from graph.intake import Intake
from graph.store import suppression
from graph.store.database import Database
from tests.graph.populations import PERSON, REST, told

SECRET = b"s" * 32


async def test_a_customer_and_an_organization_with_equal_keys_never_meet(database: Database) -> None:
    """Source keys, message ids and identifiers of one entity type say nothing in another."""
    record = told("crm", "1", 1, email="lee@example.com", messageId="m1")
    (customer,) = await Intake(database, entity_type=CUSTOMER).take_in([record], REST)
    (organization,) = await Intake(database, entity_type=ORGANIZATION).take_in([record], REST)
    assert (customer.status, organization.status) == ("accepted", "accepted")
    assert customer.golden_id is not None
    assert customer.golden_id != organization.golden_id
    with pytest.raises(NotFoundError, match="no organization has the id"):
        await Intake(database, entity_type=ORGANIZATION).update(
            customer.golden_id, {"email": "moe@example.com"}, None, "eve", "rest"
        )
    async with database.connection() as connection:
        kinds = await connection.fetch("select kind from subject order by kind")
        feed = await connection.fetch("select entity_type, kind from change_event order by entity_type")
        assert await connection.fetchval("select count(*) from match_edge") == 0
    assert [row["kind"] for row in kinds] == ["customer", "organization"]
    assert [tuple(row) for row in feed] == [("customer", "created"), ("organization", "created")]


async def erased(database: Database, *records: dict[str, object]) -> None:
    """Have somebody be erased who was known by what the records say."""
    erasure_id = new_id()
    said = [(r.get("sourceSystem"), r.get("key"), r.get("email")) for r in records]
    digests = [suppression.digest(SECRET, "customer", "key", str(s), str(k)) for s, k, _ in said]
    digests += [suppression.digest(SECRET, "customer", "email", str(e)) for _, _, e in said if e]
    async with database.connection() as connection, connection.transaction():
        await connection.execute(
            """insert into erasure (tenant_id, erasure_id, entity_type, golden_id, actor, reason, requested_at)
               values (1, $1, 'customer', $1, 'eve', 'asked for it', now())""",
            erasure_id,
        )
        await suppression.keep_out(connection, 1, erasure_id, SECRET, digests)


@pytest.mark.parametrize("door", ["rest", "file"])
async def test_somebody_who_was_erased_is_refused(database: Database, door: str) -> None:
    """By key or e-mail, at every door; quarantine keeps where the row stood and nothing of what it said."""
    await erased(database, told("crm", "1", 1, email="lee@example.com"))
    intake = Intake(database, entity_type=PERSON, suppression_key=SECRET)
    outcomes = await intake.take_in(
        [
            told("crm", "1", 2, firstName="Ann"),
            told("shop", "7", 2, firstName="Ann", email="Lee@example.com"),
            told("shop", "8", 2, firstName="Bea"),
        ],
        Origin("file", file="crm.csv") if door == "file" else REST,
        first_position=1,
    )
    assert [outcome.status for outcome in outcomes] == ["rejected", "rejected", "accepted"]
    assert [outcome.problems[0].path for outcome in outcomes[:2]] == ["$.key", "$.email"]
    with pytest.raises(InvalidInputError):
        await intake.create({"email": "lee@example.com"}, None, "eve", "rest")
    golden_id = outcomes[2].golden_id
    assert golden_id is not None
    with pytest.raises(InvalidInputError):
        await intake.update(golden_id, {"email": "lee@example.com"}, None, "eve", "rest")
    async with database.connection() as connection:
        kept = await connection.fetch("select origin_position, body from quarantine order by origin_position")
        assert await connection.fetchval("select count(*) from source_event") == 1
    body = "(not kept: it is about somebody who was erased)"
    assert [tuple(row) for row in kept] == ([(1, body), (2, body)] if door == "file" else [])
