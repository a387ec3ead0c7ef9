"""Which columns follow from one column: what is said, what is only possible, and what is ruled out."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from graph.identity import DatasetName
from graph.time import instant
from lineage.column_statements import ColumnFlow
from lineage.columns_hit import Hit, columns_hit, statements_of
from lineage.flows import Flows
from lineage.naming import dataset_id, job_id
from tests.lineage.stored_graph import day, ds, job
from tests.lineage.test_traversal import edge


def flow(source: DatasetName, column: str | None, target: DatasetName, to: str | None, by: str) -> ColumnFlow:
    """Return that a job states one column to follow from another."""
    return ColumnFlow(source, column, target, to, (), job(by), "stated", instant(day(1)))


def flows_of(*chains: tuple[str, str, str]) -> Flows:
    """Return a graph of chains dataset → job → dataset."""
    pairs = [
        pair
        for source, by, target in chains
        for pair in ((dataset_id(ds(source)), job_id(job(by))), (job_id(job(by)), dataset_id(ds(target))))
    ]
    return Flows.of(edge()._replace(origin=origin, target=target) for origin, target in pairs)


def hit(
    flows: Flows, column: str | None, said: Iterable[ColumnFlow]
) -> tuple[dict[str, Hit], dict[UUID, bool]]:
    """Return what is hit from dataset a on, by the names of datasets."""
    hits, jobs = columns_hit(flows, dataset_id(ds("a")), column, statements_of(said))
    names = {dataset_id(ds(name)): name for name in "abcd"}
    return {names[key]: one for key, one in hits.items()}, jobs


def test_only_columns_that_follow_are_hit() -> None:
    """What a job says of an output is all there is; a column that decides about rows is in every one."""
    flows = flows_of(("a", "one", "b"), ("b", "two", "c"))
    said = [
        flow(ds("a"), "x", ds("b"), "y", "one"),
        flow(ds("a"), "z", ds("b"), None, "one"),
        flow(ds("b"), "y", ds("c"), "w", "two"),
    ]
    hits, jobs = hit(flows, "x", said)
    assert hits == {"a": Hit({"x"}), "b": Hit({"y"}), "c": Hit({"w"})}
    assert jobs == {job_id(job("one")): True, job_id(job("two")): True}
    assert hit(flows, "z", said)[0] == {"a": Hit({"z"}), "b": Hit({None}), "c": Hit({"w"})}
    assert hit(flows, "none", said) == ({"a": Hit({"none"})}, {})


def test_what_nothing_is_said_of_is_possible() -> None:
    """And what follows from it is no more than possible; what is said elsewhere makes it certain."""
    flows = flows_of(("a", "silent", "b"), ("b", "two", "c"), ("a", "three", "c"))
    said = [flow(ds("b"), "y", ds("c"), "w", "two"), flow(ds("a"), "v", ds("c"), "w", "three")]
    hits, jobs = hit(flows, "x", said)
    assert hits == {"a": Hit({"x"}), "b": Hit(set(), {None}), "c": Hit(set(), {"w"})}
    assert jobs == {job_id(job("silent")): False, job_id(job("two")): False}
    assert hit(flows, "v", said)[0]["c"] == Hit({"w"})
    assert hit(flows, None, said)[0]["c"] == Hit({"w"})


def test_a_dataset_that_has_a_part_as_a_whole_makes_a_column_possible() -> None:
    """Of the dataset as a whole it is certain."""
    flows = flows_of(("a", "one", "b"))
    said = [flow(ds("a"), None, ds("b"), "y", "one")]
    assert hit(flows, "x", said)[0]["b"] == Hit(set(), {"y"})
    assert hit(flows, None, said)[0]["b"] == Hit({"y"})


def test_cycles_end() -> None:
    """Each column of each dataset is gone through once."""
    flows = flows_of(("a", "one", "b"), ("b", "two", "a"))
    said = [flow(ds("a"), "x", ds("b"), "y", "one"), flow(ds("b"), "y", ds("a"), "x", "two")]
    assert hit(flows, "x", said)[0] == {"a": Hit({"x"}), "b": Hit({"y"})}
