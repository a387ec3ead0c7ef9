"""The difference of lineage between two instants in GraphQL: what was added, removed and changed, on either axis."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import strawberry

from graph.errors import InvalidInputError
from graph.time import AsOf, instant, render
from lineage import comparison, listed_changes, store
from lineage.difference import ColumnKey, ColumnState
from lineage.graph_difference import Span
from lineage.nodes import Node
from lineage.schema_compatibility import schema_changes
from service.context import Info
from service.schema.arguments import (
    AfterArgument,
    Basis,
    PageInfo,
    opaque,
    opened,
    page_size,
)
from service.schema.datasets import ColumnLineageKind, ColumnTransformation, SchemaChange
from service.schema.lineage_nodes import (
    HEADINGS,
    KINDS,
    LineageDirection,
    LineageEdgeKind,
    LineageNodeInput,
    named,
)
from service.schema.lineage_shapes import LineageReference
from service.schema.names import LineageName

MOST_CHANGES = 1_000
"""How many changes a page may hold."""


@strawberry.enum(description="What of lineage is compared.")
class LineagePart(Enum):
    """What of lineage is compared."""

    NODES = strawberry.enum_value("nodes", description="Datasets and jobs, and what they are called.")
    EDGES = strawberry.enum_value("edges", description="What jobs read and write, and since when.")
    COLUMNS = strawberry.enum_value("columns", description="Which columns follow from which, and how.")
    SCHEMAS = strawberry.enum_value("schemas", description="The columns that datasets have.")


PARTS: dict[LineagePart, listed_changes.Part] = {
    LineagePart.NODES: "nodes",
    LineagePart.EDGES: "edges",
    LineagePart.COLUMNS: "columns",
    LineagePart.SCHEMAS: "schemas",
}
"""The parts in the words of lineage."""


@strawberry.enum(description="How something is not as it was.")
class LineageDifferenceKind(Enum):
    """How something is not as it was."""

    ADDED = strawberry.enum_value("added", description="It is there only later.")
    REMOVED = strawberry.enum_value("removed", description="It was there only before.")
    CHANGED = strawberry.enum_value("changed", description="It is another than before.")


@strawberry.input(description="Two instants to look at lineage from; null: now.")
class LineageInstants:
    """Two instants to look at lineage from."""

    as_of: datetime | None = strawberry.field(
        default=None, description="Valid time: when it held in the world."
    )
    known_at: datetime | None = strawberry.field(
        default=None, description="System time: what had been recorded by then."
    )


@strawberry.type(description="An edge that is not as it was.")
class LineageEdgeChange:
    """An edge that is not as it was."""

    from_: LineageReference = strawberry.field(name="from", description="The node the data comes from.")
    to: LineageReference = strawberry.field(description="The node the data goes to.")
    kind: LineageEdgeKind = strawberry.field(description="How the edge is known.")
    valid_from_before: datetime | None = strawberry.field(description="From when on it held, as seen before.")
    valid_to_before: datetime | None = strawberry.field(description="Until when, as seen before.")
    valid_from: datetime | None = strawberry.field(description="From when on it holds, as seen later.")
    valid_to: datetime | None = strawberry.field(description="Until when, as seen later.")

    @classmethod
    def of(
        cls, origin: Node, target: Node, kind: str, before: Span | None, after: Span | None
    ) -> LineageEdgeChange:
        """Return the edge as GraphQL shows it."""
        return cls(
            from_=LineageReference.of_node(origin),
            to=LineageReference.of_node(target),
            kind=LineageEdgeKind(kind),
            valid_from_before=before.valid_from if before else None,
            valid_to_before=before.valid_to if before else None,
            valid_from=after.valid_from if after else None,
            valid_to=after.valid_to if after else None,
        )


@strawberry.type(description="How one column follows from another.")
class ColumnLineageState:
    """How one column follows from another."""

    kind: ColumnLineageKind = strawberry.field(description="How this is known.")
    transformations: list[ColumnTransformation] = strawberry.field(description="How it follows.")

    @classmethod
    def of(cls, state: ColumnState | None) -> ColumnLineageState | None:
        """Return the state as GraphQL shows it."""
        if state is None:
            return None
        return cls(
            kind=ColumnLineageKind(state.kind),
            transformations=[ColumnTransformation.of(how) for how in state.transformations],
        )


@strawberry.type(description="Column lineage that is not as it was.")
class ColumnLineageDifferenceEntry:
    """Column lineage that is not as it was."""

    dataset: LineageName = strawberry.field(description="The dataset whose column follows.")
    column: str | None = strawberry.field(description="The column that follows. Null: every one.")
    from_dataset: LineageName = strawberry.field(description="The dataset it follows from.")
    from_column: str | None = strawberry.field(
        description="The column it follows from. Null: the dataset as a whole."
    )
    stated_by: LineageName | None = strawberry.field(
        description="The job that it is known from. Null: the owner of the dataset says so."
    )
    before: ColumnLineageState | None = strawberry.field(description="How it followed. Null: it did not.")
    after: ColumnLineageState | None = strawberry.field(description="How it follows. Null: it does not.")

    @classmethod
    def of(
        cls, key: ColumnKey, before: ColumnState | None, after: ColumnState | None
    ) -> ColumnLineageDifferenceEntry:
        """Return the change as GraphQL shows it."""
        return cls(
            dataset=LineageName.of(key.target),
            column=key.target_column,
            from_dataset=LineageName.of(key.source),
            from_column=key.source_column,
            stated_by=LineageName.of(key.job) if key.job else None,
            before=ColumnLineageState.of(before),
            after=ColumnLineageState.of(after),
        )


@strawberry.type(description="Something in lineage that is not as it was; what belongs to its part is given.")
class LineageDifferenceEntry:
    """Something in lineage that is not as it was."""

    part: LineagePart = strawberry.field(description="What it is.")
    change: LineageDifferenceKind = strawberry.field(description="How it is not as it was.")
    node: LineageReference | None = strawberry.field(
        description="The dataset or job: that which was added, removed or is called otherwise, or whose schema it is."
    )
    aliases_before: list[LineageName] = strawberry.field(
        description="The other names that a node had before."
    )
    aliases: list[LineageName] = strawberry.field(description="The other names that a node has later.")
    edge: LineageEdgeChange | None = strawberry.field(description="The edge.")
    column: ColumnLineageDifferenceEntry | None = strawberry.field(description="The column lineage.")
    schema_changes: list[SchemaChange] = strawberry.field(
        description="How the columns of the schema changed."
    )

    @classmethod
    def of(cls, one: listed_changes.ListedChange) -> LineageDifferenceEntry:
        """Return the change as GraphQL shows it."""
        is_node = one.part == "nodes"
        schemas = schema_changes(one.before or (), one.after or ()) if one.part == "schemas" else []
        edge = None
        if one.origin and one.target and one.edge_kind:
            edge = LineageEdgeChange.of(one.origin, one.target, one.edge_kind, one.before, one.after)
        return cls(
            part=LineagePart(one.part),
            change=LineageDifferenceKind(one.change),
            node=LineageReference.of_node(one.node) if one.node else None,
            aliases_before=_aliases(one.before) if is_node else [],
            aliases=_aliases(one.after) if is_node else [],
            edge=edge,
            column=ColumnLineageDifferenceEntry.of(one.column, one.before, one.after) if one.column else None,
            schema_changes=[SchemaChange.of(change) for change in schemas],
        )


@strawberry.type(description="How many changes there are.")
class LineageDifferenceCount:
    """How many changes there are."""

    part: LineagePart = strawberry.field(description="Of what.")
    added: int = strawberry.field(description="How many were added.")
    removed: int = strawberry.field(description="How many were removed.")
    changed: int = strawberry.field(description="How many were changed.")


@strawberry.type(description="What differs in lineage between two instants.")
class LineageDifference:
    """What differs in lineage between two instants."""

    from_: Basis = strawberry.field(name="from", description="The instants of before.")
    to: Basis = strawberry.field(description="The instants of later.")
    counts: list[LineageDifferenceCount] = strawberry.field(
        description="How many changes there are of each part."
    )
    changes: list[LineageDifferenceEntry] = strawberry.field(
        description="The changes of this page: nodes, edges, columns, schemas; of each those added, removed, changed; by name,"
        f" or by id where there are more than {comparison.MOST_BY_NAME} of the whole graph."
    )
    page_info: PageInfo = strawberry.field(description="Where the page ends.")
    truncated: bool = strawberry.field(
        description="Whether not all could be compared: more nodes around the one asked about than an answer may hold, or"
        f" more than {comparison.MOST_DATASETS} datasets in the whole graph with other columns."
    )

    @classmethod
    async def of_page(
        cls,
        comparisons: comparison.Comparisons,
        compared: listed_changes.Compared,
        parts: Collection[listed_changes.Part],
        first: int,
        start: int,
    ) -> LineageDifference:
        """Return a page of the changes as GraphQL shows it; only the nodes in it are looked up."""
        shown = await comparisons.page(compared, start, first)
        end = difference_cursor(start + len(shown), compared.before, compared.after) if shown else None
        return cls(
            from_=Basis.of(compared.before),
            to=Basis.of(compared.after),
            counts=[
                LineageDifferenceCount(
                    part=LineagePart(part),
                    added=compared.count(part, "added"),
                    removed=compared.count(part, "removed"),
                    changed=compared.count(part, "changed"),
                )
                for part in listed_changes.PARTS
                if part in parts
            ],
            changes=[LineageDifferenceEntry.of(one) for one in shown],
            page_info=PageInfo(has_next_page=start + first < compared.total, end_cursor=end),
            truncated=compared.truncated,
        )


@strawberry.type
class LineageDifferenceQuery:
    """What can be asked about differences of lineage."""

    @strawberry.field(
        description="What was added to lineage, removed and changed between two instants, on either axis: around a node,"
        " or in the whole graph."
    )
    async def lineage_diff(
        self,
        info: Info,
        from_: Annotated[LineageInstants, strawberry.argument(name="from", description="Before.")],
        to: Annotated[LineageInstants, strawberry.argument(description="Later.")],
        of: Annotated[
            LineageNodeInput | None,
            strawberry.argument(description="Only around this node. Null: everything."),
        ] = None,
        direction: Annotated[
            LineageDirection, strawberry.argument(description="Around a node, which way to follow the data.")
        ] = LineageDirection.BOTH,
        depth: Annotated[
            int, strawberry.argument(description=f"Around a node, how many hops to go, 1 to {store.DEEPEST}.")
        ] = 10,
        parts: Annotated[
            list[LineagePart] | None, strawberry.argument(description="What to compare. Null: everything.")
        ] = None,
        first: Annotated[
            int, strawberry.argument(description=f"How many changes to return, 1 to {MOST_CHANGES}.")
        ] = 100,
        after: AfterArgument = None,
    ) -> LineageDifference:
        """Return a page of what differs; with `after`, between the bases of the page before."""
        services, size = info.context.services, page_size(first, most=MOST_CHANGES)
        wanted: list[listed_changes.Part] = list(listed_changes.PARTS)
        if parts is not None:
            wanted = [PARTS[part] for part in parts]
        start, before, later = difference_place(after) if after is not None else (0, from_, to)
        bases = [await services.lineage.basis(one.as_of, one.known_at) for one in (before, later)]
        comparisons = services.answers.comparisons
        if of is None:
            found = await comparisons.whole(bases[0], bases[1], wanted)
        else:
            node = named(of.id, of.name, of.namespace, KINDS[of.kind] if of.kind else None, "$.of")
            found = await comparisons.around(node, HEADINGS[direction], depth, bases[0], bases[1], wanted)
        return await LineageDifference.of_page(comparisons, found, wanted, size, start)


def difference_cursor(count: int, before: AsOf, after: AsOf) -> str:
    """Return the opaque cursor that continues after so many changes between the same bases."""
    return opaque(count, *(render(one) for at in (before, after) for one in (at.valid, at.system)))


def difference_place(after: str) -> tuple[int, LineageInstants, LineageInstants]:
    """Return the place and bases of a cursor; raises InvalidInputError for anything `difference_cursor` did not make."""

    def parsed(count: object, *instants: object) -> tuple[int, LineageInstants, LineageInstants]:
        if not isinstance(count, int) or count < 0:
            raise InvalidInputError.at("$.after", "is not a cursor of this list")
        valid, known, later_valid, later_known = (instant(str(one)) for one in instants)
        return (
            count,
            LineageInstants(as_of=valid, known_at=known),
            LineageInstants(as_of=later_valid, known_at=later_known),
        )

    return opened(after, parsed)


def _aliases(node: Any) -> list[LineageName]:
    return [LineageName.of(name) for name in node.aliases] if isinstance(node, Node) else []
