"""How much data there was and how good it was, in GraphQL: the volume and quality of a dataset over time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self, TypeAlias, TypeVar
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from graph.time import AsOf, instant, render
from lineage import quality
from lineage.event_log import Span
from lineage.lenient import read
from lineage.nodes import Node
from lineage.series import QUALITY, VOLUME, Point, PointPlace, PointsWanted
from service.context import Info
from service.schema.arguments import (
    AfterArgument,
    Basis,
    Connection,
    Edge,
    FirstArgument,
    Long,
    PageInfo,
    opaque,
    opened,
    page_size,
)
from service.schema.names import LineageName
from service.schema.run_facets import DataVolume, long_of
from service.schema.runs import Run

SinceArgument: TypeAlias = Annotated[
    datetime | None, strawberry.argument(description="Only what was said then or later.")
]
UntilArgument: TypeAlias = Annotated[
    datetime | None,
    strawberry.argument(description="Only what was said before. Null: up to the instant of the dataset."),
]
EveryEventArgument: TypeAlias = Annotated[
    bool,
    strawberry.argument(
        description="Whether every event counts, as it should where runs go on for ever; otherwise of each run only"
        " what it said last."
    ),
]
Shown = TypeVar("Shown", bound="DatasetPoint")


@strawberry.interface(description="What was said of a dataset at one instant.")
class DatasetPoint:
    """What was said of a dataset at one instant."""

    event_time: datetime = strawberry.field(description="When it was said.")
    event_id: strawberry.ID = strawberry.field(description="The event that said it.")
    run_id: strawberry.ID | None = strawberry.field(
        description="The run that saw it. Null: it was said of the dataset by itself."
    )
    job: LineageName | None = strawberry.field(description="The job of the run.")
    dataset: LineageName = strawberry.field(description="The name it was said of.")
    is_output: bool | None = strawberry.field(description="Whether the run wrote it. Null: there is no run.")
    point: strawberry.Private[Point]

    @strawberry.field(description="The run that saw it, as best known now.")
    async def run(self, info: Info) -> Run | None:
        """Return the run, or None."""
        if self.point.run_id is None:
            return None
        run = await info.context.loaders.runs_by_id(None).load(self.point.run_id)
        return Run.of(run, None) if run else None

    @classmethod
    def of(cls, point: Point) -> Self:
        """Return the point as GraphQL shows it."""
        return cls(
            event_time=point.event_time,
            event_id=strawberry.ID(str(point.event_id)),
            run_id=strawberry.ID(str(point.run_id)) if point.run_id else None,
            job=LineageName.of(point.job) if point.job else None,
            dataset=LineageName.of(point.dataset),
            is_output=None if point.role == "D" else point.role == "O",
            point=point,
        )


@strawberry.type(description="How much of a dataset a run read or wrote.")
class VolumePoint(DatasetPoint):
    """How much of a dataset a run read or wrote."""

    @strawberry.field(description="How much.")
    def volume(self) -> DataVolume:
        """Return how much was read or written."""
        said = self.point.facets.get("outputStatistics" if self.point.role == "O" else "inputStatistics")
        return DataVolume.of(read(quality.Statistics, said) or quality.Statistics())


@strawberry.type(description="What was measured of a column.")
class ColumnMetrics:
    """What was measured of a column."""

    column: str = strawberry.field(description="The column.")
    null_count: Long | None = strawberry.field(description="How many values are null.")
    distinct_count: Long | None = strawberry.field(description="How many values differ.")
    count: float | None = strawberry.field(description="How many values there are.")
    sum: float | None = strawberry.field(description="Their sum.")
    min: float | None = strawberry.field(description="The least.")
    max: float | None = strawberry.field(description="The greatest.")
    quantiles: JSON = strawberry.field(description="Quantiles by name, such as 0.25.")


@strawberry.type(description="What was measured of the data.")
class QualityMetrics:
    """What was measured of the data."""

    row_count: Long | None = strawberry.field(description="How many rows.")
    bytes: Long | None = strawberry.field(description="How many bytes.")
    file_count: Long | None = strawberry.field(description="In how many files.")
    last_updated: datetime | None = strawberry.field(description="When the data last changed.")
    columns: list[ColumnMetrics] = strawberry.field(description="What was measured of columns, by name.")

    @classmethod
    def of(cls, said: quality.DataQualityMetrics) -> QualityMetrics:
        """Return the metrics as GraphQL shows them."""
        return cls(
            row_count=long_of(said.row_count),
            bytes=long_of(said.bytes),
            file_count=long_of(said.file_count),
            last_updated=said.last_updated,
            columns=[
                ColumnMetrics(
                    column=column,
                    null_count=long_of(one.null_count),
                    distinct_count=long_of(one.distinct_count),
                    count=one.count,
                    sum=one.sum,
                    min=one.min,
                    max=one.max,
                    quantiles=JSON(one.quantiles),
                )
                for column, one in sorted(said.column_metrics.items())
            ],
        )


@strawberry.type(description="A test of the data.")
class QualityAssertion:
    """A test of the data."""

    assertion: str = strawberry.field(description="What was tested.")
    success: bool = strawberry.field(description="Whether it held.")
    column: str | None = strawberry.field(description="The column tested. Null: the dataset as a whole.")
    severity: str | None = strawberry.field(description="Such as error or warn.")
    name: str | None = strawberry.field(description="What the test is called.")
    description: str | None = strawberry.field(description="What it is for.")
    expected: str | None = strawberry.field(description="What was expected.")
    actual: str | None = strawberry.field(description="What was found.")

    @classmethod
    def of(cls, said: quality.Assertion) -> QualityAssertion:
        """Return the test as GraphQL shows it."""
        return cls(
            assertion=said.assertion,
            success=said.success,
            column=said.column,
            severity=said.severity,
            name=said.name,
            description=said.description,
            expected=said.expected,
            actual=said.actual,
        )


@strawberry.type(description="How good the data of a dataset was.")
class QualityPoint(DatasetPoint):
    """How good the data of a dataset was."""

    @strawberry.field(description="What was measured. Null: nothing.")
    def metrics(self) -> QualityMetrics | None:
        """Return what was measured, or None."""
        said = read(quality.DataQualityMetrics, self.point.facets.get("dataQualityMetrics"))
        return QualityMetrics.of(said) if said else None

    @strawberry.field(description="What was tested.")
    def assertions(self) -> list[QualityAssertion]:
        """Return what was tested."""
        said = read(quality.DataQualityAssertions, self.point.facets.get("dataQualityAssertions"))
        return [QualityAssertion.of(one) for one in said.assertions] if said else []

    @strawberry.field(description="How many tests failed.")
    def failures(self) -> int:
        """Return how many tests failed."""
        said = read(quality.DataQualityAssertions, self.point.facets.get("dataQualityAssertions"))
        return sum(1 for one in said.assertions if not one.success) if said else 0


@strawberry.type
class DatasetSeries:
    """What a dataset shows over time: the part of the type Dataset that follows from runs."""

    node: strawberry.Private[Node]
    at: strawberry.Private[AsOf]

    @strawberry.field(description="How much of it runs read and wrote over time, latest first.")
    async def volume(
        self,
        info: Info,
        since: SinceArgument = None,
        until: UntilArgument = None,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        every_event: EveryEventArgument = False,
    ) -> Connection[VolumePoint]:
        """Return a page of how much of it runs read and wrote."""
        wanted = points_wanted(VOLUME, self.at, since, until, every_event)
        return await _page(info, VolumePoint, self.node.id, self.at, wanted, first, after)

    @strawberry.field(description="What was measured and tested of its data over time, latest first.")
    async def quality(
        self,
        info: Info,
        since: SinceArgument = None,
        until: UntilArgument = None,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        every_event: EveryEventArgument = False,
    ) -> Connection[QualityPoint]:
        """Return a page of what was measured and tested of its data."""
        wanted = points_wanted(QUALITY, self.at, since, until, every_event)
        return await _page(info, QualityPoint, self.node.id, self.at, wanted, first, after)


def points_wanted(
    names: tuple[str, ...], at: AsOf, since: datetime | None, until: datetime | None, every_event: bool
) -> PointsWanted:
    """Return which points of a dataset are asked for; without an end up to the instant of the basis."""
    end = Span.up_to(at).until if until is None else until
    return PointsWanted(names, at.system, since, end, every_event)


async def _page(
    info: Info,
    kind: type[Shown],
    dataset: UUID,
    at: AsOf,
    wanted: PointsWanted,
    first: int,
    after: str | None,
) -> Connection[Shown]:
    start = opened(after, point_place) if after is not None else None
    loader = info.context.loaders.points_by_dataset(wanted, page_size(first), start)
    found, has_next = await loader.load(dataset)
    nodes, cursors = [kind.of(point) for point in found], [point_cursor(point.place) for point in found]
    return Connection(
        edges=[Edge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=PageInfo(has_next_page=has_next, end_cursor=cursors[-1] if cursors else None),
        basis=Basis.of(at),
    )


def point_cursor(place: PointPlace) -> str:
    """Return the opaque cursor that continues after a point."""
    return opaque(render(place.event_time), str(place.event_id), place.role, str(place.dataset_id))


def point_place(time: object, event: object, role: object, dataset: object) -> PointPlace:
    """Return the place that the parts of a cursor tell."""
    return PointPlace(instant(str(time)), UUID(str(event)), str(role), UUID(str(dataset)))
