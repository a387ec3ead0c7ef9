"""Compares what Airflow did with what the catalog heard of it, and has what is missing recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from graph.errors import CatalogError
from graph.store.airflow_reconciled import AirflowReconciled
from graph.store.database import Database
from ingest.airflow_history import AirflowHistory, AssetEvent, AssetUse, with_assets
from lineage.airflow_runs import (
    ENDS,
    DagRun,
    TaskTry,
    abort_event,
    account,
    dataset_event,
    ids_of_clears,
    ids_of_tries,
    is_over,
    version_event,
)
from lineage.recorder import Recorded, Recorder
from lineage.runs import Run, Runs, RunsWanted
from lineage.sent_facets import SentFacets

OVERLAP = timedelta(minutes=10)
"""How much of what was compared before is compared again: by then every event that was on its way has arrived or is lost."""

AT_ONCE = 50
"""How many DAG runs are compared at a time."""


@dataclass(slots=True)
class Reconciled:
    """What a comparison came to: how many DAG runs were compared, events recorded, and runs that Airflow says go on."""

    dag_runs: int = 0
    events: int = 0
    versions: int = 0
    aborted: int = 0
    open: int = 0
    seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])


class Reconciliation:
    """Compares one Airflow with the catalog; any number may do so at once, for what is told twice is kept once."""

    def __init__(self, database: Database, history: AirflowHistory, namespace: str) -> None:
        self._namespace = namespace
        self._history = history
        self._runs = Runs(database)
        self._facets = SentFacets(database)
        self._recorder = Recorder(database)
        self._reached = AirflowReconciled(database)

    async def close(self) -> None:
        """Let the recorder go."""
        await self._recorder.close()

    async def run(self, now: datetime, since: datetime | None = None) -> Reconciled:
        """Compare what changed since then, else since the last time, and whatever the catalog believes to go on.

        Raises UnavailableError where Airflow does not answer; what was compared until then stays recorded.
        """
        reached = await self._reached.reached(self._namespace, "runs_to")
        bound = since or (None if reached is None else reached - OVERLAP)
        done = Reconciled()
        uses = await asyncio.to_thread(self._history.asset_uses)
        changed = await asyncio.to_thread(lambda: list(self._history.dag_runs(bound)))
        await self._compare_all(changed, uses, done)
        await self._settle_open(uses, done)
        # Airflow 3.3.2 fails to tell of events of assets as long as a run that one of them started is queued.
        await self._versions(bound, done)
        await self._reached.reach(self._namespace, "runs_to", now)
        return done

    async def _compare_all(
        self, runs: Sequence[DagRun], uses: dict[tuple[str, str], AssetUse], done: Reconciled
    ) -> None:
        for start in range(0, len(runs), AT_ONCE):
            await self._compare(runs[start : start + AT_ONCE], uses, done)

    async def _compare(
        self, runs: Sequence[DagRun], uses: dict[tuple[str, str], AssetUse], done: Reconciled
    ) -> None:
        """Record what is missing of some DAG runs."""
        tries = await asyncio.to_thread(lambda: [self._history.tries(run) for run in runs])
        wanted = [
            *(run_id for run in runs for run_id in ids_of_clears(self._namespace, run)),
            *(
                run_id
                for run, some in zip(runs, tries, strict=True)
                for run_id in ids_of_tries(self._namespace, run, some)
            ),
        ]
        known = await self._runs.by_id(wanted)
        events: list[bytes] = []
        for run, some in zip(runs, tries, strict=True):
            full = await asyncio.to_thread(self._in_full, run, some, known, uses)
            events += account(self._namespace, run, full, known).events
            done.dag_runs += 1
            done.seen.add((run.dag_id, run.run_id))
        done.events += await self._record(events)

    def _in_full(
        self,
        run: DagRun,
        tries: Sequence[TaskTry],
        known: dict[UUID, Run],
        uses: dict[tuple[str, str], AssetUse],
    ) -> list[TaskTry]:
        """Return tries with what the catalog is missing: what they read and wrote, and why they failed."""
        found: list[TaskTry] = []
        for one, run_id in zip(tries, ids_of_tries(self._namespace, run, tries), strict=True):
            heard = known.get(run_id)
            end = ENDS.get(one.state or "")
            if end is None or (heard is not None and is_over(heard)):
                found.append(one)
                continue
            full = with_assets(one, uses.get((run.dag_id, one.task_id)))
            is_failure = end == "FAIL"
            found.append(replace(full, error=self._history.error(run, one)) if is_failure else full)
        return found

    async def _versions(self, since: datetime | None, done: Reconciled) -> None:
        """Record as versions of datasets what changed assets."""
        told = await asyncio.to_thread(lambda: list(self._history.asset_events(since)))
        events = await asyncio.to_thread(lambda: [self._version(one) for one in told])
        done.versions = len(events)
        await self._record(events)

    def _version(self, one: AssetEvent) -> bytes:
        run = self._history.dag_run(one.dag_id, one.run_id) if one.dag_id and one.run_id else None
        tries = [] if run is None else self._history.tries(run)
        made = [
            each
            for each in tries
            if (each.task_id, each.map_index) == (one.task_id, one.map_index)
            and each.ended_at is not None
            and (each.started_at or one.at) <= one.at
        ]
        if run is None or not made:
            return dataset_event(one.dataset, one.version, one.at)
        last = max(made, key=lambda each: each.try_number)
        at = min(one.at, last.ended_at or one.at)  # told before the end of the run, of which it is a part
        return version_event(self._namespace, run, last, one.dataset, one.version, at)

    async def _settle_open(self, uses: dict[tuple[str, str], AssetUse], done: Reconciled) -> None:
        """Look into the runs that the catalog believes to go on: compare theirs, and end what Airflow does not know."""
        belonging = await self._belonging(await self._open())
        again: dict[tuple[str, str], DagRun] = {}
        gone: list[bytes] = []
        for run, key in belonging:
            if key in done.seen or key in again:
                continue
            found = await asyncio.to_thread(self._history.dag_run, *key)
            if found is None:
                gone.append(abort_event(self._namespace, run.job.name, run.run_id, run.last_at))
            else:
                again[key] = found
        done.aborted += await self._record(gone)
        await self._compare_all(list(again.values()), uses, done)
        done.open = len(await self._open())

    async def _open(self) -> list[Run]:
        """Return the runs of this Airflow that the catalog believes to go on."""
        found: list[Run] = []
        for state in ("START", "RUNNING"):
            wanted, after = RunsWanted(namespace=self._namespace, state=state), None
            while True:
                page = await self._runs.runs(wanted, 200, after)
                found += page.runs
                after = page.next
                if after is None:
                    break
        return found

    async def _belonging(self, runs: Sequence[Run]) -> list[tuple[Run, tuple[str, str]]]:
        """Return with each of the runs the DAG and the DAG run that it said it belongs to, where it did."""
        facets = await self._facets.of_runs([run.run_id for run in runs])
        found: list[tuple[Run, tuple[str, str]]] = []
        for run in runs:
            for facet in facets.get(run.run_id, ()):
                said = facet.body.get("dagRun") if facet.name in {"airflow", "airflowDagRun"} else None
                if isinstance(said, dict) and said.get("dag_id") and said.get("run_id"):
                    found.append((run, (str(said["dag_id"]), str(said["run_id"]))))
                    break
        return found

    async def _record(self, events: Iterable[bytes]) -> int:
        """Record events, and return how many of them were new."""
        results = await self._recorder.record_batch(list(events))
        for result in results:
            if isinstance(result, CatalogError):
                raise result
        return sum(isinstance(result, Recorded) and not result.duplicate for result in results)
