"""What is known of a run: a join of what its events, and those of its children, say, whatever their order."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec

from lineage.run_state import LastTimes, state
from lineage.temporal import Statement, said_by_run

T = TypeVar("T", bound=Any)

NO_DATASETS: Final[frozenset[UUID]] = frozenset()


class RunFacts(msgspec.Struct, frozen=True, gc=False):
    """What is known of one run.

    One that only its children named is not `heard`: its job and start are what they said, its end, times and parents are
    not known. `inputs` and `outputs` hold those of its parts, too.
    """

    run_id: UUID
    job_id: UUID
    started_at: datetime
    last_at: datetime
    last_start_at: datetime | None = None
    last_running_at: datetime | None = None
    last_complete_at: datetime | None = None
    last_abort_at: datetime | None = None
    last_fail_at: datetime | None = None
    heard: bool = True
    is_part: bool = False
    nominal_from: datetime | None = None
    nominal_to: datetime | None = None
    parent_run_id: UUID | None = None
    root_run_id: UUID | None = None
    given_id: str | None = None
    inputs: frozenset[UUID] = NO_DATASETS
    outputs: frozenset[UUID] = NO_DATASETS

    @property
    def state(self) -> str:
        """The state, as the column computes it; of one that was not heard of: OTHER."""
        return state(
            LastTimes(
                self.last_start_at,
                self.last_running_at,
                self.last_complete_at,
                self.last_abort_at,
                self.last_fail_at,
            )
        )

    @property
    def statement(self) -> Statement | None:
        """What the run says its job reads and writes; None for parts, whose parents say it, and where it says nothing."""
        if self.is_part or not (self.inputs or self.outputs):
            return None
        if self.last_fail_at is not None or self.last_abort_at is not None:
            said = said_by_run(self.started_at, self.state, self.inputs, self.outputs)
            return None if said.inputs is None and said.outputs is None else said
        if self.last_complete_at is not None:
            return Statement(self.started_at, self.inputs, self.outputs)
        return Statement(self.started_at, self.inputs or None, self.outputs or None)


def joined(one: RunFacts, other: RunFacts) -> RunFacts:
    """Return what two accounts of one run say together; the order of joining does not matter.

    Where events disagree, one of them wins, always the same: the job of the earliest, the greater parent.
    """
    inputs = _union(one.inputs, other.inputs)
    outputs = _union(one.outputs, other.outputs)
    if one.heard != other.heard:
        return _with_datasets(one if one.heard else other, inputs, outputs)
    if not one.heard and (one.started_at, one.job_id) <= (other.started_at, other.job_id):
        return _with_datasets(one, inputs, outputs)
    first = one
    if other.started_at <= one.started_at:
        first = min(one, other, key=_start)
    return RunFacts(
        one.run_id,
        first.job_id,
        first.started_at,
        max(one.last_at, other.last_at) if one.heard else first.started_at,
        _greatest(one.last_start_at, other.last_start_at),
        _greatest(one.last_running_at, other.last_running_at),
        _greatest(one.last_complete_at, other.last_complete_at),
        _greatest(one.last_abort_at, other.last_abort_at),
        _greatest(one.last_fail_at, other.last_fail_at),
        one.heard,
        one.is_part or other.is_part,
        _least(one.nominal_from, other.nominal_from),
        _greatest(one.nominal_to, other.nominal_to),
        _greatest(one.parent_run_id, other.parent_run_id),
        _greatest(one.root_run_id, other.root_run_id),
        _greatest(one.given_id, other.given_id),
        inputs,
        outputs,
    )


def with_datasets_of(run: RunFacts, part: RunFacts) -> RunFacts:
    """Return a run that also reads and writes what one of its parts does."""
    return _with_datasets(run, _union(run.inputs, part.inputs), _union(run.outputs, part.outputs))


def _with_datasets(run: RunFacts, inputs: frozenset[UUID], outputs: frozenset[UUID]) -> RunFacts:
    if inputs is run.inputs and outputs is run.outputs:
        return run
    return msgspec.structs.replace(run, inputs=inputs, outputs=outputs)


def _start(run: RunFacts) -> tuple[datetime, UUID]:
    return run.started_at, run.job_id


def _union(one: frozenset[UUID], other: frozenset[UUID]) -> frozenset[UUID]:
    if one is other or not other or one >= other:
        return one
    return other if other >= one else one | other


def _greatest(one: T | None, other: T | None) -> T | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _least(one: T | None, other: T | None) -> T | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
