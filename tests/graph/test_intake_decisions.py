"""A steward's words through intake: they outrank the engine, last as long as they should, and leave no trace when undone."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from graph.errors import ConflictError, NotFoundError
from graph.golden.decision import Decision
from graph.identity import SourceKey
from graph.intake import Intake
from graph.store.database import Database
from graph.store.golden_records import GoldenRecords
from graph.store.policies import EntityTypes
from tests.graph.populations import PERSON, REST, golden_of, population, take_in, tasks, told

A, B, C = (SourceKey("crm", key) for key in "abc")


def person(key: str, month: int, **attributes: object) -> dict[str, object]:
    """Return a snapshot of a crm record."""
    return told("crm", key, month, **attributes)


async def views(database: Database, golden_ids: set[UUID]) -> str:
    """Return a digest of everything that can be seen of golden records now, system times left out."""
    golden = GoldenRecords(database)
    basis = await golden.basis(datetime(2025, 1, 1, tzinfo=UTC), None)
    ids = sorted(golden_ids)
    versions = await golden.timeline(ids, basis.system)
    shown = await golden.by_id(ids, basis)
    members = await golden.members(ids, basis.system)
    found = await golden.by_email("lee@example.com", basis)
    keyed = await golden.by_source_key([A, B, C], basis)
    pages = [await golden.page(text, 50, None, basis) for text in (None, "lee")]
    survivors = await golden.survivors(ids, basis.system)
    async with database.connection() as connection:
        history = await connection.fetch("select * from customers_history order by customer_id, version")
    seen = (
        [(i, [replace(v, system_from=None) for v in versions[i]]) for i in ids],
        [(i, shown[i].id, replace(shown[i].version, system_from=None)) for i in ids if i in shown],
        [(i, sorted(members[i])) for i in ids],
        found and found.id,
        sorted((key, record.id) for key, record in keyed.items()),
        [[record.id for record in page] for page, _ in pages],
        sorted(survivors.items()),
        [tuple(row) for row in history],
    )
    return hashlib.sha256(repr(seen).encode()).hexdigest()


async def test_a_must_link_joins_what_nothing_else_does(database: Database) -> None:
    """Two records become one golden record, under the older id, with the word kept and the merge in the feed."""
    intake = Intake(database, entity_type=PERSON)
    one, other = await intake.take_in([person("a", 1, city="Bonn"), person("b", 2, city="Ulm")], REST)
    assert one.golden_id is not None
    assert other.golden_id is not None
    old, young = sorted((one.golden_id, other.golden_id))
    assert await intake.decide([Decision(A, B, "must_link", "met them")], "eve") == [old]
    async with database.connection() as connection:
        word = await connection.fetchrow(
            "select verdict, actor, note, identity_a, identity_b from match_decision"
        )
        identities = {
            row["identity"] for row in await connection.fetch("select identity from record_profile")
        }
        feed = await connection.fetch(
            "select kind, golden_id, other_id from change_event order by system_from, seq"
        )
        reason = await connection.fetchval("select reason from crosswalk order by system_from desc limit 1")
    assert word is not None
    assert tuple(word)[:3] == ("must_link", "eve", "met them")
    assert {word["identity_a"], word["identity_b"]} == identities
    assert [tuple(row) for row in feed[:2]] == [("created", old, None), ("created", young, None)]
    assert ("merged", old, young) in {tuple(row) for row in feed}
    assert reason == "merge"


async def test_merging_and_unmerging_gives_every_view_back(database: Database) -> None:
    """After a merge is taken back both ids show what they showed before, and both are where they were."""
    intake = Intake(database, entity_type=PERSON)
    await take_in(intake, population(8, 3), 100)
    outcomes = await intake.take_in(
        [
            person("a", 1, firstName="Ann", lastName="Lee", email="lee@example.com", city="Bonn"),
            person("a", 5, firstName="Ann", lastName="Lee", email="lee@example.com", city="Ulm"),
            person("b", 3, firstName="Bo", lastName="Moe", phone="+4922112345678", city="Kiel"),
            person("b", 9, kind="end"),
            person("c", 4, firstName="Bo", phone="+4922112345678"),
        ],
        REST,
    )
    ids = {outcome.golden_id for outcome in outcomes if outcome.golden_id is not None}
    assert len(ids) == 2
    before = await views(database, set((await golden_of(database)).values()))
    assert await intake.decide([Decision(A, B, "must_link")], "eve") == [min(ids)]
    assert await views(database, ids) != before
    assert await intake.decide([Decision(A, B, "withdrawn")], "eve") == [
        outcomes[0].golden_id,
        outcomes[2].golden_id,
    ]
    assert await views(database, set((await golden_of(database)).values())) == before
    async with database.connection() as connection:
        feed = await connection.fetch(
            "select kind, golden_id, other_id from change_event where kind in ('merged', 'unmerged') order by system_from"
        )
    assert [tuple(row) for row in feed] == [("merged", min(ids), max(ids)), ("unmerged", min(ids), max(ids))]


async def test_a_cannot_link_keeps_apart_until_a_record_changes(database: Database) -> None:
    """It splits what a rule joined; where the identity of one changes, a steward is asked again, and nothing merges."""
    intake = Intake(database, entity_type=PERSON)
    lee = {"firstName": "Ann", "email": "lee@example.com"}
    one, other = await intake.take_in([person("a", 1, **lee), person("b", 1, **lee)], REST)
    assert one.golden_id == other.golden_id
    first, second = await intake.decide([Decision(A, B, "cannot_link")], "eve")
    assert first != second
    assert await tasks(database) == set()
    await intake.take_in([person("b", 3, **lee, birthDate="1990-01-01")], REST)
    assert (await golden_of(database))["crm", "a"] != (await golden_of(database))["crm", "b"]
    assert {task[0] for task in await tasks(database)} == {"reopened"}
    await intake.decide([Decision(A, B, "cannot_link")], "eve")
    assert await tasks(database) == set()
    assert len(await intake.decide([Decision(A, B, "withdrawn")], "eve")) == 1


async def test_a_record_alike_to_two_kept_apart_is_contested(database: Database) -> None:
    """A newcomer that matches both sides of a cannot_link bridges nothing: it stays by itself, and a task says so."""
    intake = Intake(database, entity_type=PERSON)
    lee = {"firstName": "Ann", "email": "lee@example.com"}
    await intake.take_in([person("a", 1, **lee), person("b", 1, **lee)], REST)
    await intake.decide([Decision(A, B, "cannot_link")], "eve")
    await intake.take_in([person("c", 1, **lee)], REST)
    assert len(set((await golden_of(database)).values())) == 3
    assert {task[0] for task in await tasks(database)} == {"contested"}


async def test_words_about_unknown_records_store_nothing(database: Database) -> None:
    """Unknown records, one record alone and two words about one pair are refused as a whole."""
    intake = Intake(database, entity_type=PERSON)
    await intake.take_in([person("a", 1, city="Bonn"), person("b", 1, city="Bonn")], REST)
    with pytest.raises(NotFoundError, match="no customer record of crm has the key c"):
        await intake.decide([Decision(A, B, "must_link"), Decision(A, C, "must_link")], "eve")
    with pytest.raises(ConflictError, match="two records, not one"):
        await intake.decide([Decision(A, A, "must_link")], "eve")
    with pytest.raises(ConflictError, match="same pair"):
        await intake.decide([Decision(A, B, "must_link"), Decision(B, A, "cannot_link")], "eve")
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from match_decision") == 0
    assert len(set((await golden_of(database)).values())) == 2


async def test_the_same_word_again_is_not_stored_twice(database: Database) -> None:
    """Repeating a word, or taking back what was never said, adds no row."""
    intake = Intake(database, entity_type=PERSON)
    await intake.take_in([person("a", 1, city="Bonn"), person("b", 1, city="Bonn")], REST)
    await intake.decide([Decision(A, B, "withdrawn")], "eve")
    for _ in range(2):
        await intake.decide([Decision(B, A, "cannot_link")], "eve")
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from match_decision") == 1


async def test_another_policy_counts_once_records_are_reconsidered(database: Database) -> None:
    """A stored policy decides of newcomers at once, and of records already there when they are reconsidered."""
    intake = Intake(database)
    lee = {"firstName": "Ann", "lastName": "Lee", "email": "lee@example.com"}
    one, other = await intake.take_in([person("a", 1, **lee), person("b", 1, **lee)], REST)
    assert one.golden_id == other.golden_id
    strict = {"blocking": [["phone"]]}
    async with database.connection() as connection, connection.transaction():
        await EntityTypes(database).put(connection, "customer", "matching", strict, "eve")
    (third,) = await intake.take_in([person("c", 1, **lee)], REST)
    assert third.golden_id != one.golden_id
    assert len(set((await golden_of(database)).values())) == 2
    async with database.connection() as connection:
        ids = [row[0] for row in await connection.fetch("select source_record_id from source_record")]
    await intake.reconsider(ids)
    assert len(set((await golden_of(database)).values())) == 3
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from blocking_key") == 0
