"""What openlineage-python sends by each of its transports is taken, whatever kind of event, and read back as it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from openlineage.client import OpenLineageClient
from openlineage.client.client import Event
from openlineage.client.event_v2 import (
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
    StaticDataset,
)
from openlineage.client.facet_v2 import (
    catalog_dataset,
    column_lineage_dataset,
    data_quality_assertions_dataset,
    data_quality_metrics_input_dataset,
    dataset_type_dataset,
    dataset_version_dataset,
    datasource_dataset,
    documentation_dataset,
    documentation_job,
    environment_variables_run,
    error_message_run,
    external_query_run,
    extraction_error_run,
    input_statistics_input_dataset,
    job_type_job,
    lifecycle_state_change_dataset,
    nominal_time_run,
    output_statistics_output_dataset,
    ownership_dataset,
    ownership_job,
    parent_run,
    processing_engine_run,
    schema_dataset,
    source_code_job,
    source_code_location_job,
    sql_job,
    storage_dataset,
    symlinks_dataset,
    tags_dataset,
    tags_job,
    tags_run,
)
from openlineage.client.serde import Serde
from openlineage.client.transport.async_http import AsyncHttpConfig, AsyncHttpTransport
from openlineage.client.transport.http import HttpConfig, HttpTransport
from openlineage.client.uuid import generate_new_uuid

from graph.store.database import Database
from lineage.bodies import Bodies
from service.settings import Settings
from tests.service.servers import Server, served

PRODUCER = "https://example.org/producer"
KEY = "sesame"


def at(minute: int) -> str:
    """Return an instant of one day."""
    return datetime(2026, 1, 1, 8, minute, tzinfo=UTC).isoformat()


RUN_FACETS: dict[str, Any] = {
    "nominalTime": nominal_time_run.NominalTimeRunFacet(at(0), at(1)),
    "parent": parent_run.ParentRunFacet(
        run=parent_run.Run(str(generate_new_uuid())),
        job=parent_run.Job("scheduler", "dag"),
        root=parent_run.Root(
            run=parent_run.RootRun(str(generate_new_uuid())), job=parent_run.RootJob("scheduler", "root")
        ),
    ),
    "processing_engine": processing_engine_run.ProcessingEngineRunFacet("3.5.9", "spark", "1.53.0"),
    "errorMessage": error_message_run.ErrorMessageRunFacet("it broke", "python", "trace"),
    "externalQuery": external_query_run.ExternalQueryRunFacet("q-1", "warehouse"),
    "extractionError": extraction_error_run.ExtractionErrorRunFacet(
        2, 1, [extraction_error_run.Error("no such table", task="select 1", taskNumber=1)]
    ),
    "environmentVariables": environment_variables_run.EnvironmentVariablesRunFacet(
        [environment_variables_run.EnvironmentVariable("REGION", "north")]
    ),
    "tags": tags_run.TagsRunFacet([tags_run.TagsRunFacetFields("team", "risk", "CONFIG")]),
}
JOB_FACETS: dict[str, Any] = {
    "sql": sql_job.SQLJobFacet("insert into b select id from a", "postgres"),
    "jobType": job_type_job.JobTypeJobFacet("BATCH", "SPARK", "QUERY"),
    "sourceCode": source_code_job.SourceCodeJobFacet("python", "print(1)"),
    "sourceCodeLocation": source_code_location_job.SourceCodeLocationJobFacet(
        "git", "https://example.org/r.git"
    ),
    "ownership": ownership_job.OwnershipJobFacet([ownership_job.Owner("team:risk", "MAINTAINER")]),
    "documentation": documentation_job.DocumentationJobFacet("copies a to b"),
    "tags": tags_job.TagsJobFacet([tags_job.TagsJobFacetFields("tier", "1", "CONFIG")]),
}
DATASET_FACETS: dict[str, Any] = {
    "schema": schema_dataset.SchemaDatasetFacet(
        [
            schema_dataset.SchemaDatasetFacetFields("id", "int8", "the key"),
            schema_dataset.SchemaDatasetFacetFields(
                "address", "struct", fields=[schema_dataset.SchemaDatasetFacetFields("city", "text")]
            ),
        ]
    ),
    "dataSource": datasource_dataset.DatasourceDatasetFacet("pg", "postgres://db:5432/shop"),
    "datasetType": dataset_type_dataset.DatasetTypeDatasetFacet("TABLE"),
    "version": dataset_version_dataset.DatasetVersionDatasetFacet("17"),
    "documentation": documentation_dataset.DocumentationDatasetFacet("orders"),
    "ownership": ownership_dataset.OwnershipDatasetFacet([ownership_dataset.Owner("team:shop", "OWNER")]),
    "storage": storage_dataset.StorageDatasetFacet("iceberg", "parquet"),
    "catalog": catalog_dataset.CatalogDatasetFacet("iceberg", "main", "hive"),
    "tags": tags_dataset.TagsDatasetFacet([tags_dataset.TagsDatasetFacetFields("pii", "yes", "USER", "id")]),
    "symlinks": symlinks_dataset.SymlinksDatasetFacet(
        [symlinks_dataset.Identifier("hive://metastore", "shop.b", "TABLE")]
    ),
    "lifecycleStateChange": lifecycle_state_change_dataset.LifecycleStateChangeDatasetFacet(
        lifecycle_state_change_dataset.LifecycleStateChange.OVERWRITE
    ),
    "dataQualityAssertions": data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
        [data_quality_assertions_dataset.Assertion("not_null", success=True, column="id")]
    ),
}
COLUMN_LINEAGE = column_lineage_dataset.ColumnLineageDatasetFacet(
    {
        "id": column_lineage_dataset.Fields(
            [
                column_lineage_dataset.InputField(
                    "store",
                    "db.a",
                    "id",
                    [column_lineage_dataset.Transformation("DIRECT", "IDENTITY", "", masking=False)],
                )
            ]
        )
    }
)


def run_events(run_id: str) -> list[Event]:
    """Return the events of a run, with every facet that the library has a class for."""
    facets = {name: facet for name, facet in DATASET_FACETS.items() if name != "symlinks"}
    source = InputDataset(
        "store",
        "db.a",
        facets=facets,
        inputFacets={
            "dataQualityMetrics": data_quality_metrics_input_dataset.DataQualityMetricsInputDatasetFacet(
                rowCount=10,
                bytes=100,
                columnMetrics={
                    "id": data_quality_metrics_input_dataset.ColumnMetrics(nullCount=0, distinctCount=10)
                },
            ),
            "inputStatistics": input_statistics_input_dataset.InputStatisticsInputDatasetFacet(10, 100, 1),
        },
    )
    target = OutputDataset(
        "store",
        "db.b",
        facets={**DATASET_FACETS, "columnLineage": COLUMN_LINEAGE},
        outputFacets={
            "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
                10, 100, 1
            )
        },
    )
    run, job = Run(run_id, facets=RUN_FACETS), Job("scheduler", "a_to_b", facets=JOB_FACETS)
    states = (RunState.START, RunState.RUNNING, RunState.OTHER, RunState.COMPLETE)
    return [
        RunEvent(
            eventTime=at(minute),
            run=run,
            job=job,
            eventType=state,
            producer=PRODUCER,
            inputs=[source],
            outputs=[target],
        )
        for minute, state in enumerate(states)
    ]


def all_events() -> list[Event]:
    """Return events of each kind."""
    job = Job("scheduler", "designed", facets=JOB_FACETS)
    return [
        *run_events(str(generate_new_uuid())),
        RunEvent(eventTime=at(9), run=Run(str(generate_new_uuid())), job=Job("scheduler", "broken"), eventType=RunState.FAIL, producer=PRODUCER),
        RunEvent(eventTime=at(9), run=Run(str(generate_new_uuid())), job=Job("scheduler", "ended"), eventType=RunState.ABORT, producer=PRODUCER),
        JobEvent(eventTime=at(10), job=job, producer=PRODUCER, inputs=[InputDataset("store", "db.a")], outputs=[OutputDataset("store", "db.c")]),
        DatasetEvent(eventTime=at(11), dataset=StaticDataset("store", "db.d", facets=DATASET_FACETS), producer=PRODUCER),
    ]  # fmt: skip


@pytest.fixture
async def server(database: Database, database_url: str) -> AsyncIterator[Server]:
    """Return a running server that wants an API key."""
    settings = Settings(database_url=database_url, api_key=KEY)  # pyright: ignore[reportArgumentType]
    async with served(settings) as running:
        yield running


async def stored(database: Database) -> list[Any]:
    """Return all events that are stored, having seen that nothing was refused and nothing looked odd."""
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from dead_letter") == 0
        rows = await connection.fetch(
            "select event_id, warnings from lineage_event order by event_time, event_id"
        )
    assert [row["warnings"] for row in rows if row["warnings"] is not None] == []
    bodies = Bodies(database, 1)
    return [orjson.loads(await bodies.raw(row["event_id"])) for row in rows]


def sent(events: list[Event]) -> list[Any]:
    """Return what the library makes of the events."""
    return [orjson.loads(Serde.to_json(event)) for event in events]


def sorted_events(events: list[Any]) -> list[bytes]:
    """Return events in an order that does not depend on how they arrived."""
    return sorted(orjson.dumps(event, option=orjson.OPT_SORT_KEYS) for event in events)


@pytest.mark.parametrize("compression", [None, "gzip"])
@pytest.mark.parametrize("endpoint", ["api/v1/lineage", "/api/v1/lineage/"])
async def test_each_kind_of_event_comes_by_http(
    server: Server, database: Database, compression: str | None, endpoint: str
) -> None:
    """Plain and packed, with the key as the library sends it; every event is stored as sent and none is odd."""
    config: dict[str, Any] = {
        "url": server.url,
        "endpoint": endpoint,
        "auth": {"type": "api_key", "apiKey": KEY},
        "compression": compression,
        "retry": {"total": 0},
    }
    client = OpenLineageClient(transport=HttpTransport(HttpConfig.from_dict(config)))
    events = all_events()
    for event in events:
        await asyncio.to_thread(client.emit, event)
    await asyncio.to_thread(client.close)
    assert sorted_events(await stored(database)) == sorted_events(sent(events))


async def test_twenty_runs_come_by_async_http(server: Server, database: Database) -> None:
    """The transport that many send by at once loses nothing and doubles nothing."""
    config = {
        "url": server.url,
        "auth": {"type": "api_key", "apiKey": KEY},
        "compression": "gzip",
        "max_concurrent_requests": 20,
    }
    transport = AsyncHttpTransport(AsyncHttpConfig.from_dict(config))
    events = [event for _ in range(20) for event in run_events(str(generate_new_uuid()))]
    for event in events:
        transport.emit(event)
    assert await asyncio.to_thread(transport.wait_for_completion, 60) is True
    assert transport.get_stats() == {"pending": 0, "success": 80, "failed": 0}
    await asyncio.to_thread(transport.close, 10)
    assert sorted_events(await stored(database)) == sorted_events(sent(events))
    async with database.connection() as connection:
        states = await connection.fetch("select state, count(*) as n from run where heard group by state")
    assert [tuple(row) for row in states] == [("COMPLETE", 20)]


async def test_a_client_with_a_wrong_key_is_told(server: Server, database: Database) -> None:
    """The library raises what the answer says, and nothing is stored."""
    config = {"url": server.url, "auth": {"type": "api_key", "apiKey": "wrong"}, "retry": {"total": 0}}
    client = OpenLineageClient(transport=HttpTransport(HttpConfig.from_dict(config)))
    with pytest.raises(Exception, match="401"):
        await asyncio.to_thread(client.emit, all_events()[0])
    await asyncio.to_thread(client.close)
    assert await stored(database) == []
