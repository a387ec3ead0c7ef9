"""Reads what may have made a run fail: what failed and what was changed upstream of it, in the time before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from graph.errors import InvalidInputError, NotFoundError
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf
from lineage.lenient import read
from lineage.nodes import Node
from lineage.quality import Assertion, DataQualityAssertions
from lineage.runs import Run, Runs
from lineage.schema_compatibility import SchemaChange
from lineage.series import PointsWanted, Series
from lineage.statements import statement
from lineage.store import Lineage
from lineage.suspicion import (
    Check,
    EndedRun,
    Failure,
    SqlVersion,
    Suspect,
    failed_checks,
    failed_runs,
    ranked,
    schema_changes,
    sql_changes,
)

LONGEST_LOOK: Final = 24 * 90
"""How many hours before the failure may be looked at."""

MOST_RUNS: Final = 20
"""How many of the last runs of each job upstream are looked at, and how many versions of each schema."""

MOST_CHECKED: Final = 200
"""Of how many datasets, the nearest upstream, checks of their data are looked at."""

MOST_TOLD: Final = 8
"""How many changes of a schema, or failed tests, are told in words."""

_ENDED: Final = frozenset({"FAIL", "ABORT"})
_RUNS_BEFORE = statement("runs_before")
_SQL_VERSIONS = statement("sql_versions")
_CHECKS: Final = "dataQualityAssertions"


@dataclass(frozen=True, slots=True)
class RootCauses:
    """What may have made a run fail, the most suspicious first, with the nodes and runs that are named.

    `examined` counts the datasets and jobs upstream that were looked at; truncated where there are more than an answer
    may hold, `beyond` counts those just behind the depth.
    """

    basis: AsOf
    run: Run
    since: datetime
    last_success: datetime | None
    suspects: tuple[Suspect, ...]
    nodes: dict[UUID, Node]
    runs: dict[UUID, Run]
    examined: int
    truncated: bool
    beyond: int


class Investigations:
    """Answers why runs of one tenant may have failed."""

    def __init__(
        self, database: Database, lineage: Lineage, runs: Runs, tenant: int = DEFAULT_TENANT
    ) -> None:
        self._database = database
        self._lineage = lineage
        self._runs = runs
        self._series = Series(database, tenant)
        self._tenant = tenant

    async def root_causes(
        self, run_id: UUID, depth: int, hours: int, known_at: datetime | None = None
    ) -> RootCauses:
        """Return what happened upstream of a run that failed or was aborted, within so many hours before it did.

        Raises NotFoundError, or InvalidInputError for a run that did not fail.
        """
        if not 1 <= hours <= LONGEST_LOOK:
            raise InvalidInputError.at("$.hours", f"must be 1 to {LONGEST_LOOK}, got {hours}")
        run = await self._runs.run(run_id)
        if run.state not in _ENDED:
            raise InvalidInputError.at("$.run", f"has not failed: its state is {run.state}")
        ended = run.ended_at or run.last_at
        since = ended - timedelta(hours=hours)
        at = await self._lineage.basis(ended, known_at)
        nodes, truncated, beyond = await self._upstream(run, depth, at)
        ended_runs = await self._ended_runs([run.job_id, *nodes], since, ended, run_id)
        failure = Failure(ended, _last_success(ended_runs.get(run.job_id, ())))
        named_nodes = {**nodes, run.job_id: Node(run.job_id, "job", run.job)}
        suspects = [
            *await self._suspects(nodes, ended_runs, since, failure, at),
            *await self._failed_checks(nodes, since, failure, at),
            *await self._sql_changes(named_nodes, since, failure, at),
        ]
        named = [one.run_id for one in suspects if one.run_id]
        return RootCauses(
            at,
            run,
            since,
            failure.last_success,
            tuple(ranked(suspects)),
            named_nodes,
            await self._runs.by_id(named) if named else {},
            len(nodes),
            truncated,
            beyond,
        )

    async def _upstream(self, run: Run, depth: int, at: AsOf) -> tuple[dict[UUID, Node], bool, int]:
        """Return what the job of the run followed from then, and what the run itself read; its job is not among it."""
        nodes: dict[UUID, Node] = {}
        truncated, beyond = False, 0
        for of, offset in [(run.job, 0), *((name, 1) for name in run.inputs)]:
            if offset and (depth == offset or any(of in (one.name, *one.aliases) for one in nodes.values())):
                continue
            try:
                graph = await self._lineage.lineage(of, "up", depth - offset, at)
            except NotFoundError:
                continue
            truncated, beyond = truncated or graph.truncated, max(beyond, graph.frontier.upstream)
            for node in graph.nodes:
                further = node._replace(distance=node.distance + offset)
                if node.id not in nodes or further.distance < nodes[node.id].distance:
                    nodes[node.id] = further
        nodes.pop(run.job_id, None)
        return nodes, truncated, beyond

    async def _ended_runs(
        self, jobs: Sequence[UUID], since: datetime, until: datetime, but_for: UUID
    ) -> dict[UUID, list[EndedRun]]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                _RUNS_BEFORE, self._tenant, list(jobs), since, until, MOST_RUNS, but_for
            )
        found: dict[UUID, list[EndedRun]] = {}
        for row in rows:
            found.setdefault(row["job_id"], []).append(EndedRun(row["run_id"], row["state"], row["ended_at"]))
        return found

    async def _suspects(
        self,
        nodes: dict[UUID, Node],
        ended_runs: dict[UUID, list[EndedRun]],
        since: datetime,
        failure: Failure,
        at: AsOf,
    ) -> list[Suspect]:
        datasets = [key for key, node in nodes.items() if node.kind == "dataset"]
        histories = await self._lineage.datasets.schema_histories(datasets, MOST_RUNS, at)
        found: list[Suspect] = []
        for key, node in nodes.items():
            if node.kind == "job":
                found += failed_runs(key, node.distance, ended_runs.get(key, ()), failure)
            else:
                history = histories[key]
                versions = [*history.versions, *([history.before] if history.before else [])]
                found += schema_changes(key, node.distance, versions, since, failure)
        return found

    async def _failed_checks(
        self, nodes: Mapping[UUID, Node], since: datetime, failure: Failure, at: AsOf
    ) -> list[Suspect]:
        """Return checks that datasets failed, those that the failed run itself told of among them."""
        datasets = [node for node in nodes.values() if node.kind == "dataset"]
        nearest = sorted(datasets, key=lambda node: (node.distance, node.id))[:MOST_CHECKED]
        until = failure.at + timedelta(microseconds=1)
        points = await self._series.points(
            [node.id for node in nearest], PointsWanted((_CHECKS,), at.system, since, until), MOST_RUNS
        )
        found: list[Suspect] = []
        for node in nearest:
            checks = [
                Check(one.event_time, one.run_id, said.assertions)
                for one in points[node.id][0]
                if (said := read(DataQualityAssertions, one.facets[_CHECKS])) is not None
            ]
            found += failed_checks(node.id, node.distance, checks, failure)
        return found

    async def _sql_changes(
        self, nodes: Mapping[UUID, Node], since: datetime, failure: Failure, at: AsOf
    ) -> list[Suspect]:
        """Return the changes of the SQL of jobs and of their parts."""
        jobs = [key for key, node in nodes.items() if node.kind == "job"]
        async with self._database.connection() as connection:
            rows = await connection.fetch(_SQL_VERSIONS, self._tenant, jobs, failure.at, at.system, MOST_RUNS)
        versions: dict[UUID, dict[UUID, list[SqlVersion]]] = {}
        for row in rows:
            of_part = versions.setdefault(row["asked"], {}).setdefault(row["subject_id"], [])
            of_part.append(SqlVersion(row["valid_from"], row["query"]))
        return [
            one
            for key, of_job in versions.items()
            for one in sql_changes(key, nodes[key].distance, of_job.values(), since, failure)
        ]


def _last_success(runs: Sequence[EndedRun]) -> datetime | None:
    return max((one.ended_at for one in runs if one.state == "COMPLETE"), default=None)


def reason(suspect: Suspect, causes: RootCauses) -> str:
    """Return why something is suspected, in words."""
    node = causes.nodes[suspect.node]
    hours = (causes.run.ended_at or causes.run.last_at) - suspect.at
    place = f"{suspect.distance} hop{'s' if suspect.distance > 1 else ''} upstream"
    when = f"{_span(hours)} before, {place if suspect.distance else 'the job itself'}"
    if suspect.kind == "schema_change":
        what = f"changed its columns {when}: {_first([_told(change) for change in suspect.changes])}"
    elif suspect.kind == "failed_check":
        what = f"failed checks {when}: {_first([_test(one) for one in suspect.checks])}"
    elif suspect.kind == "sql_change":
        what = f"changed its SQL {when}"
    else:
        run = causes.runs.get(suspect.run_id) if suspect.run_id else None
        what = f"{'was aborted' if run and run.state == 'ABORT' else 'failed'} {when}"
    against = [
        *(["it has gone well since"] if suspect.has_recovered else []),
        *(["the job went well after it"] if suspect.was_survived else []),
    ]
    but = f"; but {' and '.join(against)}" if against else ""
    return f"{node.display_name} {what}{but}"


def _first(told: Sequence[str]) -> str:
    more = f" and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
    return f"{', '.join(told[:MOST_TOLD])}{more}"


def _test(failed: Assertion) -> str:
    return (failed.name or failed.assertion) + (f" of {failed.column}" if failed.column else "")


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 60 * 72 else f"{minutes // 1440} days"


def _told(change: SchemaChange) -> str:
    before, after = change.before, change.after
    if before is None or after is None:
        return f"−{before.path}" if before else f"+{after.path}" if after else ""
    if change.kind == "renamed":
        return f"{before.path} → {after.path}"
    return (
        f"{after.path} {before.type} → {after.type}"
        if change.kind == "type_changed"
        else f"{after.path} (words)"
    )
