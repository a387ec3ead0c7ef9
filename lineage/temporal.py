"""How the edges of one job follow in time from what was said about it, statement after statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple, TypeAlias
from uuid import UUID

EdgeDirection = Literal["I", "O"]
"""I: the job reads the dataset. O: the job writes it."""

EdgeEnd: TypeAlias = tuple[UUID, EdgeDirection]


class Stretch(NamedTuple):
    """A job reads or writes a dataset from `start` until before `end`; None: until further notice."""

    dataset_id: UUID
    direction: EdgeDirection
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a run or declaration says a job reads and writes from an instant on; None: it says nothing about that."""

    at: datetime
    inputs: Collection[UUID] | None
    outputs: Collection[UUID] | None


def said_by_run(
    started_at: datetime, state: str, inputs: Collection[UUID], outputs: Collection[UUID]
) -> Statement:
    """Return what a run says about its job.

    A completed run speaks about inputs and outputs both. One that failed or was aborted attempted its outputs, and one
    that goes on may not have told all yet: what they do not name stays as it was before them.
    """
    if state == "COMPLETE" and (inputs or outputs):
        return Statement(started_at, inputs, outputs)
    written = () if state in {"FAIL", "ABORT"} else outputs
    return Statement(started_at, inputs or None, written or None)


def timeline(standing: Iterable[Stretch], said: Sequence[Statement]) -> set[Stretch]:
    """Return the stretches that follow from the statements, which must be in order, the last one at an instant winning.

    `standing` are the stretches that held just before the first statement; whatever their end was, it is decided anew.
    """
    begun: dict[EdgeEnd, datetime] = {(edge.dataset_id, edge.direction): edge.start for edge in standing}
    over: set[Stretch] = set()
    for at, statements in groupby(said, attrgetter("at")):
        wanted = _after(begun, statements)
        for end in begun.keys() - wanted:
            over.add(Stretch(*end, begun.pop(end), at))
        for end in wanted - begun.keys():
            begun[end] = at
    return over | {Stretch(*end, start, None) for end, start in begun.items()}


def recomputed(believed: Collection[Stretch], since: datetime, said: Sequence[Statement]) -> set[Stretch]:
    """Return what `believed`, the stretches that end at `since` or later, become where all statements since are `said`."""
    return timeline([edge for edge in believed if edge.start < since], said)


def _after(before: Iterable[EdgeEnd], statements: Iterable[Statement]) -> set[EdgeEnd]:
    wanted = set(before)
    for statement in statements:
        for direction, datasets in _spoken(statement):
            wanted = {end for end in wanted if end[1] != direction}
            wanted.update((dataset, direction) for dataset in datasets)
    return wanted


def _spoken(statement: Statement) -> Iterable[tuple[EdgeDirection, Collection[UUID]]]:
    if statement.inputs is not None:
        yield "I", statement.inputs
    if statement.outputs is not None:
        yield "O", statement.outputs
