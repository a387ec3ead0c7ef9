"""The REST doors of what became of datasets and jobs: freshness, versions, quality, run histories, and gaps in lineage."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError
from lineage.gaps import GAP_KINDS, Patience
from lineage.run_history import MOST_DAYS
from lineage.series import QUALITY
from service.asset_json import basis_json
from service.context import of
from service.dataset_routes import asked_node, node_head, plain
from service.known_asset_json import head_json
from service.query_string import asked, instant_of, number_of, page_start_of, size_of
from service.responses import JSONResponse
from service.schema.arguments import opened
from service.schema.dataset_history import DataVersion, Freshness, version_cursor, version_place
from service.schema.gaps import LineageGap, LineageGapPage, gap_place, patience
from service.schema.job_history import JobRunHistory, span_of_days
from service.schema.series import QualityPoint, point_cursor, point_place, points_wanted


async def show_freshness(request: Request) -> Response:
    """Answer how fresh the dataset named was at the instants."""
    context, node, at, _ = await asked_node(request, "dataset")
    found = await context.loaders.freshness_by_dataset(at).load(node.id)
    return JSONResponse({**node_head(node, at), **plain(Freshness.of(found))})


async def list_versions(request: Request) -> Response:
    """Answer a page of the versions of the data of the dataset named, latest first."""
    context, node, at, given = await asked_node(request, "dataset", "first", "after")
    start = opened(given["after"], version_place) if "after" in given else None
    found, has_next = await context.loaders.data_versions_by_dataset(size_of(given), start, at).load(node.id)
    return JSONResponse(
        {
            **node_head(node, at),
            "versions": plain([DataVersion.of(one) for one in found]),
            "pageInfo": {
                "hasNextPage": has_next,
                "endCursor": version_cursor(found[-1].place) if found else None,
            },
        }
    )


async def list_quality(request: Request) -> Response:
    """Answer a page of what was measured and tested of the dataset named, latest first."""
    context, node, at, given = await asked_node(request, "dataset", "since", "until", "first", "after")
    wanted = points_wanted(QUALITY, at, instant_of(given, "since"), instant_of(given, "until"), False)
    start = opened(given["after"], point_place) if "after" in given else None
    found, has_next = await context.loaders.points_by_dataset(wanted, size_of(given), start).load(node.id)
    return JSONResponse(
        {
            **node_head(node, at),
            "points": [_quality_json(QualityPoint.of(one)) for one in found],
            "pageInfo": {
                "hasNextPage": has_next,
                "endCursor": point_cursor(found[-1].place) if found else None,
            },
        }
    )


async def show_run_history(request: Request) -> Response:
    """Answer how the runs of the job named went in the last `days` (default 30), day by day."""
    context, node, at, given = await asked_node(request, "job", "days")
    since, until = span_of_days(number_of(given, "days", 30, 1, MOST_DAYS), at.valid)
    found = await context.loaders.run_history_by_job(since, until, at.valid).load(node.id)
    return JSONResponse({**node_head(node, at), **plain(JobRunHistory.of(found))})


async def list_gaps(request: Request) -> Response:
    """Answer how many gaps of each kind the lineage has, or with `kind` a page of them."""
    context = of(request)
    given = asked(
        request,
        "kind",
        "first",
        "after",
        "unfinishedDays",
        "errorDays",
        "staleIntervals",
        "asOf",
        "knownAt",
    )
    gaps, bounds = context.services.catalog.gaps, _patience(given)
    start, at = await page_start_of(given, context.services.lineage.basis, gap_place)
    if "kind" not in given:
        counts = await gaps.counts(GAP_KINDS, at, bounds)
        return JSONResponse({"basis": basis_json(at), "counts": counts})
    if given["kind"] not in GAP_KINDS:
        raise InvalidInputError.at("$.kind", f"must be one of {', '.join(GAP_KINDS)}")
    page = LineageGapPage.of(await gaps.page(given["kind"], size_of(given), start, at, bounds), at)
    return JSONResponse(
        {
            "basis": basis_json(at),
            "kind": given["kind"],
            "count": page.count,
            "gaps": [_gap_json(gap) for gap in page.nodes],
            "pageInfo": plain(page.page_info),
        }
    )


def _quality_json(point: QualityPoint) -> dict[str, object]:
    return {
        **plain(point),
        "metrics": plain(point.metrics()),
        "assertions": plain(point.assertions()),
        "failures": point.failures(),
    }


def _gap_json(gap: LineageGap) -> dict[str, object]:
    return {
        "asset": head_json(gap.asset),
        "dataset": head_json(gap.dataset) if gap.dataset else None,
        "runId": gap.run_id,
        "since": gap.since,
        "seconds": gap.seconds,
        "detail": gap.detail,
    }


def _patience(given: dict[str, str]) -> Patience:
    numbers: list[float] = []
    for name, usual in (("unfinishedDays", "1"), ("errorDays", "7"), ("staleIntervals", "3")):
        try:
            numbers.append(float(given.get(name, usual)))
        except ValueError:
            raise InvalidInputError.at(f"$.{name}", f"must be a number, got {given[name][:60]!r}") from None
    return patience(*numbers)


routes = [
    Route("/api/v1/dataset/freshness", show_freshness, methods=["GET"]),
    Route("/api/v1/dataset/versions", list_versions, methods=["GET"]),
    Route("/api/v1/dataset/quality", list_quality, methods=["GET"]),
    Route("/api/v1/job/run-history", show_run_history, methods=["GET"]),
    Route("/api/v1/lineage-gaps", list_gaps, methods=["GET"]),
]
"""The routes of this module."""
