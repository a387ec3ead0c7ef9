"""How the data of a dataset came along, in GraphQL: how fresh it is, and its versions one by one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import strawberry

from graph.time import AsOf, instant, render
from lineage import dataset_history, freshness
from lineage.dataset_history import VersionPlace
from lineage.nodes import Node
from service.context import Info
from service.schema.arguments import (
    AfterArgument,
    Basis,
    Connection,
    Edge,
    FirstArgument,
    PageInfo,
    opaque,
    opened,
    page_size,
)
from service.schema.names import LineageName
from service.schema.runs import Run


@strawberry.type(description="Whether a dataset was written when it usually is.")
class Freshness:
    """Whether a dataset was written when it usually is."""

    last_written_at: datetime | None = strawberry.field(
        description="When a run that went well last wrote it. Null: none did."
    )
    usual_interval_seconds: float | None = strawberry.field(
        description="The median of the times between its last writes. Null: there were too few."
    )
    expected_by: datetime | None = strawberry.field(
        description=f"When it should have been written again: {freshness.PATIENCE} usual intervals after the last write,"
        " or after the longest of nine in ten."
    )
    is_overdue: bool | None = strawberry.field(description="Whether that has passed. Null: nothing is usual.")

    @classmethod
    def of(cls, found: freshness.Freshness) -> Freshness:
        """Return the freshness as GraphQL shows it."""
        return cls(
            last_written_at=found.last_written_at,
            usual_interval_seconds=found.usual_interval.total_seconds() if found.usual_interval else None,
            expected_by=found.expected_by,
            is_overdue=found.is_overdue,
        )


@strawberry.type(description="The data as one run left it, or as its owner says it is from an instant on.")
class DataVersion:
    """The data as one run left it, or as its owner says it is from an instant on."""

    version: str = strawberry.field(
        description="What its store calls it, such as an Iceberg snapshot; else the id of the run, or the instant."
    )
    is_stated: bool = strawberry.field(description="Whether its store calls it so.")
    run_id: strawberry.ID | None = strawberry.field(
        description="The run that wrote it. Null: its owner said it."
    )
    job: LineageName | None = strawberry.field(description="The job of the run.")
    written_at: datetime = strawberry.field(description="When the run ended, or the instant it was said for.")
    lifecycle: str | None = strawberry.field(
        description="What happened to the dataset: CREATE, OVERWRITE, TRUNCATE, DROP … Null: nothing was said."
    )
    schema_since: datetime | None = strawberry.field(
        description="Since when its columns were as they were then: the validFrom of a version in schemaHistory."
    )
    run_key: strawberry.Private[UUID | None]

    @strawberry.field(description="The run that wrote it, as best known now.")
    async def run(self, info: Info) -> Run | None:
        """Return the run, or None."""
        if self.run_key is None:
            return None
        run = await info.context.loaders.runs_by_id(None).load(self.run_key)
        return Run.of(run, None) if run else None

    @classmethod
    def of(cls, found: dataset_history.DataVersion) -> DataVersion:
        """Return the version as GraphQL shows it."""
        return cls(
            version=found.version or (str(found.run_id) if found.run_id else render(found.written_at)),
            is_stated=found.version is not None,
            run_id=strawberry.ID(str(found.run_id)) if found.run_id else None,
            job=LineageName.of(found.job) if found.job else None,
            written_at=found.written_at,
            lifecycle=found.lifecycle,
            schema_since=found.schema_since,
            run_key=found.run_id,
        )


@strawberry.type
class DatasetHistory:
    """How the data of a dataset came along: the part of the type Dataset that follows from its writes."""

    node: strawberry.Private[Node]
    at: strawberry.Private[AsOf]

    @strawberry.field(description="How fresh it was at the basis.")
    async def freshness(self, info: Info) -> Freshness:
        """Return how fresh it was."""
        return Freshness.of(await info.context.loaders.freshness_by_dataset(self.at).load(self.node.id))

    @strawberry.field(description="The versions of its data, latest first.")
    async def data_versions(
        self, info: Info, first: FirstArgument = 20, after: AfterArgument = None
    ) -> Connection[DataVersion]:
        """Return a page of the versions of its data."""
        start = opened(after, version_place) if after is not None else None
        loader = info.context.loaders.data_versions_by_dataset(page_size(first), start, self.at)
        found, has_next = await loader.load(self.node.id)
        nodes = [DataVersion.of(one) for one in found]
        cursors = [version_cursor(one.place) for one in found]
        return Connection(
            edges=[Edge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)],
            nodes=nodes,
            page_info=PageInfo(has_next_page=has_next, end_cursor=cursors[-1] if cursors else None),
            basis=Basis.of(self.at),
        )


def version_cursor(place: VersionPlace) -> str:
    """Return the opaque cursor that continues after a version."""
    return opaque(render(place.at), str(place.key))


def version_place(at: object, key: object) -> VersionPlace:
    """Return the place that the parts of a cursor tell."""
    return VersionPlace(instant(str(at)), UUID(str(key)))
