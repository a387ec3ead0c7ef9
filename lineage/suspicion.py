"""How suspicious what happened upstream of a failed run is, from its kind, its distance and its time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, Literal
from uuid import UUID

from lineage.quality import Assertion
from lineage.schema_compatibility import SchemaChange, is_breaking
from lineage.schema_compatibility import schema_changes as changes_of
from lineage.schema_history import SchemaVersion

SuspectKind = Literal["failed_run", "schema_change", "failed_check", "sql_change"]

_WEIGHTS: Final = {
    "FAIL": 1.0,
    "ABORT": 0.9,
    "check": 0.9,
    "breaking": 0.8,
    "sql": 0.7,
    "warning": 0.4,
    "harmless": 0.3,
}
_LESS: Final = 0.3
"""What remains of a weight where something speaks against it: the job went well after it, or a later run of its own job."""

_HALF_DISTANCE: Final = 4
_HALF_TIME: Final = 24.0
"""The hops, and the hours, after which half of the suspicion is left."""


@dataclass(frozen=True, slots=True)
class EndedRun:
    """How a run of a job ended, and when."""

    run_id: UUID
    state: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Check:
    """What tests of the data of a dataset found at an instant; `run_id` is the run that told of it, if one did."""

    at: datetime
    run_id: UUID | None
    assertions: tuple[Assertion, ...]


@dataclass(frozen=True, slots=True)
class SqlVersion:
    """The SQL of a job, or of a part of it, from an instant on."""

    valid_from: datetime
    query: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """Something that happened to a node upstream before the run failed; `score` from 1 (at once, right before) to 0.

    `has_recovered`: the job upstream, or the checks of the dataset, have gone well since. `was_survived`: the failed run's
    own job has gone well since.
    """

    node: UUID
    distance: int
    kind: SuspectKind
    at: datetime
    score: float
    run_id: UUID | None = None
    changes: tuple[SchemaChange, ...] = ()
    checks: tuple[Assertion, ...] = ()
    has_recovered: bool = False
    was_survived: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """When a run failed, and when its job went well for the last time before; None: not within the time looked at."""

    at: datetime
    last_success: datetime | None


def failed_runs(node: UUID, distance: int, runs: Sequence[EndedRun], failure: Failure) -> list[Suspect]:
    """Return the last run of a job upstream that did not go well, of runs given latest first, if there is one."""
    for run in runs:
        if run.state in _WEIGHTS:
            recovered = any(later.state == "COMPLETE" and later.ended_at > run.ended_at for later in runs)
            survived = _is_survived(run.ended_at, failure)
            score = _score(_WEIGHTS[run.state], distance, run.ended_at, failure, recovered, survived)
            return [
                Suspect(
                    node,
                    distance,
                    "failed_run",
                    run.ended_at,
                    score,
                    run_id=run.run_id,
                    has_recovered=recovered,
                    was_survived=survived,
                )
            ]
    return []


def schema_changes(
    node: UUID, distance: int, versions: Sequence[SchemaVersion], since: datetime, failure: Failure
) -> list[Suspect]:
    """Return the changes of a dataset's schema since an instant, of its versions latest first.

    Changes that may break readers weigh more than others. The earliest version given is compared with none.
    """
    found: list[Suspect] = []
    for version, before in pairwise(versions):
        if not since <= version.valid_from <= failure.at:
            continue
        made = tuple(changes_of(before.columns, version.columns))
        weight = _WEIGHTS["breaking" if is_breaking(made) else "harmless"]
        survived = _is_survived(version.valid_from, failure)
        score = _score(weight, distance, version.valid_from, failure, survived)
        found.append(
            Suspect(
                node,
                distance,
                "schema_change",
                version.valid_from,
                score,
                changes=made,
                was_survived=survived,
            )
        )
    return found


def failed_checks(node: UUID, distance: int, checks: Sequence[Check], failure: Failure) -> list[Suspect]:
    """Return the last of the checks of a dataset, given latest first, in which a test failed, if there is one.

    Tests that only warn weigh less.
    """
    for place, check in enumerate(checks):
        failed = tuple(one for one in check.assertions if not one.success)
        if failed:
            is_warning = all((one.severity or "").lower().startswith("warn") for one in failed)
            survived, recovered = _is_survived(check.at, failure), place > 0
            weight = _WEIGHTS["warning" if is_warning else "check"]
            score = _score(weight, distance, check.at, failure, recovered, survived)
            return [
                Suspect(
                    node,
                    distance,
                    "failed_check",
                    check.at,
                    score,
                    run_id=check.run_id,
                    checks=failed,
                    has_recovered=recovered,
                    was_survived=survived,
                )
            ]
    return []


def sql_changes(
    node: UUID, distance: int, versions: Iterable[Sequence[SqlVersion]], since: datetime, failure: Failure
) -> list[Suspect]:
    """Return when the SQL of a job changed since an instant: of each of its parts the versions are given latest first."""
    changed = {
        version.valid_from
        for of_part in versions
        for version, before in pairwise(of_part)
        if version.query != before.query and since <= version.valid_from <= failure.at
    }
    found: list[Suspect] = []
    for at in sorted(changed, reverse=True):
        survived = _is_survived(at, failure)
        score = _score(_WEIGHTS["sql"], distance, at, failure, survived)
        found.append(Suspect(node, distance, "sql_change", at, score, was_survived=survived))
    return found


def ranked(suspects: Iterable[Suspect]) -> list[Suspect]:
    """Return the most suspicious first; of equals the nearest, then the latest."""
    return sorted(suspects, key=lambda one: (-one.score, one.distance, -one.at.timestamp(), one.node))


def _is_survived(at: datetime, failure: Failure) -> bool:
    return failure.last_success is not None and at < failure.last_success


def _score(weight: float, distance: int, at: datetime, failure: Failure, *against: bool) -> float:
    hours = max((failure.at - at).total_seconds(), 0) / 3600
    fading = 0.5 ** (distance / _HALF_DISTANCE) * 0.5 ** (hours / _HALF_TIME)
    return round(weight * fading * _LESS ** sum(against), 6)
