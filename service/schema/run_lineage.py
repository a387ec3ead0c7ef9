"""Lineage of runs in GraphQL: which writing of each input a run read, and which runs read what it wrote."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from lineage import run_reads, runs
from lineage.written_versions import Writing
from service.context import Info
from service.schema.arguments import LARGEST_PAGE, Long, page_size
from service.schema.names import LineageName


@strawberry.type(description="A run of a job, in short; `run(id)` tells all of it.")
class RunReference:
    """A run of a job, in short."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    job: LineageName = strawberry.field(description="The job it is a run of.")
    state: str = strawberry.field(description="Its state.")
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended. Null: it goes on.")

    @classmethod
    def of(cls, run: runs.Run) -> RunReference:
        """Return the run in short."""
        return cls(
            id=strawberry.ID(str(run.run_id)),
            job=LineageName.of(run.job),
            state=run.state,
            started_at=run.started_at,
            ended_at=run.ended_at,
        )


@strawberry.enum(description="What a run did to what lay in a dataset before.")
class WriteMode(Enum):
    """What a run did to what lay in a dataset before."""

    REPLACED = strawberry.enum_value(
        "replaced", description="Nothing of it is left: CREATE, OVERWRITE, TRUNCATE, DROP."
    )
    ADDED = strawberry.enum_value("added", description="It is still there, with more beside it.")


@strawberry.type(description="A run wrote a dataset.")
class DatasetWriting:
    """A run wrote a dataset."""

    run: RunReference = strawberry.field(description="The run.")
    written_at: datetime = strawberry.field(description="When it ended.")
    mode: WriteMode = strawberry.field(description="What it did to what lay there before.")
    is_assumed: bool = strawberry.field(
        description="Whether it did not say what it did: then it is taken to have added."
    )
    version: str | None = strawberry.field(description="What the store calls the version that it made.")
    rows: Long | None = strawberry.field(description="How many rows it wrote, as it said.")

    @classmethod
    def of(cls, writing: Writing, read: run_reads.RunRead) -> DatasetWriting:
        """Return the writing as GraphQL shows it."""
        rows = read.rows.get(writing.run_id)
        return cls(
            run=RunReference.of(read.runs[writing.run_id]),
            written_at=writing.written_at,
            mode=WriteMode(writing.mode),
            is_assumed=writing.is_assumed,
            version=writing.version,
            rows=Long(rows) if rows is not None else None,
        )


@strawberry.type(
    description="What a run read of one of its inputs: the last writing that replaced all, and what was added since."
)
class RunRead:
    """What a run read of one of its inputs."""

    dataset: LineageName = strawberry.field(description="The input.")
    version: str | None = strawberry.field(description="The version it read, as the run itself said.")
    writings: list[DatasetWriting] = strawberry.field(
        description="The writings that what it read is made of, the earliest first. Empty: none is known."
    )
    is_whole: bool = strawberry.field(
        description="Whether the first writing replaced all that lay there before, so that nothing else was read."
    )
    is_exact: bool = strawberry.field(
        description="Whether the run named its version and a writing made that one; else it is told by time: what had been"
        " written when the run began."
    )
    truncated: bool = strawberry.field(
        description=f"Whether {run_reads.MOST_WRITINGS} writings were looked at and none of them replaced what lay there."
    )

    @classmethod
    def of(cls, read: run_reads.RunRead) -> RunRead:
        """Return what was read as GraphQL shows it."""
        return cls(
            dataset=LineageName.of(read.dataset),
            version=read.version,
            writings=[DatasetWriting.of(writing, read) for writing in read.content.writings],
            is_whole=read.content.is_whole,
            is_exact=read.content.is_exact,
            truncated=read.truncated,
        )


@strawberry.type(description="The runs that read what a run wrote to one of its outputs.")
class RunReadBy:
    """The runs that read what a run wrote to one of its outputs."""

    dataset: LineageName = strawberry.field(description="The output.")
    runs: list[RunReference] = strawberry.field(
        description="The runs that began after the run ended and before what it wrote was replaced, earliest first."
    )
    replaced_at: datetime | None = strawberry.field(
        description="When what it wrote was replaced. Null: it still lies there."
    )
    truncated: bool = strawberry.field(description="Whether more runs read it than were asked for.")

    @classmethod
    def of(cls, read: run_reads.ReadBy) -> RunReadBy:
        """Return who read it as GraphQL shows it."""
        return cls(
            dataset=LineageName.of(read.dataset),
            runs=[RunReference.of(run) for run in read.runs],
            replaced_at=read.replaced_at,
            truncated=read.truncated,
        )


@strawberry.type
class RunLineage:
    """The lineage of single runs, for the type of runs; as best known now."""

    run: strawberry.Private[runs.Run]

    @strawberry.field(description="What it really read of each of its inputs: which writings, by which runs.")
    async def read(self, info: Info) -> list[RunRead]:
        """Return what it read of each input."""
        found = await info.context.loaders.reads_by_run().load(self.run)
        return [RunRead.of(one) for one in found]

    @strawberry.field(
        description="Which runs read what it wrote, before it was replaced: who used a bad version."
    )
    async def read_by(
        self,
        info: Info,
        first: Annotated[
            int, strawberry.argument(description=f"How many runs of each output, 1 to {LARGEST_PAGE}.")
        ] = 20,
    ) -> list[RunReadBy]:
        """Return which runs read what it wrote."""
        found = await info.context.loaders.readers_by_run(page_size(first)).load(self.run)
        return [RunReadBy.of(one) for one in found]
