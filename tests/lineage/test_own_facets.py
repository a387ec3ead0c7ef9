"""Facets that belong to one run are kept apart from their origins, and read back whole."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from hypothesis import given
from hypothesis import strategies as st

from graph.identity import DatasetName
from graph.store.database import Database, watermark
from lineage.events import RunEvent, decode
from lineage.naming import dataset_id
from lineage.own_facets import of_run_event
from lineage.recorder import Recorder
from lineage.sent_facets import SentFacets
from lineage.series import PointsWanted, Series
from tests.lineage.conftest import dataset, record_all, run_event

A, B = DatasetName("store", "a"), DatasetName("store", "b")
AT = "2026-01-01T00:00:00Z"


def stated(producer: Any, schema: Any = "https://example.com/schema", **members: Any) -> dict[str, Any]:
    """Return a facet with its origin."""
    return {"_producer": producer, "_schemaURL": schema, **members}


def event(run: int, at: str = AT, producer: str = "https://example.com/1") -> dict[str, Any]:
    """Return an event with facets of its run alone in every place where there can be some."""
    made = run_event(run, "COMPLETE", at)
    made["run"]["facets"] = {
        "nominalTime": stated(producer, nominalStartTime=AT),
        "bare": {"x": {"_producer": "not an origin"}},
        "empty": {},
        "odd": {"_producer": None, "_schemaURL": {"a": [1]}, "Z": 1, "_deleted": False},
    }
    made["inputs"] = [
        dataset(
            "a", facets={"version": stated(producer, datasetVersion="7")}, inputFacets={"mine": {"y": run}}
        )
    ]
    made["outputs"] = [dataset("b", outputFacets={"outputStatistics": stated(producer, rowCount=run)})]
    return made


async def test_facets_are_read_back_as_they_were_sent(database: Database, recorder: Recorder) -> None:
    """Whatever their origins are, or whether they have any."""
    sent = {run: event(run, producer=f"https://example.com/{run % 2}") for run in (1, 2, 3)}
    await record_all(recorder, sent.values())
    told = await SentFacets(database).of_runs([UUID(int=run) for run in sent])
    for run, one in sent.items():
        said = {(facet.role, facet.dataset, facet.name): facet.body for facet in told[UUID(int=run)]}
        assert said == {
            **{(None, None, name): body for name, body in one["run"]["facets"].items()},
            ("I", A, "version"): one["inputs"][0]["facets"]["version"],
            ("I", A, "mine"): {"y": run},
            ("O", B, "outputStatistics"): one["outputs"][0]["outputFacets"]["outputStatistics"],
        }


async def test_a_series_tells_whole_facets(database: Database, recorder: Recorder) -> None:
    """The origins are put back, of each point its own."""
    days = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]
    sent = [event(number, at, f"https://example.com/{number}") for number, at in enumerate(days, 1)]
    await record_all(recorder, sent)
    async with database.connection() as connection:
        known = await watermark(connection, 1)
    key = dataset_id(B)
    found = await Series(database).points([key], PointsWanted(("outputStatistics",), known), 5)
    assert [point.facets for point in found[key][0]] == [
        one["outputs"][0]["outputFacets"] for one in reversed(sent)
    ]


async def test_origins_that_repeat_are_kept_once(database: Database, recorder: Recorder) -> None:
    """However many runs there are, the same producer and schemas make one row; the header holds the rest."""
    await record_all(recorder, [event(run) for run in range(1, 21)])
    async with database.connection() as connection:
        rows = await connection.fetch("select distinct origins from lineage_event")
        facets = await connection.fetchval("select facets from lineage_event limit 1")
    assert len(rows) == 1
    assert facets["run"]["nominalTime"] == {"nominalStartTime": AT}
    assert facets["run"]["empty"] == {}


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=3)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
facets = st.dictionaries(
    st.sampled_from(["nominalTime", "x", "_deleted"]),
    st.dictionaries(st.sampled_from(["_producer", "_schemaURL", "_p", "A", "z"]), values, max_size=4),
    max_size=3,
)


@given(facets)
def test_rest_and_origin_make_the_whole(given_facets: dict[str, dict[str, Any]]) -> None:
    """What is kept in two places is together what was sent, and in neither place twice."""
    sent = run_event(1, "START", AT)
    sent["run"]["facets"] = given_facets
    content = decode(orjson.dumps(sent)).content
    assert isinstance(content, RunEvent)
    assert content.event_time == datetime(2026, 1, 1, tzinfo=UTC)
    own = of_run_event(content)
    rest = orjson.loads(own.facets)["run"] if own.facets else {}
    origins = orjson.loads(own.origins.json)["run"] if own.origins else {}
    assert rest.keys() == origins.keys() == given_facets.keys()
    assert {name: origins[name] | rest[name] for name in rest} == given_facets
    assert all(origins[name].keys() <= {"_producer", "_schemaURL"} for name in origins)
    assert all(rest[name].keys().isdisjoint(origins[name]) for name in rest)
