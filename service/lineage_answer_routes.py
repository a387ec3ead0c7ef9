"""The REST doors of questions about lineage: neighbours, paths, impact, differences, columns and origins, as in GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER
from graph.time import AsOf
from lineage import listed_changes, origins, root_causes
from lineage.naming import Named, NodeKind
from lineage.store import DEEPEST, Direction
from lineage.traversal import Heading
from service.context import of
from service.lineage_exports import impact_csv
from service.plain_json import plain
from service.query_string import asked, instant_of, number_of, page_start, page_start_of, size_of
from service.responses import JSONResponse
from service.schema.arguments import search_text, uuid_of
from service.schema.attribute_origin import AttributeOrigin, attribute_named, column_paths
from service.schema.impact import Impact
from service.schema.lineage_difference import MOST_CHANGES, LineageDifference, difference_place
from service.schema.lineage_nodes import named
from service.schema.lineage_ways import (
    MOST_ON_WAYS,
    LineageHeading,
    LineageNeighbours,
    LineagePaths,
    neighbour_place,
)
from service.schema.root_causes import RootCauses
from service.schema.run_lineage import RunRead, RunReadBy

_HEADINGS: dict[str, Heading] = {"upstream": "up", "downstream": "down"}
DIRECTIONS: dict[str, Direction] = {"upstream": "up", "downstream": "down", "both": "both"}
"""What a direction is called in a query string."""

NODE = ("nodeId", "dataset", "job", "name", "namespace")
"""The parameters that name a node."""


async def list_neighbours(request: Request) -> Response:
    """Answer a page of the nodes directly upstream or downstream of one, by name, with search."""
    services = of(request).services
    given = asked(request, *NODE, "direction", "search", "first", "after", "asOf", "knownAt")
    node, size, search = node_of(given), size_of(given), search_text(given.get("search"))
    heading = _HEADINGS[word_of(given, "direction", tuple(_HEADINGS), "downstream")]
    start, at = await page_start_of(given, services.lineage.basis, neighbour_place)
    page = await services.answers.neighbours.page(node, heading, size, at, start, search)
    return JSONResponse(plain(LineageNeighbours.of_page(page, None)))


async def show_paths(request: Request) -> Response:
    """Answer how data gets from one node to another; each by its id or name (`from`, `fromNamespace`, `fromKind`, `to`, …)."""
    services = of(request).services
    sides = [f"{end}{part}" for end in ("from", "to") for part in ("", "Namespace", "Kind")]
    given = asked(request, *sides, "first", "nodes", "asOf", "knownAt")
    start, end = _end_of(given, "from"), _end_of(given, "to")
    first, nodes = size_of(given, 5), number_of(given, "nodes", 500, 1, MOST_ON_WAYS)
    at = await basis_of(request, given)
    paths = await services.answers.paths.paths(start, end, first, at, nodes)
    return JSONResponse(plain(LineagePaths.of(paths, None, None)))


async def show_impact(request: Request) -> Response:
    """Answer what is hit downstream, the worst first: a page of it in JSON, all of it as `format=csv`."""
    services = of(request).services
    given = asked(request, *NODE, "column", "depth", "first", "after", "format", "asOf", "knownAt")
    node, size, column = node_of(given), size_of(given), search_text(given.get("column"), "$.column")
    depth, form = number_of(given, "depth", 20, 1, DEEPEST), word_of(given, "format", ("json", "csv"), "json")
    _, at = await page_start(given, services.lineage.basis)
    found = await services.answers.impacts.impact(node, column, depth, at)
    if form == "json":
        return JSONResponse(plain(Impact.of_page(found, size, given.get("after"))))
    return Response(impact_csv(found), media_type="text/csv", headers=cut_header(is_cut=found.truncated))


async def show_difference(request: Request) -> Response:
    """Answer what differs between two instants (`fromAsOf`, `fromKnownAt`, `toAsOf`, `toKnownAt`), around a node or in all."""
    comparisons = of(request).services.answers.comparisons
    instants = [f"{side}{axis}" for side in ("from", "to") for axis in ("AsOf", "KnownAt")]
    given = asked(request, *instants, *NODE, "direction", "depth", "parts", "first", "after")
    size, parts = number_of(given, "first", 100, 1, MOST_CHANGES), _parts_of(given)
    depth = number_of(given, "depth", 10, 1, DEEPEST)
    direction = DIRECTIONS[word_of(given, "direction", tuple(DIRECTIONS), "both")]
    start, bases = await _bases_of(request, given)
    if any(name in given for name in NODE):
        found = await comparisons.around(node_of(given), direction, depth, *bases, parts)
    else:
        found = await comparisons.whole(*bases, parts)
    return JSONResponse(plain(await LineageDifference.of_page(comparisons, found, parts, size, start)))


async def show_columns(request: Request) -> Response:
    """Answer what columns of a dataset (`columns`, by commas; else all) follow from, or what follows from them."""
    reads = of(request).services.lineage
    given = asked(
        request, "nodeId", "dataset", "namespace", "columns", "direction", "depth", "asOf", "knownAt"
    )
    way = word_of(given, "direction", tuple(_HEADINGS), "upstream")
    depth = number_of(given, "depth", 10, 1, origins.DEEPEST)
    at = await basis_of(request, given)
    columns = given["columns"].split(",") if "columns" in given else None
    direction = LineageHeading(_HEADINGS[way])
    return JSONResponse(plain(await column_paths(reads, node_of(given), columns, direction, depth, at)))


async def show_origin(request: Request) -> Response:
    """Answer where an attribute of a golden record comes from."""
    context = of(request)
    given = asked(request, "id", "attribute", "entityType", "depth", "asOf", "knownAt")
    for name in ("id", "attribute"):
        if name not in given:
            raise InvalidInputError.at(f"$.{name}", "is missing")
    entity = await context.entity(given.get("entityType", CUSTOMER.name))
    name, key = attribute_named(given["attribute"], entity.type), uuid_of(given["id"])
    depth = number_of(given, "depth", 10, 1, origins.DEEPEST)
    at = await basis_of(request, given)
    found = await context.services.answers.origins.origin(
        entity.golden_records, entity.type.name, key, name, depth, at
    )
    return JSONResponse(plain(AttributeOrigin.of(found)))


async def show_causes(request: Request) -> Response:
    """Answer what happened upstream of a run before it failed, the most suspicious first."""
    given = asked(request, "depth", "hours", "first", "knownAt")
    depth = number_of(given, "depth", 10, 1, DEEPEST)
    hours = number_of(given, "hours", 168, 1, root_causes.LONGEST_LOOK)
    causes = of(request).services.answers.investigations
    run = uuid_of(request.path_params["id"])
    found = await causes.root_causes(run, depth, hours, instant_of(given, "knownAt"))
    return JSONResponse(plain(RootCauses.of(found, size_of(given))))


async def show_run_lineage(request: Request) -> Response:
    """Answer which writings a run read, and which runs read what it wrote."""
    services = of(request).services
    most = size_of(asked(request, "first"))
    run = await services.executions.runs.run(uuid_of(request.path_params["id"]))
    at = await services.lineage.basis()
    read = (await services.answers.run_reads.read([run], at))[run.run_id]
    read_by = (await services.answers.run_reads.read_by([run], most, at))[run.run_id]
    return JSONResponse(
        {
            "runId": run.run_id,
            "read": plain([RunRead.of(one) for one in read]),
            "readBy": plain([RunReadBy.of(one) for one in read_by]),
        }
    )


def cut_header(*, is_cut: bool) -> Mapping[str, str]:
    """Return the header that says of an answer without room for it whether something was left out."""
    return {"Goldthread-Truncated": "true" if is_cut else "false"}


def node_of(given: Mapping[str, str]) -> Named | UUID:
    """Return the node that a query string names by nodeId, dataset, job or name; raises InvalidInputError for none."""
    kinds: dict[str, NodeKind | None] = {"dataset": "dataset", "job": "job", "name": None}
    ways = [name for name in ("nodeId", *kinds) if name in given]
    if len(ways) != 1:
        raise InvalidInputError.at("$", "needs exactly one of nodeId, dataset, job and name")
    (how,) = ways
    name = given.get(how) if how in kinds else None
    return named(given.get("nodeId"), name, given.get("namespace"), kinds.get(how), "$")


def word_of(given: Mapping[str, str], name: str, known: tuple[str, ...], default: str) -> str:
    """Return one of some words in lower case; raises InvalidInputError for another."""
    word = given.get(name, default).lower()
    if word not in known:
        raise InvalidInputError.at(f"$.{name}", f"must be one of {', '.join(known)}, got {word[:60]!r}")
    return word


async def basis_of(request: Request, given: dict[str, str]) -> AsOf:
    """Return the basis that a query string asks for."""
    basis = of(request).services.lineage.basis
    return await basis(instant_of(given, "asOf"), instant_of(given, "knownAt"))


def _end_of(given: Mapping[str, str], end: str) -> Named | UUID:
    if end not in given:
        raise InvalidInputError.at(f"$.{end}", "is missing")
    kind = given.get(f"{end}Kind")
    if kind not in (None, "dataset", "job"):
        raise InvalidInputError.at(f"$.{end}Kind", f"must be dataset or job, got {kind[:60]!r}")
    try:
        return UUID(given[end])
    except ValueError:
        return named(None, given[end], given.get(f"{end}Namespace"), kind, f"$.{end}")


def _parts_of(given: Mapping[str, str]) -> list[listed_changes.Part]:
    words = given.get("parts", ",".join(listed_changes.PARTS)).split(",")
    parts: list[listed_changes.Part] = []
    parts.extend(part for part in listed_changes.PARTS if part in words)
    if len(parts) != len(set(words)):
        raise InvalidInputError.at("$.parts", f"must be some of {', '.join(listed_changes.PARTS)}, by commas")
    return parts


async def _bases_of(request: Request, given: dict[str, str]) -> tuple[int, tuple[AsOf, AsOf]]:
    """Return the place of the page and the two bases asked for; with `after`, those of the page before."""
    basis = of(request).services.lineage.basis
    if "after" in given:
        start, before, after = difference_place(given["after"])
        return start, (await basis(before.as_of, before.known_at), await basis(after.as_of, after.known_at))
    earlier = await basis(instant_of(given, "fromAsOf"), instant_of(given, "fromKnownAt"))
    return 0, (earlier, await basis(instant_of(given, "toAsOf"), instant_of(given, "toKnownAt")))


routes = [
    Route("/api/v1/lineage/neighbours", list_neighbours, methods=["GET"]),
    Route("/api/v1/lineage/paths", show_paths, methods=["GET"]),
    Route("/api/v1/lineage/impact", show_impact, methods=["GET"]),
    Route("/api/v1/lineage/diff", show_difference, methods=["GET"]),
    Route("/api/v1/lineage/columns", show_columns, methods=["GET"]),
    Route("/api/v1/lineage/origin", show_origin, methods=["GET"]),
    Route("/api/v1/runs/{id}/causes", show_causes, methods=["GET"]),
    Route("/api/v1/runs/{id}/lineage", show_run_lineage, methods=["GET"]),
]
"""The routes of this module."""
