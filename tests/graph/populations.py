"""Made-up people for the tests of intake: typos, households, shared phones and placeholder mails; and what became of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from graph.golden.comparison import Comparison, Level
from graph.golden.entity_type import CUSTOMER
from graph.golden.policy import Condition, MatchPolicy, MatchRule, Veto
from graph.golden.record import Origin
from graph.identity import SourceKey
from graph.intake import Intake
from graph.store.database import Database
from graph.store.golden_records import GoldenRecords

REST = Origin("rest")

PERSON = replace(
    CUSTOMER,
    matching=MatchPolicy(
        blocking=(("email",), ("phone",), ("last_name", "birth_date"), ("first_name", "last_name")),
        comparisons=(
            Comparison(
                "first_name", (Level("equal", ("first_name",)), Level("jaro_winkler", ("first_name",), 0.8))
            ),
            Comparison(
                "last_name", (Level("equal", ("last_name",)), Level("jaro_winkler", ("last_name",), 0.8))
            ),
            Comparison("birth_date", (Level("equal", ("birth_date",)),)),
            Comparison("email", (Level("any_equal", ("email",)),)),
            Comparison("phone", (Level("any_equal", ("phone",)),)),
        ),
        rules=tuple(
            MatchRule(
                f"same {identifier}, no other name",
                "merge",
                (
                    Condition(identifier, "equal"),
                    Condition("first_name", "similar_or_missing"),
                    Condition("last_name", "similar_or_missing"),
                ),
            )
            for identifier in ("email", "phone")
        ),
        vetoes=(Veto("birth_date"),),
        max_block_size=6,
    ),
)
"""A customer matched by a policy that no change of the shipped one can reach; seven records make a value generic."""

TABLES = [
    "change_event",
    " review_action",
    " review_task",
    " match_edge",
    " match_decision",
    " survivorship_pin",
    " record_profile",
    " blocking_key",
    "generic_key",
    " identifier",
    " fact",
    " search_document",
    " crosswalk",
    " source_event",
    " quarantine",
    " source_record",
    " source_system",
    "origin",
    " subject",
]
"""What intake fills, those that refer to others first."""


def told(system: str, key: str, month: int, **attributes: object) -> dict[str, Any]:
    """Return a snapshot of a source record as of the first of a month of 2024."""
    return {"sourceSystem": system, "key": key, "validFrom": f"2024-{month:02}-01T00:00:00Z", **attributes}


def population(people: int, seed: int) -> list[dict[str, Any]]:
    """Return what sources say of some people: about two records each, some of which change, end or never were."""
    chance = random.Random(seed)  # noqa: S311 - made-up people, no secret
    said: list[dict[str, Any]] = []
    for number in range(people):
        person = {
            "firstName": chance.choice(["Ann", "Bea", "Cora", "Dora", "Eva", "Fay"]),
            "lastName": chance.choice(["Ahlborn", "Lee", "Moe", "Quist", "Zander"]),
            "birthDate": f"19{chance.randint(50, 99)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
            "email": f"p{number}@example.com",
            "phone": f"+49221123456{number:02}",
        }
        if said and chance.random() < 0.2:  # somebody of the same household
            person |= {name: said[-1][name] for name in ("lastName", "phone", "email") if name in said[-1]}
        for record in range(chance.choice([1, 2, 2, 3])):
            known = {name: value for name, value in person.items() if chance.random() < 0.75} or dict(person)
            if chance.random() < 0.25:
                known["email"] = "noemail@example.com"
            if chance.random() < 0.2:
                known["phone"] = "+4922199999999"
            system, key = chance.choice(["crm", "shop"]), f"{number}.{record}"
            month = chance.randint(1, 6)
            said.append(told(system, key, month, **known))
            if chance.random() < 0.3:
                moved = known | {"city": chance.choice(["Bonn", "Ulm"]), "email": f"new{number}@example.com"}
                said.append(told(system, key, month + chance.randint(1, 6), **moved))
            if chance.random() < 0.1:
                said.append(told(system, key, 12, kind="end"))
            if chance.random() < 0.1:
                said.append(told(system, key, 1, kind="retract", sequence=chance.choice([-1, 0])))
    return said


async def take_in(intake: Intake, records: Sequence[object], size: int) -> None:
    """Take records in so many at a time."""
    for start in range(0, len(records), size):
        outcomes = await intake.take_in(records[start : start + size], REST)
        assert {outcome.status for outcome in outcomes} <= {"accepted", "unchanged"}


async def empty(database: Database) -> None:
    """Forget everything that was taken in."""
    async with database.connection() as connection:
        await connection.execute(";".join(f"delete from {table}" for table in TABLES))


async def timelines(database: Database) -> dict[frozenset[SourceKey], list[tuple[Any, ...]]]:
    """Return each golden record's versions by its members: everything but golden ids and system times."""
    golden = GoldenRecords(database)
    async with database.connection() as connection:
        ids = [row["golden_id"] for row in await connection.fetch("select distinct golden_id from crosswalk")]
    basis = await golden.basis(None, None)
    members = await golden.members(ids, basis.system)
    versions = await golden.timeline(ids, basis.system)
    return {
        frozenset(members[golden_id]): [
            (v.number, v.period, v.is_deleted, v.attributes, v.provenance) for v in versions[golden_id]
        ]
        for golden_id in ids
        if members[golden_id]
    }


async def golden_of(database: Database) -> dict[tuple[str, str], UUID]:
    """Return the golden record each source record belongs to now, by source system and key."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            """select distinct on (r.source_record_id) r.source_system, r.source_key, c.golden_id
                 from source_record r
                 join crosswalk c using (tenant_id, source_record_id)
                order by r.source_record_id, c.system_from desc"""
        )
    return {(row["source_system"], row["source_key"]): row["golden_id"] for row in rows}


async def tasks(database: Database) -> set[tuple[str, frozenset[tuple[str, str]], float, str]]:
    """Return the open review tasks by the source keys of their pairs."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            """select t.kind, t.weight, t.reason, a.source_system, a.source_key, b.source_system as s, b.source_key as k
                 from review_task t
                 join source_record a on a.source_record_id = t.a
                 join source_record b on b.source_record_id = t.b
                where t.status = 'open'"""
        )
    return {
        (
            row["kind"],
            frozenset([(row["source_system"], row["source_key"]), (row["s"], row["k"])]),
            row["weight"],
            row["reason"],
        )
        for row in rows
    }


async def derived(database: Database) -> dict[str, set[tuple[Any, ...]]]:
    """Return what intake keeps beside the facts, by source key: edges that count, profiles, keys, generic keys."""
    async with database.connection() as connection:
        edges = await connection.fetch(
            """select a.source_key as one, b.source_key as other, e.weight, e.rule
                 from (select distinct on (a, b) * from match_edge order by a, b, system_from desc) e
                 join source_record a on a.source_record_id = e.a
                 join source_record b on b.source_record_id = e.b
                where e.weight is not null"""
        )
        keys = await connection.fetch(
            "select r.source_key, k.key from blocking_key k join source_record r using (tenant_id, source_record_id)"
        )
        profiles = await connection.fetch(
            "select r.source_key, p.identity, p.quality from record_profile p join source_record r using (tenant_id, source_record_id)"
        )
        generic = await connection.fetch("select key from generic_key")
    return {
        "edges": {(frozenset([row["one"], row["other"]]), row["weight"], row["rule"]) for row in edges},
        "keys": {tuple(row) for row in keys},
        "profiles": {tuple(row) for row in profiles},
        "generic": {tuple(row) for row in generic},
    }
