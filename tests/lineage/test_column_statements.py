"""Reading column lineage: what each job states, at two instants, in both directions."""

from __future__ import annotations

import pytest

from graph.store.database import Database
from lineage.column_statements import ColumnFlow, ColumnLineage
from lineage.naming import dataset_id
from tests.lineage.stored_graph import StoredGraph, at, column_lineage, ds, job


@pytest.fixture
def stored(database: Database) -> StoredGraph:
    """Return what writes the tables."""
    return StoredGraph(database)


@pytest.fixture
def reads(database: Database) -> ColumnLineage:
    """Return a reader."""
    return ColumnLineage(database)


def short(flow: ColumnFlow) -> tuple[str, str | None, str, str | None, str | None, str]:
    """Return a flow without what most tests do not look at."""
    return (
        flow.source.name,
        flow.source_column,
        flow.target.name,
        flow.target_column,
        flow.job.name if flow.job else None,
        flow.kind,
    )


async def upstream(
    reads: ColumnLineage, name: str, valid: int = 31, known: int = 31
) -> list[tuple[object, ...]]:
    """Return what the columns of a dataset follow from."""
    key = dataset_id(ds(name))
    return sorted(map(short, (await reads.upstream([key], at(valid, known)))[key].flows), key=str)


async def downstream(
    reads: ColumnLineage, name: str, column: str | None = None, valid: int = 31, known: int = 31
) -> list[tuple[object, ...]]:
    """Return what follows from a dataset or a column of it."""
    key = dataset_id(ds(name))
    return sorted(map(short, (await reads.downstream([key], column, at(valid, known)))[key].flows), key=str)


async def test_two_jobs_that_write_one_dataset_state_its_columns_side_by_side(
    stored: StoredGraph, reads: ColumnLineage
) -> None:
    """As long as each writes it; its owner's words count always, another's never."""
    await stored.flow(["a"], "one", ["t"], since=1)
    await stored.flow(["b"], "two", ["t"], since=1, until=5)
    await stored.says("one", "t", column_lineage(("k", "a", "x")))
    await stored.says("two", "t", column_lineage(("k", "b", "y")))
    await stored.says("three", "t", column_lineage(("k", "b", "z")))
    await stored.facet("t", "columnLineage", column_lineage(("k", "c", "w")), since=3)
    one = ("a", "x", "t", "k", "one", "stated")
    two = ("b", "y", "t", "k", "two", "stated")
    owner = ("c", "w", "t", "k", None, "stated")
    assert await upstream(reads, "t", 2) == [one, two]
    assert await upstream(reads, "t", 3) == [one, two, owner]
    assert await upstream(reads, "t", 5) == [one, owner]
    assert await downstream(reads, "b", valid=3) == [two]
    assert await downstream(reads, "b", valid=5) == []
    assert await downstream(reads, "c", valid=5) == [owner]


async def test_what_follows_from_one_column_includes_what_follows_from_the_whole(
    stored: StoredGraph, reads: ColumnLineage
) -> None:
    """A statement may name the dataset and not the column; then any column may have a part in it."""
    await stored.flow(["a"], "one", ["t"])
    await stored.says("one", "t", column_lineage(("k", "a", "x"), ("l", "a", "y"), dataset=["a"]))
    x = ("a", "x", "t", "k", "one", "stated")
    y = ("a", "y", "t", "l", "one", "stated")
    whole = ("a", None, "t", None, "one", "stated")
    assert await upstream(reads, "t") == await downstream(reads, "a") == [x, y, whole]
    assert await downstream(reads, "a", "x") == [x, whole]
    assert await downstream(reads, "a", "none") == [whole]
    assert await downstream(reads, "t") == []


async def test_what_was_worked_out_is_marked_and_gives_way_to_what_is_stated(
    stored: StoredGraph, reads: ColumnLineage
) -> None:
    """From the SQL of a job, as long as that job states nothing itself."""
    await stored.flow(["a"], "one", ["t"])
    await stored.says("one", "t", column_lineage(("k", "a", "x")), role="S")
    await stored.says("one", "t", column_lineage(("k", "a", "y")), since=5, known=3)
    inferred, stated = ("a", "x", "t", "k", "one", "inferred"), ("a", "y", "t", "k", "one", "stated")
    for valid, known, expected in ((4, 31, inferred), (5, 31, stated), (5, 2, inferred)):
        assert await upstream(reads, "t", valid, known) == [expected]
        assert await downstream(reads, "a", valid=valid, known=known) == [expected]


async def test_columns_of_all_names_of_a_dataset_are_those_of_the_dataset(
    stored: StoredGraph, reads: ColumnLineage
) -> None:
    """Told under the name it is shown by, on both sides; a source nobody knows keeps the name it is given."""
    await stored.flow(["/a"], "one", ["/t"])
    await stored.link("/a", "db.a", known=5)
    await stored.link("/t", "db.t", known=5)
    await stored.says("one", "/t", column_lineage(("k", "db.a", "x"), ("k", "unknown", "x")))
    known = ("/a", "x", "/t", "k", "one", "stated")
    unknown = ("unknown", "x", "/t", "k", "one", "stated")
    for name in ("/t", "db.t"):
        assert await upstream(reads, name) == [known, unknown]
    for name in ("/a", "db.a"):
        assert await downstream(reads, name, "x") == [known]
    assert await downstream(reads, "/a", known=4) == []
    assert await downstream(reads, "db.a", known=4) == [("db.a", "x", "/t", "k", "one", "stated")]


async def test_too_much_that_follows_is_cut_and_says_so(stored: StoredGraph, reads: ColumnLineage) -> None:
    """The latest statements are those that are shown."""
    for n in (1, 2, 3):
        await stored.flow(["a"], f"to_{n}", [f"t{n}"])
        await stored.says(f"to_{n}", f"t{n}", column_lineage(("k", "a", "x")), since=n)
    key = dataset_id(ds("a"))
    found = (await reads.downstream([key], None, at(31), most=2))[key]
    assert ([flow.target.name for flow in found.flows], found.truncated) == (["t3", "t2"], True)
    few = (await reads.downstream([key], None, at(2), most=2))[key]
    assert (len(few.flows), few.truncated) == (2, False)
    assert few.flows[0].job == job("to_2")
