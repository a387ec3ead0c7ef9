"""The doors that Marquez has for reading, so that its clients and pages can be pointed here; nothing is written by them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Literal

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError, NotFoundError
from graph.identity import DatasetName, JobName
from graph.time import AsOf
from lineage.column_graph import ColumnNode
from lineage.listings import EventHead, NamesWanted, Slice
from lineage.naming import NodeKind
from service.context import of
from service.lineage_routes import show_lineage
from service.marquez_json import (
    STATES,
    identity,
    namespace_json,
    page,
    search_json,
    source_json,
    version_json,
)
from service.marquez_query import (
    FAR,
    LONG_AGO,
    MOST,
    day,
    instants,
    known_text,
    number,
    part_of_list,
    segments,
)
from service.marquez_reads import LONGEST_NODE_ID, MarquezReads
from service.query_string import asked, instant_of
from service.responses import JSONResponse
from service.schema.arguments import LARGEST_PAGE, uuid_of

Answer = Callable[[Request, list[str], dict[str, str]], Awaitable[Any]]


async def show_lineage_of_node(request: Request) -> Response:
    """Answer the graph around a node named as Marquez does (`dataset:…`, `job:…`), else as our own door does."""
    kind, _, name = _node_id(request)
    if kind not in ("dataset", "job"):
        return await show_lineage(request)
    given = asked(request, "nodeId", "depth")
    depth = number(given, "depth", 20, most=50)
    reads, at = await _reads(request)
    return JSONResponse(await reads.graph(await reads.found(kind, name, at), depth, at))


async def show_column_lineage(request: Request) -> Response:
    """Answer what the columns of a dataset or of the outputs of a job follow from, or one column (`datasetField:…`)."""
    given = asked(request, "nodeId", "depth", "withDownstream")
    kind, _, name = _node_id(request)
    depth = number(given, "depth", 20, most=50)
    reads, at = await _reads(request)
    if kind == "datasetField":
        dataset, _, column = name.rpartition(":")
        node = await reads.found("dataset", dataset, at)
        start = [one for one in await reads.columns_of([node], at) if one.column == column.partition("#")[0]]
        if not start:
            raise NotFoundError(f"dataset {dataset[:200]!r} has no column {column[:200]!r}")
    elif kind in ("dataset", "job"):
        start = await _columns(reads, kind, name, at)
    else:
        raise InvalidInputError.at("$.nodeId", "must begin with dataset:, datasetField: or job:")
    downstream = given.get("withDownstream", "false").lower() == "true"
    return JSONResponse(await reads.columns(start, depth, at, with_downstream=downstream))


async def list_namespaces(request: Request) -> Response:
    """Answer the namespaces of jobs and datasets."""
    found = await of(request).services.listings.namespaces(part_of_list(asked(request, "limit", "offset")))
    return JSONResponse(page("namespaces", [namespace_json(one) for one in found.items], found.total))


async def list_sources(request: Request) -> Response:
    """Answer the stores that datasets lie in: their namespaces."""
    found = await of(request).services.listings.sources(part_of_list(asked(request, "limit", "offset")))
    return JSONResponse(page("sources", [source_json(one) for one in found.items], found.total))


async def show_source(request: Request) -> Response:
    """Answer one store."""
    asked(request)
    name = "/".join(segments(request, "/sources/"))
    found = await of(request).services.listings.sources(Slice(1, 0), name)
    if not found.items:
        raise NotFoundError(f"no source {name[:200]!r} is known")
    return JSONResponse(source_json(found.items[0]))


async def list_jobs(request: Request) -> Response:
    """Answer the jobs of all namespaces."""
    return JSONResponse(await _jobs(request, [], asked(request, "limit", "offset", "lastRunStates")))


async def list_datasets(request: Request) -> Response:
    """Answer the datasets of all namespaces."""
    return JSONResponse(await _datasets(request, [], asked(request, "limit", "offset")))


async def show_in_namespace(request: Request) -> Response:
    """Answer a namespace, its jobs or datasets, one of them, its runs or its versions."""
    parts = segments(request, "/namespaces/")
    shape = tuple(part if place in {1, 3} else "*" for place, part in enumerate(parts))
    answer, known = _IN_NAMESPACE.get(shape, (None, ()))
    if answer is None:
        raise NotFoundError(f"there is nothing at {request.url.path}")
    return JSONResponse(await answer(request, parts, asked(request, *known)))


async def show_run(request: Request) -> Response:
    """Answer one run."""
    asked(request)
    reads, _ = await _reads(request)
    found = await reads.runs([uuid_of(request.path_params["id"])])
    if not found:
        raise NotFoundError(f"no run {request.path_params['id']} is known")
    return JSONResponse(found[0])


async def show_run_facets(request: Request) -> Response:
    """Answer the facets of a run, or those of its job as it stated them."""
    given = asked(request, "type")
    run_id = uuid_of(request.path_params["id"])
    executions = of(request).services.executions
    await executions.runs.run(run_id)
    if given.get("type") == "job":
        bodies = (await executions.facets.of_jobs([run_id]))[run_id]
    elif given.get("type") == "run":
        sent = (await executions.facets.of_runs([run_id]))[run_id]
        bodies = {facet.name: facet.body for facet in sent if facet.role is None}
    else:
        raise InvalidInputError.at("$.type", "must be run or job")
    return JSONResponse({"runId": run_id, "facets": bodies})


async def list_events(request: Request) -> Response:
    """Answer events as they came, the latest first; of those whose retention has ended what is kept for ever."""
    given = asked(request, "before", "after", "limit", "offset", "sortDirection")
    services = of(request).services
    filled = {name: text for name, text in given.items() if text}
    since, until = instant_of(filled, "after") or LONG_AGO, instant_of(filled, "before") or FAR
    way: Literal["asc", "desc"] = "asc" if given.get("sortDirection", "").lower() == "asc" else "desc"
    found = await services.listings.events(part_of_list(filled, LARGEST_PAGE), since, until, way)
    raws = await services.executions.events.raws([one.event_id for one in found.items])
    events = [
        orjson.Fragment(raws[one.event_id]) if one.event_id in raws else _kept(one) for one in found.items
    ]
    return JSONResponse(page("events", events, found.total))


async def search(request: Request) -> Response:
    """Answer the jobs and datasets whose name holds the text; % and _ stand for any text and any character."""
    given = asked(request, "q", "filter", "sort", "limit", "namespace", "before", "after")
    text = given.get("q", "")
    if not text.strip() or len(text) > 1_000:
        raise InvalidInputError.at("$.q", "must be 1 to 1000 characters long")
    kinds: dict[str, NodeKind | None] = {"": None, "JOB": "job", "DATASET": "dataset", "ALL": None}
    kind = given.get("filter", "").upper()
    if kind not in kinds:
        raise InvalidInputError.at("$.filter", "must be dataset or job")
    escapes = len(text) - len(text.rstrip("\\"))
    pattern = "%" + text + "\\" * (escapes % 2) + "%"  # what escapes nothing stands for itself
    wanted = NamesWanted(
        known_text(pattern, "q"),
        kinds[kind],
        given.get("namespace") or None,
        day(given, "after"),
        day(given, "before"),
    )
    order: Literal["name", "time"] = (
        "time" if given.get("sort", "").upper() in {"UPDATE_AT", "UPDATED_AT"} else "name"
    )
    limit = number(given, "limit", 10, most=MOST)
    return JSONResponse(search_json(await of(request).services.listings.search(wanted, limit, order)))


async def list_tags(request: Request) -> Response:
    """Answer the tags that datasets and jobs bear."""
    part = part_of_list(asked(request, "limit", "offset"))
    names = sorted({key for key, _ in await of(request).services.listings.tags()})
    shown = [{"name": name, "description": None} for name in names[part.offset : part.offset + part.limit]]
    return JSONResponse(page("tags", shown, len(names)))


async def show_event_counts(request: Request) -> Response:
    """Answer how many events there were in each hour of a day or day of a week."""
    times = instants(asked(request, "period", "timezone"), datetime.now(UTC))
    counts = await of(request).services.listings.event_counts(times)
    return JSONResponse(
        [
            {
                **_interval(times, place),
                "fail": one.fail,
                "start": one.start,
                "complete": one.complete,
                "abort": one.abort,
            }
            for place, one in enumerate(counts)
        ]
    )


async def show_name_counts(request: Request) -> Response:
    """Answer how many jobs, datasets or sources there were by the end of each hour of a day or day of a week."""
    times = instants(asked(request, "period", "timezone"), datetime.now(UTC))
    kinds: dict[str, Literal["job", "dataset", "namespace"]] = {
        "jobs": "job",
        "datasets": "dataset",
        "sources": "namespace",
    }
    kind = kinds.get(request.path_params["what"])
    if kind is None:
        raise NotFoundError(f"there is nothing at {request.url.path}")
    counts = await of(request).services.listings.name_counts(kind, times[1:])
    return JSONResponse([{**_interval(times, place), "count": n} for place, n in enumerate(counts)])


async def _namespace(request: Request, parts: list[str], given: dict[str, str]) -> Any:
    found = await of(request).services.listings.namespaces(Slice(1, 0), parts[0])
    if not found.items:
        raise NotFoundError(f"no namespace {parts[0][:200]!r} is known")
    return namespace_json(found.items[0])


async def _jobs(request: Request, parts: list[str], given: dict[str, str]) -> Any:
    wanted = [text.upper() for text in request.query_params.getlist("lastRunStates") if text]
    unknown = sorted(set(wanted) - set(STATES.values()))
    if unknown:
        raise InvalidInputError.at(
            "$.lastRunStates", f"must be among {', '.join(sorted(set(STATES.values())))}"
        )
    states = [state for state, called in STATES.items() if called in wanted] if wanted else None
    reads, at = await _reads(request)
    found = await reads.listings.jobs(part_of_list(given), parts[0] if parts else None, states)
    return page("jobs", await reads.jobs(found.items, at), found.total)


async def _job(request: Request, parts: list[str], given: dict[str, str]) -> Any:
    reads, at = await _reads(request)
    node = await reads.named(JobName(parts[0], parts[2]), at)
    return (await reads.jobs([node], at, with_facets=True))[0]


async def _runs(request: Request, parts: list[str], given: dict[str, str]) -> Any:
    reads, at = await _reads(request)
    node = await reads.named(JobName(parts[0], parts[2]), at)
    found = await reads.listings.runs(node.id, part_of_list(given))
    return page("runs", await reads.runs(found.items), found.total)


async def _datasets(request: Request, parts: list[str], given: dict[str, str]) -> Any:
    reads, at = await _reads(request)
    found = await reads.listings.datasets(part_of_list(given), parts[0] if parts else None)
    return page("datasets", await reads.datasets(found.items, at), found.total)


async def _dataset(request: Request, parts: list[str], given: dict[str, str]) -> Any:
    reads, at = await _reads(request)
    return (await reads.datasets([await reads.named(DatasetName(parts[0], parts[2]), at)], at))[0]


async def _versions(request: Request, parts: list[str], given: dict[str, str]) -> Any:
    reads, at = await _reads(request)
    node = await reads.named(DatasetName(parts[0], parts[2]), at)
    (facts,) = await reads.facts([node], at)
    history = (await reads.lineage.datasets.schema_histories([node.id], MOST, at))[node.id]
    told = [version_json(node, facts, version) for version in history.versions]
    part = part_of_list(given, MOST)
    return page("versions", told[part.offset : part.offset + part.limit], len(told))


async def _version(request: Request, parts: list[str], given: dict[str, str]) -> Any:
    number_of = uuid_of(parts[4])
    every = await _versions(request, parts, {"limit": str(MOST)})
    for version in every["versions"]:
        if version["version"] == number_of:
            return version
    raise NotFoundError(f"dataset {parts[2][:200]!r} has no version {number_of}")


async def _columns(reads: MarquezReads, kind: NodeKind, name: str, at: AsOf) -> list[ColumnNode]:
    node = await reads.found(kind, name, at)
    return await reads.columns_of([node] if kind == "dataset" else await reads.outputs_of(node, at), at)


async def _reads(request: Request) -> tuple[MarquezReads, AsOf]:
    services = of(request).services
    reads = MarquezReads(services.lineage, services.executions, services.listings)
    return reads, await services.lineage.basis()


def _node_id(request: Request) -> tuple[str, str, str]:
    text = request.query_params.get("nodeId", "")
    if len(text) > LONGEST_NODE_ID:
        raise InvalidInputError.at("$.nodeId", f"is {len(text)} characters long")
    return known_text(text, "nodeId").partition(":")


def _kept(event: EventHead) -> dict[str, Any]:
    """Return what is kept for ever of an event, in its own shape."""
    return {
        "eventTime": event.event_time,
        **({"eventType": event.event_type} if event.event_type else {}),
        **({"run": {"runId": event.run_id}} if event.run_id else {}),
        **({"job": identity(event.job)} if event.job else {}),
        **({"dataset": identity(event.dataset)} if event.dataset else {}),
    }


def _interval(times: list[datetime], place: int) -> dict[str, datetime]:
    return {"startInterval": times[place], "endInterval": times[place + 1]}


_PAGED = ("limit", "offset")
_IN_NAMESPACE: dict[tuple[str, ...], tuple[Answer, tuple[str, ...]]] = {
    ("*",): (_namespace, ()),
    ("*", "jobs"): (_jobs, (*_PAGED, "lastRunStates")),
    ("*", "jobs", "*"): (_job, ()),
    ("*", "jobs", "*", "runs"): (_runs, _PAGED),
    ("*", "datasets"): (_datasets, _PAGED),
    ("*", "datasets", "*"): (_dataset, ()),
    ("*", "datasets", "*", "versions"): (_versions, _PAGED),
    ("*", "datasets", "*", "versions", "*"): (_version, ()),
}
"""What is answered below a namespace, by the form of the path, and the parameters it knows."""

routes = [
    Route("/api/v1/lineage", show_lineage_of_node, methods=["GET"]),
    Route("/api/v1/column-lineage", show_column_lineage, methods=["GET"]),
    Route("/api/v1/namespaces", list_namespaces, methods=["GET"]),
    Route("/api/v1/namespaces/{rest:path}", show_in_namespace, methods=["GET"]),
    Route("/api/v1/sources", list_sources, methods=["GET"]),
    Route("/api/v1/sources/{rest:path}", show_source, methods=["GET"]),
    Route("/api/v1/jobs", list_jobs, methods=["GET"]),
    Route("/api/v1/datasets", list_datasets, methods=["GET"]),
    Route("/api/v1/jobs/runs/{id}", show_run, methods=["GET"]),
    Route("/api/v1/jobs/runs/{id}/facets", show_run_facets, methods=["GET"]),
    Route("/api/v1/events/lineage", list_events, methods=["GET"]),
    Route("/api/v1/search", search, methods=["GET"]),
    Route("/api/v1/tags", list_tags, methods=["GET"]),
    Route("/api/v1/stats/lineage-events", show_event_counts, methods=["GET"]),
    Route("/api/v1/stats/{what}", show_name_counts, methods=["GET"]),
]
"""The routes of this module; they come before our own ones, which answer what is not asked as Marquez is asked."""
