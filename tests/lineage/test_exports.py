"""A lineage graph as a file, and as events that make it anew."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.identity import DatasetName, JobName
from graph.store.database import Database
from lineage.exports import as_csv, edges_csv, graphml, mermaid
from lineage.grouping import GroupName, container, grouped
from lineage.naming import Named
from lineage.nodes import Node
from lineage.recorder import Recorder
from lineage.store import Frontier, Lineage, LineageGraph
from lineage.traversal import Edge
from service.lineage_exports import events
from tests.lineage.conftest import clear, dataset, job_event, record_all, run_event
from tests.lineage.stored_graph import at, column_lineage, day
from tests.lineage.test_traversal import edge

A, ONE, B = UUID(int=1), UUID(int=2), UUID(int=3)
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


def graph(*names: str) -> LineageGraph:
    """Return a dataset that a job reads and, by its design, writes another of; called as told."""
    nodes = (
        Node(A, "dataset", DatasetName("store", names[0])),
        Node(ONE, "job", JobName("scheduler", names[1]), 1),
        Node(B, "dataset", DatasetName("store", names[2]), 2),
    )
    edges = (
        edge()._replace(origin=A, target=ONE),
        edge(2, 9)._replace(origin=ONE, target=B, kind="declared"),
    )
    return LineageGraph(at(5), nodes, edges, False, Frontier())


def test_mermaid_draws_datasets_jobs_and_declared_edges_apart() -> None:
    """What a name could say in Mermaid's own words is spelled by number."""
    assert mermaid(graph('"a"', "one;[x]", "b")) == (
        "flowchart LR\n"
        '  n0[("#34;a#34;")]\n'
        '  n1["one#59;#91;x#93;"]\n'
        '  n2[("b")]\n'
        "  n0 --> n1\n"
        "  n1 -.-> n2\n"
    )


@settings(deadline=None)
@given(st.lists(st.text(min_size=1), min_size=3, max_size=3))
def test_any_name_can_be_drawn(names: Sequence[str]) -> None:
    """GraphML is read back with two edges, CSV with as many rows, Mermaid has a line for each node and edge."""
    found = graph(*names)
    root = ElementTree.fromstring(graphml(found).encode("utf-8", "surrogatepass"))  # noqa: S314 - our own
    assert len(root.findall(f".//{GRAPHML}edge")) == 2
    assert len(root.findall(f".//{GRAPHML}node")) == 3
    assert len(list(csv.reader(io.StringIO(edges_csv(found), newline="")))) == 3
    assert mermaid(found).count("\n") == 6


def test_graphml_and_csv_carry_what_is_known() -> None:
    """An open end is left out."""
    root = ElementTree.fromstring(graphml(graph("a", "one", "b")))  # noqa: S314 - our own
    told = [{data.get("key"): data.text for data in one} for one in root.iter(f"{GRAPHML}edge")]
    assert told == [
        {"known_as": "observed", "valid_from": day(1), "system_from": day(1)},
        {"known_as": "declared", "valid_from": day(2), "valid_to": day(9), "system_from": day(1)},
    ]
    assert edges_csv(graph("a", "one", "b")).splitlines()[1] == (
        f"dataset,store,a,job,scheduler,one,observed,{day(1)},,{day(1)}"
    )


def test_a_cell_is_never_a_formula() -> None:
    """A spreadsheet would compute it."""
    assert as_csv([["=1+1", "-2", "a", None, 3]]) == "'=1+1,'-2,a,,3\r\n"


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("db.mart.orders", "db.mart"),
        ("/in/orders", "/in"),
        ("/in/orders/", "/in"),
        ("orders", ""),
        (".x", ""),
        ("", ""),
    ],
)
def test_what_a_dataset_lies_in_is_its_name_without_the_last_part(name: str, inside: str) -> None:
    """Of one that lies in nothing it is nothing."""
    assert container(DatasetName("store", name)) == inside


def test_nodes_are_drawn_together_with_their_edges_counted() -> None:
    """Jobs under the job that starts them, edges of one pair once."""
    found = graph("db.a", "dag.one", "db.b")
    both: tuple[Edge, ...] = (*found.edges, found.edges[0]._replace(kind="declared"))
    together = grouped(found.nodes, both, "container", {ONE: JobName("scheduler", "dag")})
    assert [(group.name, len(group.nodes), group.datasets, group.inside) for group in together.groups] == [
        (GroupName("store", "db"), 2, 2, 0),
        (GroupName("scheduler", "dag"), 1, 0, 0),
    ]
    assert [(link.origin.namespace, link.target.namespace, link.edges) for link in together.links] == [
        ("scheduler", "store", 1),
        ("store", "scheduler", 1),
    ]
    spaces = grouped(found.nodes, both, "namespace", {})
    assert [group.name.namespace for group in spaces.groups] == ["store", "scheduler"]


def shown(found: LineageGraph) -> tuple[Any, ...]:
    """Return what must be the same of a graph that was made anew."""
    return (
        [(node.id, node.kind, node.name, node.distance, node.aliases) for node in found.nodes],
        [(one.origin, one.target, one.kind, one.valid_from, one.valid_to) for one in found.edges],
    )


async def test_events_make_the_graph_anew_in_an_empty_catalog(database: Database) -> None:
    """With the spans of its edges, other names, schemas, owners, SQL, and what belongs together in its jobs."""
    recorder, reads = Recorder(database), Lineage(database)
    said = {"columnLineage": column_lineage(("y", "a", "x"))}
    other = {"columnLineage": column_lineage(("z", "n", "x"))}
    schema = {
        "schema": {"fields": [{"name": "y", "type": "int"}]},
        "ownership": {"owners": [{"name": "team"}]},
    }
    link = {"symlinks": {"identifiers": [{"namespace": "hive", "name": "t", "type": "TABLE"}]}}
    both = {"outputs": [dataset("b", facets=said | schema), dataset("m", facets=other)]}
    await record_all(
        recorder,
        [
            run_event(1, "COMPLETE", day(1), ["a"], [], "one") | {"outputs": [dataset("b", facets=said)]},
            run_event(2, "COMPLETE", day(3), ["a", "n"], [], "one") | both,
            job_event(day(4), ["b"], ["c"], "two"),
            run_event(3, "COMPLETE", day(5), [], ["c"], "two") | {"inputs": [dataset("b", facets=link)]},
            run_event(4, "COMPLETE", day(6), ["c"], ["elsewhere"], "three"),
        ],
    )
    basis = await reads.basis()
    before = {name: await reads.lineage(Named(name, "store"), "both", 4, basis) for name in ("a", "b", "c")}
    assert [node.name.name for node in before["a"].nodes] == ["a", "one", "b", "two", "c"]
    told = await events(reads, before["b"])
    columns = await reads.columns.upstream([node.id for node in before["b"].nodes], basis)

    await clear(database)
    again = Recorder(database)
    await record_all(again, told)
    await again.close()
    await recorder.close()
    basis = await reads.basis()
    after = {name: await reads.lineage(Named(name, "store"), "both", 4, basis) for name in ("a", "b")}
    assert shown(after["b"]) == shown(before["b"])
    assert shown(after["a"]) == shown(before["a"])
    found = await reads.columns.upstream([node.id for node in after["b"].nodes], basis)
    assert {key: set(flows.flows) for key, flows in found.items()} == {
        key: set(flows.flows) for key, flows in columns.items()
    }
    state = (await reads.datasets.states([after["b"].nodes[0].id], basis))[after["b"].nodes[0].id]
    assert ([column.path for column in state.columns], "ownership" in state.facets) == (["y"], True)
