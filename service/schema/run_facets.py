"""What runs said in GraphQL: of themselves, and of the datasets they read and wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from graph.identity import DatasetName
from graph.time import AsOf
from lineage import quality, runs, sent_facets
from lineage.lenient import read
from service.context import Info
from service.schema.arguments import Long
from service.schema.names import LineageName


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
    def of(cls, facet: sent_facets.RunFacet) -> RunFacet:
        """Return the facet as GraphQL shows it."""
        return cls(
            name=facet.name,
            dataset=LineageName.of(facet.dataset) if facet.dataset else None,
            is_output=facet.role == "O" if facet.role else None,
            body=JSON(facet.body),
        )


@strawberry.type(description="How much of a dataset a run read or wrote.")
class DataVolume:
    """How much of a dataset a run read or wrote."""

    row_count: Long | None = strawberry.field(description="How many rows.")
    bytes: Long | None = strawberry.field(description="How many bytes.")
    file_count: Long | None = strawberry.field(description="In how many files.")

    @classmethod
    def of(cls, said: quality.Statistics) -> DataVolume:
        """Return the statistics as GraphQL shows them."""
        return cls(
            row_count=long_of(said.row_count), bytes=long_of(said.size), file_count=long_of(said.file_count)
        )


@strawberry.type(description="Which subset of a dataset a run read or wrote, as it described it.")
class DatasetSubset:
    """Which subset of a dataset a run read or wrote, as it described it."""

    locations: list[str] = strawberry.field(description="Files or folders.")
    partitions: JSON = strawberry.field(
        description="Partitions: the values of their columns by name, and their `identifier` in the store."
    )

    @classmethod
    def of(cls, said: quality.Subset) -> DatasetSubset:
        """Return the subset as GraphQL shows it."""
        partitions = [{"dimensions": one.dimensions, "identifier": one.identifier} for one in said.partitions]
        return cls(locations=list(said.locations), partitions=JSON(partitions))


@strawberry.type(description="A dataset that a run read or wrote.")
class RunDataset(LineageName):
    """A dataset that a run read or wrote."""

    run_id: strawberry.Private[UUID]
    dataset: strawberry.Private[DatasetName]
    role: strawberry.Private[Literal["I", "O"]]
    at: strawberry.Private[AsOf | None]

    @strawberry.field(
        description="What the run said of it that holds for the run alone: statistics, quality, version …, by name."
    )
    async def facets(self, info: Info) -> JSON:
        """Return the facets of the dataset in this run."""
        return JSON(await self._said(info))

    @strawberry.field(description="How much of it was read or written. Null: nothing was said of that.")
    async def volume(self, info: Info) -> DataVolume | None:
        """Return how much was read or written, or None."""
        name = "outputStatistics" if self.role == "O" else "inputStatistics"
        said = read(quality.Statistics, (await self._said(info)).get(name))
        return DataVolume.of(said) if said else None

    @strawberry.field(description="The parts of it that the run named: files, partitions. Empty: all of it.")
    async def parts(self, info: Info) -> list[str]:
        """Return the parts of it that the run named."""
        named = await info.context.loaders.parts_by_run(self.at).load(self.run_id)
        return named.get((self.role, self.dataset), [])

    @strawberry.field(description="Which subset of it was read or written. Null: nothing was said of that.")
    async def subset(self, info: Info) -> DatasetSubset | None:
        """Return which subset was read or written, or None."""
        said = (await self._said(info)).get("subset")
        return DatasetSubset.of(quality.subset(said)) if isinstance(said, dict) else None

    async def _said(self, info: Info) -> Mapping[str, Any]:
        sent = await info.context.loaders.facets_by_run(self.at).load(self.run_id)
        return {one.name: one.body for one in sent if (one.role, one.dataset) == (self.role, self.dataset)}

    @classmethod
    def of_run(cls, run: runs.Run, name: DatasetName, role: Literal["I", "O"], at: AsOf | None) -> RunDataset:
        """Return a dataset of a run as GraphQL shows it."""
        shown = LineageName.of(name)
        return cls(
            namespace=shown.namespace,
            name=shown.name,
            display_name=shown.display_name,
            run_id=run.run_id,
            dataset=name,
            role=role,
            at=at,
        )


@strawberry.type(description="Why a run failed, in its own words.")
class RunError:
    """Why a run failed, in its own words."""

    message: str = strawberry.field(description="The message.")
    language: str | None = strawberry.field(description="The programming language it comes from.")
    stack_trace: str | None = strawberry.field(description="The stack trace.")


@strawberry.type(description="What a run was carried out by.")
class ProcessingEngine:
    """What a run was carried out by."""

    name: str | None = strawberry.field(description="Such as spark.")
    version: str = strawberry.field(description="Its version.")
    adapter_version: str | None = strawberry.field(description="The version of what sends its events.")


def long_of(value: int | None) -> Long | None:
    """Return a number as GraphQL shows it, None where it is none of at most 64 bits."""
    return Long(value) if value is not None and -(2**63) <= value < 2**63 else None
