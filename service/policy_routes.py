"""The REST doors of policies: as they are, what another one would change, and putting one in force."""

from __future__ import annotations

from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.batch.preview import Preview
from graph.errors import InvalidInputError
from graph.golden.document_reader import DocumentReader
from graph.golden.policy_document import document_of_match_policy, document_of_survivorship
from graph.identity import SourceKey
from graph.spelling import camel
from graph.store.policies import PARTS, Part, PolicyVersion
from service.context import of
from service.policies import Policy
from service.query_string import asked, instant_of, size_of
from service.request_body import json_body
from service.responses import JSONResponse


async def show_policy(request: Request) -> Response:
    """Answer the policies of an entity type as known at `knownAt`, with every version there was."""
    given = asked(request, "knownAt")
    name = request.path_params["entity_type"]
    return JSONResponse(
        _policy_json(await of(request).services.policies.of(name, instant_of(given, "knownAt")))
    )


async def put_policy(request: Request) -> Response:
    """Put a part of the policies in force: a body of `document` and, if need be, `note`; answers 202, work goes on."""
    context = of(request)
    part = request.path_params["part"]
    if part not in PARTS:
        raise InvalidInputError.at("$.part", f"must be one of {', '.join(PARTS)}, got {part[:60]!r}")
    reader = DocumentReader()
    given = reader.fields(await json_body(request), "$", ("document", "note"), ("document",))
    note = reader.text(given["note"], "$.note") if given.get("note") is not None else None
    reader.settle()
    applied = await context.services.policies.apply(
        request.path_params["entity_type"], part, given["document"], context.actor, note
    )
    return JSONResponse(_policy_json(applied), 202)


async def preview_policy(request: Request) -> Response:
    """Answer what another `matching` or `survivorship` in the body would change, with `first` examples of each kind."""
    size = size_of(asked(request, "first"))
    reader = DocumentReader()
    given = reader.fields(await json_body(request), "$", ("matching", "survivorship"))
    reader.settle()
    documents = cast("dict[Part, Any]", {part: d for part, d in given.items() if d is not None})
    name = request.path_params["entity_type"]
    return JSONResponse(_preview_json(await of(request).services.policies.preview(name, documents, size)))


def _policy_json(policy: Policy) -> dict[str, Any]:
    return {
        "entityType": policy.entity_type.name,
        "knownAt": policy.known_at,
        "policyVersion": policy.entity_type.policy_version,
        "matching": document_of_match_policy(policy.entity_type.matching),
        "survivorship": document_of_survivorship(policy.entity_type.survivorship),
        "modelVersion": policy.model.version,
        "versions": [_version_json(version, policy) for version in policy.versions],
    }


def _version_json(version: PolicyVersion, policy: Policy) -> dict[str, Any]:
    run = policy.runs.get((version.part, version.version))
    return {
        "part": version.part,
        "version": version.version,
        "systemFrom": version.system_from,
        "actor": version.actor,
        "note": version.note,
        "done": run.done if run else None,
        "total": run.total if run else None,
        "finishedAt": run.finished_at if run else None,
    }


def _preview_json(found: Preview) -> dict[str, Any]:
    return {
        "goldenRecords": found.golden_records,
        "merged": found.merged,
        "split": found.split,
        "moved": found.moved,
        "changed": found.changed,
        "attributes": {camel(name): count for name, count in sorted(found.attributes.items())},
        "reviewsOpened": found.reviews_opened,
        "reviewsClosed": found.reviews_closed,
        "regrouped": [
            {
                "before": [
                    {"goldenId": golden_id, "sourceRecords": [_key_json(key) for key in keys]}
                    for golden_id, keys in one.before.items()
                ],
                "after": [[_key_json(key) for key in keys] for keys in one.after],
            }
            for one in found.regrouped
        ],
        "changes": [
            {
                "goldenId": change.golden_id,
                "attribute": camel(change.attribute),
                "validFrom": change.period.start,
                "validTo": change.period.end,
                "before": change.before,
                "after": change.after,
            }
            for change in found.changes
        ],
        "reviews": [
            {
                "kind": review.kind,
                "a": _key_json(review.a),
                "b": _key_json(review.b),
                "weight": review.weight,
                "reason": review.reason,
            }
            for review in found.reviews
        ],
    }


def _key_json(key: SourceKey) -> dict[str, str]:
    return {"system": key.system, "key": key.key}


routes = [
    Route("/api/v1/policies/{entity_type}", show_policy, methods=["GET"]),
    Route("/api/v1/policies/{entity_type}/preview", preview_policy, methods=["POST"]),
    Route("/api/v1/policies/{entity_type}/{part}", put_policy, methods=["PUT"]),
]
"""The routes of this module."""
