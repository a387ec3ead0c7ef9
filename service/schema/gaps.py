"""Where the lineage is likely incomplete, in GraphQL."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, TypeAlias, cast

import strawberry

from graph.errors import InvalidInputError
from graph.time import AsOf, instant, render
from lineage import gaps
from lineage.gaps import GAP_KINDS, GapPage, Patience
from lineage.nodes import Node
from service.context import Info
from service.schema.arguments import (
    AfterArgument,
    AsOfArgument,
    Basis,
    FirstArgument,
    KnownAtArgument,
    PageInfo,
    opaque,
    page_size,
    page_start,
)
from service.schema.asset import Asset
from service.schema.datasets import Dataset
from service.schema.jobs import Job

LONGEST_PATIENCE = 36_500.0
"""How many days, or usual intervals, may be named."""


@strawberry.enum(description="A way in which lineage may be incomplete.")
class LineageGapKind(Enum):
    """A way in which lineage may be incomplete."""

    UNWRITTEN_DATASET = strawberry.enum_value(
        "unwritten_dataset", description="A dataset that no job writes."
    )
    UNREAD_DATASET = strawberry.enum_value("unread_dataset", description="A dataset that no job reads.")
    JOB_WITHOUT_INPUTS = strawberry.enum_value(
        "job_without_inputs", description="A job that reads nothing and does not only start others."
    )
    JOB_WITHOUT_OUTPUTS = strawberry.enum_value(
        "job_without_outputs", description="A job that writes nothing and does not only start others."
    )
    UNFINISHED_RUN = strawberry.enum_value(
        "unfinished_run",
        description="A run that began long ago and never ended; streaming jobs need not end.",
    )
    EXTRACTION_ERROR = strawberry.enum_value(
        "extraction_error", description="An event whose producer could not make out all of the lineage."
    )
    STALE_EDGE = strawberry.enum_value(
        "stale_edge",
        description="An edge that no run has confirmed for much longer than its job usually takes.",
    )


UnfinishedArgument: TypeAlias = Annotated[
    float, strawberry.argument(description="For how many days a run may go on.")
]
ErrorsArgument: TypeAlias = Annotated[
    float, strawberry.argument(description="How many days back events are looked through for errors.")
]
IntervalsArgument: TypeAlias = Annotated[
    float,
    strawberry.argument(description="For how many usual intervals of its job an edge need not be confirmed."),
]


@strawberry.type(description="Where lineage may be incomplete.")
class LineageGap:
    """Where lineage may be incomplete."""

    kind: LineageGapKind = strawberry.field(description="In which way.")
    asset: Asset = strawberry.field(description="The dataset or job; of an edge the job.")
    dataset: Dataset | None = strawberry.field(description="The dataset of an edge.")
    run_id: strawberry.ID | None = strawberry.field(description="The run; see `run(id)`.")
    since: datetime = strawberry.field(
        description="When it was first heard of; of a run when it began, of an event when it was, of an edge when a run"
        " last confirmed it."
    )
    seconds: float | None = strawberry.field(
        description="For how long a run has gone on; of an edge, how long the job usually takes from start to start."
    )
    detail: str | None = strawberry.field(
        description="The state of a run, the words of an error, or whether the job reads or writes."
    )

    @classmethod
    def of(cls, gap: gaps.Gap, at: AsOf) -> LineageGap:
        """Return the gap as GraphQL shows it."""
        return cls(
            kind=LineageGapKind(gap.kind),
            asset=_asset(gap.node, at),
            dataset=Dataset.of_node(gap.other, at) if gap.other else None,
            run_id=strawberry.ID(str(gap.run_id)) if gap.run_id else None,
            since=gap.since,
            seconds=gap.seconds,
            detail=gap.detail,
        )


@strawberry.type(description="How many gaps there are of a kind.")
class LineageGapCount:
    """How many gaps there are of a kind."""

    kind: LineageGapKind = strawberry.field(description="The kind.")
    count: int = strawberry.field(description="How many there are.")


@strawberry.type(description="A page of gaps of one kind.")
class LineageGapPage:
    """A page of gaps of one kind."""

    nodes: list[LineageGap] = strawberry.field(description="The gaps of this page.")
    count: int = strawberry.field(description="How many there are in all.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")

    @classmethod
    def of(cls, page: GapPage, at: AsOf) -> LineageGapPage:
        """Return the page as GraphQL shows it."""
        end = opaque(page.gaps[-1].key, render(at.valid), render(at.system)) if page.gaps else None
        return cls(
            nodes=[LineageGap.of(gap, at) for gap in page.gaps],
            count=page.total,
            page_info=PageInfo(has_next_page=page.has_next, end_cursor=end),
        )


@strawberry.type(description="Where the lineage is likely incomplete, at the instants of the basis.")
class LineageGaps:
    """Where the lineage is likely incomplete."""

    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    at: strawberry.Private[AsOf]
    patience: strawberry.Private[Patience]

    @strawberry.field(description="How many gaps there are of each kind.")
    async def counts(self, info: Info) -> list[LineageGapCount]:
        """Return how many gaps there are of each kind."""
        found = await info.context.services.catalog.gaps.counts(GAP_KINDS, self.at, self.patience)
        return [LineageGapCount(kind=LineageGapKind(kind), count=count) for kind, count in found.items()]

    @strawberry.field(description="The gaps of one kind.")
    async def gaps(
        self,
        info: Info,
        kind: Annotated[LineageGapKind, strawberry.argument(description="The kind.")],
        first: FirstArgument = 20,
        after: AfterArgument = None,
    ) -> LineageGapPage:
        """Return a page of the gaps of a kind."""
        start, at = None, self.at
        if after is not None:
            start, at = await page_start(info.context.services.lineage.basis, after, gap_place, None, None)
        page = await info.context.services.catalog.gaps.page(
            cast("gaps.GapKind", kind.value), page_size(first), start, at, self.patience
        )
        return LineageGapPage.of(page, at)


@strawberry.type
class LineageGapQuery:
    """What can be asked about what lineage may lack."""

    @strawberry.field(
        description="Where the lineage is likely incomplete: datasets nobody writes or reads, jobs without inputs or"
        " outputs, runs that never ended, errors of producers, edges that no run confirms any more."
    )
    async def lineage_gaps(
        self,
        info: Info,
        unfinished_days: UnfinishedArgument = 1.0,
        error_days: ErrorsArgument = 7.0,
        stale_intervals: IntervalsArgument = 3.0,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> LineageGaps:
        """Return where the lineage is likely incomplete."""
        at = await info.context.services.lineage.basis(as_of, known_at)
        bounds = patience(unfinished_days, error_days, stale_intervals)
        return LineageGaps(basis=Basis.of(at), at=at, patience=bounds)


def patience(unfinished_days: float, error_days: float, stale_intervals: float) -> Patience:
    """Return from when on something is taken for a gap; raises InvalidInputError for what is no such number."""
    given = {"unfinishedDays": unfinished_days, "errorDays": error_days, "staleIntervals": stale_intervals}
    for name, value in given.items():
        if not 0 <= value <= LONGEST_PATIENCE:
            raise InvalidInputError.at(f"$.{name}", f"must be 0 to {LONGEST_PATIENCE:g}, got {value:g}")
    return Patience(timedelta(days=unfinished_days), timedelta(days=error_days), stale_intervals)


def gap_place(key: object, valid: object, system: object) -> tuple[str, AsOf]:
    """Return the place and basis that the parts of a cursor tell."""
    return str(key), AsOf(instant(str(valid)), instant(str(system)))


def _asset(node: Node, at: AsOf) -> Asset:
    return Job.of_node(node, at) if node.kind == "job" else Dataset.of_node(node, at)
