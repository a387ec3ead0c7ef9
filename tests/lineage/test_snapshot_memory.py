"""The lineage graph in memory beside the database: as fresh as it, the same answers, bounded, one build for all who wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph.errors import NotFoundError, UnavailableError
from graph.identity import JobName
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.embedded import EmbeddedPostgres
from graph.store.migrations import migrate
from graph.time import AsOf, instant
from lineage.bodies import lock_writers_out
from lineage.columns import IS_EXPLICIT
from lineage.naming import dataset_id, job_id
from lineage.recorder import Recorder
from lineage.snapshot.memory import Snapshots
from lineage.store import Direction, Lineage
from tests.lineage.conftest import clear, dataset, job_event, record_all, run_event
from tests.lineage.stored_graph import column_lineage, ds

NAMES, JOBS = ("a", "b", "c", "d", "e"), ("i", "j", "k")
DIRECTIONS: tuple[Direction, ...] = ("up", "down", "both")


@pytest.fixture
async def memory(database: Database) -> AsyncIterator[Snapshots]:
    """Return what holds the graphs."""
    memory = Snapshots(database)
    yield memory
    await memory.close()


def _facets(sources: frozenset[str] | None, *, explicit: bool, alias: str | None) -> dict[str, Any]:
    facets: dict[str, Any] = {}
    if sources is not None:
        facets["columnLineage"] = column_lineage(dataset=sorted(sources))
        if explicit:
            facets["columnLineage"][IS_EXPLICIT] = True
    if alias is not None:
        named = {"namespace": "store", "name": alias, "type": "TABLE"}
        facets["symlinks"] = {"identifiers": [named]}
    return {"facets": facets} if facets else {}


SETS = st.frozensets(st.sampled_from(NAMES), max_size=3)
OUTPUTS = st.dictionaries(
    st.sampled_from(NAMES),
    st.builds(
        _facets,
        st.none() | st.frozensets(st.sampled_from(NAMES), max_size=2),
        explicit=st.booleans(),
        alias=st.sampled_from([None] * 7 + ["d", "e"]),
    ),
    max_size=3,
)


def _run(number: int, job: str, inputs: frozenset[str], outputs: dict[str, Any]) -> dict[str, Any]:
    event = run_event(number, "COMPLETE", f"2026-01-{number % 28 + 1:02d}T00:00:00Z", inputs, (), job)
    event["outputs"] = [dataset(name, **members) for name, members in outputs.items()]
    return event


def _declared(number: int, job: str, inputs: frozenset[str], outputs: frozenset[str]) -> dict[str, Any]:
    return job_event(f"2026-01-{number % 28 + 1:02d}T06:00:00Z", sorted(inputs), sorted(outputs), job)


EVENTS = st.lists(
    st.builds(_run, st.integers(1, 60), st.sampled_from(JOBS), SETS, OUTPUTS)
    | st.builds(_declared, st.integers(1, 60), st.sampled_from(JOBS), SETS, SETS),
    min_size=1,
    max_size=9,
)


async def _answers(reads: Lineage, bases: list[AsOf]) -> list[Any]:
    found: list[Any] = []
    for at in bases:
        for name in NAMES:
            for direction in DIRECTIONS:
                for depth, most in ((1, 2_000), (3, 2), (9, 2_000)):
                    try:
                        found.append(await reads.lineage(ds(name), direction, depth, at, most))
                    except NotFoundError as error:
                        found.append(str(error))
    return found


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(batches=st.lists(EVENTS, min_size=1, max_size=4))
async def test_memory_and_database_answer_the_same_however_events_come(
    database: Database, batches: list[list[dict[str, Any]]]
) -> None:
    """As of any instant; a graph caught up after each batch, by two readers, is one that is built at the end."""
    await clear(database)
    recorder, stored = Recorder(database), Lineage(database)
    readers = [Lineage(database, memory=Snapshots(database)) for _ in range(2)]
    known: list[AsOf] = []
    for place, events in enumerate(batches):
        await record_all(recorder, events)
        at = await stored.basis()
        known.append(at)
        await readers[0].snapshot(at)
        if place % 2:
            await readers[1].snapshot(at)
    bases = [*known, AsOf(instant("2026-01-15T00:00:00Z"), known[-1].system)]
    fresh = Lineage(database, memory=Snapshots(database))
    await fresh.snapshot(known[-1])
    await readers[1].snapshot(known[-1])
    expected = await _answers(stored, bases)
    for reads in (*readers, fresh):
        assert await _answers(reads, bases) == expected
        assert reads.memory.sizes()


async def test_a_walk_by_statements_that_is_ended_early_shows_the_same(
    database: Database, recorder: Recorder
) -> None:
    """It has not counted all that is reached, which it says; memory has."""
    fan = [
        run_event(
            number, "COMPLETE", "2026-01-01T00:00:00Z", [f"{number}"], [f"{number // 3}"], f"job {number}"
        )
        for number in range(1, 60)
    ]
    await record_all(recorder, fan)
    stored, remembered = Lineage(database), Lineage(database, memory=Snapshots(database))
    at = await stored.basis()
    await remembered.snapshot(at)
    whole = await stored.lineage(ds("0"), "up", 20, at, 5)
    assert whole == await remembered.lineage(ds("0"), "up", 20, at, 5)
    assert (whole.reached.upstream, whole.counted, len(whole.nodes)) == (118, True, 5)
    ended = await Lineage(database, most_walked=20).lineage(ds("0"), "up", 20, at, 5)
    assert ended.reached.upstream < whole.reached.upstream
    assert replace(ended, counted=True, reached=whole.reached) == whole
    assert not ended.counted


async def test_a_reader_sees_what_was_acknowledged_before(
    database: Database, memory: Snapshots, recorder: Recorder
) -> None:
    """Whoever wrote it; an answer of before stays what it was."""
    reads = Lineage(database, memory=memory)
    await record_all(recorder, [run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", ["a"], ["b"])])
    before = await reads.basis()
    await reads.snapshot(before)
    first = await reads.lineage(ds("b"), "up", 2, before)
    for number in range(2, 6):
        await record_all(
            Recorder(database),
            [run_event(number, "COMPLETE", f"2026-01-0{number}T00:00:00Z", [f"a{number}"], ["b"])],
        )
        graph = await reads.lineage(ds("b"), "up", 2, await reads.basis())
        assert {node.name.name for node in graph.nodes} == {"b", "job", f"a{number}"}
    assert await reads.lineage(ds("b"), "up", 2, before) == first
    assert memory.sizes()[DEFAULT_TENANT].edges == 10


async def test_a_basis_is_followed_while_other_things_are_recorded(
    database: Database, memory: Snapshots, recorder: Recorder
) -> None:
    """The clock goes on without lineage too; then nothing is read."""
    await record_all(recorder, [run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", ["a"], ["b"])])
    reads = Lineage(database, memory=memory)
    first = await reads.snapshot(await reads.basis())
    async with database.connection() as connection:
        later = await connection.fetchval("select tick(1)")
    assert await reads.snapshot(AsOf(later, later)) is first
    assert first.known_at == later


async def test_a_node_asked_for_by_its_id_is_found_from_when_on_it_was_known(
    database: Database, memory: Snapshots, recorder: Recorder
) -> None:
    """Datasets and jobs alike answer as by their names; before they were known there is no such node."""
    await record_all(recorder, [run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", ["a"], ["b"])])
    reads = Lineage(database, memory=memory)
    unknown, known = AsOf(instant("2026-01-02"), instant("2020-01-01")), await reads.basis()
    snapshot = await reads.snapshot(known)
    of_job = JobName("scheduler", "job")
    assert [snapshot.kind(key) for key in (_id("a"), job_id(of_job), UUID(int=1))] == ["dataset", "job", None]
    for name, key in ((ds("b"), _id("b")), (of_job, job_id(of_job))):
        assert await reads.lineage(key, "up", 2, known) == await reads.lineage(name, "up", 2, known)
        with pytest.raises(NotFoundError):
            await reads.lineage(key, "up", 2, unknown)


async def test_what_is_taken_away_is_forgotten(
    database: Database, memory: Snapshots, recorder: Recorder
) -> None:
    """Where the past is rewritten, as by an erasure, the graph is built anew."""
    await record_all(recorder, [run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", ["a"], ["b"])])
    reads = Lineage(database, memory=memory)
    at = await reads.basis()
    assert len((await reads.snapshot(at)).neighbours(_id("b"), "up", at)) == 1
    async with database.connection() as connection, connection.transaction():
        await lock_writers_out(connection, DEFAULT_TENANT, rewritten=True)
        await connection.execute("delete from lineage_edge where direction = 'O'")
    assert (await reads.snapshot(at)).neighbours(_id("b"), "up", at) == []
    graph = await reads.lineage(ds("b"), "up", 2, at)
    assert [node.name.name for node in graph.nodes] == ["b"]


async def test_one_look_at_the_database_serves_an_answer_and_no_second_one(
    database: Database, memory: Snapshots, recorder: Recorder
) -> None:
    """Who asks as of the basis just taken is answered from what that saw; asked again, what was taken away since is gone."""
    await record_all(recorder, [run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", ["a"], ["b"])])
    reads = Lineage(database, memory=memory)
    first = await reads.snapshot(await reads.basis())
    at = await reads.basis()
    async with database.connection() as connection, connection.transaction():
        await lock_writers_out(connection, DEFAULT_TENANT, rewritten=True)
        await connection.execute("delete from lineage_edge where direction = 'O'")
    assert await reads.at_hand(at) is first
    assert await reads.at_hand(at) is None
    assert (await reads.snapshot(at)).neighbours(_id("b"), "up", at) == []


async def test_names_are_looked_up_once_and_gone_with_what_is_taken_away(
    database: Database, memory: Snapshots, recorder: Recorder
) -> None:
    """Nodes asked for again get their names as known then, and none where the past was rewritten meanwhile."""
    await record_all(recorder, [run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", ["a"], ["b"])])
    reads = Lineage(database, memory=memory)
    await reads.snapshot(early := await reads.basis())
    await record_all(recorder, [run_event(2, "COMPLETE", "2026-01-02T00:00:00Z", ["x"], ["a"], "more")])
    late = await reads.basis()

    async def names(at: AsOf) -> list[str]:
        return [node.name.name for node in (await reads.lineage(_id("b"), "up", 4, at)).nodes]

    assert [await names(at) for at in (late, early, late)] == [
        ["b", "job", "a", "more", "x"],
        ["b", "job", "a"],
        ["b", "job", "a", "more", "x"],
    ]
    async with database.connection() as connection, connection.transaction():
        await lock_writers_out(connection, DEFAULT_TENANT, rewritten=True)
        await connection.execute("update dataset set name = 'z' where name = 'x'")
    assert await reads.at_hand(await reads.basis()) is None
    await reads.snapshot(late)
    assert await names(await reads.basis()) == ["b", "job", "a", "more", "z"]


async def test_those_who_ask_at_once_wait_for_one_build(database: Database, memory: Snapshots) -> None:
    """And nobody who can be answered otherwise waits for it."""
    at = await Lineage(database).basis()
    memory.start(DEFAULT_TENANT)
    assert await memory.at_hand(DEFAULT_TENANT, at.system) is None
    first, *others = await asyncio.gather(*(memory.ready(DEFAULT_TENANT, at.system) for _ in range(5)))
    assert all(one is first for one in others)
    assert await memory.at_hand(DEFAULT_TENANT, at.system) is first


async def test_a_graph_that_is_too_large_is_not_kept(database: Database, recorder: Recorder) -> None:
    """Neither at first nor when it grows; PostgreSQL answers, and what only memory can answer says why it does not."""
    memory = Snapshots(database, most_edges=3)
    reads = Lineage(database, memory=memory)
    await record_all(recorder, [run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", ["a"], ["b"])])
    await reads.snapshot(await reads.basis())
    assert memory.sizes()
    await record_all(recorder, [run_event(2, "COMPLETE", "2026-01-02T00:00:00Z", ["x", "y"], ["z"], "more")])
    at = await reads.basis()
    assert {node.name.name for node in (await reads.lineage(ds("z"), "up", 2, at)).nodes} == {
        "z", "more", "x", "y",
    }  # fmt: skip
    assert not memory.sizes()
    for one in (memory, Snapshots(database, most_edges=3)):
        with pytest.raises(UnavailableError, match=r"more than 3 edges .*GOLDTHREAD_LINEAGE_EDGES_IN_MEMORY"):
            await one.ready(DEFAULT_TENANT, at.system)


async def test_the_graph_asked_about_least_recently_is_let_go_of(database: Database) -> None:
    """Of several tenants so many are in memory as are allowed."""
    memory = Snapshots(database, most_tenants=2)
    async with database.connection() as connection:
        await connection.execute("insert into tenant select g, 'tenant ' || g from generate_series(2, 3) g")
        await connection.execute("insert into clock (tenant_id) select generate_series(2, 3)")
    try:
        at = await Lineage(database).basis()
        for tenant in (1, 2, 1, 3):
            await memory.ready(tenant, at.system)
        assert memory.sizes().keys() == {1, 3}
    finally:
        async with database.connection() as connection:
            await connection.execute("delete from lineage_head where tenant_id > 1")
            await connection.execute("delete from clock where tenant_id > 1")
            await connection.execute("delete from tenant where tenant_id > 1")


async def test_a_restart_of_postgresql_is_survived(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Questions meanwhile are told that it is away; afterwards the graph is brought up to date as before."""
    home = tmp_path_factory.mktemp("restarted")
    home.chmod(0o711)
    server = EmbeddedPostgres(home / "home", durable=False)
    url = server.start()
    try:
        await migrate(url)
        database = await Database.open(url)
        memory, recorder = Snapshots(database), Recorder(database)
        reads = Lineage(database, memory=memory)
        await record_all(recorder, [run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", ["a"], ["b"])])
        at = await reads.basis()
        kept = await reads.snapshot(at)
        server.stop()
        with pytest.raises(UnavailableError):
            await reads.lineage(ds("b"), "up", 2, at)
        server.start()
        await record_all(recorder, [run_event(2, "COMPLETE", "2026-01-02T00:00:00Z", ["c"], ["b"])])
        assert await reads.snapshot(await reads.basis()) is kept
        graph = await reads.lineage(ds("b"), "up", 2, await reads.basis())
        assert {node.name.name for node in graph.nodes} == {"b", "job", "c"}
        await database.close()
    finally:
        server.stop()


def _id(name: str) -> UUID:
    return dataset_id(ds(name))
