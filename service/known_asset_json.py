"""Assets of every kind as JSON shows them, with what people and producers say of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from graph.time import AsOf
from lineage.known_assets import KnownAsset
from service.asset_json import basis_json
from service.context import RequestContext
from service.plain_json import plain
from service.schema.asset import Asset, KeptAsset, kept, owners_of
from service.schema.known_assets import shown_known


async def known_assets_json(
    context: RequestContext, known: Sequence[KnownAsset], at: AsOf
) -> list[dict[str, Any]]:
    """Return assets as JSON; what is said of them is read for all at once."""
    assets = [await shown_known(context, one, at) for one in known]
    return list(await asyncio.gather(*(_said(context, asset) for asset in assets)))


async def known_asset_json(context: RequestContext, known: KnownAsset, at: AsOf) -> dict[str, Any]:
    """Return an asset as JSON with its basis."""
    (found,) = await known_assets_json(context, [known], at)
    return {"basis": basis_json(at), **found}


def head_json(asset: Asset) -> dict[str, Any]:
    """Return what an asset is called."""
    return {
        "id": asset.id,
        "kind": asset.kind.value,
        "name": asset.name,
        "qualifiedName": asset.qualified_name,
    }


async def _said(context: RequestContext, asset: Asset) -> dict[str, Any]:
    annotation, held, tags, descriptions = await asyncio.gather(
        asset.annotation(context),
        asset.held(context),
        asset.own_tags(context),
        asset.own_descriptions(context),
    )
    domains = [annotation.domain] if annotation.domain else []
    found = await kept(context, {*annotation.terms, *domains}, asset.at)
    named = {one.ref.id: head_json(one) for one in found}
    return {
        **head_json(asset),
        "isRetired": isinstance(asset, KeptAsset) and asset.asset.is_retired,
        "description": descriptions[0].text if descriptions else None,
        "descriptions": plain(descriptions),
        "owners": plain(owners_of(annotation, held)),
        "tags": plain(tags),
        "glossaryTerms": [named[one] for one in annotation.terms if one in named],
        "domain": named.get(annotation.domain) if annotation.domain else None,
    }
