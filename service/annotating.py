"""What the doors share that say something of assets of any kind: of what there is, and what that is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from graph.catalog.annotation import Change
from graph.catalog.asset_ref import AssetRef
from graph.catalog.relation import DATA, JOBS, RelationKind
from graph.errors import NotFoundError
from graph.store.annotations import Annotated
from graph.store.relations import Related
from graph.time import AsOf
from lineage.known_assets import KnownAsset
from service.context import RequestContext


async def known_asset(context: RequestContext, ref: AssetRef, at: AsOf) -> KnownAsset:
    """Return what an asset is at the instants; raises NotFoundError where none is known then."""
    found = (await context.services.catalog.known.of([ref], at)).get(ref)
    if found is None:
        raise NotFoundError(f"no asset {ref.text} is known then")
    return found


async def annotate(
    context: RequestContext, ref: AssetRef, change: Change, valid_from: datetime | None, reason: object
) -> tuple[KnownAsset, Annotated]:
    """Say something of an asset from an instant on and return both; raises NotFoundError where none is known now.

    Of a dataset of several names it is said under the one it is shown by.
    """
    known = await known_asset(context, ref, await context.services.assets.basis())
    said = await context.services.catalog.annotations.annotate(
        known.ref, known.kind, change, valid_from=valid_from, actor=context.actor, reason=reason
    )
    return (await context.services.catalog.known.of([known.ref], said.basis))[known.ref], said


async def relate(
    context: RequestContext,
    kind: RelationKind,
    from_id: UUID,
    to_id: UUID,
    valid_from: datetime | None,
    reason: object,
) -> Related:
    """Let a relation hold from an instant on between assets that people keep here, or datasets and jobs."""
    at = await context.services.assets.basis()
    known = await context.services.catalog.known.of([AssetRef(from_id), AssetRef(to_id)], at)
    return await context.services.assets.relations.relate(
        kind,
        from_id,
        to_id,
        valid_from=valid_from,
        actor=context.actor,
        reason=reason,
        elsewhere={ref.id: one.kind for ref, one in known.items() if one.kind in DATA | JOBS},
    )
