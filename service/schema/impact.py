"""Impact in GraphQL: what is hit downstream when a dataset, a column of it, or a job goes wrong, and whose it is."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from graph.errors import InvalidInputError
from graph.spelling import camel
from lineage import impacts, store
from service.context import Info
from service.schema.arguments import (
    AfterArgument,
    AsOfArgument,
    Basis,
    FirstArgument,
    KnownAtArgument,
    PageInfo,
    cursor,
    id_place,
    page_size,
    page_start,
    place,
    search_text,
)
from service.schema.facets import Owner
from service.schema.lineage_nodes import KINDS, LineageNodeInput, named
from service.schema.lineage_shapes import LineageReference


@strawberry.enum(description="How bad it is that something is hit.")
class ImpactSeverity(Enum):
    """How bad it is that something is hit."""

    CRITICAL = strawberry.enum_value("critical", description="Golden records, and what feeds them.")
    HIGH = strawberry.enum_value("high", description=f"Hit at first hand: at most {impacts.NEAR} hops away.")
    MEDIUM = strawberry.enum_value("medium", description="Further away.")
    LOW = strawberry.enum_value(
        "low", description="Nothing says that the column is used there, and nothing rules it out."
    )


@strawberry.type(description="Golden records that are hit.")
class ImpactedGoldenRecords:
    """Golden records that are hit."""

    entity_type: str = strawberry.field(description="Their type, such as customer.")
    attributes: list[str] = strawberry.field(
        description="The attributes fed by what went wrong. Empty: it is not known which, it may be all."
    )


@strawberry.type(description="A dataset or job that is hit.")
class ImpactedNode:
    """A dataset or job that is hit."""

    node: LineageReference = strawberry.field(description="The dataset or job.")
    distance: int = strawberry.field(description="Hops from where it went wrong; between datasets lie jobs.")
    severity: ImpactSeverity = strawberry.field(description="How bad it is.")
    is_certain: bool = strawberry.field(
        description="Whether it is said that the column is used; true where no column is asked about."
    )
    columns: list[str] = strawberry.field(description="The columns of the dataset that are hit, by name.")
    all_columns: bool = strawberry.field(description="Whether any of its columns may be hit.")
    golden_records: ImpactedGoldenRecords | None = strawberry.field(
        description="What of the golden records is hit. Null: it is another dataset, or a job."
    )
    dependant_count: int = strawberry.field(description="How many of the nodes hit follow from it.")
    owners: list[Owner] = strawberry.field(description="Who answers for it.")
    last_written_at: datetime | None = strawberry.field(
        description="When a run that went well last wrote the dataset. Null: none is known, or it is a job."
    )

    @classmethod
    def of(cls, item: impacts.Impacted) -> ImpactedNode:
        """Return what is hit as GraphQL shows it."""
        golden = item.golden
        return cls(
            node=LineageReference.of_node(item.node),
            distance=item.node.distance,
            severity=ImpactSeverity(item.severity),
            is_certain=item.is_certain,
            columns=list(item.columns),
            all_columns=item.all_columns,
            golden_records=ImpactedGoldenRecords(
                entity_type=golden.entity_type, attributes=[camel(name) for name in golden.attributes]
            )
            if golden
            else None,
            dependant_count=item.dependants,
            owners=[Owner.of(owner) for owner in item.owners],
            last_written_at=item.written_at,
        )


@strawberry.type(description="How much is hit in all.")
class ImpactTotals:
    """How much is hit in all."""

    datasets: int = strawberry.field(description="How many datasets.")
    jobs: int = strawberry.field(description="How many jobs.")
    columns: int = strawberry.field(description="How many columns, of those that are known by name.")
    critical: int = strawberry.field(description="How many datasets and jobs critically.")
    high: int = strawberry.field(description="How many at first hand.")
    medium: int = strawberry.field(description="How many further away.")
    low: int = strawberry.field(description="How many only possibly.")

    @classmethod
    def of(cls, impact: impacts.Impact) -> ImpactTotals:
        """Return the counts as GraphQL shows them."""
        by = {one: sum(item.severity == one for item in impact.items) for one in impacts.SEVERITIES}
        return cls(
            datasets=sum(item.node.kind == "dataset" for item in impact.items),
            jobs=sum(item.node.kind == "job" for item in impact.items),
            columns=sum(len(item.columns) for item in impact.items),
            **by,
        )


@strawberry.type(description="All that is hit when something goes wrong, the worst first.")
class Impact:
    """All that is hit when something goes wrong."""

    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    of: LineageReference = strawberry.field(description="What went wrong.")
    column: str | None = strawberry.field(description="Which column of it. Null: all of it.")
    totals: ImpactTotals = strawberry.field(description="How much is hit in all.")
    owners: list[Owner] = strawberry.field(
        description="Everybody who answers for something that is hit, each once."
    )
    nodes: list[ImpactedNode] = strawberry.field(
        description="What is hit, by severity, then by how much depends on it."
    )
    page_info: PageInfo = strawberry.field(description="Where the page ends.")
    truncated: bool = strawberry.field(
        description="Whether more is hit within the depth than an answer may hold."
    )
    beyond: int = strawberry.field(description="How many nodes lie directly behind those within the depth.")

    @classmethod
    def of_page(cls, impact: impacts.Impact, first: int, after: str | None) -> Impact:
        """Return a page of what is hit as GraphQL shows it; raises InvalidInputError for the cursor of another list."""
        start = 0
        if after is not None:
            key, _ = place(after)
            known = [number for number, item in enumerate(impact.items, 1) if item.node.id == key]
            if not known:
                raise InvalidInputError.at("$.after", "is not a cursor of this list")
            start = known[0]
        shown = impact.items[start : start + first]
        end = cursor(shown[-1].node.id, impact.basis) if shown else None
        has_next = len(impact.items) > start + first
        return cls(
            basis=Basis.of(impact.basis),
            of=LineageReference.of_node(impact.of),
            column=impact.column,
            totals=ImpactTotals.of(impact),
            owners=[Owner.of(owner) for owner in impact.owners],
            nodes=[ImpactedNode.of(item) for item in shown],
            page_info=PageInfo(has_next_page=has_next, end_cursor=end),
            truncated=impact.truncated,
            beyond=impact.beyond,
        )


@strawberry.type
class ImpactQuery:
    """What can be asked about impact."""

    @strawberry.field(
        description="What is hit downstream when a dataset, a column of it, or a job goes wrong: the worst first, with owners."
    )
    async def impact(
        self,
        info: Info,
        of: Annotated[LineageNodeInput, strawberry.argument(description="What goes wrong.")],
        column: Annotated[
            str | None, strawberry.argument(description="Only this column of the dataset. Null: all of it.")
        ] = None,
        depth: Annotated[
            int, strawberry.argument(description=f"How many hops to go, 1 to {store.DEEPEST}.")
        ] = 20,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Impact:
        """Return a page of what is hit; with `after`, at the basis of the page before."""
        services, size = info.context.services, page_size(first)
        node = named(of.id, of.name, of.namespace, KINDS[of.kind] if of.kind else None, "$.of")
        _, at = await page_start(services.lineage.basis, after, id_place, as_of, known_at)
        found = await services.answers.impacts.impact(node, search_text(column, "$.column"), depth, at)
        return Impact.of_page(found, size, after)
