"""Erasure removes one person from every table and both time axes, keeps the person out, and leaves others alone."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from graph.erasure import Erasures
from graph.errors import (
    ConflictError,
    ErasedError,
    InvalidInputError,
    NotFoundError,
    UnavailableError,
)
from graph.golden.decision import Decision
from graph.golden.record import Origin
from graph.identity import SourceKey
from graph.intake import Intake
from graph.store.change_feed import START, ChangeFeed
from graph.store.database import Database
from graph.store.erasures import OF_RECORDS
from graph.store.golden_records import GoldenRecords

SECRET = b"s" * 32
ANN = {
    "sourceSystem": "crm",
    "key": "C-1042-77",
    "firstName": "Annabella",
    "lastName": "Quastenberg",
    "email": "annabella.q@example.com",
    "phone": "+49 221 9876543",
    "validFrom": "2024-01-01T00:00:00Z",
}
BOB = {
    "sourceSystem": "crm",
    "key": "C-2000-11",
    "firstName": "Bob",
    "lastName": "Anders",
    "email": "bob@example.com",
    "validFrom": "2024-01-01T00:00:00Z",
}
WORDS = ("annabella", "quastenberg", "C-1042-77", "9876543")


async def taken_in(database: Database, *records: dict[str, Any]) -> list[UUID]:
    """Take records in one after the other and return the golden ids they belong to."""
    intake = Intake(database)
    outcomes = [(await intake.take_in([record], Origin("rest")))[0] for record in records]
    assert [outcome.problems for outcome in outcomes] == [()] * len(records)
    ids = [outcome.golden_id for outcome in outcomes]
    assert all(ids)
    return [golden_id for golden_id in ids if golden_id is not None]


async def dumped(database: Database) -> str:
    """Return every row of every table as text."""
    async with database.connection() as connection:
        tables = await connection.fetch(
            "select format('%I.%I', schemaname, tablename) as name from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        )
        told = [
            f"{row['name']}: {one['text']}"
            for row in tables
            for one in await connection.fetch(f"select t::text as text from {row['name']} t")
        ]
    return "\n".join(told)


async def test_nothing_of_the_person_is_left_in_any_table(database: Database) -> None:
    """After erasure no table holds a word of the person, and what remains is who did it and why."""
    ann, bob = await taken_in(database, ANN, BOB)
    intake = Intake(database)
    await intake.update(ann, {"firstName": "Annabella Maria"}, None, "me", "rest")
    await intake.take_in([{**ANN, "birthDate": "never"}], Origin("file", file="a.csv"))
    before = (await dumped(database)).lower()
    assert [word for word in WORDS if word.lower() not in before] == []

    erasure = await Erasures(database, SECRET).erase("customer", ann, "me", "asked on paper")

    assert erasure.golden_id == ann
    after = (await dumped(database)).lower()
    assert [word for word in WORDS if word.lower() in after] == []
    assert erasure.report["golden_ids"] == {"erased": [str(ann)], "recomputed": []}
    assert erasure.report["removed"]["tables"]["quarantine"] == 1
    assert "anders" in after
    assert bob != ann


async def test_the_change_feed_tells_of_it(database: Database) -> None:
    """Consumers learn that a golden record was erased, by its id alone."""
    (ann,) = await taken_in(database, ANN)
    await Erasures(database, SECRET).erase("customer", ann, "me", "asked")

    last = (await ChangeFeed(database).page(START, 100)).events[-1]

    assert (last.change.kind, last.change.golden_id, last.change.attributes) == ("erased", ann, ())


async def test_asking_again_goes_on_with_the_same_erasure(database: Database) -> None:
    """A second call removes nothing twice and answers with the first erasure."""
    (ann,) = await taken_in(database, ANN)
    erasures = Erasures(database, SECRET)
    first = await erasures.erase("customer", ann, "me", "asked")
    before = await dumped(database)

    assert await erasures.erase("customer", ann, "somebody else", "again") == first
    assert await dumped(database) == before


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1_001, "a\0b"])
async def test_a_reason_is_needed(database: Database, reason: str) -> None:
    """Without a reason nothing is erased."""
    (ann,) = await taken_in(database, ANN)
    before = await dumped(database)
    with pytest.raises(InvalidInputError):
        await Erasures(database, SECRET).erase("customer", ann, "me", reason)
    assert await dumped(database) == before


async def test_without_a_key_nobody_is_erased(database: Database) -> None:
    """A process that could not keep the person out does not erase either."""
    (ann,) = await taken_in(database, ANN)
    with pytest.raises(UnavailableError, match="GOLDTHREAD_SUPPRESSION_KEY"):
        await Erasures(database, None).erase("customer", ann, "me", "asked")
    assert "annabella.q@example.com" in await dumped(database)


async def test_an_unknown_golden_record_is_not_found(database: Database) -> None:
    """Nothing is recorded of an id that nobody has, or that is of another type."""
    (ann,) = await taken_in(database, ANN)
    with pytest.raises(NotFoundError):
        await Erasures(database, SECRET).erase("customer", UUID(int=5), "me", "asked")
    with pytest.raises(NotFoundError):
        await Erasures(database, SECRET).erase("product", ann, "me", "asked")
    assert await Erasures(database, SECRET).unfinished("requested") == []


async def test_every_table_that_refers_to_source_records_is_emptied(database: Database) -> None:
    """No table with a reference to source records, or to what refers to them, is forgotten."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            """with recursive of (name) as (
                 select 'source_record'::regclass
                 union
                 select c.conrelid::regclass from pg_constraint c join of on c.confrelid = of.name where c.contype = 'f'
               )
               select name::text from of
               union
               select table_name from information_schema.columns
                where table_schema = 'public' and column_name = 'source_record_id'"""
        )
    assert {row["name"] for row in rows} == set(OF_RECORDS)


@pytest.mark.parametrize(("theirs", "ours"), [(ANN, BOB), (BOB, ANN)])
async def test_others_keep_their_history_where_the_person_was_mixed_in(
    database: Database, theirs: dict[str, Any], ours: dict[str, Any]
) -> None:
    """Where two were wrongly one for a while, each way round, what was believed of the other stays, without the person."""
    a, b = SourceKey("crm", theirs["key"]), SourceKey("crm", ours["key"])
    intake, reads = Intake(database), GoldenRecords(database)
    await taken_in(database, theirs, ours)
    (one,) = await intake.decide([Decision(a, b, "must_link")], "dan")
    together = await reads.basis(None, None)
    assert await intake.decide([Decision(a, b, "cannot_link")], "dan") != [one]
    now = await reads.basis(None, None)
    held = await reads.by_source_key([a, b], now)
    before = held[b]

    await Erasures(database, SECRET).erase("customer", held[a].id, "me", "asked")

    after = await reads.by_source_key([a, b], now)
    assert after == {b: before}
    past = await reads.by_source_key([a, b], together)
    assert set(past) == {b}
    assert past[b].version.attributes["email"] == ours["email"]
    assert past[b].version.attributes["first_name"] == ours["firstName"]
    assert theirs["email"] not in await dumped(database)
    with pytest.raises(ErasedError):
        await reads.by_id([held[a].id], together)


async def test_an_erased_id_says_so_at_every_instant(database: Database) -> None:
    """Also of instants before the erasure, and of an id that was merged away before, the answer is that it is erased."""
    shop = {**ANN, "sourceSystem": "shop", "key": "S-77-1042", "email": "other@example.com", "lastName": "Q."}
    ann, other = await taken_in(database, ANN, shop)
    assert ann != other
    reads = GoldenRecords(database)
    first = await reads.basis(None, None)
    (one,) = await Intake(database).decide(
        [Decision(SourceKey("crm", ANN["key"]), SourceKey("shop", shop["key"]), "must_link")], "dan"
    )
    assert one in {ann, other}

    erasure = await Erasures(database, SECRET).erase("customer", other, "me", "asked")

    assert erasure.report["golden_ids"]["erased"] == sorted([str(ann), str(other)])
    for golden_id in (ann, other):
        for at in (first, await reads.basis(None, None)):
            with pytest.raises(ErasedError) as caught:
                await reads.by_id([golden_id], at)
            assert caught.value.erased_at > erasure.requested_at
        assert await Erasures(database, SECRET).erase("customer", golden_id, "me", "again") == erasure
    assert (await reads.page(None, 10, None, first))[0] == []
    assert (await reads.page("annabella", 10, None, first))[0] == []


async def test_a_reload_is_refused_and_nothing_is_written(database: Database) -> None:
    """By its key or by an identifier, through any door, the person does not come back; lifting lets the person back."""
    (ann,) = await taken_in(database, ANN)
    erasures = Erasures(database, SECRET)
    erasure = await erasures.erase("customer", ann, "me", "asked")
    before = await dumped(database)
    intake = Intake(database, suppression_key=SECRET)
    again = [
        ANN,
        {**ANN, "sourceSystem": "shop", "key": "new"},
        {**ANN, "email": "new@example.com", "phone": None},
        {"sourceSystem": "shop", "key": "n", "firstName": "A", "phone": "0221 9876543", "country": "DE"},
    ]
    outcomes = await intake.take_in(again, Origin("rest"))
    assert [outcome.status for outcome in outcomes] == ["rejected"] * 4
    with pytest.raises(InvalidInputError):
        await intake.create({"email": ANN["email"]}, None, "me", "graphql")
    after = await dumped(database)
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        line
        for line in after.splitlines()
        if line.startswith(("public.origin", "public.clock")) and line not in before.splitlines()
    ]
    assert [word for word in WORDS if word.lower() in after.lower()] == []

    with pytest.raises(ConflictError):
        await erasures.lift(erasure.erasure_id, "me", "came back")
    await erasures.finish(erasure, "erased")
    lifted = await erasures.lift(erasure.erasure_id, "me", "came back")
    assert lifted.report["lifted"]["reason"] == "came back"
    (back,) = await intake.take_in([ANN], Origin("rest"))
    assert (back.status, back.golden_id == ann) == ("accepted", False)


async def test_what_others_share_does_not_keep_them_out(database: Database) -> None:
    """The phone of a household stays with those who are left, who can go on with it."""
    phone = "+49 221 5550123"
    husband = {**BOB, "phone": phone, "birthDate": "1970-01-01"}
    ann, bob = await taken_in(database, {**ANN, "phone": phone, "birthDate": "1985-05-05"}, husband)
    assert ann != bob
    erasure = await Erasures(database, SECRET).erase("customer", ann, "me", "asked")

    assert erasure.report["suppression"]["shared_identifiers_left_out"] == 1
    later = {**husband, "validFrom": "2025-01-01T00:00:00Z", "firstName": "Robert"}
    (outcome,) = await Intake(database, suppression_key=SECRET).take_in([later], Origin("rest"))
    assert (outcome.status, outcome.golden_id) == ("accepted", bob)


async def test_notes_name_the_person_no_more(database: Database) -> None:
    """What stewards wrote loses the words, and keeps the rest."""
    ann, _ = await taken_in(database, ANN, BOB)
    eve = {**BOB, "key": "E-1", "email": "eve@example.com", "firstName": "Eve"}
    await taken_in(database, eve)
    said = Decision(
        SourceKey("crm", "E-1"), SourceKey("crm", BOB["key"]), "cannot_link", f"not {ANN['email']}"
    )
    await Intake(database).decide([said], "dan")
    erasure = await Erasures(database, SECRET).erase("customer", ann, "me", f"{ANN['email']} asked")

    assert erasure.reason == "[erased] asked"
    async with database.connection() as connection:
        assert await connection.fetchval("select note from match_decision") == "not [erased]"


async def test_runs_of_pipelines_name_the_person_no_more(database: Database) -> None:
    """What a run was given, answered and failed of loses the words, in names and in values; other runs stay as they are."""
    ann, _ = await taken_in(database, ANN, BOB)
    email = ANN["email"]
    async with database.connection() as connection:
        await connection.executemany(
            """insert into pipeline_run (tenant_id, run_id, pipeline_id, pipeline_name, engine, work, conf, cause, result, error,
                                         state, ended_at)
               values (1, $1, $1, 'load', 'worker', 'match', $2, 'request', $3, $4, 'failed', clock_timestamp())""",
            [
                (UUID(int=1), {"only": [email], email: 7}, {"rows": 2}, f"{email} came twice"),
                (UUID(int=2), {"only": [BOB["email"]]}, None, None),
            ],
        )
        await connection.execute(
            """insert into pipeline_task (tenant_id, run_id, task_id, map_index, try_number, is_newest, error)
               values (1, $1, 'match', -1, 1, true, $2)""",
            UUID(int=1),
            f"no key of {email}",
        )
    await Erasures(database, SECRET).erase("customer", ann, "me", "asked")

    async with database.connection() as connection:
        runs = await connection.fetch("select conf, result, error from pipeline_run order by run_id")
        assert [tuple(run) for run in runs] == [
            ({"only": ["[erased]"], "[erased]": 7}, {"rows": 2}, "[erased] came twice"),
            ({"only": [BOB["email"]]}, None, None),
        ]
        assert await connection.fetchval("select error from pipeline_task") == "no key of [erased]"


async def test_what_comes_in_meanwhile_does_not_slip_through(database: Database) -> None:
    """Whoever takes the person in at the very moment of the erasure comes before it, and is erased, or is refused."""
    intake = Intake(database, suppression_key=SECRET)
    for turn in range(10):
        record = {**ANN, "key": f"C-77-{turn}", "email": f"annabella.{turn}@example.com", "phone": None}
        (first,) = await intake.take_in([record], Origin("rest"))
        assert first.golden_id is not None
        again = [{**record, "city": f"Quastenberg {n}"} for n in range(4)]
        again += [{**record, "sourceSystem": "shop", "key": f"S-{turn}-{n}"} for n in range(4)]
        await asyncio.gather(
            Erasures(database, SECRET).erase("customer", first.golden_id, "me", "asked"),
            *(Intake(database, suppression_key=SECRET).take_in([one], Origin("rest")) for one in again),
        )
        after = (await dumped(database)).lower()
        assert [word for word in ("annabella", "quastenberg", f"c-77-{turn}") if word in after] == []
