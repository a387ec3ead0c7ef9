"""Names of datasets, jobs and runs: their ids, which follow from the name alone, their spellings, and what is part of what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, get_args
from uuid import UUID

from graph.identity import DatasetName, JobName, content_id

NodeKind = Literal["dataset", "job"]
NODE_KINDS: Final[tuple[NodeKind, ...]] = get_args(NodeKind)
"""Every kind of node."""

LONGEST_NAME = 2_000
"""How many characters a namespace or a name may have."""

_KEPT = 20_000
"""How many names a process remembers the ids of."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a user calls a dataset or job who does not give the whole name: `customers`, `mart.revenue`."""

    name: str
    namespace: str | None = None
    kind: NodeKind | None = None


@lru_cache(_KEPT)
def dataset_id(name: DatasetName) -> UUID:
    """Return the id of a dataset, equal for all its spellings and parts, whichever process asks first."""
    dataset, _ = whole(name)
    return content_id("dataset", dataset.namespace, dataset.name)


def job_id(name: JobName) -> UUID:
    """Return the id of a job; equal names have equal ids, whichever process asks first."""
    return content_id("job", name.namespace, name.name)


def run_id(text: str) -> UUID:
    """Return the id of a run: the UUID that its producer gave it, or one that follows from what it gave instead."""
    try:
        return UUID(text.strip())
    except ValueError:
        return content_id("run", text)


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID."""
    try:
        UUID(text.strip())
    except ValueError:
        return False
    return True


_PART_OF_JOB: Final = re.compile(r"\.(?:query|sql)\.[0-9]{1,6}")


def is_part(job: JobName, parent: JobName) -> bool:
    """Return whether a job is a single statement of its parent.

    Airflow calls those `dag.task.query.N`, dbt `model.project.name.sql.N`. N is counted anew in every run and says
    nothing of the statement.
    """
    return (
        job.namespace == parent.namespace
        and job.name.startswith(parent.name)
        and _PART_OF_JOB.fullmatch(job.name, len(parent.name)) is not None
    )


_SCHEMES: Final = {
    "abfs": "abfss",
    "postgresql": "postgres",
    "s3a": "s3",
    "s3n": "s3",
    "wasb": "wasbs",
}
_PORTS: Final = {
    "cassandra": "9042",
    "crate": "5432",
    "db2": "50000",
    "kafka": "9092",
    "mssql": "1433",
    "mysql": "3306",
    "oceanbase": "2881",
    "oracle": "1521",
    "postgres": "5432",
    "redshift": "5439",
    "sqlserver": "1433",
    "teradata": "1025",
}
_HOSTS: Final = frozenset({*_PORTS, "file", "hdfs", "hive", "snowflake", "trino"})
_BUCKETS: Final = frozenset({"abfss", "gs", "s3", "wasbs"})
_PATHS: Final = frozenset({*_BUCKETS, "dbfs", "file", "hdfs"})

_NAMESPACE: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*)://([^/]*)(.*)", re.DOTALL)
_LOCAL: Final = re.compile(r"file:?/*", re.IGNORECASE)
_LOCAL_FOLDER: Final = re.compile(r"file:(?://)?/([^/].*)", re.IGNORECASE | re.DOTALL)
_REMOTE_FILE: Final = re.compile(r"file://([^/]+)(/.*)?", re.IGNORECASE | re.DOTALL)
_SLASHES: Final = re.compile(r"//+")


def canonical(name: DatasetName) -> DatasetName:
    """Return the one spelling of a dataset's name, which is that of the specification's naming page.

    Aliases are only those that surely mean the same: s3a, s3n → s3; postgresql → postgres; abfs, wasb → abfss, wasbs;
    schemes and hosts in lower case; no user in the address of a database, always its port; Kafka's bootstrap servers
    sorted; `file:`, `file://`, `file:///` → `file`; paths without doubled and trailing slashes. Keys of object stores keep
    doubled slashes, which mean something there. `localhost` and `127.0.0.1` stay two: whose they are is unknown.
    """
    namespace, path = name.namespace, name.name
    if _LOCAL.fullmatch(namespace):
        if remote := _REMOTE_FILE.fullmatch(path):
            return canonical(DatasetName(f"file://{remote[1]}", remote[2] or "/"))
        return DatasetName("file", _local_path(path, is_rooted=namespace.endswith("///")))
    if folder := _LOCAL_FOLDER.fullmatch(namespace):
        return DatasetName("file:/" + _SLASHES.sub("/", folder[1]).rstrip("/"), path)
    parts = _NAMESPACE.fullmatch(namespace)
    scheme = parts[1].lower() if parts else ""
    scheme = _SCHEMES.get(scheme, scheme)
    if parts is None or scheme not in _HOSTS | _PATHS:
        return name
    place, rest = parts[2], parts[3].rstrip("/")
    if scheme == "kafka":
        place, rest = (place + rest).replace("kafka://", ""), ""
    if scheme in _HOSTS:
        place = _servers(scheme, place)
    return DatasetName(f"{scheme}://{place}{rest}", _path(scheme, path))


def whole(name: DatasetName) -> tuple[DatasetName, str | None]:
    """Return the dataset in its canonical spelling, and which part of it the name means; None where it means all of it.

    Parts are, where names are paths:
    - trailing Hive partitions: `sales/dt=2026-01-01/hour=3` → `sales`;
    - files whose names a writer makes up: `part-00000-….snappy.parquet`, `000000_0`, `data_0_1_0.csv.gz`, Iceberg's
      `data/00000-0-….parquet`, those named by nothing but a UUID, and Goldthread's own in the lake;
    - what writers keep beside their data: `_temporary`, `_delta_log`, `_spark_metadata`, `_SUCCESS`, `_metadata`, `.hoodie`,
      `.hive-staging…`, `.spark-staging…`, Iceberg's `metadata/….metadata.json` and manifests;
    - a file with a name of its own inside of partitions: `lake/dt=2026-01-01/orders.csv` → `lake/orders.csv`, since
      `lake/dt=2026-01-01/customers.csv` is another dataset;
    - the made-up folder of a copy on Airflow's own disk: `…/airflow_tmp_dir_1a2b3c4d/x.csv` → `…/airflow_tmp_dir/x.csv`.

    And where they are those of tables: dbt's stand-ins (`orders__dbt_tmp20260101`, `orders__dbt_backup`), the padding of
    SQL Server's temporary tables (`#sums____…0000000012AB`), PostgreSQL's temporary schemas (`pg_temp_7.sums`), and
    BigQuery's partitions (`orders$20260101`) and anonymous results (`_5f….anon9c…`).

    Everything else is a dataset of its own: what only looks alike (`events_20260101`, `orders-2026-01.csv`) may differ.
    """
    return _whole(name)


@lru_cache(_KEPT)
def _whole(name: DatasetName) -> tuple[DatasetName, str | None]:
    name = canonical(name)
    scheme = name.namespace.partition(":")[0]
    is_path = (scheme in _PATHS and not name.namespace.startswith("file:/")) or name.namespace.startswith(
        "file://"
    )
    dataset, before = name.name, ""
    while dataset != before:
        before = dataset
        dataset = _whole_path(before) if is_path else _whole_table(scheme, before)
    if dataset == name.name:
        return name, None
    kept = 0
    while kept < len(dataset) and dataset[kept] == name.name[kept]:
        kept += 1
    return DatasetName(name.namespace, dataset), name.name[kept:].lstrip("/")


_PARTITION: Final = re.compile(r"[A-Za-z_][\w.-]*=[^/]*")
_DATA: Final = r"(?:parquet|orc|avro|csv|tsv|txt|json|jsonl|ndjson|xml|arrow|feather)"
_DATA_FILE: Final = re.compile(rf"[^/]+\.{_DATA}(?:\.\w{{1,6}})?", re.IGNORECASE)
_HEX_ID: Final = r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}"
_MADE_UP_FILE: Final = re.compile(
    rf"""part-(?:[mr]-)?\d{{1,6}}(?:[-_.].*)?
    | \d{{6}}_\d{{1,3}}(?:\.\w+)?
    | data(?:_\d+)+\.{_DATA}(?:\.\w{{1,6}})?
    | {_HEX_ID}(?:-\d+)?\.{_DATA}(?:\.\w{{1,6}})?
    | _SUCCESS | _metadata | _common_metadata | _(?:committed|started)_\d+ | .*_\$folder\$""",
    re.VERBOSE,
)
_KEPT_BESIDE: Final = re.compile(
    r"_temporary|_delta_log|_spark_metadata|\.hoodie|\.hive-staging.*|\.spark-staging.*|_change_data"
)
_ICEBERG_DATA: Final = re.compile(rf"\d{{5}}-\d+-{_HEX_ID}-\d{{5}}(?:-deletes)?\.(?:parquet|orc|avro)")
_ICEBERG_METADATA: Final = re.compile(
    rf"\d{{5}}-{_HEX_ID}\.metadata\.json(?:\.gz)?|v\d+\.metadata\.json|version-hint\.text|snap-\d+.*\.avro|{_HEX_ID}-m\d+\.avro"
)
_OUR_FILE: Final = re.compile(r"_\d{8}T\d{6}\.\d{6}Z_\d{8}T\d{6}\.\d{6}Z\.parquet")
_AIRFLOW_COPY: Final = re.compile(r"/airflow_tmp_dir_[0-9a-f]{8}(?=/)")

_DBT_STAND_IN: Final = re.compile(r"__dbt_(?:tmp|backup|new)[0-9_]*$")
_PADDED: Final = re.compile(r"(#[^.#]*?)_{2,}[0-9A-F]{12}$")
_TEMPORARY_SCHEMA: Final = re.compile(r"(^|\.)pg_temp_\d+(?=\.)")
_BIGQUERY_PART: Final = re.compile(r"(?<=[^.])\$\w+$|(?<=\.anon)[0-9a-f_-]{32,}$")


def _whole_path(path: str) -> str:
    path = _AIRFLOW_COPY.sub("/airflow_tmp_dir", path)
    segments = path.split("/")
    for place, segment in enumerate(segments):
        if _KEPT_BESIDE.fullmatch(segment):
            segments = segments[:place]
            break
    while len(segments) > 1:
        kept = _without_part(segments)
        if kept == segments:
            break
        segments = kept
    kept = "/".join(segments)
    return path if kept == path or not any(segments) else kept.rstrip("/")


def _without_part(segments: list[str]) -> list[str]:
    folder, last = segments[:-1], segments[-1]
    if _MADE_UP_FILE.fullmatch(last):
        return folder
    if last.startswith(folder[-1]) and _OUR_FILE.fullmatch(last, len(folder[-1])):
        return folder
    if folder[-1] == "metadata" and _ICEBERG_METADATA.fullmatch(last):
        return folder[:-1]
    if _ICEBERG_DATA.fullmatch(last):
        while len(folder) > 1 and _PARTITION.fullmatch(folder[-1]):
            folder = folder[:-1]
        return folder[:-1] if folder[-1] == "data" else folder
    if _DATA_FILE.fullmatch(last):
        while len(folder) > 1 and _PARTITION.fullmatch(folder[-1]):
            folder = folder[:-1]
        return [*folder, last]
    return folder if _PARTITION.fullmatch(last) else segments


def _whole_table(scheme: str, name: str) -> str:
    if scheme == "bigquery":
        name = _BIGQUERY_PART.sub("", name)
    elif scheme in {"mssql", "sqlserver"}:
        name = _PADDED.sub(r"\1", name)
    elif scheme in {"postgres", "redshift"}:
        name = _TEMPORARY_SCHEMA.sub(r"\1pg_temp", name)
    stand_in = _DBT_STAND_IN.search(name)
    return name[: stand_in.start()] if stand_in and name[: stand_in.start()].rpartition(".")[2] else name


def _servers(scheme: str, authority: str) -> str:
    if scheme != "kafka" and "," in authority:
        return authority
    return ",".join(sorted({_server(scheme, one) for one in authority.split(",")}))


def _server(scheme: str, address: str) -> str:
    server = address.rpartition("@")[2].strip().lower()
    host, _, port = server.rpartition(":")
    if not server or scheme not in _PORTS or (host and port.isdecimal() and not host.endswith(":")):
        return server
    return f"{server.rstrip(':')}:{_PORTS[scheme]}"


def _path(scheme: str, path: str) -> str:
    if scheme in _BUCKETS:
        return path.strip("/") or "/"
    return _slashed(path) if scheme in _PATHS else path


def _local_path(path: str, *, is_rooted: bool) -> str:
    if path[:5].lower() == "file:":
        path = "/" + path[5:].lstrip("/")
    elif is_rooted and not path.startswith("/"):
        path = "/" + path
    return _slashed(path)


def _slashed(path: str) -> str:
    return _SLASHES.sub("/", path).rstrip("/") or "/"


def display_name(name: DatasetName | JobName) -> str:
    """Return the part of a name that people say: `/x/lake/customers` → `customers`, `db.schema.table` → `schema.table`.

    A job keeps its dots: `dag.task` says which task, and the namespace alone does not say which dag.
    """
    last = name.name.rstrip("/").rpartition("/")[2] or name.name
    if isinstance(name, JobName) or "/" in name.name:
        return last
    parts = last.split(".")
    return ".".join(parts[-2:]) if len(parts) > 2 and all(parts) else last
