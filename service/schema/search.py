"""Search in GraphQL: assets of every kind by words, with where they matched and counts of what was found."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID
from zlib import crc32

import strawberry

from graph.catalog.asset_ref import AssetRef
from graph.errors import InvalidInputError
from graph.search.entry import Counts, Filters
from graph.time import AsOf
from lineage.search import FURTHEST, MOST_MATCHES, MOST_VALUES, Found
from service.context import Info
from service.schema.arguments import (
    AfterArgument,
    Basis,
    FirstArgument,
    PageInfo,
    opaque,
    opened,
    page_size,
    search_text,
)
from service.schema.asset import Asset
from service.schema.known_assets import shown_known

MOST_FILTERS = 100
"""How many values of one filter may be given."""


@strawberry.type(
    description="A part of a text. It is plain text, whatever it looks like: escape it to show it."
)
class TextPart:
    """A part of a text."""

    text: str = strawberry.field(
        description="The part, as it stands in the text; … where something is left out."
    )
    is_match: bool = strawberry.field(description="Whether it is what was looked for.")


@strawberry.type(description="A text of an asset in which words were found.")
class SearchMatch:
    """A text of an asset in which words were found."""

    field: str = strawberry.field(
        description="What the text is: name, column, owner, tag, term, domain, description, columnDescription, namespace, sql, "
        "or an attribute of the asset or golden record."
    )
    parts: list[TextPart] = strawberry.field(
        description="The text, those parts marked that matched; of a long one the piece around the first of them."
    )


@strawberry.type(description="An asset that was found.")
class SearchHit:
    """An asset that was found."""

    id: strawberry.ID = strawberry.field(description="The id of the asset or golden record.")
    kind: str = strawberry.field(
        description="The kind: dataset, topic, job, customer, pipeline, glossary_term …"
    )
    name: str = strawberry.field(description="What it is called.")
    namespace: str | None = strawberry.field(description="The namespace of a dataset or job.")
    matches: list[SearchMatch] = strawberry.field(
        description=f"Where it matched, the weightiest first, at most {MOST_MATCHES}; what it shows may be personal data."
    )
    basis: strawberry.Private[AsOf]

    @strawberry.field(description="The asset, as known now. Null: it is a golden record, or is gone by now.")
    async def asset(self, info: Info) -> Asset | None:
        """Return the asset."""
        known = await info.context.loaders.known_assets(self.basis).load(AssetRef(UUID(self.id)))
        return await shown_known(info.context, known, self.basis) if known else None


@strawberry.type(description="A hit, with its place.")
class SearchEdge:
    """A hit, with its place."""

    cursor: str = strawberry.field(description="The place of the hit, to continue after it.")
    node: SearchHit = strawberry.field(description="The hit.")


@strawberry.type(description="How many of what was found have a value.")
class SearchCount:
    """How many of what was found have a value."""

    value: str = strawberry.field(description="The value; give it in the filters to see these alone.")
    count: int = strawberry.field(description="How many have it.")


@strawberry.type(description="What was found, by one of its properties.")
class SearchFacet:
    """What was found, by one of its properties."""

    name: str = strawberry.field(description="The property: kind, namespace, owner, tag or domain.")
    counts: list[SearchCount] = strawberry.field(
        description=f"The {MOST_VALUES} most frequent values, the most frequent first."
    )
    omitted: int = strawberry.field(description="How many values there are beyond these.")


@strawberry.type(description="A page of hits, best first, and how many there are.")
class SearchConnection:
    """A page of hits, best first."""

    edges: list[SearchEdge] = strawberry.field(description="The hits of this page, each with its cursor.")
    nodes: list[SearchHit] = strawberry.field(description="The hits of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")
    basis: Basis = strawberry.field(
        description="The instants of the answer. Search is over what is best known now, recorded until some seconds before."
    )
    is_mistyped: bool = strawberry.field(
        description="Whether nothing holds the words as they were written, and hits hold words a typo apart."
    )
    found: strawberry.Private[Found]
    filters: strawberry.Private[Filters]
    counting: strawberry.Private[list[asyncio.Future[Counts]]]

    @strawberry.field(description="How many there are, or at least how many where totalIsLeast.")
    async def total_count(self, info: Info) -> int:
        """Return how many there are."""
        return (await self._counts(info)).total

    @strawberry.field(
        description="Whether there are more than totalCount; facets then count so many of them alone."
    )
    async def total_is_least(self, info: Info) -> bool:
        """Return whether there are more than were counted."""
        return (await self._counts(info)).is_least

    @strawberry.field(description="How many there are of what: by kind, namespace, owner, tag and domain.")
    async def facets(self, info: Info) -> list[SearchFacet]:
        """Return how many there are of what."""
        counts = await self._counts(info)
        return [
            SearchFacet(
                name=facet.name,
                counts=[SearchCount(value=one.value, count=one.count) for one in facet.counts],
                omitted=facet.omitted,
            )
            for facet in counts.facets
        ]

    async def _counts(self, info: Info) -> Counts:
        if not self.counting:  # once, for all the fields that are answered at the same time
            counts = info.context.services.search.counts(self.found, self.filters)
            self.counting.append(asyncio.ensure_future(counts))
        return await self.counting[0]


@strawberry.input(description="What is looked for alone: any of the values of each property given.")
class SearchFilters:
    """What is looked for alone."""

    kinds: list[str] | None = strawberry.field(
        default=None, description="Kinds, such as dataset or customer."
    )
    namespaces: list[str] | None = strawberry.field(
        default=None, description="Namespaces of datasets and jobs."
    )
    owners: list[str] | None = strawberry.field(default=None, description="Names of owners.")
    tags: list[str] | None = strawberry.field(default=None, description="Tags: `key`, or `key:value`.")
    domains: list[str] | None = strawberry.field(default=None, description="Names of domains.")


def filters_of(
    kinds: list[str] | None,
    namespaces: list[str] | None,
    owners: list[str] | None,
    tags: list[str] | None,
    domains: list[str] | None,
    path: str,
) -> Filters:
    """Return the filters given; raises InvalidInputError where one has too many values or none a value can be."""
    given = {"kinds": kinds, "namespaces": namespaces, "owners": owners, "tags": tags, "domains": domains}
    for name, values in given.items():
        if values is not None and len(values) > MOST_FILTERS:
            raise InvalidInputError.at(
                f"{path}.{name}", f"has {len(values)} values; at most {MOST_FILTERS} are allowed"
            )
        for place, value in enumerate(values or ()):
            search_text(value, f"{path}.{name}[{place}]")
    return Filters(**given)


def hit_cursor(position: int, text: str, filters: Filters) -> str:
    """Return the cursor after so many hits of what is looked for."""
    return opaque(position, _digest(text, filters))


def position_of(after: str | None, text: str, filters: Filters) -> int:
    """Return after how many hits a page begins; raises InvalidInputError for a cursor of something else."""
    if after is None:
        return 0

    def parsed(position: object, digest: object) -> int:
        if type(position) is not int or not 0 <= position <= FURTHEST or digest != _digest(text, filters):
            raise ValueError
        return position

    return opened(after, parsed)


def _digest(text: str, filters: Filters) -> int:
    return crc32(repr((text.split(), filters)).encode())


def shown(found: Found, text: str, filters: Filters, skip: int) -> SearchConnection:
    """Return what was found as GraphQL shows it."""
    nodes = [
        SearchHit(
            id=strawberry.ID(str(hit.asset_id)),
            kind=hit.kind,
            name=hit.name,
            namespace=hit.namespace,
            matches=[
                SearchMatch(
                    field=match.field,
                    parts=[TextPart(text=part.text, is_match=part.is_match) for part in match.parts],
                )
                for match in hit.matches
            ],
            basis=found.basis,
        )
        for hit in found.hits
    ]
    edges = [
        SearchEdge(cursor=hit_cursor(skip + place, text, filters), node=node)
        for place, node in enumerate(nodes, start=1)
    ]
    return SearchConnection(
        edges=edges,
        nodes=nodes,
        page_info=PageInfo(has_next_page=found.has_more, end_cursor=edges[-1].cursor if edges else None),
        basis=Basis.of(found.basis),
        is_mistyped=found.has_typos,
        found=found,
        filters=filters,
        counting=[],
    )


@strawberry.type
class SearchQuery:
    """What can be looked for."""

    @strawberry.field(
        description="Assets of every kind and golden records of every type that hold all the words of a text, best first: in "
        "names, columns, descriptions, owners, tags, terms, SQL, or attributes such as e-mail and phone. Words may be "
        "typed in part, and mistyped where nothing holds them as they are. What was recorded is found a moment later."
    )
    async def search(
        self,
        info: Info,
        text: Annotated[str, strawberry.argument(description="The words to look for, at most 16.")],
        kinds: Annotated[
            list[str] | None, strawberry.argument(description="Kinds to look among. Null: all.")
        ] = None,
        filters: Annotated[
            SearchFilters | None, strawberry.argument(description="Which assets to look among. Null: all.")
        ] = None,
        first: FirstArgument = 20,
        after: AfterArgument = None,
    ) -> SearchConnection:
        """Return a page of hits."""
        given = filters or SearchFilters()
        if kinds is not None and given.kinds is not None:
            raise InvalidInputError.at("$.filters.kinds", "is given twice; kinds is an argument too")
        wanted = given.kinds if kinds is None else kinds
        within = filters_of(wanted, given.namespaces, given.owners, given.tags, given.domains, "$.filters")
        looked_for = search_text(text, "$.text") or ""
        skip = position_of(after, looked_for, within)
        found = await info.context.services.search.found(looked_for, within, page_size(first), skip)
        return shown(found, looked_for, within, skip)
