"""A policy change is told before it is made, is made as it was told, and leaves earlier beliefs as they were."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest

from graph.batch.preview import Preview, preview
from graph.batch.recomputation import Recomputations, apply, recompute, runs
from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER
from graph.golden.policy_document import document_of_survivorship
from graph.golden.record import Origin
from graph.identity import SourceKey
from graph.intake import Intake
from graph.store.database import Database
from graph.store.golden_records import GoldenRecords
from graph.store.policies import EntityTypes, Part
from graph.time import AsOf, Period

REST = Origin("rest")
CRM_FIRST = {"default": [{"strategy": "source_priority", "sources": ["crm", "shop"]}, "recency"]}


def _year(number: int) -> datetime:
    return datetime(number, 1, 1, tzinfo=UTC)


def _told(system: str, key: str, year: int, **attributes: str) -> dict[str, Any]:
    return {"sourceSystem": system, "key": key, "validFrom": f"{year}-01-01", **attributes}


SAME_EMAIL = {
    "name": "same e-mail, no other first name",
    "outcome": "merge",
    "when": [
        {"attribute": "email", "test": "equal"},
        {"attribute": "first_name", "test": "similar_or_missing"},
    ],
}


def _matching(**changes: Any) -> dict[str, Any]:
    """Return a match policy of rules alone; every pair that shares a key has the weight of the model's prior, -16."""
    return {"blocking": [["email"], ["phone"]], "rules": [SAME_EMAIL]} | changes


async def _take(database: Database, *records: dict[str, Any]) -> None:
    types = EntityTypes(database)
    await database.transaction(lambda c: types.put(c, "customer", "matching", _matching(), "ann"))
    intake = Intake(database)
    outcomes = await intake.take_in(records, REST)
    await intake.close()
    assert [outcome.status for outcome in outcomes] == ["accepted"] * len(records)


async def _previewed(database: Database, documents: dict[str, dict[str, Any]], first: int = 20) -> Preview:
    parts: dict[Part, dict[str, Any]] = {}
    for part in ("matching", "survivorship"):
        if part in documents:
            parts[part] = documents[part]
    return await preview(database, EntityTypes(database), "customer", parts, first=first)


async def _applied(database: Database, documents: dict[str, dict[str, Any]]) -> None:
    types = EntityTypes(database)
    for part in ("matching", "survivorship"):
        if part in documents:
            document = documents[part]

            async def put(connection: Any, part: Part = part, document: Any = document) -> int:
                return await apply(types, connection, "customer", part, document, "ann")

            await database.transaction(put)
    assert await recompute(database, "customer") is True


async def _state(database: Database, known_at: datetime | None = None) -> dict[UUID, tuple[Any, ...]]:
    """Return each golden record's members and timeline as known at an instant."""
    golden = GoldenRecords(database)
    basis = await golden.basis(None, known_at)
    async with database.connection() as connection:
        ids = [
            row["subject_id"] for row in await connection.fetch("select subject_id from subject order by 1")
        ]
    members = await golden.members(ids, basis.system)
    versions = await golden.timeline(ids, basis.system)
    return {
        i: (
            tuple(members[i]),
            tuple((v.period, v.is_deleted, v.attributes, v.provenance.get("all")) for v in versions[i]),
        )
        for i in ids
        if members[i]
    }


def _values(versions: tuple[Any, ...], name: str, at: datetime) -> Any:
    held = next((v for v in versions if v[0].holds_at(at) and not v[1]), None)
    return (None, None) if held is None else (held[2].get(name), (held[3] or {}).get(name))


def _totals(before: dict[UUID, tuple[Any, ...]], after: dict[UUID, tuple[Any, ...]]) -> dict[str, Any]:
    """Return what really changed between two states."""
    home = {key: golden_id for golden_id, (keys, _) in before.items() for key in keys}
    cuts = {v[0].start for state in (before, after) for _, versions in state.values() for v in versions} | {
        v[0].end
        for state in (before, after)
        for _, versions in state.values()
        for v in versions
        if v[0].end is not None
    }
    attributes: Counter[str] = Counter()
    changed = 0
    for golden_id in before.keys() & after.keys():
        names = {
            name
            for name in CUSTOMER.by_name
            for at in cuts
            if _values(before[golden_id][1], name, at) != _values(after[golden_id][1], name, at)
        }
        attributes.update(names)
        changed += bool(names)
    return {
        "merged": len(before.keys() - after.keys()),
        "split": len(after.keys() - before.keys()),
        "moved": sum(home[key] != golden_id for golden_id, (keys, _) in after.items() for key in keys),
        "changed": changed,
        "attributes": attributes,
    }


def _told_totals(told: Preview) -> dict[str, Any]:
    return {name: getattr(told, name) for name in ("merged", "split", "moved", "changed", "attributes")}


async def _tasks(database: Database) -> set[tuple[UUID, UUID]]:
    async with database.connection() as connection:
        rows = await connection.fetch("select a, b from review_task where status in ('open', 'deferred')")
    return {(row["a"], row["b"]) for row in rows}


ANN_TWICE = (
    _told("crm", "1", 2020, email="ann@example.org", firstName="Ann", street="Am Tor 1", city="Bonn"),
    _told("shop", "1", 2022, email="ann@example.org", firstName="Ann", city="Köln"),
)


async def test_a_changed_survivorship_is_previewed_with_values_and_periods(database: Database) -> None:
    """The preview names the attribute, the period and both values, and writes nothing."""
    await _take(database, *ANN_TWICE)
    before = await _state(database)
    told = await _previewed(database, {"survivorship": CRM_FIRST})
    assert _told_totals(told) == {
        "merged": 0,
        "split": 0,
        "moved": 0,
        "changed": 1,
        "attributes": {"city": 1, "street": 1},
    }
    assert {(c.attribute, c.period, c.before, c.after) for c in told.changes} == {
        ("city", Period(_year(2022)), "Köln", "Bonn"),
        ("street", Period(_year(2022)), None, "Am Tor 1"),
    }
    assert await _state(database) == before


async def test_an_applied_survivorship_is_a_new_belief(database: Database) -> None:
    """After the change the timeline follows the new policy; as known before it, everything is as it was."""
    await _take(database, *ANN_TWICE)
    golden = GoldenRecords(database)
    known = (await golden.basis(None, None)).system
    before = await _state(database)
    told = await _previewed(database, {"survivorship": CRM_FIRST})
    await _applied(database, {"survivorship": CRM_FIRST})
    assert _totals(before, await _state(database)) == _told_totals(told)
    assert await _state(database, known) == before
    (golden_id,) = before
    now = await golden.by_id([golden_id], AsOf(_year(2023), datetime.now(UTC)))
    assert now[golden_id].version.attributes["city"] == "Bonn"
    assert now[golden_id].version.provenance["systems"] == "crm"
    async with database.connection() as connection:
        found = await connection.fetch("select kind, attributes from change_event order by system_from, seq")
        carried_out = await runs(connection, "customer")
    assert [(row["kind"], row["attributes"]) for row in found][-1] == ("changed", ["city", "street"])
    assert carried_out["survivorship", 1].done == carried_out["survivorship", 1].total == 1
    assert carried_out["survivorship", 1].finished_at is not None


async def test_working_out_anew_twice_changes_nothing_more(database: Database) -> None:
    """A policy that says the same again leaves no new facts."""
    await _take(database, *ANN_TWICE)
    await _applied(database, {"survivorship": CRM_FIRST})
    async with database.connection() as connection:
        facts = await connection.fetchval("select count(*) from fact")
    await _applied(database, {"survivorship": CRM_FIRST})
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from fact") == facts
        assert {
            version: run.finished_at is not None
            for (part, version), run in (await runs(connection, "customer")).items()
            if part == "survivorship"
        } == {1: True, 2: True}


async def test_a_changed_matching_is_previewed_as_groups(database: Database) -> None:
    """Without the rule that merged them, two records would be two golden records again; tasks would be opened."""
    await _take(database, *ANN_TWICE)
    documents = {"matching": _matching(rules=[], merge_at=40, review_at=-40)}
    before, tasks = await _state(database), await _tasks(database)
    told = await _previewed(database, documents)
    (golden_id,) = before
    assert (told.merged, told.split, told.moved) == (0, 1, 1)
    assert [(dict(one.before), list(one.after)) for one in told.regrouped] == [
        (
            {golden_id: [SourceKey("crm", "1"), SourceKey("shop", "1")]},
            [[SourceKey("crm", "1")], [SourceKey("shop", "1")]],
        )
    ]
    assert [(r.kind, r.a, r.b) for r in told.reviews] == [
        ("possible_match", SourceKey("crm", "1"), SourceKey("shop", "1"))
    ]
    await _applied(database, documents)
    assert _totals(before, await _state(database)) == _told_totals(told)
    assert len(await _tasks(database) - tasks) == told.reviews_opened == 1


def _population(seed: int, size: int) -> list[dict[str, Any]]:
    random = Random(seed)  # noqa: S311 - the same people in every run
    names, cities = ("Ann", "Anna", "Bob", "Cem"), ("Bonn", "Köln", "Trier")
    return [
        _told(
            random.choice(["crm", "shop", "web"]),
            str(number),
            random.randint(2015, 2022),
            firstName=random.choice(names),
            lastName=random.choice(["Lee", "Ray"]),
            email=f"p{random.randint(0, size // 3)}@example.org",
            phone=f"+4930123{random.randint(400, 400 + size // 3):04}",
            city=random.choice(cities),
        )
        for number in range(size)
    ]


PHONE_TOO = [
    SAME_EMAIL,
    {
        "name": "same phone and first name",
        "outcome": "merge",
        "when": [{"attribute": "phone", "test": "equal"}, {"attribute": "first_name", "test": "equal"}],
    },
]
FEWER = [
    {
        "name": "same e-mail and names",
        "outcome": "merge",
        "when": [{"attribute": name, "test": "equal"} for name in ("email", "first_name", "last_name")],
    }
]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "documents",
    [
        {
            "survivorship": {
                "default": ["frequency", "longest"],
                "groups": {"email": ["recency", "aggregation"]},
            }
        },
        {"matching": _matching(rules=PHONE_TOO)},
        {"matching": _matching(rules=FEWER)},
        {"matching": _matching(rules=[]), "survivorship": CRM_FIRST},
    ],
    ids=["survivorship", "merges", "splits", "both"],
)
async def test_what_a_preview_tells_is_what_applying_does(
    database: Database, documents: dict[str, dict[str, Any]], seed: int
) -> None:
    """The totals of the preview are those of the change, for any mix of merges, splits and other winners."""
    await _take(database, *_population(seed, 60))
    before, tasks = await _state(database), await _tasks(database)
    told = await _previewed(database, documents, first=3)
    await _applied(database, documents)
    assert _totals(before, await _state(database)) == _told_totals(told)
    opened = await _tasks(database)
    assert (len(opened - tasks), len(tasks - opened)) == (told.reviews_opened, told.reviews_closed)
    assert len(told.changes) <= 3
    assert len(told.regrouped) <= 3
    assert told.changed + told.moved > 0


@pytest.mark.parametrize(
    ("part", "document"),
    [("survivorship", CRM_FIRST), ("matching", _matching(rules=FEWER))],
    ids=["survivorship", "matching"],
)
async def test_a_broken_off_change_is_carried_on(
    database: Database, part: Part, document: dict[str, Any]
) -> None:
    """Work that is broken off after some chunks goes on behind them, and ends as if it had not been."""
    await _take(database, *_population(7, 30))
    types = EntityTypes(database)
    told = await _previewed(database, {part: document})
    before = await _state(database)
    put = await database.transaction(lambda c: apply(types, c, "customer", part, document, "ann"))

    def stop(done: int, total: int) -> None:
        if done >= 10:
            raise RuntimeError(f"broken off at {done} of {total}")

    with pytest.raises(RuntimeError, match=r"broken off at 1\d of"):
        await recompute(database, "customer", chunk=5, progress=stop)
    async with database.connection() as connection:
        run = (await runs(connection, "customer"))[part, put]
        assert run.total is not None
        assert 10 <= run.done < run.total
        assert run.finished_at is None
    again = Recomputations(database)
    await again.resume()
    await again.idle()
    async with database.connection() as connection:
        run = (await runs(connection, "customer"))[part, put]
        assert run.done == run.total
        assert run.finished_at is not None
    assert _totals(before, await _state(database)) == _told_totals(told)


async def test_two_at_once_work_an_entity_type_out_anew_only_once(database: Database) -> None:
    """Whoever comes second leaves it to the first; the change is told once."""
    await _take(database, *ANN_TWICE)
    types = EntityTypes(database)
    await database.transaction(lambda c: apply(types, c, "customer", "survivorship", CRM_FIRST, "ann"))
    assert any(await asyncio.gather(*(recompute(database, "customer") for _ in range(4))))
    async with database.connection() as connection:
        run = (await runs(connection, "customer"))["survivorship", 1]
        told = await connection.fetchval("select count(*) from change_event where kind = 'changed'")
    assert (run.done, run.total, told) == (1, 1, 1)


async def test_a_bad_document_is_refused_with_paths(database: Database) -> None:
    """A preview of a document that cannot be put names every problem."""
    with pytest.raises(InvalidInputError) as caught:
        await _previewed(
            database,
            {
                "matching": _matching(merge_at=1, review_at=2),
                "survivorship": {"default": ["recensy"], "groups": {"adress": ["recency"]}},
            },
        )
    assert [(problem.path, problem.reason) for problem in caught.value.problems] == [
        ("$.matching.review_at", "must not lie above merge_at (1), got 2"),
        ("$.survivorship.groups.adress", "'adress' is not known; did you mean address?"),
        ("$.survivorship.default[0].strategy", "'recensy' is not known; did you mean recency?"),
    ]


async def test_the_policy_in_force_is_previewed_as_no_change(database: Database) -> None:
    """Nothing changes under the documents that hold already."""
    await _take(database, *_population(1, 40))
    same = {"matching": _matching(), "survivorship": document_of_survivorship(CUSTOMER.survivorship)}
    told = await _previewed(database, same)
    assert _told_totals(told) == {"merged": 0, "split": 0, "moved": 0, "changed": 0, "attributes": {}}
    assert (told.reviews_opened, told.reviews_closed) == (0, 0)
