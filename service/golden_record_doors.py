"""The REST doors of golden records, whatever their type and however they are shown: find, create, change, delete, versions."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, cast
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError, NotFoundError, Problem
from graph.golden.entity_type import EntityType
from graph.golden.record import MAX_PROBLEMS, snake
from graph.identity import SourceKey
from graph.spelling import camel
from graph.store.golden_records import GoldenRecord, ReceivedEvent, Version
from graph.time import AsOf, instant
from service.context import RequestContext, of
from service.entities import Entity
from service.golden_record_json import event_ids
from service.query_string import asked, instant_of, page_start, size_of
from service.request_body import json_body
from service.responses import JSONResponse
from service.schema.arguments import cursor, search_text, uuid_of

_VALID_FROM = "valid_from"


@dataclass(frozen=True, slots=True)
class View:
    """Golden records of one type as a door shows them: who answers for them, where they are, and their shape in JSON."""

    entity: Entity
    path: str
    shown: Callable[[GoldenRecord, AsOf], dict[str, Any]]
    shown_version: Callable[[Version, Mapping[UUID, ReceivedEvent]], dict[str, Any]]
    head: Mapping[str, Any]
    """What stands before everything else in a list of them or of versions."""

    many: str
    """What a list calls them."""

    id_name: str
    """What a list of versions calls the id."""

    lookups: tuple[str, ...] = ()
    """What else than a page a list can be asked for: `system` and `key`, or nothing."""


class GoldenRecordDoors:
    """The doors of golden records below one path; `view_of` says what they show of a request."""

    def __init__(self, path: str, view_of: Callable[[RequestContext, Request], Awaitable[View]]) -> None:
        self._view_of = view_of
        self.routes = [
            Route(path, self.page, methods=["GET"]),
            Route(path, self.create, methods=["POST"]),
            Route(f"{path}/{{id}}", self.show, methods=["GET"]),
            Route(f"{path}/{{id}}", self.update, methods=["PUT", "PATCH"]),
            Route(f"{path}/{{id}}", self.delete, methods=["DELETE"]),
            Route(f"{path}/{{id}}/versions", self.versions, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        """Answer a page of golden records or, where the view looks them up so, those that one source record belongs to.

        `after` is the endCursor of the page before and carries its basis; `system` and `key` together name a source record.
        """
        _, view = await self._asked_of(request)
        given = asked(request, "search", "first", "after", "asOf", "knownAt", *view.lookups)
        reads = view.entity.golden_records
        text, size = search_text(given.get("search")), size_of(given)
        key = _source_key(given)
        after, at = await page_start(given, reads.basis)
        if key is not None:
            records, has_next = list((await reads.by_source_key([key], at)).values()), False
        else:
            records, has_next = await reads.page(text, size, after, at)
        return JSONResponse(
            {
                **view.head,
                "basis": {"asOf": at.valid, "knownAt": at.system},
                view.many: [view.shown(record, at) for record in records],
                "pageInfo": {
                    "hasNextPage": has_next,
                    "endCursor": cursor(records[-1].id, at) if records else None,
                },
            }
        )

    async def create(self, request: Request) -> Response:
        """Record one of our own and answer 201 with it; where it matches a known one, that one is answered."""
        context, view = await self._asked_of(request)
        attributes, valid_from = _attributes_given(await json_body(request), view.entity.type)
        golden_id = await view.entity.intake.create(attributes, valid_from, context.actor, "rest")
        return await _changed(view, golden_id, valid_from, 201)

    async def show(self, request: Request) -> Response:
        """Answer one golden record as it was at `asOf`, as known at `knownAt`; a deleted one says isDeleted."""
        _, view = await self._asked_of(request)
        golden_id = uuid_of(request.path_params["id"])
        given = asked(request, "asOf", "knownAt")
        basis = view.entity.golden_records.basis
        at = await basis(instant_of(given, "asOf"), instant_of(given, "knownAt"))
        return JSONResponse(view.shown(await _record(view.entity, golden_id, at), at))

    async def update(self, request: Request) -> Response:
        """Change the attributes named, from `validFrom` on (default: now); one given as null has no value from then on.

        PUT and PATCH alike leave the others alone.
        """
        context, view = await self._asked_of(request)
        golden_id = uuid_of(request.path_params["id"])
        attributes, valid_from = _attributes_given(await json_body(request), view.entity.type)
        changed_id = await view.entity.intake.update(golden_id, attributes, valid_from, context.actor, "rest")
        return await _changed(view, changed_id, valid_from)

    async def delete(self, request: Request) -> Response:
        """Delete a golden record from `validFrom` on (default: now); its history stays and it can be re-opened."""
        context, view = await self._asked_of(request)
        golden_id = uuid_of(request.path_params["id"])
        valid_from = instant_of(asked(request, "validFrom"), "validFrom")
        deleted_id = await view.entity.intake.delete(golden_id, valid_from, context.actor, "rest")
        return await _changed(view, deleted_id, valid_from)

    async def versions(self, request: Request) -> Response:
        """Answer every version of a golden record in valid order, as believed at `knownAt`, each with its provenance."""
        _, view = await self._asked_of(request)
        asked_id = uuid_of(request.path_params["id"])
        reads = view.entity.golden_records
        at = await reads.basis(None, instant_of(asked(request, "knownAt"), "knownAt"))
        golden_id = (await reads.survivors([asked_id], at.system)).get(asked_id)
        versions = (await reads.timeline([golden_id], at.system))[golden_id] if golden_id else []
        if not versions:
            raise _unknown_then(view.entity, asked_id)
        events = await reads.events(event_ids(versions))
        return JSONResponse(
            {
                **view.head,
                view.id_name: golden_id,
                "knownAt": at.system,
                "versions": [view.shown_version(version, events) for version in versions],
            }
        )

    async def _asked_of(self, request: Request) -> tuple[RequestContext, View]:
        context = of(request)
        return context, await self._view_of(context, request)


async def _changed(view: View, golden_id: UUID, valid_from: datetime | None, status: int = 200) -> Response:
    at = await view.entity.golden_records.basis(valid_from, None)
    body = view.shown(await _record(view.entity, golden_id, at), at)
    headers = {"Location": f"{view.path}/{golden_id}"} if status == 201 else None
    return JSONResponse(body, status, headers)


async def _record(entity: Entity, golden_id: UUID, at: AsOf) -> GoldenRecord:
    found = await entity.golden_records.by_id([golden_id], at)
    if golden_id not in found:
        raise _unknown_then(entity, golden_id)
    return found[golden_id]


def _unknown_then(entity: Entity, golden_id: UUID) -> NotFoundError:
    return NotFoundError(f"no {entity.type.name} {golden_id} is known then")


def _source_key(given: dict[str, str]) -> SourceKey | None:
    if "system" not in given and "key" not in given:
        return None
    if "system" not in given or "key" not in given or given.keys() & {"search", "after"}:
        raise InvalidInputError.at("$", "a source record is named by system and key, without search or after")
    system, key = search_text(given["system"], "$.system"), search_text(given["key"], "$.key")
    return SourceKey(system or "", key or "")


def _attributes_given(body: Any, entity_type: EntityType) -> tuple[dict[str, Any], datetime | None]:
    """Return the attributes of a body, and its validFrom; raises InvalidInputError where it names anything else."""
    if not isinstance(body, dict):
        raise InvalidInputError.at("$", f"must be an object with the attributes of the {entity_type.name}")
    fields = cast("dict[str, Any]", body)
    texts = [value for name, value in fields.items() if snake(name) == _VALID_FROM]
    if len(texts) > 1:
        raise InvalidInputError.at("$.validFrom", "is given twice")
    attributes = {name: value for name, value in fields.items() if snake(name) != _VALID_FROM}
    known = {*entity_type.by_name, *entity_type.nested}
    unknown = (name for name in attributes if snake(name) not in known)
    problems = [_unknown(name, known) for name in islice(unknown, MAX_PROBLEMS)]
    if problems:
        raise InvalidInputError(*problems)
    if not texts or texts[0] is None:
        return attributes, None
    if not isinstance(texts[0], str):
        raise InvalidInputError.at("$.validFrom", "must be text such as 2025-01-01T00:00:00Z")
    return attributes, instant(texts[0], "$.validFrom")


def _unknown(name: str, known: set[str]) -> Problem:
    nearest = difflib.get_close_matches(snake(name)[:60], sorted(known), n=1)
    hint = f"; did you mean {camel(nearest[0])}?" if nearest else ""
    return Problem(f"$.{name[:60]}", f"is not known{hint}")
