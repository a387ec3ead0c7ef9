"""Failures follow lineage as a naive walk does, on random graphs with circles."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.catalog.asset_ref import AssetRef
from graph.identity import DatasetName, JobName
from graph.store.database import Database
from lineage.failures import Failures
from lineage.known_assets import KnownAssets
from lineage.naming import dataset_id, job_id
from lineage.recorder import Recorder
from lineage.store import Lineage
from tests.lineage.conftest import clear, record_all, run_event

SETS = st.frozensets(st.sampled_from("abcdef"), max_size=3)
JOBS = st.lists(st.tuples(SETS, SETS).filter(any), min_size=1, max_size=6)


def hit(jobs: list[tuple[frozenset[str], frozenset[str]]], start: str) -> dict[tuple[str, str], str]:
    """Return what is hit when the dataset fails, with its effect: jobs by number, datasets by name."""
    stopped = {n for n, (inputs, outputs) in enumerate(jobs) if start in inputs | outputs}
    found = {("job", str(n)): "stops" for n in stopped}
    reached, waiting = {start}, set(stopped)
    while waiting:
        fresh = {name for n in waiting for name in jobs[n][1]} - reached
        reached |= fresh
        found |= {("dataset", name): "stale" for name in fresh}
        waiting = {n for n, (inputs, _) in enumerate(jobs) if inputs & fresh and ("job", str(n)) not in found}
        found |= {("job", str(n)): "stale" for n in waiting}
    return found


@given(jobs=JOBS, start=st.sampled_from("abcdef"))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_failure_spreads_as_a_naive_walk_says(
    database: Database, jobs: list[tuple[frozenset[str], frozenset[str]]], start: str
) -> None:
    """Its readers and writers stop, and everything downstream of them gets stale, each once and on a way that exists."""
    await clear(database)
    events = [
        run_event(n + 1, "COMPLETE", "2026-01-01T00:00:00Z", inputs, outputs, job=str(n))
        for n, (inputs, outputs) in enumerate(jobs)
    ]
    await record_all(Recorder(database), events)
    ref = AssetRef(dataset_id(DatasetName("store", start)))
    at = await Lineage(database).basis()
    known = (await KnownAssets(database).of([ref], at)).get(ref)
    if known is None:
        assert not hit(jobs, start)
        return
    found = await Failures(database).of(known, at)
    expected = {
        (
            job_id(JobName("scheduler", name)) if kind == "job" else dataset_id(DatasetName("store", name))
        ): effect
        for (kind, name), effect in hit(jobs, start).items()
    }
    assert {one.id: one.effect for one in found.hits} == expected
    steps = {ref.id: 0} | {one.id: one.distance for one in found.hits}
    assert all(one.distance == steps[one.through] + 1 for one in found.hits)
    assert found.hits == tuple(sorted(found.hits, key=lambda one: one.place))
    assert sum(found.counts.values()) == len(found.hits)
