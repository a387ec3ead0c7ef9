"""Who answers for assets, by people's word and by that of producers."""

from __future__ import annotations

from graph.store.database import Database
from lineage.held_facets import facets_held
from lineage.naming import dataset_id, job_id
from lineage.nodes import Nodes
from lineage.owners import Owner, Owners
from tests.lineage.stored_graph import StoredGraph, at, ds, job


async def test_owners_are_those_that_producers_say_under_any_name(database: Database) -> None:
    """As of an instant; nothing else that is held of an asset is read for them."""
    graph = StoredGraph(database)
    await graph.flow(["a"], "one", ["b"])
    ann, bob = ({"owners": [{"name": name, "type": "STEWARD"}]} for name in ("ann", "bob"))
    await graph.facet("a", "ownership", ann, until=5)
    await graph.facet("a", "ownership", bob, since=5)
    await graph.facet("a", "schema", {"fields": [{"name": "x"}]})
    await graph.facet("one", "ownership", ann, role="J")
    await graph.facet("one", "sql", {"query": "select 1"}, role="J")
    await graph.link("z", "a")
    ids = {name: dataset_id(ds(name)) for name in "abz"} | {"one": job_id(job("one"))}
    owners = await Owners(database).of(ids.values(), at(6))
    by_producers = {name: Owner(name, "STEWARD", None, "producers") for name in ("ann", "bob")}
    assert {name: owners[key] for name, key in ids.items()} == {
        "a": [by_producers["bob"]],
        "b": [],
        "z": [by_producers["bob"]],
        "one": [by_producers["ann"]],
    }
    assert (await Owners(database).of([ids["a"]], at(4)))[ids["a"]] == [by_producers["ann"]]
    async with database.connection() as connection:
        known = Nodes(connection, 1, at(6).system)
        await known.join(ids.values())
        held = await facets_held(connection, 1, ids.values(), known, at(6), only_ownership=True)
    assert {name for facets in held.values() for name in facets} == {"ownership"}
