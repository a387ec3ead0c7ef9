"""Names: one spelling of each dataset, parts that belong to a whole, and datasets that stay two."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.identity import DatasetName, JobName
from lineage.naming import canonical, dataset_id, is_part, is_uuid, run_id, whole

UUIDS = "0198f2d4-7b3c-7000-8000-0123456789ab"

SPELLINGS: list[tuple[tuple[str, str], tuple[str, str]]] = [
    (("file", "/data/a"), ("file", "/data/a")),
    (("file:", "/data/a"), ("file", "/data/a")),
    (("file://", "/data/a"), ("file", "/data/a")),
    (("file:///", "data/a"), ("file", "/data/a")),
    (("FILE", "/data//a/"), ("file", "/data/a")),
    (("file", "file:/data/a"), ("file", "/data/a")),
    (("file", "file:///data/a"), ("file", "/data/a")),
    (("file", "data/a"), ("file", "data/a")),
    (("file", "file://Host/data/a"), ("file://host", "/data/a")),
    (("file", "/"), ("file", "/")),
    (("file://Host", "/data/a/"), ("file://host", "/data/a")),
    (("file:///srv//wh/", "mart.sales"), ("file:/srv/wh", "mart.sales")),
    (("s3a://lake", "/a/b/"), ("s3://lake", "a/b")),
    (("s3n://lake/", "a//b"), ("s3://lake", "a//b")),
    (("s3://Lake", "a"), ("s3://Lake", "a")),
    (("s3://lake", "/"), ("s3://lake", "/")),
    (("gs://lake/", "a/"), ("gs://lake", "a")),
    (("abfs://c@x.dfs.core.windows.net", "a"), ("abfss://c@x.dfs.core.windows.net", "a")),
    (("wasb://c@x.blob.core.windows.net", "a"), ("wasbs://c@x.blob.core.windows.net", "a")),
    (("hdfs://NameNode:8020/", "/a//b/"), ("hdfs://namenode:8020", "/a/b")),
    (("postgresql://Db", "x.y.Z"), ("postgres://db:5432", "x.y.Z")),
    (("POSTGRES://me:secret@db:5433/", "x.y.z"), ("postgres://db:5433", "x.y.z")),
    (("postgres://[::1]", "x.y.z"), ("postgres://[::1]:5432", "x.y.z")),
    (("mysql://db", "x.y"), ("mysql://db:3306", "x.y")),
    (("redshift://c.eu-west-1", "x.y.z"), ("redshift://c.eu-west-1:5439", "x.y.z")),
    (("snowflake://ORG-ACCOUNT", "X.Y.Z"), ("snowflake://org-account", "X.Y.Z")),
    (("kafka://b:9092,A:9092", "t"), ("kafka://a:9092,b:9092", "t")),
    (("kafka://b,kafka://a:9093,b:9092", "t"), ("kafka://a:9093,b:9092", "t")),
    (("bigquery", "p.d.t"), ("bigquery", "p.d.t")),
    (("https://etl.example/Team", "A"), ("https://etl.example/Team", "A")),
    (("warehouse", "/A/"), ("warehouse", "/A/")),
    (("inmemory://", "x"), ("inmemory://", "x")),
]

PARTS: list[tuple[tuple[str, str], tuple[str, str | None]]] = [
    (("s3://b", "sales/dt=2026-01-01"), ("sales", "dt=2026-01-01")),
    (("s3://b", "sales/dt=2026-01-01/hour=3/"), ("sales", "dt=2026-01-01/hour=3")),
    (
        ("s3://b", f"sales/dt=1/part-00000-{UUIDS}.c000.snappy.parquet"),
        ("sales", f"dt=1/part-00000-{UUIDS}.c000.snappy.parquet"),
    ),
    (("file", "/d/sales/part-0.parquet"), ("/d/sales", "part-0.parquet")),
    (("hdfs://n:1", "/d/sales/part-r-00001"), ("/d/sales", "part-r-00001")),
    (("s3://b", "sales/000000_0"), ("sales", "000000_0")),
    (("s3://b", "sales/data_0_1_0.csv.gz"), ("sales", "data_0_1_0.csv.gz")),
    (("s3://b", f"sales/{UUIDS}.json"), ("sales", f"{UUIDS}.json")),
    (("s3://b", "sales/_SUCCESS"), ("sales", "_SUCCESS")),
    (("s3://b", "sales/_temporary/0/task_1/part-0.parquet"), ("sales", "_temporary/0/task_1/part-0.parquet")),
    (
        ("s3://b", "sales/_delta_log/00000000000000000001.json"),
        ("sales", "_delta_log/00000000000000000001.json"),
    ),
    (("s3://b", "sales/.hive-staging_hive_2026/-ext-1"), ("sales", ".hive-staging_hive_2026/-ext-1")),
    (
        ("s3://b", f"sales/metadata/00003-{UUIDS}.metadata.json"),
        ("sales", f"metadata/00003-{UUIDS}.metadata.json"),
    ),
    (
        ("s3://b", f"sales/data/dt=1/00000-0-{UUIDS}-00001.parquet"),
        ("sales", f"data/dt=1/00000-0-{UUIDS}-00001.parquet"),
    ),
    (("s3://b", "lake/dt=2026-01-01/orders.csv"), ("lake/orders.csv", "dt=2026-01-01/orders.csv")),
    (
        ("file", "/lake/customers/customers_20260101T000000.000000Z_20260102T000000.000000Z.parquet"),
        ("/lake/customers", "customers_20260101T000000.000000Z_20260102T000000.000000Z.parquet"),
    ),
    (("file", "/var/airflow_tmp_dir_1a2b3c4d/x.csv"), ("/var/airflow_tmp_dir/x.csv", "_1a2b3c4d/x.csv")),
    (("postgres://h:1", "db.mart.orders__dbt_tmp20260101"), ("db.mart.orders", "__dbt_tmp20260101")),
    (("snowflake://a-b", "DB.MART.orders__dbt_backup"), ("DB.MART.orders", "__dbt_backup")),
    (("postgres://h:1", "db.pg_temp_7.sums"), ("db.pg_temp.sums", "_7.sums")),
    (
        ("mssql://h:1", "tempdb.dbo.#sums" + "_" * 30 + "0000000012AB"),
        ("tempdb.dbo.#sums", "_" * 30 + "0000000012AB"),
    ),
    (("bigquery", "p.d.orders$20260101"), ("p.d.orders", "$20260101")),
    (("bigquery", "p._5f.anon" + "9c" * 20), ("p._5f.anon", "9c" * 20)),
]

DIFFERENT: list[tuple[str, str]] = [
    ("s3://b", "lake/dt=1/customers.csv"),
    ("s3://b", "lake/env=prod/orders"),
    ("s3://b", "lake/env=prod/customers"),
    ("s3://b", "lake/orders-2026-01.csv"),
    ("s3://b", "lake/orders-2026-02.csv"),
    ("s3://b", "lake/party.parquet"),
    ("s3://b", "lake/metadata/readme.json"),
    ("s3://b", "lake/data"),
    ("s3://b", "dt=1"),
    ("s3://b", "part-0.parquet"),
    ("s3://b", "_temporary/0"),
    ("bigquery", "p.d.events_20260101"),
    ("bigquery", "p.d.events_20260102"),
    ("postgres://h:1", "db.mart.orders=1"),
    ("postgres://h:1", "db.mart.__dbt_tmp"),
    ("postgres://localhost:1", "db.mart.orders"),
    ("postgres://127.0.0.1:1", "db.mart.orders"),
    ("kafka://a:1", "topic"),
    ("kafka://a:1,b:1", "topic"),
    ("mssql://h:1", "db.dbo.#sums"),
    ("warehouse", "sales/dt=2026-01-01"),
]


@pytest.mark.parametrize(("given_name", "wanted"), SPELLINGS)
def test_a_name_has_one_spelling(given_name: tuple[str, str], wanted: tuple[str, str]) -> None:
    """Aliases of a name become the name as the specification spells it; what is no alias stays."""
    assert canonical(DatasetName(*given_name)) == DatasetName(*wanted)


@pytest.mark.parametrize(("given_name", "wanted"), PARTS)
def test_a_part_belongs_to_its_dataset(given_name: tuple[str, str], wanted: tuple[str, str | None]) -> None:
    """Files, partitions and temporaries are parts of one dataset, and are looked up as that."""
    dataset, part = whole(DatasetName(*given_name))
    assert (dataset, part) == (DatasetName(given_name[0], wanted[0]), wanted[1])
    assert dataset_id(DatasetName(*given_name)) == dataset_id(dataset)


def test_what_may_differ_stays_apart() -> None:
    """Names that only look like parts or aliases of each other are datasets of their own."""
    names = [DatasetName(*name) for name in DIFFERENT]
    assert len({dataset_id(name) for name in names}) == len(names)
    kept = [name for name in names if not name.name.endswith("dt=1/customers.csv")]
    assert [whole(name) for name in kept] == [(name, None) for name in kept]


SEGMENTS = st.sampled_from(
    ["a", "lake", "", "dt=1", "hour=03", "part-0.parquet", "_temporary", "_delta_log", "x.csv", "data", "metadata",
     f"{UUIDS}.json", f"00000-0-{UUIDS}-00001.parquet", "v1.metadata.json", "airflow_tmp_dir_1a2b3c4d", "file:", "#t__0000000000AB"]
)  # fmt: skip
NAMESPACES = st.sampled_from(
    ["file", "file:", "file:///", "file://h", "file:/wh", "s3a://B", "s3://b/", "gs://b", "hdfs://N", "postgresql://U@H",
     "postgres://h:", "postgres://[::1]", "kafka://b,a:1", "kafka://,", "bigquery", "mssql://h", "S3://x", "://", "x"]
)  # fmt: skip
NAMES = st.lists(SEGMENTS, min_size=1, max_size=5).map("/".join).filter(bool) | st.text(min_size=1)


@given(namespace=NAMESPACES | st.text(min_size=1), name=NAMES)
def test_spelling_anew_changes_nothing(namespace: str, name: str) -> None:
    """The canonical name and the whole of a name are their own canonical name and whole, and are names."""
    once = canonical(DatasetName(namespace, name))
    assert canonical(once) == once
    dataset, _ = whole(DatasetName(namespace, name))
    assert whole(dataset) == (dataset, None)
    assert dataset.namespace
    assert dataset.name
    assert dataset_id(DatasetName(namespace, name)) == dataset_id(dataset) == dataset_id(once)


@given(folder=st.text("abc", min_size=1), first=st.integers(0, 99999), day=st.dates())
def test_all_parts_of_a_table_are_one_dataset(folder: str, first: int, day: object) -> None:
    """Every file and partition of a table gives the table's id."""
    table = dataset_id(DatasetName("s3://b", f"lake/{folder}"))
    for part in (f"dt={day}", f"part-{first:05}.parquet", f"dt={day}/part-{first:05}-c000.snappy.parquet"):
        assert dataset_id(DatasetName("s3a://b", f"lake/{folder}/{part}")) == table


def test_single_statements_are_parts_of_their_job() -> None:
    """A job is a part where its name is that of its parent and the number of a statement, in the same namespace."""
    task = JobName("airflow", "dag.task")
    assert is_part(JobName("airflow", "dag.task.query.12"), task)
    assert is_part(JobName("dbt", "model.shop.orders.sql.3"), JobName("dbt", "model.shop.orders"))
    for other in (
        "dag.task",
        "dag.task.query",
        "dag.task.query.x",
        "dag.task2.query.1",
        "dag.task.query.1.2",
        "dag.task.run.1",
    ):
        assert not is_part(JobName("airflow", other), task)
    assert not is_part(JobName("other", "dag.task.query.1"), task)


def test_run_ids_that_are_no_uuids_have_an_id_of_their_own() -> None:
    """A UUID in any spelling is itself; any other text has one id, whoever computes it."""
    assert run_id(UUIDS) == run_id(UUIDS.upper()) == run_id(f" {UUIDS}\n") == UUID(UUIDS)
    assert run_id("run_id") == run_id("run_id") == UUID("2b8f4c13-3ee9-8c39-acc7-87e4409698a6")
    assert run_id("run_id") != run_id("run_ie")
    assert is_uuid(UUIDS)
    assert not is_uuid("run_id")
