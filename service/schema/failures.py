"""Where things stand in GraphQL: what lies in which store and data center, and what stops when one of them fails."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from graph.catalog.asset_ref import AssetRef, asset_ref
from graph.time import AsOf, instant, render
from lineage import failures
from service.annotating import known_asset
from service.context import Info, RequestContext
from service.schema.arguments import (
    AfterArgument,
    AsOfArgument,
    Basis,
    FirstArgument,
    KnownAtArgument,
    PageInfo,
    cursor,
    id_place,
    opaque,
    page_size,
    page_start,
)
from service.schema.asset import Asset, AssetKind, shown
from service.schema.known_assets import AssetIdArgument, shown_known

Place = tuple[str, int, str, str]


@strawberry.enum(description="What becomes of an asset when another one fails.")
class FailureEffect(Enum):
    """What becomes of an asset when another one fails."""

    STOPS = strawberry.enum_value("stops", description="It cannot be used, or cannot run.")
    STALE = strawberry.enum_value(
        "stale", description="It is there, but what it follows from no longer comes."
    )


@strawberry.type(description="How many assets of a kind are hit in one way.")
class FailureCount:
    """How many assets of a kind are hit in one way."""

    kind: AssetKind = strawberry.field(description="The kind of asset.")
    effect: FailureEffect = strawberry.field(description="What becomes of them.")
    count: int = strawberry.field(description="How many there are.")


@strawberry.type(description="An asset that is hit.")
class FailureHit:
    """An asset that is hit."""

    asset: Asset = strawberry.field(description="The asset.")
    effect: FailureEffect = strawberry.field(description="What becomes of it.")
    distance: int = strawberry.field(description="In how many steps from the asset that fails.")
    through_id: strawberry.ID = strawberry.field(description="The id of the asset before it on the way.")


@strawberry.type(description="What is hit when an asset fails, at the instants of the basis.")
class Failure:
    """What is hit when an asset fails."""

    basis: Basis = strawberry.field(description="The instants that every page is read at.")
    of: Asset = strawberry.field(description="The asset that fails.")
    counts: list[FailureCount] = strawberry.field(description="How many assets are hit, on all pages.")
    count: int = strawberry.field(description="How many assets are hit in all.")
    truncated: bool = strawberry.field(
        description=f"Whether there are more, because {failures.MOST_HIT:,} were found."
    )
    hits: list[FailureHit] = strawberry.field(
        description="The assets of this page: those that stop first, of these the nearest."
    )
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


@strawberry.type(description="A store, where it is, and what lies in it.")
class EstateStore:
    """A store, where it is, and what lies in it."""

    store: Asset = strawberry.field(
        description="The lake, warehouse or broker; `hostedIn` tells where it is."
    )
    datasets: int = strawberry.field(description="How many datasets lie in it.")
    topics: int = strawberry.field(description="How many topics lie in it.")
    files: int = strawberry.field(description="How many files of the lake lie in it.")


@strawberry.type(description="The stores there are and what lies in each.")
class Estate:
    """The stores there are and what lies in each."""

    basis: Basis = strawberry.field(description="The instants that every page is read at.")
    stores: list[EstateStore] = strawberry.field(description="The stores of this page, oldest id first.")
    count: int = strawberry.field(description="How many stores there are in all.")
    placed: int = strawberry.field(description="How many names of datasets and topics lie in any of them.")
    unplaced: int = strawberry.field(
        description="How many names of datasets lie in none: say where their namespace is, or relate them."
    )
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


@strawberry.type
class FailureQuery:
    """What can be asked about where things stand."""

    @strawberry.field(
        description="What stops when an asset fails, and what gets stale: what needs it by relations, what is stored in it,"
        " the jobs that read or write that, and all that follows from it. Data lies in the store that was said, else in the"
        " one whose address its namespace and name begin with."
    )
    async def failure(
        self,
        info: Info,
        of: AssetIdArgument,
        kinds: Annotated[
            list[AssetKind] | None,
            strawberry.argument(description="Show only these kinds; all are counted. Null: every kind."),
        ] = None,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Failure:
        """Return a page of what is hit when an asset fails."""
        basis = info.context.services.assets.basis
        start, at = await page_start(basis, after, failure_place, as_of, known_at)
        wanted = {str(kind.value) for kind in kinds} if kinds is not None else None
        return await failure_of(info.context, asset_ref(of, "$.of"), wanted, page_size(first), start, at)

    @strawberry.field(description="The lakes, warehouses and brokers there are, and what lies in each.")
    async def estate(
        self,
        info: Info,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Estate:
        """Return a page of the stores and what lies in each."""
        basis = info.context.services.assets.basis
        start, at = await page_start(basis, after, id_place, as_of, known_at)
        return await estate_of(info.context, page_size(first), start, at)


async def failure_of(
    context: RequestContext, ref: AssetRef, kinds: set[str] | None, first: int, after: Place | None, at: AsOf
) -> Failure:
    """Return a page of what is hit when an asset fails; raises NotFoundError where it is not known."""
    known = await known_asset(context, ref, at)
    found = await context.services.catalog.failures.of(known, at)
    left = [hit for hit in found.hits if kinds is None or hit.kind in kinds]
    left = [hit for hit in left if after is None or hit.place > after]
    page = left[:first]
    refs = [AssetRef(hit.id) for hit in page]
    assets = await context.services.catalog.known.of(refs, at)
    return Failure(
        basis=Basis.of(at),
        of=await shown_known(context, known, at),
        counts=[
            FailureCount(kind=AssetKind(kind), effect=FailureEffect(effect), count=count)
            for (kind, effect), count in sorted(
                found.counts.items(), key=lambda one: (one[0][1] != "stops", one[0])
            )
        ],
        count=len(found.hits),
        truncated=found.truncated,
        hits=[
            FailureHit(
                asset=await shown_known(context, assets[one], at),
                effect=FailureEffect(hit.effect),
                distance=hit.distance,
                through_id=strawberry.ID(str(hit.through)),
            )
            for one, hit in zip(refs, page, strict=True)
            if one in assets
        ],
        page_info=PageInfo(
            has_next_page=len(left) > len(page),
            end_cursor=opaque(*page[-1].place, render(at.valid), render(at.system)) if page else None,
        ),
    )


async def estate_of(context: RequestContext, first: int, after: UUID | None, at: AsOf) -> Estate:
    """Return a page of the stores and what lies in each."""
    placements = context.services.catalog.placements
    stores = (await placements.stores(at)).assets
    inside = await placements.inside(at)
    counts = Counter((one.store_id, one.kind) for one in inside)
    data = sum(1 for one in inside if one.kind != "file")
    left = [one for one in stores if after is None or one.asset_id > after]
    page = left[:first]
    return Estate(
        basis=Basis.of(at),
        stores=[
            EstateStore(
                store=shown(one),
                datasets=counts[one.asset_id, "dataset"],
                topics=counts[one.asset_id, "topic"],
                files=counts[one.asset_id, "file"],
            )
            for one in page
        ],
        count=len(stores),
        placed=data,
        unplaced=await placements.datasets(at) - data,
        page_info=PageInfo(
            has_next_page=len(left) > len(page),
            end_cursor=cursor(page[-1].asset_id, at) if page else None,
        ),
    )


def failure_place(
    rank: object, distance: object, kind: object, key: object, valid: object, system: object
) -> tuple[Place, AsOf]:
    """Return the place and basis that the parts of a cursor tell."""
    if not isinstance(distance, int):
        raise ValueError("the distance is no number")
    at = AsOf(instant(str(valid)), instant(str(system)))
    return (str(rank), distance, str(kind), str(UUID(str(key)))), at
