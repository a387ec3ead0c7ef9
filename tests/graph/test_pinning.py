"""A steward's pin is in force with the transaction that says it, and goes where its source record goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from graph.errors import InvalidInputError, NotFoundError
from graph.golden.decision import Decision
from graph.golden.pins import Pin
from graph.golden.record import Origin
from graph.identity import SourceKey
from graph.intake import Intake
from graph.pinning import Pinning
from graph.store.database import Database
from graph.store.golden_records import GoldenRecords
from graph.store.policies import EntityTypes
from graph.time import BEGINNING, AsOf, Period

CRM, SHOP = SourceKey("crm", "1"), SourceKey("shop", "1")


@pytest.fixture
async def intake(database: Database) -> AsyncIterator[Intake]:
    """Return an intake with two customers who have nothing in common."""
    intake = Intake(database)
    people: list[dict[str, Any]] = [
        {"sourceSystem": "crm", "key": "1", "validFrom": "2020-01-01", "firstName": "Ann", "city": "Bonn"},
        {"sourceSystem": "shop", "key": "1", "validFrom": "2022-01-01", "firstName": "Bob", "city": "Köln"},
    ]
    await intake.take_in(people, Origin("rest"))
    yield intake
    await intake.close()


def _pinning(database: Database, intake: Intake) -> Pinning:
    async def intake_of(name: str) -> Intake:
        return intake

    return Pinning(database, EntityTypes(database), intake_of)


async def _city(database: Database, key: SourceKey) -> object:
    golden = GoldenRecords(database)
    basis = await golden.basis(None, None)
    found = await golden.by_source_key([key], AsOf(datetime(2023, 1, 1, tzinfo=UTC), basis.system))
    return found[key].version.attributes["city"]


async def test_a_pin_goes_with_its_record_into_a_merge_and_out_of_it(
    database: Database, intake: Intake
) -> None:
    """Merged, the pinned source wins against a newer one; taken apart again, each has its own."""
    pinned = await _pinning(database, intake).say("customer", CRM, "city", "pin", "ann")
    assert pinned.pins == (Pin("address", "pin", Period(BEGINNING)),)
    assert [await _city(database, key) for key in (CRM, SHOP)] == ["Bonn", "Köln"]
    await intake.decide([Decision(CRM, SHOP, "must_link")], "ann")
    assert [await _city(database, key) for key in (CRM, SHOP)] == ["Bonn", "Bonn"]
    await intake.decide([Decision(CRM, SHOP, "cannot_link")], "ann")
    assert [await _city(database, key) for key in (CRM, SHOP)] == ["Bonn", "Köln"]


async def test_a_pin_that_is_withdrawn_counts_no_more(database: Database, intake: Intake) -> None:
    """The golden record is worked out anew with the withdrawal."""
    pinning = _pinning(database, intake)
    await intake.decide([Decision(CRM, SHOP, "must_link")], "ann")
    assert await _city(database, CRM) == "Köln"
    pinned = await pinning.say("customer", SHOP, "street", "ignore", "ann")
    assert await _city(database, CRM) == "Bonn"
    withdrawn = await pinning.say("customer", SHOP, "city", "withdrawn", "ann")
    assert await _city(database, CRM) == "Köln"
    assert (withdrawn.golden_id, withdrawn.pins) == (pinned.golden_id, ())


async def test_a_pin_on_nothing_is_refused(database: Database, intake: Intake) -> None:
    """An unknown record, attribute or entity type stores no word."""
    pinning = _pinning(database, intake)
    with pytest.raises(NotFoundError, match="no customer record of crm has the key 2"):
        await pinning.say("customer", SourceKey("crm", "2"), "city", "pin", "ann")
    with pytest.raises(InvalidInputError, match="'town' is not known"):
        await pinning.say("customer", CRM, "town", "pin", "ann")
    with pytest.raises(NotFoundError, match="no entity type is called 'custmer'"):
        await pinning.say("custmer", CRM, "city", "pin", "ann")
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from survivorship_pin") == 0
