"""Ways through lineage in GraphQL: what lies around one node, page by page, and how data gets from one to another."""

from __future__ import annotations

from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from graph.time import AsOf, instant, render
from lineage import path_finding
from lineage.neighbours import NeighbourPage, NeighbourPlace
from lineage.traversal import Heading
from service.context import Info
from service.schema.arguments import (
    LARGEST_PAGE,
    AfterArgument,
    AsOfArgument,
    Basis,
    FirstArgument,
    KnownAtArgument,
    PageInfo,
    opaque,
    page_size,
    page_start,
    search_text,
)
from service.schema.lineage_nodes import (
    KINDS,
    Around,
    LineageEdge,
    LineageNode,
    LineageNodeInput,
    named,
)
from service.schema.selected import is_selected


@strawberry.enum(description="One way to follow the data.")
class LineageHeading(Enum):
    """One way to follow the data."""

    UPSTREAM = strawberry.enum_value("up", description="Towards where it comes from.")
    DOWNSTREAM = strawberry.enum_value("down", description="Towards those who use it.")


HEADINGS: dict[LineageHeading, Heading] = {LineageHeading.UPSTREAM: "up", LineageHeading.DOWNSTREAM: "down"}
"""The headings in the words of lineage."""


@strawberry.type(description="Some of the nodes directly around another, by name.")
class LineageNeighbours:
    """Some of the nodes directly around another."""

    basis: Basis = strawberry.field(description="The instants that every page of this list is read at.")
    of: LineageNode = strawberry.field(description="The node they lie around.")
    nodes: list[LineageNode] = strawberry.field(description="The nodes of this page.")
    total_count: int = strawberry.field(description="How many there are on all pages.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")

    @classmethod
    def of_page(cls, page: NeighbourPage, around: Around | None) -> LineageNeighbours:
        """Return the page as GraphQL shows it."""
        end = neighbour_cursor(page.end, page.basis) if page.end else None
        return cls(
            basis=Basis.of(page.basis),
            of=LineageNode.of_node(page.of, page.basis, around),
            nodes=[LineageNode.of_node(node, page.basis, around) for node in page.nodes],
            total_count=page.total,
            page_info=PageInfo(has_next_page=page.next is not None, end_cursor=end),
        )


@strawberry.type(description="A shortest way from one node to another.")
class LineagePath:
    """A shortest way from one node to another."""

    nodes: list[LineageNode] = strawberry.field(description="Its nodes, from end to end.")


@strawberry.type(description="The ways data takes from one node to another, with the flow.")
class LineagePaths:
    """The ways data takes from one node to another."""

    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    is_connected: bool = strawberry.field(description="Whether there is any way.")
    length: int | None = strawberry.field(
        description="How many hops the shortest ways have. Null: there is none."
    )
    shortest: list[LineagePath] = strawberry.field(
        description="The shortest ways, at most as many as asked for."
    )
    shortest_count: int = strawberry.field(description="How many shortest ways there are.")
    nodes: list[LineageNode] = strawberry.field(
        description="The nodes on any way, shortest or not, nearest to the start first; at most as many as asked for."
    )
    node_count: int = strawberry.field(description="How many nodes lie on any way.")
    edges: list[LineageEdge] = strawberry.field(
        description="The edges between the nodes shown that a way takes."
    )
    edge_count: int = strawberry.field(description="How many edges lie on any way.")
    truncated: bool = strawberry.field(
        description="Whether so much follows from the start that not all of it was looked at, the graph not being in memory: there"
        " may be further ways."
    )

    @classmethod
    def of(cls, paths: path_finding.Paths, around: Around | None, alone: Around | None) -> LineagePaths:
        """Return the ways as GraphQL shows them.

        `around` tells what is hidden beside the nodes on any way, `alone` what lies around those on the shortest.
        """
        inside = {node.id for node in paths.nodes}

        def node_of(key: UUID) -> LineageNode:
            return LineageNode.of_node(paths.names[key], paths.basis, alone)

        return cls(
            basis=Basis.of(paths.basis),
            is_connected=bool(paths.ways.shortest),
            length=paths.ways.length,
            shortest=[LineagePath(nodes=[node_of(key) for key in way]) for way in paths.ways.shortest],
            shortest_count=paths.ways.count,
            nodes=[LineageNode.of_node(node, paths.basis, around) for node in paths.nodes],
            node_count=len(paths.ways.nodes),
            edges=[LineageEdge.of(edge) for edge in paths.edges if {edge.origin, edge.target} <= inside],
            edge_count=len(paths.edges),
            truncated=paths.truncated,
        )


MOST_ON_WAYS = 2_000
"""How many nodes on ways an answer may show."""


@strawberry.type
class LineageWaysQuery:
    """What can be asked about ways through lineage."""

    @strawberry.field(
        description="The nodes directly upstream or downstream of one, by name, with search: for a node with too many to show."
    )
    async def lineage_neighbours(
        self,
        info: Info,
        of: Annotated[LineageNodeInput, strawberry.argument(description="The dataset or job in the middle.")],
        direction: Annotated[
            LineageHeading, strawberry.argument(description="Which way to look.")
        ] = LineageHeading.DOWNSTREAM,
        search: Annotated[
            str | None,
            strawberry.argument(
                description="Only those with this in their name or namespace, in whatever case."
            ),
        ] = None,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> LineageNeighbours:
        """Return a page of the nodes around one; with `after`, at the basis of the page before."""
        size, wanted = page_size(first), search_text(search)
        node = named(of.id, of.name, of.namespace, KINDS[of.kind] if of.kind else None, "$.of")
        basis = info.context.services.lineage.basis
        start, at = await page_start(basis, after, neighbour_place, as_of, known_at)
        reads = info.context.services.answers.neighbours
        page = await reads.page(node, HEADINGS[direction], size, at, start, wanted)
        wants_hidden = is_selected(info, "hidden")
        around = await reads.hidden((page.of, *page.nodes), page.basis) if wants_hidden else None
        return LineageNeighbours.of_page(page, around)

    @strawberry.field(
        description="How data gets from one dataset or job to another: the shortest ways, and all that lies on any way."
    )
    async def lineage_paths(
        self,
        info: Info,
        from_: Annotated[
            LineageNodeInput, strawberry.argument(name="from", description="Where the data comes from.")
        ],
        to: Annotated[LineageNodeInput, strawberry.argument(description="Where it goes to.")],
        first: Annotated[
            int,
            strawberry.argument(description=f"How many of the shortest ways to return, 1 to {LARGEST_PAGE}."),
        ] = 5,
        nodes: Annotated[
            int,
            strawberry.argument(
                description=f"How many of the nodes on any way to return, 1 to {MOST_ON_WAYS}."
            ),
        ] = 500,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> LineagePaths:
        """Return the ways from one node to another."""
        services = info.context.services
        most, shown = page_size(first), page_size(nodes, "$.nodes", MOST_ON_WAYS)
        ends = [
            named(one.id, one.name, one.namespace, KINDS[one.kind] if one.kind else None, path)
            for one, path in ((from_, "$.from"), (to, "$.to"))
        ]
        at = await services.lineage.basis(as_of, known_at)
        paths = await services.answers.paths.paths(ends[0], ends[1], most, at, shown)
        if not is_selected(info, "hidden"):
            return LineagePaths.of(paths, None, None)
        reads = services.answers.neighbours
        on_shortest = {key: paths.names[key] for way in paths.ways.shortest for key in way}
        return LineagePaths.of(
            paths,
            await reads.hidden(paths.nodes, paths.basis),
            await reads.hidden(on_shortest.values(), paths.basis, alone=True),
        )


def neighbour_cursor(place: NeighbourPlace, at: AsOf) -> str:
    """Return the opaque cursor that continues after a node at the same basis."""
    return opaque(place.name, place.namespace, str(place.id), render(at.valid), render(at.system))


def neighbour_place(
    name: object, namespace: object, key: object, valid: object, system: object
) -> tuple[NeighbourPlace, AsOf]:
    """Return the place and basis that the parts of a cursor tell."""
    place = NeighbourPlace(str(name), str(namespace), UUID(str(key)))
    return place, AsOf(instant(str(valid)), instant(str(system)))
