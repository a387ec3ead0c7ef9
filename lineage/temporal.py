"""How the edges of one job follow in time from what was said about it, statement after statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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


def recomputed(
    believed: Collection[Stretch], since: datetime, said: Sequence[Statement], until: datetime | None = None
) -> set[Stretch]:
    """Return what `believed` becomes where all statements from `since` through `until` (None: ever) are `said`.

    `believed` are the stretches that overlap or touch that window. At `until` stands a statement that decides about both
    directions and has not changed: from there on the same holds as before, until when it did.
    """
    after = timeline([edge for edge in believed if edge.start < since], said)
    if until is None:
        return after
    ends = {
        (edge.dataset_id, edge.direction): edge.end
        for edge in believed
        if edge.start <= until and (edge.end is None or until < edge.end)
    }
    return {
        edge if edge.end is not None else edge._replace(end=ends[edge.dataset_id, edge.direction])
        for edge in after
    }


class Span(NamedTuple):
    """A stretch of time that is to be recomputed, from `since` through `until`; None: to its end."""

    since: datetime
    until: datetime | None


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch each other as one."""
    found: list[Span] = []
    for span in sorted(spans, key=attrgetter("since")):
        last = found[-1] if found else None
        if last is None or (last.until is not None and last.until < span.since):
            found.append(span)
        else:
            until = None if last.until is None or span.until is None else max(last.until, span.until)
            found[-1] = Span(last.since, until)
    return found


@dataclass(frozen=True, slots=True)
class JobHead:
    """How the edges of a job stand at their end: enough to go on in order of time without reading anything.

    `key` tells the last run that says something, and `said` what that is; `before` are the edges that held until it and
    since when, `open` those that hold from it on; `at` of None: nothing was ever said.
    """

    at: datetime | None = None
    key: UUID | None = None
    before: Mapping[EdgeEnd, datetime] = field(default_factory=dict[EdgeEnd, datetime])
    open: Mapping[EdgeEnd, datetime] = field(default_factory=dict[EdgeEnd, datetime])
    said: Statement | None = None

    @classmethod
    def after(
        cls, standing: Iterable[Stretch], said: Sequence[Statement], keys: Sequence[UUID]
    ) -> JobHead | None:
        """Return the head after all statements from some instant on; None where it does not show."""
        if not said or (len(said) > 1 and said[-2].at == said[-1].at):
            return None
        before: dict[EdgeEnd, datetime] = {
            (edge.dataset_id, edge.direction): edge.start
            for edge in timeline(standing, said[:-1])
            if edge.end is None
        }
        return cls(said[-1].at, keys[-1], before, _opened(before, said[-1]), said[-1])

    @property
    def stretches(self) -> set[Stretch]:
        """The edges that hold, and those that the last statement ended."""
        ended = {
            Stretch(*end, start, self.at)
            for end, start in self.before.items()
            if end not in self.open and (self.at is None or start < self.at)
        }
        return ended | {Stretch(*end, start, None) for end, start in self.open.items()}

    def advanced(self, key: UUID, said: Statement) -> JobHead | None:
        """Return the head after the statement of a run, which is the last one or later; None: it is not."""
        if self.key == key and self.at == said.at:
            return JobHead(said.at, key, self.before, _opened(self.before, said), said)
        if self.is_repeated(said):
            return JobHead(said.at, key, self.open, self.open, said)
        if self.at is None or self.at < said.at:
            return JobHead(said.at, key, self.open, _opened(self.open, said), said)
        return None

    def is_repeated(self, said: Statement) -> bool:
        """Return whether a later statement says the same as the last one, so that no edge changes."""
        last = self.said
        return (
            last is not None
            and last.at < said.at
            and (last.inputs, last.outputs) == (said.inputs, said.outputs)
        )


def _opened(before: Mapping[EdgeEnd, datetime], said: Statement) -> dict[EdgeEnd, datetime]:
    return {end: before.get(end, said.at) for end in _after(before, (said,))}


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
