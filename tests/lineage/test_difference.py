"""A difference applied to what it was taken from gives what it was taken to; the whole graph and a part of it agree."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import NotFoundError
from graph.store.database import Database
from graph.time import AsOf, instant
from lineage.comparison import Comparisons
from lineage.difference import (
    Changed,
    Changes,
    ColumnKey,
    ColumnState,
    Difference,
    Picture,
    applied,
    difference,
)
from lineage.facets import Column
from lineage.graph_difference import EdgeKey, Span
from lineage.listed_changes import PARTS, Compared, ListedChange
from lineage.naming import Named, dataset_id, job_id
from lineage.nodes import Node
from lineage.snapshot.memory import Snapshots
from lineage.store import Lineage
from tests.lineage.conftest import clear
from tests.lineage.stored_graph import StoredGraph, at, column_lineage, day, ds, job

IDS = [UUID(int=number) for number in range(4)]
spans = st.builds(
    Span,
    st.integers(1, 9).map(lambda number: instant(day(number))),
    st.none() | st.integers(10, 19).map(lambda number: instant(day(number))),
)
pictures = st.builds(
    Picture,
    st.dictionaries(
        st.sampled_from(IDS), st.sampled_from("ab").map(lambda name: Node(IDS[0], "dataset", ds(name)))
    ),
    st.dictionaries(
        st.tuples(st.sampled_from(IDS), st.sampled_from(IDS), st.sampled_from(["observed", "declared"])),
        spans,
    ),
    st.dictionaries(
        st.builds(
            ColumnKey,
            st.just(ds("a")),
            st.sampled_from([None, "x"]),
            st.just(ds("b")),
            st.just("y"),
            st.none(),
        ),
        st.builds(ColumnState, st.sampled_from(["stated", "inferred"]), st.just(())),
    ),
    st.dictionaries(
        st.sampled_from(IDS),
        st.lists(st.builds(Column, st.sampled_from("xy"), st.none(), st.none())).map(tuple),
    ),
)


@settings(deadline=None)
@given(pictures, pictures)
def test_a_difference_applied_to_the_one_gives_the_other(before: Picture, after: Picture) -> None:
    """And nothing is in it where they are equal."""
    found = difference(before, after)
    assert applied(before, found) == after
    assert applied(after, difference(after, before)) == before
    assert found.is_empty == (before == after)


LONG_AGO = AsOf(instant("2020-01-01T00:00:00Z"), instant("2020-01-01T00:00:00Z"))
"""A basis at which nothing is known."""

days = st.integers(1, 6)
flows = st.lists(
    st.fixed_dictionaries(
        {
            "inputs": st.lists(st.sampled_from("abcd"), max_size=2, unique=True),
            "through": st.sampled_from(["one", "two", "three"]),
            "outputs": st.lists(st.sampled_from("abcd"), max_size=2, unique=True),
            "since": days,
            "length": st.none() | st.integers(1, 4),
            "known": days,
            "believed": st.none() | st.integers(1, 4),
            "kind": st.sampled_from(["observed", "declared"]),
        }
    ),
    max_size=5,
)


async def drawn(database: Database, drawing: list[dict[str, Any]], links: list[tuple[str, str]]) -> None:
    """Write the edges of a history; those that would overlap others of their own are left out."""
    await clear(database)
    graph, taken = StoredGraph(database), set[tuple[str, str, str, str]]()
    await graph.datasets(*"abcd")
    await graph.jobs("one", "two", "three")
    for one in drawing:
        keys = {(one["through"], name, "I", one["kind"]) for name in one["inputs"]}
        keys |= {(one["through"], name, "O", one["kind"]) for name in one["outputs"]}
        if keys & taken:
            continue
        taken |= keys
        await graph.flow(
            one["inputs"],
            one["through"],
            one["outputs"],
            since=one["since"],
            until=one["since"] + one["length"] if one["length"] else None,
            known=one["known"],
            unknown=one["known"] + one["believed"] if one["believed"] else None,
            kind=one["kind"],
        )
        if one["inputs"] and one["kind"] == "observed":
            body = column_lineage(("y", one["inputs"][0], "x"))
            for output in one["outputs"]:
                await graph.says(one["through"], output, body, since=one["since"], known=one["known"])
    for name, other in links:
        await graph.link(name, other, known=3)


@pytest.fixture
async def later(database: Database) -> AsyncIterator[None]:
    """Let all instants of a test be long past."""
    async with database.connection() as connection:
        before = await connection.fetchval("select last_at from clock where tenant_id = 1")
        newest = instant("2026-06-01T00:00:00Z")
        await connection.execute("update clock set last_at = $1 where tenant_id = 1", newest)
    yield
    async with database.connection() as connection:
        await connection.execute("update clock set last_at = $1 where tenant_id = 1", before)


async def edges_at(reads: Lineage, basis: AsOf) -> dict[EdgeKey, Span]:
    """Return the edges at a basis by asking around every job."""
    edges: dict[EdgeKey, Span] = {}
    for key in (
        *(dataset_id(ds(name)) for name in "abcd"),
        *(job_id(job(name)) for name in ("one", "two", "three")),
    ):
        with suppress(NotFoundError):
            for edge in (await reads.lineage(key, "both", 1, basis)).edges:
                edges[edge.origin, edge.target, edge.kind] = Span(edge.valid_from, edge.valid_to)
    return edges


def difference_of(changes: list[ListedChange]) -> Difference:
    """Return listed changes as a difference of pictures."""
    keyed: dict[str, dict[str, dict[Any, Any]]] = {
        part: {"added": {}, "removed": {}, "changed": {}} for part in PARTS
    }
    for one in changes:
        key: Any = one.column or (one.node and one.node.id)
        if one.origin and one.target:
            key = (one.origin.id, one.target.id, one.edge_kind)
        both = {"added": one.after, "removed": one.before, "changed": Changed(one.before, one.after)}
        keyed[one.part][one.change][key] = both[one.change]
    return Difference(*(Changes(**keyed[part]) for part in PARTS))


@pytest.mark.usefixtures("later")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawing=flows,
    links=st.lists(st.sampled_from([("a", "b"), ("b", "a"), ("c", "d")]), max_size=2, unique=True),
    bases=st.tuples(days, days, days, days),
)
async def test_the_difference_of_the_whole_graph_leads_from_one_basis_to_the_other(
    database: Database,
    drawing: list[dict[str, Any]],
    links: list[tuple[str, str]],
    bases: tuple[int, int, int, int],
) -> None:
    """On both axes, whatever names datasets got in between; from memory as by statements, in the same order."""
    await drawn(database, drawing, links)
    before, after = at(*bases[:2]), at(*bases[2:])
    reads, remembered = Lineage(database), Lineage(database, memory=Snapshots(database))
    comparisons, in_memory = Comparisons(database, reads), Comparisons(database, remembered)
    await remembered.snapshot(await remembered.basis())

    async def between(one: AsOf, other: AsOf) -> Difference:
        compared = await comparisons.whole(one, other)
        changes = await comparisons.page(compared)
        again = await in_memory.whole(one, other)
        assert await in_memory.page(again) == changes
        assert again.truncated == compared.truncated
        assert len(changes) == compared.total == again.total
        return difference_of(changes)

    assert (await between(LONG_AGO, LONG_AGO)).is_empty
    pictures = [applied(Picture(), await between(LONG_AGO, one)) for one in (before, after)]
    assert pictures[1].edges == await edges_at(reads, after)
    found = await between(before, after)
    assert applied(pictures[0], found) == pictures[1]
    assert found == difference(*pictures)


async def listed(comparisons: Comparisons, compared: Compared) -> list[tuple[Any, ...]]:
    """Return what is told of all changes, in their order."""
    return [(one.part, one.change, one.node and one.node.name) for one in await comparisons.page(compared)]


async def test_around_a_node_that_came_later_all_is_new(database: Database) -> None:
    """Where it is known at neither instant, that is said."""
    graph = StoredGraph(database)
    await graph.flow(["a"], "one", ["b"], since=3, known=3)
    await graph.facet("b", "schema", {"fields": [{"name": "x", "type": "int"}]}, since=3, known=3)
    comparisons = Comparisons(database, Lineage(database))
    compared = await comparisons.around(Named("b"), "both", 9, at(5, 2), at(5, 4))
    assert await listed(comparisons, compared) == [
        ("nodes", "added", ds("a")),
        ("nodes", "added", ds("b")),
        ("nodes", "added", job("one")),
        ("edges", "added", None),
        ("edges", "added", None),
        ("schemas", "added", ds("b")),
    ]
    (schema,) = await comparisons.page(compared, parts=["schemas"])
    assert (schema.node and schema.node.id, schema.after) == (
        dataset_id(ds("b")),
        (Column("x", "int", None),),
    )
    only = await comparisons.around(Named("b"), "both", 9, at(5, 2), at(5, 4), ["edges"])
    assert {part for part, _, _ in await listed(comparisons, only)} == {"edges"}
    with pytest.raises(NotFoundError):
        await comparisons.around(Named("b"), "both", 9, at(5, 1), at(5, 2))


async def test_parts_that_are_not_wanted_are_not_in_the_difference(database: Database) -> None:
    """Each part alone is the same as in all of them."""
    graph = StoredGraph(database)
    await graph.flow(["a"], "one", ["b"], since=3)
    await graph.says("one", "b", column_lineage(("y", "a", "x")), since=3)
    comparisons = Comparisons(database, Lineage(database))
    whole = await comparisons.page(await comparisons.whole(at(1), at(5)))
    for part in PARTS:
        alone = await comparisons.whole(at(1), at(5), [part])
        assert await comparisons.page(alone) == [one for one in whole if one.part == part]


@pytest.mark.parametrize("most", [0, 1_000])
async def test_many_changes_are_listed_by_id_and_only_those_shown_are_named(
    database: Database, most: int
) -> None:
    """Few are listed by name; either way pages follow one another, and counts are exact."""
    graph = StoredGraph(database)
    await graph.flow(["a", "b", "c"], "one", ["d"], since=3)
    comparisons = Comparisons(database, Lineage(database), most_by_name=most)
    compared = await comparisons.whole(at(1), at(5), ["nodes", "edges"])
    counts = [compared.count(part, "added") for part in PARTS]
    assert (counts, compared.total) == ([5, 4, 0, 0], 9)
    pages = [await comparisons.page(compared, start, 2) for start in range(0, 10, 2)]
    changes = [one for page in pages for one in page]
    assert changes == await comparisons.page(compared)
    names = [one.node for one in changes if one.node]
    assert names == sorted(names, key=lambda node: (node.kind, node.name.name) if most else node.id.int)
    assert len(compared.names.after) == (5 if most else 0)
