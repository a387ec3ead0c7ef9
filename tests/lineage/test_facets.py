"""Facets: each that is understood is read as its producers send it, and nothing malformed raises or takes the rest along."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openlineage.client import facet_v2 as official
from openlineage.client.serde import Serde

from graph.identity import DatasetName, JobName
from lineage import facets_of_datasets as of_datasets
from lineage import facets_of_jobs as of_jobs
from lineage import facets_of_runs as of_runs
from lineage import quality
from lineage.facets import Column, ParentRun, columns, former_name, nominal_time, parent, symlinks
from lineage.lenient import read
from lineage.naming import run_id

RUN = "0198f2d4-7b3c-7000-8000-0123456789ab"
ROOT = "0198f2d4-7b3c-7000-8000-0123456789ac"
NOON = "2026-01-01T12:00:00+02:00"
READ: list[type] = [
    of_datasets.Catalog, of_datasets.DatasetType, of_datasets.DatasetVersion, of_datasets.DataSource,
    of_datasets.Hierarchy, of_datasets.LifecycleStateChange, of_datasets.Storage, of_jobs.Documentation, of_jobs.JobType,
    of_jobs.Ownership, of_jobs.SourceCode, of_jobs.SourceCodeLocation, of_jobs.Sql, of_jobs.Tags, of_runs.ErrorMessage,
    of_runs.ExecutionParameters, of_runs.ExternalQuery, of_runs.ExtractionError, of_runs.JobDependencies,
    of_runs.NominalTime, of_runs.ProcessingEngine, quality.DataQualityAssertions, quality.DataQualityMetrics,
    quality.Statistics, quality.Tests,
]  # fmt: skip


def sent(facet: object) -> dict[str, Any]:
    """Return a facet as openlineage-python writes it."""
    return orjson.loads(Serde.to_json(facet))


OFFICIAL: list[tuple[object, object]] = [
    (official.documentation_job.DocumentationJobFacet("x", "text/markdown"), of_jobs.Documentation("x", "text/markdown")),
    (official.documentation_dataset.DocumentationDatasetFacet("x"), of_jobs.Documentation("x")),
    (
        official.ownership_job.OwnershipJobFacet([official.ownership_job.Owner("team", "MAINTAINER")]),
        of_jobs.Ownership((of_jobs.Owner("team", "MAINTAINER"),)),
    ),
    (
        official.tags_dataset.TagsDatasetFacet([official.tags_dataset.TagsDatasetFacetFields("pii", "true", "DBT", "email")]),
        of_jobs.Tags((of_jobs.Tag("pii", "true", "DBT", "email"),)),
    ),
    (official.sql_job.SQLJobFacet("select 1", "postgres"), of_jobs.Sql("select 1", "postgres")),
    (official.source_code_job.SourceCodeJobFacet("python", "1 + 1"), of_jobs.SourceCode("1 + 1", "python")),
    (
        official.source_code_location_job.SourceCodeLocationJobFacet("git", "https://git.example/x", branch="main"),
        of_jobs.SourceCodeLocation("https://git.example/x", "git", branch="main"),
    ),
    (official.job_type_job.JobTypeJobFacet("BATCH", "AIRFLOW", "TASK"), of_jobs.JobType("BATCH", "AIRFLOW", "TASK")),
    (official.error_message_run.ErrorMessageRunFacet("no", "python", "at 1"), of_runs.ErrorMessage("no", "python", "at 1")),
    (
        official.extraction_error_run.ExtractionErrorRunFacet(2, 1, [official.extraction_error_run.Error("no", task="t")]),
        of_runs.ExtractionError(2, 1, (of_runs.FailedExtraction("no", task="t"),)),
    ),
    (
        official.processing_engine_run.ProcessingEngineRunFacet("4.0", "spark", "1.5"),
        of_runs.ProcessingEngine("4.0", "spark", "1.5"),
    ),
    (official.external_query_run.ExternalQueryRunFacet("q1", "bigquery"), of_runs.ExternalQuery("q1", "bigquery")),
    (official.nominal_time_run.NominalTimeRunFacet(NOON), of_runs.NominalTime(datetime(2026, 1, 1, 10, tzinfo=UTC))),
    (official.dataset_version_dataset.DatasetVersionDatasetFacet("7"), of_datasets.DatasetVersion("7")),
    (official.datasource_dataset.DatasourceDatasetFacet("db", "postgres://h"), of_datasets.DataSource("db", "postgres://h")),
    (official.storage_dataset.StorageDatasetFacet("iceberg", "parquet"), of_datasets.Storage("iceberg", "parquet")),
    (official.dataset_type_dataset.DatasetTypeDatasetFacet("TABLE"), of_datasets.DatasetType("TABLE")),
    (
        official.catalog_dataset.CatalogDatasetFacet("iceberg", "rest", "main", metadataUri="http://m"),
        of_datasets.Catalog("iceberg", "rest", "main", "http://m"),
    ),
    (
        official.lifecycle_state_change_dataset.LifecycleStateChangeDatasetFacet(
            official.lifecycle_state_change_dataset.LifecycleStateChange.RENAME,
            official.lifecycle_state_change_dataset.PreviousIdentifier("old", "store"),
        ),
        of_datasets.LifecycleStateChange("RENAME", DatasetName("store", "old")),
    ),
    (
        official.data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
            [official.data_quality_assertions_dataset.Assertion("not_null", success=False, column="id", severity="warn")]
        ),
        quality.DataQualityAssertions((quality.Assertion("not_null", success=False, column="id", severity="warn"),)),
    ),
    (
        official.input_statistics_input_dataset.InputStatisticsInputDatasetFacet(3, 40, 1),
        quality.Statistics(3, 40, 1),
    ),
    (
        official.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(3, 40, 1),
        quality.Statistics(3, 40, 1),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("facet", "wanted"), OFFICIAL, ids=[type(facet).__name__ for facet, _ in OFFICIAL])
def test_facets_of_the_official_client_are_read(facet: object, wanted: object) -> None:
    """What openlineage-python writes is read with all its members."""
    assert read(type(wanted), sent(facet)) == wanted


def test_nested_schemas_are_columns_with_paths() -> None:
    """Nested fields follow their parent; the order is that of the positions where a level has them all."""
    schema = {
        "fields": [
            {"name": "b", "type": "int", "ordinal_position": 2},
            {
                "name": "a",
                "type": "struct",
                "description": "of it",
                "ordinal_position": 1,
                "fields": [
                    {"name": "y"},
                    {"name": "x", "ordinal_position": 1},
                    {"name": ""},
                    {"type": "int"},
                ],
            },
        ]
    }
    assert columns(schema) == [
        Column("a", "struct", "of it", 1),
        Column("a.y", None, None),
        Column("a.x", None, None, 1),
        Column("b", "int", None, 2),
    ]
    assert columns({"fields": [{"name": "a"}, 3, None, {"name": "b", "type": 7, "fields": "x"}]}) == [
        Column("a", None, None),
        Column("b", None, None),
    ]
    assert columns({"fields": {}}) == columns({}) == []


def test_a_parent_names_runs_and_jobs_up_to_the_root() -> None:
    """Run ids that are no UUIDs have ids too; what is missing or malformed counts as not given."""
    dag, root = {"namespace": "airflow", "name": "dag"}, {"namespace": "airflow", "name": "root"}
    told = {"run": {"runId": RUN}, "job": dag, "root": {"run": {"runId": ROOT}, "job": root}}
    assert parent(told) == ParentRun(
        UUID(RUN), JobName("airflow", "dag"), UUID(ROOT), JobName("airflow", "root")
    )
    assert parent({"run": {"runId": "scheduled__1"}, "job": dag}) == ParentRun(
        run_id("scheduled__1"), JobName("airflow", "dag")
    )
    for odd in (
        {},
        {"run": {"runId": " "}, "job": {"namespace": "", "name": "x"}, "root": 3},
        {"run": 7, "job": []},
    ):
        assert parent(odd) == ParentRun()


def test_other_names_of_a_dataset() -> None:
    """Symlinks are read once each; a name from before is read from a RENAME alone."""
    link = {"namespace": "hive://h", "name": "mart.sales", "type": "TABLE"}
    assert symlinks({"identifiers": [link, link, {"name": "x"}, 3]}) == [
        DatasetName("hive://h", "mart.sales")
    ]
    assert symlinks({}) == []
    before = {"namespace": "store", "name": "old"}
    assert former_name({"lifecycleStateChange": "rename", "previousIdentifier": before}) == DatasetName(
        "store", "old"
    )
    assert former_name({"lifecycleStateChange": "DROP", "previousIdentifier": before}) is None
    assert former_name({"lifecycleStateChange": "RENAME"}) is None
    assert former_name({"lifecycleStateChange": 3}) is None


def test_nominal_times_that_cannot_be_read_count_as_not_given() -> None:
    """Each end is read for itself."""
    assert nominal_time({"nominalStartTime": "no", "nominalEndTime": "2026-01-01t00:00:00z"}) == (
        None,
        datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_jobs_without_end_are_known_by_their_type() -> None:
    """STREAMING and SERVICE need no end; when they tell of themselves is read with it."""
    pattern = {"eventTrigger": "PERIODIC", "eventContentMode": "COMPLETE_SNAPSHOT", "windowDuration": 60}
    told = read(of_jobs.JobType, {"processingType": "streaming", "emissionPattern": pattern})
    assert told == of_jobs.JobType(
        "streaming", emission_pattern=of_jobs.EmissionPattern("PERIODIC", "COMPLETE_SNAPSHOT", 60)
    )
    assert told is not None
    assert told.is_endless
    assert not of_jobs.JobType("BATCH").is_endless


def test_job_dependencies_are_read_with_their_runs() -> None:
    """Control flow names jobs and maybe runs, in either direction."""
    job = {"namespace": "airflow", "name": "dag"}
    told = {
        "upstream": [{"job": job, "run": {"runId": RUN}, "dependency_type": "IMPLICIT_ASSET"}, {"run": {}}],
        "downstream": None,
    }
    assert read(of_runs.JobDependencies, told) == of_runs.JobDependencies(
        (of_runs.JobDependency(JobName("airflow", "dag"), of_runs.RunReference(UUID(RUN)), "IMPLICIT_ASSET"),)
    )


def test_metrics_of_columns_are_read_apart() -> None:
    """A column whose metrics are malformed is left out, and so are members that are no numbers."""
    told = {
        "rowCount": 3.0,
        "bytes": True,
        "lastUpdated": NOON,
        "columnMetrics": {
            "a": {"nullCount": 1, "min": 0.5, "max": "9", "quantiles": {"0.5": 2, "x": None}},
            "b": 7,
        },
    }
    assert read(quality.DataQualityMetrics, told) == quality.DataQualityMetrics(
        row_count=3,
        last_updated=datetime(2026, 1, 1, 10, tzinfo=UTC),
        column_metrics={"a": quality.ColumnMetrics(null_count=1, min=0.5, quantiles={"0.5": 2.0})},
    )


def test_a_subset_gathers_what_its_conditions_name() -> None:
    """Files and partitions are found wherever they are in a tree of conditions, which is kept as it is."""
    files = {"type": "location", "locations": ["s3://b/x", "s3://b/y", 3]}
    parts = {
        "type": "partition",
        "partitions": [{"identifier": "p", "dimensions": {"dt": "1", "n": 2}}, {"identifier": "q"}],
    }
    both = {"type": "binary", "operator": "AND", "left": files, "right": parts}
    assert quality.subset({"outputCondition": both}) == quality.Subset(
        ("s3://b/x", "s3://b/y"), (quality.Partition({"dt": "1"}, "p"),), both
    )
    assert quality.subset({"inputCondition": 3}) == quality.subset({}) == quality.Subset()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(NOON),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(value=JSON, names=st.lists(st.sampled_from(
    ["fields", "run", "job", "root", "runId", "namespace", "name", "identifiers", "owners", "tags", "assertions", "success",
     "columnMetrics", "inputCondition", "left", "lifecycleStateChange", "previousIdentifier", "processingType"]), max_size=4))  # fmt: skip
def test_no_facet_raises(value: object, names: list[str]) -> None:
    """Whatever JSON stands where, every reader answers."""
    facet: dict[str, Any] = dict.fromkeys(names, value)
    facet["previousIdentifier"] = dict(facet)
    for kind in READ:
        assert isinstance(read(kind, facet), kind | None)
        assert read(kind, value) is None or isinstance(value, dict)
    for reader in (columns, parent, symlinks, former_name, nominal_time, quality.subset):
        reader(facet)
