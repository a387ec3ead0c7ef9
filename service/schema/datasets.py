"""Datasets in GraphQL: what is held of them at an instant, how their schemas changed, and what their columns follow from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from graph.catalog.annotation import Annotation, merged
from graph.catalog.asset_ref import AssetRef
from graph.identity import DatasetName
from graph.time import AsOf
from lineage import column_statements, columns, datasets, schema_compatibility, schema_history
from lineage.facets import Column
from lineage.held_facets import Held
from lineage.known_assets import qualified
from lineage.nodes import Node
from lineage.placement import is_topic
from lineage.placements import names_of
from service.context import Info, RequestContext
from service.schema import facets
from service.schema.arguments import Basis, FirstArgument, page_size, search_text
from service.schema.asset import Asset, AssetKind, people_tags
from service.schema.dataset_history import DatasetHistory
from service.schema.facets import DatasetCatalog, DatasetStorage, DataSource, Documentation, Tag
from service.schema.names import LineageName
from service.schema.series import DatasetSeries


@strawberry.type(description="A column of a dataset; nested fields are columns with a dotted path.")
class DatasetColumn:
    """A column of a dataset."""

    path: str = strawberry.field(description="Its name, or the path to it.")
    type: str | None = strawberry.field(description="Its type in the words of its store.")
    description: str | None = strawberry.field(description="What it holds.")
    ordinal_position: int | None = strawberry.field(
        description="Its place among its siblings, where its producer says one."
    )
    tags: list[Tag] = strawberry.field(description="Its tags.")
    id: strawberry.ID | None = strawberry.field(
        description="Its id, by which `asset` shows what people say of it. Null: it is one of a version of a schema."
    )

    @classmethod
    def of(cls, column: Column, tags: Sequence[Tag] = (), ref: AssetRef | None = None) -> DatasetColumn:
        """Return the column as GraphQL shows it."""
        return cls(
            id=strawberry.ID(ref.text) if ref else None,
            path=column.path,
            type=column.type,
            description=column.description,
            ordinal_position=column.ordinal_position,
            tags=list(tags),
        )


@strawberry.type(description="A column before and after a change of the schema.")
class ColumnChange:
    """A column before and after a change of the schema."""

    before: DatasetColumn = strawberry.field(description="As it was.")
    after: DatasetColumn = strawberry.field(description="As it is from then on.")


@strawberry.enum(description="What happened to a column.")
class SchemaChangeKind(Enum):
    """What happened to a column."""

    ADDED = strawberry.enum_value("added", description="It came.")
    REMOVED = strawberry.enum_value("removed", description="It went.")
    RENAMED = strawberry.enum_value(
        "renamed", description="It went, and one of the same type came at its place."
    )
    TYPE_CHANGED = strawberry.enum_value("type_changed", description="It has another type.")
    DESCRIBED = strawberry.enum_value("described", description="It has another description.")


@strawberry.type(description="One change of a schema.")
class SchemaChange:
    """One change of a schema."""

    kind: SchemaChangeKind = strawberry.field(description="What happened.")
    before: DatasetColumn | None = strawberry.field(description="The column before. Null: there was none.")
    after: DatasetColumn | None = strawberry.field(description="The column after. Null: there is none.")
    is_breaking: bool = strawberry.field(
        description="Whether those who read the dataset as it was may fail: removed, renamed, or of a type that has not"
        " all the values of the one before."
    )

    @classmethod
    def of(cls, change: schema_compatibility.SchemaChange) -> SchemaChange:
        """Return the change as GraphQL shows it."""
        return cls(
            kind=SchemaChangeKind(change.kind),
            before=DatasetColumn.of(change.before) if change.before else None,
            after=DatasetColumn.of(change.after) if change.after else None,
            is_breaking=change.is_breaking,
        )


@strawberry.type(description="The columns of a dataset over a span of valid time.")
class SchemaVersion:
    """The columns of a dataset over a span of valid time."""

    valid_from: datetime = strawberry.field(description="From when on they were these.")
    valid_to: datetime | None = strawberry.field(
        description="Until when, this instant excluded. Null: further notice."
    )
    columns: list[DatasetColumn] = strawberry.field(description="The columns in their order.")
    added: list[DatasetColumn] = strawberry.field(description="Those that the version before did not have.")
    removed: list[DatasetColumn] = strawberry.field(description="Those that only the version before had.")
    changed: list[ColumnChange] = strawberry.field(
        description="Those with another type or description than in the version before."
    )

    changes: list[SchemaChange] = strawberry.field(
        description="What is new in it, each change with what it means to readers; of the first known version nothing."
    )
    is_breaking: bool = strawberry.field(description="Whether any of the changes may break readers.")

    @classmethod
    def of(
        cls, version: schema_history.SchemaVersion, before: schema_history.SchemaVersion | None
    ) -> SchemaVersion:
        """Return the version, and what is new since the one before, as GraphQL shows it."""
        changes = schema_compatibility.schema_changes(before.columns, version.columns) if before else []
        return cls(
            changes=[SchemaChange.of(change) for change in changes],
            is_breaking=schema_compatibility.is_breaking(changes),
            valid_from=version.valid_from,
            valid_to=version.valid_to,
            columns=[DatasetColumn.of(column) for column in version.columns],
            added=[DatasetColumn.of(column) for column in version.added],
            removed=[DatasetColumn.of(column) for column in version.removed],
            changed=[
                ColumnChange(before=DatasetColumn.of(change.before), after=DatasetColumn.of(change.after))
                for change in version.changed
            ],
        )


@strawberry.type(description="How the schema of a dataset changed.")
class SchemaHistory:
    """How the schema of a dataset changed."""

    versions: list[SchemaVersion] = strawberry.field(description="The versions, the latest first.")
    truncated: bool = strawberry.field(description="Whether there are earlier versions.")

    @classmethod
    def of(cls, history: datasets.SchemaHistory) -> SchemaHistory:
        """Return the history as GraphQL shows it."""
        befores = [*history.versions[1:], history.before]
        return cls(
            versions=[
                SchemaVersion.of(version, before)
                for version, before in zip(history.versions, befores, strict=False)
            ],
            truncated=history.truncated,
        )


@strawberry.type(description="How an output follows from an input column.")
class ColumnTransformation:
    """How an output follows from an input column."""

    type: str | None = strawberry.field(
        description="DIRECT: from its value. INDIRECT: by filter, join, grouping …"
    )
    subtype: str | None = strawberry.field(description="Such as IDENTITY, AGGREGATION, FILTER.")
    masking: bool = strawberry.field(description="Whether the value is made unrecognisable.")
    description: str | None = strawberry.field(description="How, in the words of its producer.")

    @classmethod
    def of(cls, how: columns.Transformation) -> ColumnTransformation:
        """Return the transformation as GraphQL shows it."""
        return cls(type=how.type, subtype=how.subtype, masking=how.masking, description=how.description)


@strawberry.enum(description="How column lineage is known.")
class ColumnLineageKind(Enum):
    """How column lineage is known."""

    STATED = strawberry.enum_value("stated", description="The producer of the events states it.")
    INFERRED = strawberry.enum_value("inferred", description="It was worked out from the SQL of the job.")


@strawberry.type(description="A column of one dataset has a part in a column of another.")
class ColumnEdge:
    """A column of one dataset has a part in a column of another."""

    dataset: LineageName = strawberry.field(description="The dataset whose column follows.")
    column: str | None = strawberry.field(description="The column that follows. Null: every one.")
    from_dataset: LineageName = strawberry.field(description="The dataset it follows from.")
    from_column: str | None = strawberry.field(
        description="The column it follows from. Null: the dataset as a whole, it is not known by which column."
    )
    transformations: list[ColumnTransformation] = strawberry.field(description="How it follows.")
    kind: ColumnLineageKind = strawberry.field(description="How this is known.")
    stated_by: LineageName | None = strawberry.field(
        description="The job that it is known from. Null: the owner of the dataset says so."
    )
    valid_from: datetime = strawberry.field(description="Since when exactly this has been stated.")

    @classmethod
    def of(cls, flow: column_statements.ColumnFlow) -> ColumnEdge:
        """Return the edge as GraphQL shows it."""
        return cls(
            dataset=LineageName.of(flow.target),
            column=flow.target_column,
            from_dataset=LineageName.of(flow.source),
            from_column=flow.source_column,
            transformations=[ColumnTransformation.of(how) for how in flow.transformations],
            kind=ColumnLineageKind(flow.kind),
            stated_by=LineageName.of(flow.job) if flow.job else None,
            valid_from=flow.since,
        )


@strawberry.type(description="What follows from the columns of a dataset.")
class ColumnEdges:
    """What follows from the columns of a dataset."""

    edges: list[ColumnEdge] = strawberry.field(description="The edges, those stated last first.")
    truncated: bool = strawberry.field(
        description=f"Whether there are more, because more than {column_statements.MOST_STATEMENTS} jobs state some."
    )

    @classmethod
    def of(cls, found: column_statements.ColumnFlows) -> ColumnEdges:
        """Return the edges as GraphQL shows them."""
        return cls(edges=[ColumnEdge.of(flow) for flow in found.flows], truncated=found.truncated)


@strawberry.type(description="The last change of the life of a dataset that a run reported.")
class Lifecycle:
    """The last change of the life of a dataset that a run reported."""

    change: str = strawberry.field(description="Such as CREATE, ALTER, OVERWRITE, TRUNCATE, RENAME, DROP.")
    since: datetime = strawberry.field(description="When that was.")
    is_dropped: bool = strawberry.field(description="Whether the dataset is gone since.")


@strawberry.type(description="A dataset as events describe it, at the instants of its basis.")
class Dataset(Asset, LineageName, DatasetSeries, DatasetHistory):
    """A dataset as events describe it, at the instants of its basis."""

    aliases: list[LineageName] = strawberry.field(
        description="Its other names: what it is also called, and what it was called before."
    )
    former_names: list[LineageName] = strawberry.field(
        description="Those of its other names that it was renamed from."
    )
    node: strawberry.Private[Node]
    at: strawberry.Private[AsOf]

    @strawberry.field(description="Since when its schema has been stated as it is. Null: none is known.")
    async def schema_since(self, info: Info) -> datetime | None:
        """Return since when its schema has been stated as it is."""
        return (await self._state(info.context)).schema_since

    @strawberry.field(description="Its columns in their order.")
    async def columns(self, info: Info) -> list[DatasetColumn]:
        """Return its columns in their order."""
        return await self.own_columns(info.context)

    @strawberry.field(
        description="How its schema changed, over all valid time as known at the basis, latest version first."
    )
    async def schema_history(self, info: Info, first: FirstArgument = 20) -> SchemaHistory:
        """Return the latest versions of its schema."""
        loader = info.context.loaders.schemas_by_dataset(page_size(first), self.at)
        return SchemaHistory.of(await loader.load(self.node.id))

    @strawberry.field(description="What its columns follow from, over all jobs that write it.")
    async def column_lineage(self, info: Info) -> list[ColumnEdge]:
        """Return what its columns follow from."""
        found = await info.context.loaders.flows_into_dataset(self.at).load(self.node.id)
        return [ColumnEdge.of(flow) for flow in found.flows]

    @strawberry.field(
        description="The columns of other datasets that follow from its columns, one job further."
    )
    async def column_impact(
        self,
        info: Info,
        column: Annotated[
            str | None, strawberry.argument(description="Only what follows from this column. Null: from any.")
        ] = None,
    ) -> ColumnEdges:
        """Return what follows from its columns."""
        loader = info.context.loaders.flows_from_dataset(search_text(column, "$.column"), self.at)
        return ColumnEdges.of(await loader.load(self.node.id))

    @strawberry.field(description="What it is for, in the words of its producers.")
    async def documentation(self, info: Info) -> Documentation | None:
        """Return what it is for."""
        return facets.documentation((await self._state(info.context)).facets)

    @strawberry.field(description="The store it lies in.")
    async def data_source(self, info: Info) -> DataSource | None:
        """Return the store it lies in."""
        return facets.data_source((await self._state(info.context)).facets)

    @strawberry.field(description="How it is stored.")
    async def storage(self, info: Info) -> DatasetStorage | None:
        """Return how it is stored."""
        return facets.storage((await self._state(info.context)).facets)

    @strawberry.field(description="The catalog it is listed in by its store.")
    async def catalog(self, info: Info) -> DatasetCatalog | None:
        """Return the catalog it is listed in by its store."""
        return facets.catalog((await self._state(info.context)).facets)

    @strawberry.field(
        description="What its store calls its version, such as an Iceberg snapshot, as its last writer said."
    )
    async def version(self, info: Info) -> str | None:
        """Return what its store calls its version."""
        return (await info.context.loaders.last_writes_by_dataset(self.at).load(self.node.id)).version

    @strawberry.field(description="The last change of its life that its writers reported. Null: none did.")
    async def lifecycle(self, info: Info) -> Lifecycle | None:
        """Return the last change of its life."""
        return lifecycle_of(await info.context.loaders.last_writes_by_dataset(self.at).load(self.node.id))

    @strawberry.field(
        description="All facets that hold, by name, as they were sent; column lineage is in `columnLineage`."
    )
    async def facets(self, info: Info) -> JSON:
        """Return all facets that hold."""
        return facets.bodies((await self._state(info.context)).facets)

    @classmethod
    def of_node(cls, node: Node, at: AsOf) -> Dataset:
        """Return the dataset as GraphQL shows it; what is asked of it is loaded when it is asked."""
        return cls(
            id=strawberry.ID(str(node.id)),
            kind=AssetKind.TOPIC
            if isinstance(node.name, DatasetName) and is_topic(node.name)
            else AssetKind.DATASET,
            qualified_name=qualified(node.name),
            ref=AssetRef(node.id),
            basis=Basis.of(at),
            namespace=node.name.namespace,
            name=node.name.name,
            display_name=node.display_name,
            aliases=[LineageName.of(name) for name in node.aliases],
            former_names=[LineageName.of(name) for name in node.former_names],
            node=node,
            at=at,
        )

    @strawberry.field(description="Whether its writers reported that it was dropped, and nothing since.")
    async def is_retired(self, info: Info) -> bool:
        """Return whether it is gone."""
        last = await info.context.loaders.last_writes_by_dataset(self.at).load(self.node.id)
        return last.lifecycle == "DROP"

    async def own_columns(self, context: RequestContext) -> list[DatasetColumn]:
        """Return its columns in their order, with the tags of people and producers."""
        state = await self._state(context)
        tags = facets.tags_of_columns(state.facets)
        refs = [AssetRef(self.node.id, column.path) for column in state.columns]
        said = await context.loaders.annotations_by_asset(self.at).load_many([ref.key for ref in refs])
        return [
            DatasetColumn.of(column, people_tags(words or Annotation()) + tags.get(column.path, []), ref)
            for column, ref, words in zip(state.columns, refs, said, strict=True)
        ]

    async def annotation(self, context: RequestContext) -> Annotation:
        """Return what people say of it under any of its names."""
        keys = [key for key, _ in names_of(self.node)]
        said = await context.loaders.annotations_by_asset(self.at).load_many(keys)
        return merged(one for one in said if one is not None)

    async def held(self, context: RequestContext) -> Mapping[str, Held]:
        """Return what its producers say of it."""
        return (await self._state(context)).facets

    async def stores(self, context: RequestContext) -> Collection[UUID]:
        """Return the store it lies in."""
        return await context.loaders.stores_by_dataset(self.at).load(self.node)

    async def _state(self, context: RequestContext) -> datasets.DatasetState:
        found = await context.loaders.states_by_dataset(self.at).load(self.node.id)
        return found or datasets.DatasetState(self.at, self.node, {})


def lifecycle_of(last: datasets.LastWrite) -> Lifecycle | None:
    """Return the last change of the life of a dataset as GraphQL shows it."""
    if last.lifecycle is None or last.lifecycle_since is None:
        return None
    return Lifecycle(change=last.lifecycle, since=last.lifecycle_since, is_dropped=last.lifecycle == "DROP")
