"""What is said at our own doors counts as it was said, also where instants are equal."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from graph.errors import ConflictError
from graph.golden.record import Origin
from graph.intake import Intake
from graph.store.database import Database
from graph.store.golden_records import GoldenRecords

START = datetime(2024, 1, 1, tzinfo=UTC)


async def test_of_our_own_words_about_one_instant_the_last_counts(database: Database) -> None:
    """Changes, deletes and re-opens at one and the same instant follow each other as they were said."""
    intake, golden = Intake(database), GoldenRecords(database)
    made = await intake.create({"firstName": "Ann", "email": "a@example.com"}, START, "ann", "rest")
    found: list[object] = []
    for said in ("Bea", "Cora", "Dora", "Bea", None, "Eva", None, "Eva", None):
        if said is None:
            await intake.delete(made, START, "ann", "rest")
        else:
            await intake.update(made, {"firstName": said}, START, "ann", "rest")
        (version,) = (await golden.timeline([made], (await golden.basis(None, None)).system))[made]
        found.append(None if version.is_deleted else version.attributes["first_name"])
    assert found == ["Bea", "Cora", "Dora", "Bea", None, "Eva", None, "Eva", None]


def _ann(system: str, number: int) -> dict[str, str]:
    record = {"sourceSystem": system, "key": str(number), "validFrom": "2024-01-01T00:00:00Z"}
    return record | {"firstName": "Ann", "email": f"{number}@example.com"}


@pytest.mark.parametrize("system", ["crm", "shop"])
async def test_our_own_word_stands_above_a_source_about_the_same_instant(
    database: Database, system: str
) -> None:
    """A customer can be corrected, and deleted, from the very instant at which a source's version begins."""
    intake, golden = Intake(database), GoldenRecords(database)
    outcomes = await intake.take_in([_ann(system, n) for n in range(8)], Origin("rest"))
    ids = [outcome.golden_id for outcome in outcomes if outcome.golden_id is not None]
    for golden_id in ids:
        await intake.update(golden_id, {"firstName": "Bea"}, START, "ann", "rest")
    changed = await golden.by_id(ids, await golden.basis(None, None))
    assert [record.version.attributes["first_name"] for record in changed.values()] == ["Bea"] * 8
    for golden_id in ids:
        await intake.delete(golden_id, START, "ann", "rest")
    deleted = await golden.by_id(ids, await golden.basis(None, None))
    assert [record.version.is_deleted for record in deleted.values()] == [True] * 8


async def _city_and_street(database: Database, golden_id: UUID) -> tuple[object, object]:
    golden = GoldenRecords(database)
    found = (await golden.by_id([golden_id], await golden.basis(None, None)))[golden_id].version.attributes
    return found.get("city"), found.get("street")


@pytest.mark.parametrize("writers", [1, 2])
async def test_changes_of_parts_of_one_address_at_once_both_prevail(database: Database, writers: int) -> None:
    """Two people changing street and city at the same time, in one process or two, lose nothing."""
    intakes = [Intake(database) for _ in range(writers)]
    (outcome,) = await intakes[0].take_in(
        [_ann("crm", 1) | {"city": "Bonn", "street": "A 1"}], Origin("rest")
    )
    golden_id = outcome.golden_id
    assert golden_id is not None
    for number in range(5):
        await asyncio.gather(
            intakes[0].update(golden_id, {"city": f"City {number}"}, None, "ann", "rest"),
            intakes[-1].update(golden_id, {"street": f"Street {number}"}, None, "bob", "rest"),
        )
        assert await _city_and_street(database, golden_id) == (f"City {number}", f"Street {number}")
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from source_record") == 2


async def test_a_newer_address_of_a_source_replaces_a_change_as_a_whole(database: Database) -> None:
    """Our own city lies over the source's street only until the source says something newer of the address."""
    intake = Intake(database)
    (outcome,) = await intake.take_in([_ann("crm", 1) | {"city": "Bonn", "street": "A 1"}], Origin("rest"))
    assert outcome.golden_id is not None
    await intake.update(outcome.golden_id, {"city": "Köln"}, START + timedelta(days=10), "ann", "rest")
    assert await _city_and_street(database, outcome.golden_id) == ("Köln", "A 1")
    moved = _ann("crm", 1) | {"city": "Berlin", "street": "B 2", "validFrom": "2024-03-01T00:00:00Z"}
    await intake.take_in([moved], Origin("rest"))
    assert await _city_and_street(database, outcome.golden_id) == ("Berlin", "B 2")


async def test_a_customer_cannot_be_deleted_before_it_exists(database: Database) -> None:
    """A deletion from an instant before the first version is refused, and nothing is stored."""
    intake = Intake(database)
    made = await intake.create({"email": "a@example.com"}, START, "ann", "rest")
    with pytest.raises(ConflictError, match="does not exist yet at 2023-12-31T00:00:00Z"):
        await intake.delete(made, START - timedelta(days=1), "ann", "rest")
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from source_event") == 1


async def test_a_deletion_in_the_past_ends_earlier_words_about_later_instants(database: Database) -> None:
    """What we had said of a later instant before we deleted the customer does not bring half of it back."""
    intake, golden = Intake(database), GoldenRecords(database)
    made = await intake.create({"firstName": "Ann", "email": "a@example.com"}, START, "ann", "rest")
    await intake.update(made, {"firstName": "Bea"}, START + timedelta(days=20), "ann", "rest")
    await intake.delete(made, START + timedelta(days=10), "ann", "rest")
    versions = (await golden.timeline([made], (await golden.basis(None, None)).system))[made]
    assert [((v.period.start - START).days, v.is_deleted) for v in versions] == [(0, False), (10, True)]


async def test_a_deleted_customer_of_a_source_is_re_opened_whole(database: Database) -> None:
    """A change after the deletion brings back what the source had said last, with the change over it."""
    intake, golden = Intake(database), GoldenRecords(database)
    (outcome,) = await intake.take_in([_ann("crm", 1) | {"city": "Bonn"}], Origin("rest"))
    golden_id = outcome.golden_id
    assert golden_id is not None
    await intake.delete(golden_id, START + timedelta(days=10), "ann", "rest")
    await intake.update(golden_id, {"city": "Köln"}, START + timedelta(days=20), "ann", "rest")
    versions = (await golden.timeline([golden_id], (await golden.basis(None, None)).system))[golden_id]
    assert [(v.is_deleted, v.attributes) for v in versions] == [
        (False, {"first_name": "Ann", "email": "1@example.com", "city": "Bonn"}),
        (True, {"first_name": "Ann", "email": "1@example.com", "city": "Bonn"}),
        (False, {"first_name": "Ann", "email": "1@example.com", "city": "Köln"}),
    ]


async def test_each_word_is_kept_with_who_said_it(database: Database) -> None:
    """Changes by different people that commit together are attributed to each of them."""
    intake = Intake(database)
    outcomes = await intake.take_in([_ann("crm", n) for n in range(4)], Origin("rest"))
    ids = [outcome.golden_id for outcome in outcomes if outcome.golden_id is not None]
    await asyncio.gather(
        *(intake.update(i, {"city": "Bonn"}, None, f"actor {n}", "rest") for n, i in enumerate(ids))
    )
    async with database.connection() as connection:
        said = await connection.fetch("select actor from match_decision order by actor")
    assert [row["actor"] for row in said] == ["actor 0", "actor 1", "actor 2", "actor 3"]


async def test_nobody_speaks_as_ourselves_through_the_doors_of_sources(database: Database) -> None:
    """The source system of our own words is refused for source records."""
    (outcome,) = await Intake(database).take_in([_ann("goldthread", 1)], Origin("rest"))
    assert outcome.status == "rejected"
    assert [problem.path for problem in outcome.problems] == ["$.sourceSystem"]


async def test_an_answer_stays_the_same_after_a_retract_and_a_split(database: Database) -> None:
    """Look-up by e-mail and search at a past basis find what they found then, whatever was taken back since."""
    intake, golden = Intake(database), GoldenRecords(database)
    bridge = _ann("crm", 3) | {"email": "a@example.com", "phone": "+4922112345678", "city": "Xanten"}
    await intake.take_in(
        [
            _ann("crm", 1) | {"email": "a@example.com"},
            _ann("shop", 2) | {"email": "b@example.com", "phone": "+4922112345678"},
            bridge,
        ],
        Origin("rest"),
    )
    basis = await golden.basis(None, None)

    async def answers() -> tuple[list[UUID], object]:
        records, _ = await golden.page("xanten", 10, None, basis)
        return [record.id for record in records], await golden.by_email("a@example.com", basis)

    before = await answers()
    assert len(before[0]) == 1
    await intake.take_in([{"sourceSystem": "crm", "key": "3", "kind": "retract"}], Origin("rest"))
    await intake.take_in([{"sourceSystem": "crm", "key": "1", "kind": "retract"}], Origin("rest"))
    assert await answers() == before
