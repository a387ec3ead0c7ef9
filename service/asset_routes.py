"""The REST doors of what people keep here (pipelines, stores, terms …), and of the relations between assets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.catalog.asset import (
    DATA_CENTER,
    DATA_LAKE,
    DATA_WAREHOUSE,
    DOMAIN,
    GLOSSARY_TERM,
    MESSAGE_BROKER,
    PIPELINE,
    Asset,
    AssetKind,
)
from graph.catalog.asset_ref import AssetRef
from graph.catalog.relation import RelationKind, relation_kind
from graph.errors import InvalidInputError, NotFoundError
from graph.time import instant
from service import annotating
from service.asset_json import asset_json, basis_json, related_json, relation_json, version_json
from service.context import of
from service.query_string import asked, instant_of, page_start, size_of
from service.request_body import json_body
from service.responses import JSONResponse
from service.schema.arguments import cursor, search_text, uuid_of


@dataclass(frozen=True, slots=True)
class AssetDoors:
    """The doors of one kind of asset at `/api/v1/<path>`; a list of them is called `plural`."""

    kind: AssetKind
    path: str
    plural: str

    async def list_assets(self, request: Request) -> Response:
        """Answer a page of assets; `after` is the endCursor of the page before and carries its basis."""
        assets = of(request).services.assets
        given = asked(request, "search", "first", "after", "asOf", "knownAt")
        text, size = search_text(given.get("search")), size_of(given)
        after, at = await page_start(given, assets.basis)
        found, has_next = await assets.page(self.kind, text, size, after, at)
        end = cursor(found[-1].asset_id, at) if found else None
        return JSONResponse(
            {
                "basis": basis_json(at),
                self.plural: [asset_json(asset) for asset in found],
                "pageInfo": {"hasNextPage": has_next, "endCursor": end},
            }
        )

    async def create(self, request: Request) -> Response:
        """Record a new asset that exists from `validFrom` (default: now) on, and answer 201 with it."""
        context = of(request)
        attributes, valid_from, reason = change_in(await json_body(request))
        asset = await context.services.assets.create(
            self.kind, attributes, valid_from=valid_from, actor=context.actor, reason=reason
        )
        return JSONResponse(asset_json(asset), 201, {"Location": f"/api/v1/{self.path}/{asset.asset_id}"})

    async def show(self, request: Request) -> Response:
        """Answer one asset as it was at `asOf`, as known at `knownAt`; a retired one says isRetired."""
        assets = of(request).services.assets
        asset_id = uuid_of(request.path_params["id"])
        given = asked(request, "asOf", "knownAt")
        at = await assets.basis(instant_of(given, "asOf"), instant_of(given, "knownAt"))
        return JSONResponse(asset_json(self._of_kind(asset_id, await assets.by_id([asset_id], at))))

    async def update(self, request: Request) -> Response:
        """Set the attributes named from `validFrom` (default: now) on; a retired asset is re-opened by it."""
        context = of(request)
        asset_id = uuid_of(request.path_params["id"])
        changes, valid_from, reason = change_in(await json_body(request))
        asset = await context.services.assets.update(
            self.kind, asset_id, changes, valid_from=valid_from, actor=context.actor, reason=reason
        )
        return JSONResponse(asset_json(asset))

    async def retire(self, request: Request) -> Response:
        """Retire an asset from `validFrom` (default: now) on; its history stays and it can be re-opened."""
        context = of(request)
        asset_id = uuid_of(request.path_params["id"])
        given = asked(request, "validFrom", "reason")
        asset = await context.services.assets.retire(
            self.kind,
            asset_id,
            valid_from=instant_of(given, "validFrom"),
            actor=context.actor,
            reason=given.get("reason"),
        )
        return JSONResponse(asset_json(asset))

    async def list_versions(self, request: Request) -> Response:
        """Answer every version of an asset in valid order, as believed at `knownAt`."""
        assets = of(request).services.assets
        asset_id = uuid_of(request.path_params["id"])
        at = await assets.basis(None, instant_of(asked(request, "knownAt"), "knownAt"))
        found = await assets.versions([asset_id], at.system, self.kind)
        if asset_id not in found:
            raise NotFoundError(f"no {self.kind.label} {asset_id} is known then")
        versions = [version_json(version) for version in found[asset_id]]
        return JSONResponse({"id": asset_id, "knownAt": at.system, "versions": versions})

    @property
    def routes(self) -> list[Route]:
        """The routes of this kind."""
        every, one = f"/api/v1/{self.path}", f"/api/v1/{self.path}/{{id}}"
        return [
            Route(every, self.list_assets, methods=["GET"]),
            Route(every, self.create, methods=["POST"]),
            Route(one, self.show, methods=["GET"]),
            Route(one, self.update, methods=["PATCH"]),
            Route(one, self.retire, methods=["DELETE"]),
            Route(f"{one}/versions", self.list_versions, methods=["GET"]),
        ]

    def _of_kind(self, asset_id: UUID, found: Mapping[UUID, Asset]) -> Asset:
        asset = found.get(asset_id)
        if asset is None or asset.kind is not self.kind:
            raise NotFoundError(f"no {self.kind.label} {asset_id} is known then")
        return asset


async def list_relations(request: Request) -> Response:
    """Answer the relations of the asset named by `asset`, at either end of them, that hold at the instants."""
    assets = of(request).services.assets
    given = asked(request, "asset", "asOf", "knownAt")
    asset_id = _asset_id(given.get("asset"), "$.asset")
    at = await assets.basis(instant_of(given, "asOf"), instant_of(given, "knownAt"))
    await annotating.known_asset(of(request), AssetRef(asset_id), at)
    found = [relation_json(relation) for relation in await assets.relations.of([asset_id], at)]
    return JSONResponse({"basis": basis_json(at), "relations": found})


async def relate(request: Request) -> Response:
    """Let a relation hold from `validFrom` (default: now) on, and answer 201 with it."""
    said, valid_from, reason = change_in(await json_body(request))
    related = await annotating.relate(of(request), *_relation(said), valid_from, reason)
    return JSONResponse(related_json(related), 201)


async def unrelate(request: Request) -> Response:
    """Let the relation named by `kind`, `from` and `to` end at `validFrom` (default: now)."""
    context = of(request)
    given = asked(request, "kind", "from", "to", "validFrom", "reason")
    said = {name: value for name, value in given.items() if name in ("kind", "from", "to")}
    kind, from_id, to_id = _relation(said)
    related = await context.services.assets.relations.unrelate(
        kind,
        from_id,
        to_id,
        valid_from=instant_of(given, "validFrom"),
        actor=context.actor,
        reason=given.get("reason"),
    )
    return JSONResponse(related_json(related))


def change_in(body: Any) -> tuple[dict[str, Any], datetime | None, object]:
    """Return what the body of a change says, from when on, and why."""
    if not isinstance(body, dict):
        raise InvalidInputError.at("$", "must be an object")
    said = dict(cast("dict[str, Any]", body))
    given = [said.pop(name) for name in ("validFrom", "valid_from") if name in said]
    if len(given) > 1:
        raise InvalidInputError.at("$.validFrom", "is given twice")
    reason = said.pop("reason", None)
    if not given or given[0] is None:
        return said, None, reason
    if not isinstance(given[0], str):
        raise InvalidInputError.at("$.validFrom", "must be text such as 2025-01-01T00:00:00Z")
    return said, instant(given[0], "$.validFrom"), reason


def _relation(said: dict[str, Any]) -> tuple[RelationKind, UUID, UUID]:
    unknown = sorted(said.keys() - {"kind", "from", "to"})
    if unknown:
        raise InvalidInputError.at(
            f"$.{unknown[0][:60]}", "is not known; known are kind, from, to, validFrom, reason"
        )
    ends = _asset_id(said.get("from"), "$.from"), _asset_id(said.get("to"), "$.to")
    return relation_kind(said.get("kind")), *ends


def _asset_id(value: object, path: str) -> UUID:
    if not isinstance(value, str):
        raise InvalidInputError.at(path, "must be the id of an asset")
    return uuid_of(value, path)


DOORS = (
    AssetDoors(PIPELINE, "pipelines", "pipelines"),
    AssetDoors(DATA_LAKE, "lakes", "lakes"),
    AssetDoors(DATA_WAREHOUSE, "warehouses", "warehouses"),
    AssetDoors(DATA_CENTER, "data-centers", "dataCenters"),
    AssetDoors(MESSAGE_BROKER, "brokers", "brokers"),
    AssetDoors(GLOSSARY_TERM, "glossary-terms", "glossaryTerms"),
    AssetDoors(DOMAIN, "domains", "domains"),
)
"""The doors of every kind."""

routes = [
    *(route for doors in DOORS for route in doors.routes),
    Route("/api/v1/relations", list_relations, methods=["GET"]),
    Route("/api/v1/relations", relate, methods=["POST"]),
    Route("/api/v1/relations", unrelate, methods=["DELETE"]),
]
"""The routes of this module."""
