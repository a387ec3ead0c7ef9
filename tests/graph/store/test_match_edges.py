"""Edges and a steward's words: the newest of a pair counts, and together they say what hangs together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from graph.golden.matching import NEVER
from graph.golden.record import Origin
from graph.intake import Intake
from graph.store import facts, match_decisions, match_edges
from graph.store.copying import MANY
from graph.store.database import Connection, Database
from graph.store.match_decisions import StoredDecision
from graph.store.match_edges import StoredEdge
from tests.graph.populations import PERSON, told


@pytest.fixture
async def records(database: Database) -> list[UUID]:
    """Return the ids of five source records that are like nobody, in order."""
    people = [told("crm", str(n), 1, city="Bonn") for n in range(5)]
    await Intake(database, entity_type=PERSON).take_in(people, Origin("rest"))
    async with database.connection() as connection:
        rows = await connection.fetch("select source_record_id from source_record order by 1")
    return [row["source_record_id"] for row in rows]


async def tick(connection: Connection) -> datetime:
    """Return the next system instant."""
    return await facts.tick(connection, 1)


async def joined(connection: Connection, record_id: UUID) -> set[UUID]:
    """Return the component of a record."""
    reached, beyond = await match_edges.components(connection, 1, [record_id])
    assert beyond == []
    return {record.record_id for record in reached}


async def test_edges_that_count_join_components(database: Database, records: list[UUID]) -> None:
    """Weights and must_link join, directly or through others; NEVER, withdrawn edges and cannot_link do not."""
    a, b, c, d, e = records
    async with database.connection() as connection:
        at = await tick(connection)
        edges = [
            StoredEdge(a, b, 1.5, None),
            StoredEdge(b, c, 40.0, "same e-mail"),
            StoredEdge(c, d, NEVER, "no"),
        ]
        await match_edges.add(connection, 1, at, 0, edges)
        await match_decisions.add(connection, 1, at, [StoredDecision(d, e, "must_link", "eve")])
        assert await joined(connection, a) == {a, b, c}
        assert await joined(connection, e) == {d, e}
        assert await match_edges.standing(connection, 1, [c]) == {(b, c): edges[1], (c, d): edges[2]}
        later = await tick(connection)
        await match_edges.add(connection, 1, later, 0, [StoredEdge(a, b, None, None)])
        await match_decisions.add(
            connection, 1, later, [StoredDecision(d, e, "cannot_link", "eve", b"1", b"2", "no")]
        )
        assert await joined(connection, a) == {a}
        assert await joined(connection, e) == {e}
        assert await match_edges.standing(connection, 1, [a]) == {}


async def test_the_newest_word_about_a_pair_stands(database: Database, records: list[UUID]) -> None:
    """A word taken back stands no more; one that stands comes with who said it and about which identities."""
    a, b, c, *_ = records
    kept = StoredDecision(a, c, "cannot_link", "eve", b"1", b"2", "two people")
    async with database.connection() as connection:
        said = [StoredDecision(a, b, "must_link", "ann"), kept]
        await match_decisions.add(connection, 1, await tick(connection), said)
        await match_decisions.add(
            connection, 1, await tick(connection), [StoredDecision(a, b, "withdrawn", "eve")]
        )
        assert await match_decisions.standing(connection, 1, [b]) == {}
        assert await match_decisions.standing(connection, 1, [c]) == {(a, c): kept}


async def test_many_edges_are_stored_as_few_are(database: Database) -> None:
    """Weights, those that are no more, rules, model and instant arrive, however many edges are stored at once."""
    people = [told("crm", str(n), 1, city="Bonn") for n in range(20)]
    await Intake(database, entity_type=PERSON).take_in(people, Origin("rest"))
    async with database.connection() as connection:
        rows = await connection.fetch("select source_record_id as id from source_record order by 1")
        ids = [row["id"] for row in rows]
        pairs = [(a, b) for place, a in enumerate(ids) for b in ids[place + 1 :]]
        assert len(pairs) > MANY
        kinds = [(1.5, None), (40.0, "same e-mail"), (None, None), (NEVER, "no")]
        edges = [StoredEdge(a, b, *kinds[n % 4]) for n, (a, b) in enumerate(pairs)]
        at = await tick(connection)
        await match_edges.add(connection, 1, at, 3, edges)
        stored = await connection.fetch(
            "select a, b, weight, rule, system_from, model_version from match_edge where model_version = 3 order by a, b"
        )
    assert [tuple(row) for row in stored] == [(e.a, e.b, e.weight, e.rule, at, 3) for e in edges]
