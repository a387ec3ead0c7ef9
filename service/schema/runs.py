"""Runs in GraphQL: one execution of a job each, with what it read, wrote and said of itself."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader
from strawberry.scalars import JSON

from lineage import store
from service.schema.datasets import LineageName


@strawberry.enum(
    description="The state of a run; it follows from the times of its events, not from their order."
)
class RunState(Enum):
    """The state of a run."""

    START = strawberry.enum_value("START", description="It has begun.")
    RUNNING = strawberry.enum_value("RUNNING", description="It goes on.")
    COMPLETE = strawberry.enum_value("COMPLETE", description="It ended well.")
    ABORT = strawberry.enum_value("ABORT", description="It was stopped.")
    FAIL = strawberry.enum_value("FAIL", description="It failed; its outputs are attempts.")
    OTHER = strawberry.enum_value("OTHER", description="Only events without a state are known.")


@strawberry.type(description="A facet that a run sent, of itself or of one of its datasets.")
class RunFacet:
    """A facet that a run sent, of itself or of one of its datasets."""

    name: str = strawberry.field(description="The name of the facet.")
    dataset: LineageName | None = strawberry.field(
        description="The dataset it speaks of. Null: of the run itself."
    )
    is_output: bool | None = strawberry.field(
        description="Whether the run wrote the dataset. Null: of the run itself."
    )
    body: JSON = strawberry.field(description="What it says, as it was sent.")

    @classmethod
    def of(cls, facet: store.RunFacet) -> RunFacet:
        """Return the facet as GraphQL shows it."""
        return cls(
            name=facet.name,
            dataset=LineageName.of(facet.dataset) if facet.dataset else None,
            is_output=facet.role == "O" if facet.role else None,
            body=JSON(facet.body),
        )


@strawberry.type(description="One execution of a job.")
class Run:
    """One execution of a job."""

    id: strawberry.ID = strawberry.field(description="The id that the producer gave it.")
    job: LineageName = strawberry.field(description="The job it is a run of.")
    state: RunState = strawberry.field(description="Its state, as best known now.")
    started_at: datetime = strawberry.field(description="The time of its earliest event.")
    ended_at: datetime | None = strawberry.field(description="The latest end that was reported.")
    nominal_from: datetime | None = strawberry.field(description="From when on it was scheduled for.")
    nominal_to: datetime | None = strawberry.field(description="Until when it was scheduled for.")
    parent_run_id: strawberry.ID | None = strawberry.field(description="The run that started it.")
    root_run_id: strawberry.ID | None = strawberry.field(description="The run at the root of it all.")
    inputs: list[LineageName] = strawberry.field(description="What it read, over all its events.")
    outputs: list[LineageName] = strawberry.field(
        description="What it wrote, over all its events; attempts only, where it failed or was aborted."
    )
    loader: strawberry.Private[DataLoader[UUID, list[store.RunFacet]]]

    @strawberry.field(description="The newest facet of each name that it sent.")
    async def facets(self) -> list[RunFacet]:
        """Return the newest facet of each name that it sent."""
        return [RunFacet.of(facet) for facet in await self.loader.load(UUID(self.id))]

    @classmethod
    def of(cls, run: store.Run, loader: DataLoader[UUID, list[store.RunFacet]]) -> Run:
        """Return the run as GraphQL shows it; its page shares the loader."""
        return cls(
            id=strawberry.ID(str(run.run_id)),
            job=LineageName.of(run.job),
            state=RunState(run.state),
            started_at=run.started_at,
            ended_at=run.ended_at,
            nominal_from=run.nominal_from,
            nominal_to=run.nominal_to,
            parent_run_id=_id(run.parent_run_id),
            root_run_id=_id(run.root_run_id),
            inputs=[LineageName.of(name) for name in run.inputs],
            outputs=[LineageName.of(name) for name in run.outputs],
            loader=loader,
        )


def facet_loader(reads: store.Lineage) -> DataLoader[UUID, list[store.RunFacet]]:
    """Return what loads the facets of all runs of a page at once."""

    async def load(run_ids: list[UUID]) -> list[list[store.RunFacet]]:
        found = await reads.run_facets(run_ids)
        return [found[run_id] for run_id in run_ids]

    return DataLoader[UUID, Any](load_fn=load)


def _id(value: UUID | None) -> strawberry.ID | None:
    return strawberry.ID(str(value)) if value else None
