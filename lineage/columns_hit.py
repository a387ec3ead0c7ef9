"""Which columns of a lineage graph follow from one column or from a whole dataset, as far as that is known. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from lineage.column_statements import ColumnFlow
from lineage.flows import Flows
from lineage.naming import dataset_id, job_id

Statements = Mapping[tuple[UUID, UUID], Sequence[ColumnFlow]]
"""What is said of the columns of an output by a job: by the ids of both."""


@dataclass(slots=True)
class Hit:
    """What of a dataset follows from where the walk began.

    `certain` and `possible` columns: those of which it is said, and those of which nothing rules it out. The column None
    is all of them, or it is not known which.
    """

    certain: set[str | None] = field(default_factory=set[str | None])
    possible: set[str | None] = field(default_factory=set[str | None])

    @property
    def is_certain(self) -> bool:
        """Whether it is said of any column."""
        return bool(self.certain)


def statements_of(found: Iterable[ColumnFlow]) -> dict[tuple[UUID, UUID], list[ColumnFlow]]:
    """Return flows by their target and the job that they are known from; the words of owners belong to no job."""
    by: dict[tuple[UUID, UUID], list[ColumnFlow]] = {}
    for flow in found:
        if flow.job is not None:
            by.setdefault((dataset_id(flow.target), job_id(flow.job)), []).append(flow)
    return by


def columns_hit(
    flows: Flows, start: UUID, column: str | None, statements: Statements
) -> tuple[dict[UUID, Hit], dict[UUID, bool]]:
    """Return the datasets hit, and the jobs passed, each with whether it is certain.

    What a job does not say anything of may be in every column of its output; what it says of an output is believed to be
    all, so that columns it does not name are not hit.
    """
    hits = {start: Hit({column}, set())}
    jobs: dict[UUID, bool] = {}
    waiting: list[tuple[UUID, str | None, bool]] = [(start, column, True)]
    while waiting:
        dataset, hit, certain = waiting.pop()
        for job in flows.onward.get(dataset, ()):
            outputs = flows.outputs(job, dataset)
            for output in outputs:
                for target, is_certain in _led_to(statements.get((output, job)), dataset, hit, certain):
                    jobs[job] = jobs.get(job, False) or is_certain
                    if _is_new(hits.setdefault(output, Hit()), target, is_certain):
                        waiting.append((output, target, is_certain))
            if not outputs:
                jobs[job] = jobs.get(job, False) or (certain and column is None)
    return hits, jobs


def _led_to(
    said: Sequence[ColumnFlow] | None, dataset: UUID, hit: str | None, certain: bool
) -> list[tuple[str | None, bool]]:
    """Return the columns of an output that a column hit leads to, each with whether that is certain."""
    if said is None:
        return [(None, False)]
    return [
        (flow.target_column, certain and (flow.source_column is not None or hit is None))
        for flow in said
        if dataset_id(flow.source) == dataset
        and (flow.source_column is None or hit is None or flow.source_column == hit)
    ]


def _is_new(known: Hit, column: str | None, certain: bool) -> bool:
    if column in known.certain or (not certain and column in known.possible):
        return False
    (known.certain if certain else known.possible).add(column)
    if certain:
        known.possible.discard(column)
    return True
