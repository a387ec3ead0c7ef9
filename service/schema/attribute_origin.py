"""Origins in GraphQL: where an attribute of a golden record comes from, and columns followed from dataset to dataset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER, EntityType
from graph.identity import DatasetName
from graph.spelling import camel
from graph.time import AsOf
from lineage import origins
from lineage.column_graph import ColumnLink, ColumnNode, ColumnWalk, ReachedColumn, reached_columns, walked
from lineage.naming import Named
from lineage.store import Lineage
from service.context import Info
from service.schema.arguments import AsOfArgument, Basis, KnownAtArgument, search_text, uuid_of
from service.schema.datasets import ColumnLineageKind, ColumnTransformation
from service.schema.lineage_nodes import LineageNodeInput, named
from service.schema.lineage_ways import HEADINGS, LineageHeading
from service.schema.names import LineageName
from service.schema.provenance import Provenance
from service.schema.runs import Run


@strawberry.type(description="A column that was reached on the way.")
class ReachedColumnNode:
    """A column that was reached on the way."""

    dataset: LineageName = strawberry.field(description="Its dataset.")
    column: str = strawberry.field(description="The column.")
    distance: int = strawberry.field(description="How many datasets away it is.")
    is_direct: bool = strawberry.field(
        description="Whether its value itself gets there; else it only decides, as a filter does."
    )
    is_masked: bool = strawberry.field(description="Whether it is masked on every way there.")

    @classmethod
    def of(cls, node: ColumnNode, how: ReachedColumn) -> ReachedColumnNode:
        """Return the column as GraphQL shows it."""
        return cls(
            dataset=LineageName.of(node.dataset),
            column=node.column,
            distance=how.distance,
            is_direct=how.is_direct,
            is_masked=how.is_masked,
        )


@strawberry.type(description="One column has a part in another.")
class ColumnStep:
    """One column has a part in another."""

    from_dataset: LineageName = strawberry.field(description="The dataset of the one.")
    from_column: str = strawberry.field(description="The one.")
    dataset: LineageName = strawberry.field(description="The dataset of the other.")
    column: str = strawberry.field(description="The other.")
    transformations: list[ColumnTransformation] = strawberry.field(description="How it follows.")
    is_direct: bool = strawberry.field(description="Whether the value itself goes on, as far as is said.")
    is_masking: bool = strawberry.field(description="Whether the value is made unrecognisable.")
    kind: ColumnLineageKind = strawberry.field(description="How this is known.")
    stated_by: LineageName | None = strawberry.field(
        description="The job that it is known from. Null: the owner of the dataset says so."
    )
    valid_from: datetime = strawberry.field(description="Since when exactly this has been stated.")

    @classmethod
    def of(cls, link: ColumnLink) -> ColumnStep:
        """Return the link as GraphQL shows it."""
        return cls(
            from_dataset=LineageName.of(link.source.dataset),
            from_column=link.source.column,
            dataset=LineageName.of(link.target.dataset),
            column=link.target.column,
            transformations=[ColumnTransformation.of(how) for how in link.transformations],
            is_direct=link.is_direct,
            is_masking=link.is_masking,
            kind=ColumnLineageKind(link.kind),
            stated_by=LineageName.of(link.job) if link.job else None,
            valid_from=link.since,
        )


@strawberry.type(description="Columns followed from dataset to dataset.")
class ColumnPaths:
    """Columns followed from dataset to dataset."""

    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    columns: list[ReachedColumnNode] = strawberry.field(
        description="The columns reached, nearest first; those asked about have distance 0."
    )
    steps: list[ColumnStep] = strawberry.field(description="Which of them follows from which.")
    whole_datasets: list[LineageName] = strawberry.field(
        description="Datasets that have a part of which no column is named."
    )
    truncated: bool = strawberry.field(
        description="Whether more columns or jobs are involved than are looked at."
    )

    @classmethod
    def of(cls, walk: ColumnWalk, heading: LineageHeading, basis: Basis) -> ColumnPaths:
        """Return the columns of a walk as GraphQL shows them."""
        return cls(
            basis=basis,
            columns=columns_of(reached_columns(walk, HEADINGS[heading])),
            steps=[ColumnStep.of(link) for link in walk.links],
            whole_datasets=[LineageName.of(name) for name in sorted(walk.wholes)],
            truncated=walk.truncated,
        )


@strawberry.enum(description="A step of the way back from an attribute.")
class OriginStep(Enum):
    """A step of the way back from an attribute."""

    SOURCE_RECORD = strawberry.enum_value(
        "source_record", description="The source record that gave the value."
    )
    RUN = strawberry.enum_value("run", description="The run that brought it.")
    SOURCE_COLUMN = strawberry.enum_value(
        "source_column", description="The column that the run read it from."
    )


@strawberry.type(description="A step of the way back that is not known.")
class MissingStep:
    """A step of the way back that is not known."""

    step: OriginStep = strawberry.field(description="The step.")
    reason: str = strawberry.field(description="Why it is not known.")


@strawberry.type(description="Where an attribute of a golden record comes from, as far as is known.")
class AttributeOrigin:
    """Where an attribute of a golden record comes from."""

    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    attribute: str = strawberry.field(description="The attribute.")
    value: JSON | None = strawberry.field(description="Its value then.")
    source: Provenance | None = strawberry.field(
        description="The source record and event that gave the value, and the file and row it came in."
    )
    run: Run | None = strawberry.field(description="The run that brought the event.")
    columns: list[ReachedColumnNode] = strawberry.field(
        description="The columns it comes from, nearest first; the first is its own in the dataset of golden records."
    )
    steps: list[ColumnStep] = strawberry.field(description="Which column follows from which, nearest first.")
    missing: list[MissingStep] = strawberry.field(description="What is not known of the way back, and why.")
    truncated: bool = strawberry.field(
        description="Whether more columns or jobs are involved than are looked at."
    )

    @classmethod
    def of(cls, origin: origins.Origin) -> AttributeOrigin:
        """Return the origin as GraphQL shows it."""
        return cls(
            basis=Basis.of(origin.basis),
            attribute=camel(origin.attribute),
            value=JSON(origin.value) if origin.value is not None else None,
            source=Provenance.of(origin.attribute, origin.event) if origin.event else None,
            run=Run.of(origin.run, None) if origin.run else None,
            columns=columns_of(origin.columns),
            steps=[ColumnStep.of(link) for link in origin.links],
            missing=[MissingStep(step=OriginStep(one.step), reason=one.reason) for one in origin.missing],
            truncated=origin.truncated,
        )


@strawberry.type
class OriginQuery:
    """What can be asked about where columns and attributes come from."""

    @strawberry.field(
        description="What columns of a dataset follow from, or what follows from them, from dataset to dataset."
    )
    async def column_paths(
        self,
        info: Info,
        of: Annotated[LineageNodeInput, strawberry.argument(description="The dataset.")],
        columns: Annotated[
            list[str] | None,
            strawberry.argument(description="Its columns. Null: all that its schema has at the instants."),
        ] = None,
        direction: Annotated[
            LineageHeading, strawberry.argument(description="Which way to follow them.")
        ] = LineageHeading.UPSTREAM,
        depth: Annotated[
            int, strawberry.argument(description=f"How many datasets to go, 1 to {origins.DEEPEST}.")
        ] = 10,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> ColumnPaths:
        """Return columns followed from dataset to dataset."""
        reads = info.context.services.lineage
        if not 1 <= depth <= origins.DEEPEST:
            raise InvalidInputError.at("$.depth", f"must be 1 to {origins.DEEPEST}, got {depth}")
        at = await reads.basis(as_of, known_at)
        node = named(of.id, of.name, of.namespace, None if of.id else "dataset", "$.of")
        return await column_paths(reads, node, columns, direction, depth, at)

    @strawberry.field(
        description="Where an attribute of a golden record comes from: the source record, the run that brought it, the column"
        " it was read from, and the columns before that. What is not known of it is said."
    )
    async def attribute_origin(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the golden record.")],
        attribute: Annotated[str, strawberry.argument(description="The attribute, such as email.")],
        entity_type: Annotated[
            str, strawberry.argument(description="The type of the golden record.")
        ] = CUSTOMER.name,
        depth: Annotated[
            int,
            strawberry.argument(
                description=f"How many datasets to go back by columns, 1 to {origins.DEEPEST}."
            ),
        ] = 10,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> AttributeOrigin:
        """Return where an attribute of a golden record comes from."""
        services, key = info.context.services, uuid_of(id)
        entity = await info.context.entity(entity_type)
        name = attribute_named(attribute, entity.type)
        at = await services.lineage.basis(as_of, known_at)
        return AttributeOrigin.of(
            await services.answers.origins.origin(entity.golden_records, entity_type, key, name, depth, at)
        )


async def column_paths(
    reads: Lineage,
    of: Named | UUID,
    columns: Sequence[str] | None,
    direction: LineageHeading,
    depth: int,
    at: AsOf,
) -> ColumnPaths:
    """Return columns of a dataset, all where none are named, followed from dataset to dataset at a basis."""
    node = await reads.node(of, at)
    if not isinstance(node.name, DatasetName):
        raise InvalidInputError.at("$.of", "is a job, not a dataset")
    if columns is None:
        state = (await reads.datasets.states([node.id], at)).get(node.id)
        names = [column.path for column in state.columns] if state else []
    else:
        names = [search_text(column, "$.columns") or "" for column in columns]
    start = [ColumnNode(node.name, name) for name in names]
    walk = await walked(reads.columns, start, depth, HEADINGS[direction], at)
    return ColumnPaths.of(walk, direction, Basis.of(at))


def columns_of(reached: Mapping[ColumnNode, ReachedColumn]) -> list[ReachedColumnNode]:
    """Return columns that were reached as GraphQL shows them, nearest first."""
    found: Iterable[tuple[ColumnNode, ReachedColumn]] = reached.items()
    return [
        ReachedColumnNode.of(node, how)
        for node, how in sorted(found, key=lambda item: (item[1].distance, item[0]))
    ]


def attribute_named(attribute: str, entity_type: EntityType) -> str:
    """Return an attribute as its type calls it; raises InvalidInputError for one that the type does not have."""
    for name in entity_type.by_name:
        if attribute in (name, camel(name)):
            return name
    known = ", ".join(camel(name) for name in entity_type.by_name)
    raise InvalidInputError.at("$.attribute", f"{attribute[:60]!r} is none of a {entity_type.name}: {known}")
