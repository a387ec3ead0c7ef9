"""Volume and quality over time: of each run what it said last, under all names of a dataset, page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from graph.identity import DatasetName, JobName
from graph.store.database import Database, watermark
from lineage.naming import dataset_id
from lineage.recorder import Recorder
from lineage.series import QUALITY, VOLUME, Point, PointsWanted, Series
from tests.lineage.conftest import dataset, dataset_event, record_all, run_event

B = DatasetName("store", "b")


def day(number: int) -> datetime:
    """Return a day of January 2026."""
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number - 1)


def wrote(
    run: int, at: int, rows: int | None, kind: str = "COMPLETE", name: str = "b", **members: Any
) -> dict[str, Any]:
    """Return the event of a run that wrote so many rows; None: it does not say how many."""
    event = run_event(run, kind, day(at).isoformat(), **members)
    said = {} if rows is None else {"outputStatistics": {"rowCount": rows}}
    event["outputs"] = [dataset(name, outputFacets=said)]
    return event


async def series(
    database: Database, of: DatasetName = B, names: tuple[str, ...] = VOLUME, **wanted: Any
) -> list[Point]:
    """Return all points of a dataset, read three at a time."""
    async with database.connection() as connection:
        known = wanted.pop("known_at", None) or await watermark(connection, 1)
    key, found, more = dataset_id(of), list[Point](), True
    while more:
        after = found[-1].place if found else None
        some, more = (await Series(database).points([key], PointsWanted(names, known, **wanted), 3, after))[
            key
        ]
        found += some
    return found


def shown(points: list[Point]) -> list[tuple[int | None, int, Any]]:
    """Return the run, day and number of rows of points."""
    return [
        (
            point.run_id.int if point.run_id else None,
            point.event_time.day,
            [said.get("rowCount") for said in point.facets.values()],
        )
        for point in points
    ]


async def test_of_each_run_counts_what_it_said_last(database: Database, recorder: Recorder) -> None:
    """Latest first; a run that says nothing is not in it; every event counts where that is asked for."""
    events = [wrote(n, n, n) for n in range(1, 6)]
    events += [
        wrote(6, 6, None, "START"),
        wrote(6, 7, 60, "RUNNING"),
        wrote(6, 8, 61, "RUNNING"),
        wrote(6, 9, None),
    ]
    await record_all(recorder, events)
    early = [(n, n, [n]) for n in range(5, 0, -1)]
    assert shown(await series(database)) == [(6, 8, [61]), *early]
    assert shown(await series(database, every_event=True)) == [(6, 8, [61]), (6, 7, [60]), *early]
    assert shown(await series(database, until=day(8))) == [(6, 7, [60]), *early]
    assert shown(await series(database, since=day(2), until=day(4))) == [(3, 3, [3]), (2, 2, [2])]
    point = (await series(database))[0]
    assert (point.role, point.dataset, point.job) == ("O", B, JobName("scheduler", "job"))
    assert point.facets == {"outputStatistics": {"rowCount": 61}}


async def test_late_news_change_the_series_from_then_on(database: Database, recorder: Recorder) -> None:
    """As known before, it is what it was."""
    await record_all(recorder, [wrote(1, 1, 1)])
    async with database.connection() as connection:
        known = await watermark(connection, 1)
    await record_all(recorder, [wrote(1, 2, 2), wrote(2, 1, 7)])
    assert shown(await series(database)) == [(1, 2, [2]), (2, 1, [7])]
    assert shown(await series(database, known_at=known)) == [(1, 1, [1])]


async def test_all_names_of_a_dataset_are_one_series(database: Database, recorder: Recorder) -> None:
    """A symlink joins what was said under either name, whichever is asked for."""
    other = wrote(2, 2, 2, name="table")
    other["outputs"][0]["facets"] = {
        "symlinks": {"identifiers": [{"namespace": "store", "name": "b", "type": "TABLE"}]}
    }
    await record_all(recorder, [wrote(1, 1, 1), other, wrote(3, 3, 3, name="elsewhere")])
    for name in ("b", "table"):
        assert shown(await series(database, DatasetName("store", name))) == [(2, 2, [2]), (1, 1, [1])]
    both = [dataset_id(DatasetName("store", name)) for name in ("elsewhere", "b")]
    async with database.connection() as connection:
        wanted = PointsWanted(VOLUME, await watermark(connection, 1))
    found = await Series(database).points(both, wanted, 1)
    assert [(shown(points), more) for points, more in (found[key] for key in both)] == [
        ([(3, 3, [3])], False),
        ([(2, 2, [2])], True),
    ]


async def test_quality_is_what_readers_writers_and_the_dataset_itself_say(
    database: Database, recorder: Recorder
) -> None:
    """Facets of the input, of the dataset in a run, and of an event about the dataset alone."""
    read = run_event(1, "COMPLETE", day(1).isoformat())
    read["inputs"] = [dataset("b", inputFacets={"dataQualityAssertions": {"assertions": []}})]
    written = run_event(2, "COMPLETE", day(2).isoformat())
    written["outputs"] = [dataset("b", facets={"dataQualityMetrics": {"rowCount": 2}})]
    alone = dataset_event(day(3).isoformat(), "b", {"dataQualityMetrics": {"rowCount": 3}})
    await record_all(recorder, [read, written, alone, wrote(4, 4, 4)])
    points = await series(database, names=QUALITY)
    assert [(point.role, point.run_id, point.facets) for point in points] == [
        ("D", None, {"dataQualityMetrics": {"rowCount": 3}}),
        ("O", UUID(int=2), {"dataQualityMetrics": {"rowCount": 2}}),
        ("I", UUID(int=1), {"dataQualityAssertions": {"assertions": []}}),
    ]


async def test_what_a_part_wrote_is_told_of_the_run(database: Database, recorder: Recorder) -> None:
    """A statement of a task counts as the task."""
    part = wrote(2, 1, 5, job="job.query.1")
    part["run"]["facets"] = {
        "parent": {"run": {"runId": str(UUID(int=1))}, "job": {"namespace": "scheduler", "name": "job"}}
    }
    await record_all(recorder, [run_event(1, "START", day(1).isoformat()), part])
    (point,) = await series(database)
    assert (point.run_id, point.job) == (UUID(int=1), JobName("scheduler", "job"))
