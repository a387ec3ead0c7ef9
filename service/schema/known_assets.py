"""Assets of every kind in GraphQL: one by its id, and pages of them by what they are and what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from graph.catalog.asset import Asset as CatalogAsset
from graph.catalog.asset_ref import AssetRef, asset_ref
from graph.store import lake_files
from graph.time import AsOf, instant, render
from lineage.fresh_assets import STANDINGS, Standing
from lineage.known_assets import AssetPlace, AssetsWanted, KnownAsset
from lineage.nodes import Node
from service.context import Info, RequestContext
from service.schema.arguments import (
    AfterArgument,
    AsOfArgument,
    Basis,
    Edge,
    FirstArgument,
    KnownAtArgument,
    Long,
    PageInfo,
    opaque,
    page_size,
    page_start,
    search_text,
)
from service.schema.asset import Asset, AssetDescription, AssetKind, descriptions_of, people_tags, shown
from service.schema.datasets import Dataset
from service.schema.entity_types import EntityType
from service.schema.facets import SaidBy, Tag, tags_of_columns
from service.schema.jobs import Job

AssetIdArgument: TypeAlias = Annotated[
    strawberry.ID,
    strawberry.argument(description="The id of the asset; of a column that of its dataset, a dot, its path."),
]
_BY_LENGTH = "exactly, in any letter case"


@strawberry.type(description="A column of a dataset, at the instants of its basis.")
class Column(Asset):
    """A column of a dataset."""

    node: strawberry.Private[Node]

    @strawberry.field(description="The dataset it is a column of.")
    async def dataset(self) -> Dataset:
        """Return the dataset it is a column of."""
        return Dataset.of_node(self.node, self.at)

    @strawberry.field(description="Its type in the words of its store. Null: no schema tells.")
    async def data_type(self, info: Info) -> str | None:
        """Return its type."""
        state = await info.context.loaders.states_by_dataset(self.at).load(self.node.id)
        found = (one for one in (state.columns if state else ()) if one.path == self.ref.column)
        return next((one.type for one in found), None)

    async def own_tags(self, context: RequestContext) -> list[Tag]:
        """Return its tags, people's first."""
        state = await context.loaders.states_by_dataset(self.at).load(self.node.id)
        stated = tags_of_columns(state.facets if state else {}).get(self.ref.column or "", [])
        return people_tags(await self.annotation(context)) + stated

    async def own_descriptions(self, context: RequestContext) -> list[AssetDescription]:
        """Return what it holds, people's word first."""
        state = await context.loaders.states_by_dataset(self.at).load(self.node.id)
        stated = [
            AssetDescription(text=one.description, content_type=None, said_by=SaidBy.PRODUCERS)
            for one in (state.columns if state else ())
            if one.path == self.ref.column and one.description
        ]
        return descriptions_of(await self.annotation(context), {}) + stated


@strawberry.type(description="A file that Goldthread wrote into the lake: golden records as of its range.")
class LakeFile(Asset):
    """A file that Goldthread wrote into the lake."""

    dataset: str = strawberry.field(description="The folder that is the dataset it is a part of.")
    rows: Long | None = strawberry.field(description="How many rows it has.")
    size: Long | None = strawberry.field(description="Its length in bytes.")
    written_at: datetime | None = strawberry.field(description="When it was written.")
    run_id: strawberry.ID = strawberry.field(description="The run that wrote it; see `run(id)`.")


@strawberry.enum(description="How a dataset stands by its freshness.")
class FreshnessStanding(Enum):
    """How a dataset stands by its freshness."""

    OVERDUE = strawberry.enum_value(
        "overdue", description="It was not written again when it usually would have been."
    )
    ON_TIME = strawberry.enum_value("on_time", description="It was written when it usually is.")
    WRITTEN = strawberry.enum_value(
        "written", description="It was written, too seldom to tell what is usual."
    )
    UNWRITTEN = strawberry.enum_value("unwritten", description="No run is known to have written it.")


@strawberry.type(description="How many assets of a list have a value.")
class AssetCount:
    """How many assets of a list have a value."""

    value: str = strawberry.field(description="The value; of terms and domains the id.")
    count: int = strawberry.field(description="How many assets have it.")


@strawberry.type(description="Of one aspect the values that most assets of a list have.")
class AssetFacet:
    """Of one aspect the values that most assets of a list have."""

    aspect: str = strawberry.field(description="kind, namespace, owner, tag, term or domain.")
    values: list[AssetCount] = strawberry.field(description="The values, those of most assets first.")
    value_count: int = strawberry.field(description="How many values there are in all.")


@strawberry.type(description="A page of assets, and how many there are.")
class AssetConnection:
    """A page of assets, and how many there are."""

    edges: list[Edge[Asset]] = strawberry.field(description="The assets of this page, each with its cursor.")
    nodes: list[Asset] = strawberry.field(description="The assets of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")
    basis: Basis = strawberry.field(description="The instants that every page of this list is read at.")
    wanted: strawberry.Private[AssetsWanted]
    at: strawberry.Private[AsOf]

    @strawberry.field(description="How many assets the list has in all its pages, however fresh they are.")
    async def count(self, info: Info) -> int:
        """Return how many there are."""
        return (await info.context.loaders.counts_of_assets(self.at).load(self.wanted)).total

    @strawberry.field(
        description="How many assets of the list there are by kind, namespace, owner, tag, term, domain."
    )
    async def facets(self, info: Info) -> list[AssetFacet]:
        """Return how many there are of each."""
        found = await info.context.loaders.counts_of_assets(self.at).load(self.wanted)
        return [
            AssetFacet(
                aspect=aspect,
                values=[AssetCount(value=one.value, count=one.count) for one in counts],
                value_count=found.values[aspect],
            )
            for aspect, counts in found.by.items()
        ]


@strawberry.type
class KnownAssetQuery:
    """What can be asked about assets of every kind."""

    @strawberry.field(description="One asset of any kind, by its id. Null: none is known then.")
    async def asset(
        self, info: Info, id: AssetIdArgument, as_of: AsOfArgument = None, known_at: KnownAtArgument = None
    ) -> Asset | None:
        """Return one asset at the instants, or None."""
        context, ref = info.context, asset_ref(id)
        at = await context.services.assets.basis(as_of, known_at)
        known = (await context.services.catalog.known.of([ref], at)).get(ref)
        return await shown_known(context, known, at) if known else None

    @strawberry.field(
        description="Assets of every kind by name; retired ones are not there, and of columns those of which people say"
        " something. Search finds them by words."
    )
    async def assets(
        self,
        info: Info,
        kinds: Annotated[
            list[AssetKind] | None, strawberry.argument(description="Only these kinds. Null: every kind.")
        ] = None,
        owner: Annotated[
            str | None, strawberry.argument(description=f"Only those with an owner called so {_BY_LENGTH}.")
        ] = None,
        tag: Annotated[
            str | None, strawberry.argument(description=f"Only those with a tag called so {_BY_LENGTH}.")
        ] = None,
        term: Annotated[
            str | None,
            strawberry.argument(description="Only those about a glossary term, by its name or id."),
        ] = None,
        domain: Annotated[
            str | None,
            strawberry.argument(description="Only those of a domain or one below it, by its name or id."),
        ] = None,
        namespace: Annotated[
            str | None, strawberry.argument(description="Only datasets, columns and jobs of this namespace.")
        ] = None,
        freshness: Annotated[
            list[FreshnessStanding] | None,
            strawberry.argument(
                description="Only datasets and topics that stand so by their freshness. A page may then have fewer than"
                " `first` though more follow; `count` and `facets` are those of all."
            ),
        ] = None,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> AssetConnection:
        """Return a page of assets."""
        context, size = info.context, page_size(first)
        start, at = await page_start(context.services.assets.basis, after, asset_place, as_of, known_at)
        given = {"owner": owner, "tag": tag, "term": term, "domain": domain, "namespace": namespace}
        wanted = await wanted_of(
            context, {str(one.value) for one in kinds} if kinds is not None else None, given, at
        )
        found, end = await page_of(context, wanted, _standings(freshness), size, start, at)
        return await _connection(context, wanted, found, end, at)


async def _connection(
    context: RequestContext,
    wanted: AssetsWanted,
    found: Sequence[tuple[KnownAsset, AssetPlace]],
    end: AssetPlace | None,
    at: AsOf,
) -> AssetConnection:
    edges = [
        Edge(cursor=asset_cursor(place, at), node=await shown_known(context, known, at))
        for known, place in found
    ]
    last = asset_cursor(end, at) if end else edges[-1].cursor if edges else None
    return AssetConnection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=PageInfo(has_next_page=end is not None, end_cursor=last),
        basis=Basis.of(at),
        wanted=wanted,
        at=at,
    )


def _standings(freshness: list[FreshnessStanding] | None) -> set[Standing] | None:
    if freshness is None:
        return None
    asked = {str(one.value) for one in freshness}
    return {one for one in STANDINGS if one in asked}


async def wanted_of(
    context: RequestContext, kinds: set[str] | None, given: Mapping[str, str | None], at: AsOf
) -> AssetsWanted:
    """Return which assets are asked for: `given` may hold owner, tag, term, domain and namespace.

    What no term or domain is called leaves nothing.
    """
    text = {name: search_text(value, f"$.{name}") for name, value in given.items()}
    annotations = context.services.catalog.annotations
    term, domain = text.get("term"), text.get("domain")
    return AssetsWanted(
        frozenset(kinds) if kinds is not None else None,
        text.get("namespace"),
        text.get("owner"),
        text.get("tag"),
        (await annotations.term(term, at) or UUID(int=0)) if term is not None else None,
        tuple(await annotations.domains_below(domain, at)) if domain is not None else None,
    )


async def page_of(
    context: RequestContext,
    wanted: AssetsWanted,
    standings: Collection[Standing] | None,
    size: int,
    start: AssetPlace | None,
    at: AsOf,
) -> tuple[list[tuple[KnownAsset, AssetPlace]], AssetPlace | None]:
    """Return a page of assets, each with its place, and the place to go on from; None: there are no more."""
    catalog = context.services.catalog
    if standings is not None:
        return await catalog.fresh.page(wanted, standings, size, start, at)
    found, has_next = await catalog.known.page(wanted, size, start, at)
    return found, found[-1][1] if has_next and found else None


async def shown_known(context: RequestContext, known: KnownAsset, at: AsOf) -> Asset:
    """Return an asset as GraphQL shows it, as the type of its kind."""
    one = known.is_
    if isinstance(one, CatalogAsset):
        return shown(one)
    if isinstance(one, str):
        return EntityType.of((await context.entity(one)).type, at)
    if isinstance(one, lake_files.LakeFile):
        return _file(known, one, at)
    if known.ref.column is not None:
        return Column(
            id=strawberry.ID(known.ref.text),
            kind=AssetKind.COLUMN,
            name=known.name,
            qualified_name=known.qualified_name,
            basis=Basis.of(at),
            ref=known.ref,
            at=at,
            node=one,
        )
    return Job.of_node(one, at) if one.kind == "job" else Dataset.of_node(one, at)


def asset_cursor(place: AssetPlace, at: AsOf) -> str:
    """Return the opaque cursor that continues after an asset at the same basis."""
    return opaque(place.name, str(place.key), render(at.valid), render(at.system))


def asset_place(name: object, key: object, valid: object, system: object) -> tuple[AssetPlace, AsOf]:
    """Return the place and basis that the parts of a cursor tell."""
    return AssetPlace(str(name), UUID(str(key))), AsOf(instant(str(valid)), instant(str(system)))


def _file(known: KnownAsset, file: lake_files.LakeFile, at: AsOf) -> LakeFile:
    return LakeFile(
        id=strawberry.ID(str(file.file_id)),
        kind=AssetKind.FILE,
        name=file.path,
        qualified_name=known.qualified_name,
        basis=Basis.of(at),
        ref=AssetRef(file.file_id),
        at=at,
        dataset=file.dataset,
        rows=None if file.rows is None else Long(file.rows),
        size=None if file.size is None else Long(file.size),
        written_at=file.written_at,
        run_id=strawberry.ID(str(file.run_id)),
    )
