"""Datasets in GraphQL: their names, and their columns and column lineage at an instant."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from graph.identity import DatasetName, JobName
from lineage import columns, facets, store
from lineage.naming import display_name
from service.schema.arguments import Basis


@strawberry.type(description="The OpenLineage name of a dataset or job.")
class LineageName:
    """The OpenLineage name of a dataset or job."""

    namespace: str = strawberry.field(
        description="The namespace: the store of a dataset, the scheduler of a job."
    )
    name: str = strawberry.field(description="The name within the namespace.")
    display_name: str = strawberry.field(description="The part of the name that people say.")

    @classmethod
    def of(cls, name: DatasetName | JobName) -> LineageName:
        """Return the name as GraphQL shows it."""
        return cls(namespace=name.namespace, name=name.name, display_name=display_name(name))


@strawberry.type(description="A column of a dataset; nested fields are columns with a dotted path.")
class DatasetColumn:
    """A column of a dataset."""

    path: str = strawberry.field(description="Its name, or the path to it.")
    type: str | None = strawberry.field(description="Its type in the words of its store.")
    description: str | None = strawberry.field(description="What it holds.")

    @classmethod
    def of(cls, column: facets.Column) -> DatasetColumn:
        """Return the column as GraphQL shows it."""
        return cls(path=column.path, type=column.type, description=column.description)


@strawberry.type(description="How an output follows from an input column.")
class ColumnTransformation:
    """How an output follows from an input column."""

    type: str | None = strawberry.field(
        description="DIRECT: from its value. INDIRECT: by filter, join, grouping …"
    )
    subtype: str | None = strawberry.field(description="Such as IDENTITY, AGGREGATION, FILTER.")
    masking: bool = strawberry.field(description="Whether the value is made unrecognisable.")


@strawberry.type(description="A column that a column of the dataset follows from.")
class ColumnEdge:
    """A column that a column of the dataset follows from."""

    column: str | None = strawberry.field(description="The column of the dataset. Null: every one.")
    from_dataset: LineageName = strawberry.field(description="The dataset it follows from.")
    from_column: str = strawberry.field(description="The column it follows from.")
    transformations: list[ColumnTransformation] = strawberry.field(description="How it follows.")

    @classmethod
    def of(cls, edge: columns.ColumnEdge) -> ColumnEdge:
        """Return the edge as GraphQL shows it."""
        return cls(
            column=edge.output,
            from_dataset=LineageName.of(edge.dataset),
            from_column=edge.column,
            transformations=[
                ColumnTransformation(type=how.type, subtype=how.subtype, masking=how.masking)
                for how in edge.transformations
            ],
        )


@strawberry.type(description="A dataset as events describe it, at the instants of its basis.")
class Dataset(LineageName):
    """A dataset as events describe it, at the instants of its basis."""

    id: strawberry.ID = strawberry.field(description="Its id in the lineage graph.")
    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    schema_since: datetime | None = strawberry.field(
        description="When the schema was last seen by then. Null: never."
    )
    columns: list[DatasetColumn] = strawberry.field(description="Its columns in their order.")
    column_lineage: list[ColumnEdge] = strawberry.field(description="What its columns follow from.")
    facets: JSON = strawberry.field(description="All facets that hold, by name, as they were sent.")

    @classmethod
    def of_state(cls, state: store.DatasetState) -> Dataset:
        """Return the dataset as GraphQL shows it."""
        return cls(
            id=strawberry.ID(str(state.node.id)),
            basis=Basis.of(state.basis),
            namespace=state.node.name.namespace,
            name=state.node.name.name,
            display_name=state.node.display_name,
            schema_since=state.schema_since,
            columns=[DatasetColumn.of(column) for column in state.columns],
            column_lineage=[ColumnEdge.of(edge) for edge in state.column_edges],
            facets=JSON(state.facets),
        )
