"""What facets say of datasets: to be read with `lenient.read`; ownership, documentation and tags are those of jobs."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.identity import DatasetName


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """The `version` facet: what the store itself calls this version, such as an Iceberg snapshot."""

    dataset_version: str


@dataclass(frozen=True, slots=True)
class LifecycleStateChange:
    """The `lifecycleStateChange` facet: ALTER, CREATE, DROP, OVERWRITE, RENAME or TRUNCATE; the name before a RENAME."""

    lifecycle_state_change: str
    previous_identifier: DatasetName | None = None


@dataclass(frozen=True, slots=True)
class DataSource:
    """The `dataSource` facet."""

    name: str | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class Storage:
    """The `storage` facet: a layer such as iceberg, and a file format such as parquet."""

    storage_layer: str
    file_format: str | None = None


@dataclass(frozen=True, slots=True)
class DatasetType:
    """The `datasetType` facet: TABLE, VIEW, FILE, TOPIC, MODEL …, and what kind of that."""

    dataset_type: str
    sub_type: str | None = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """The `catalog` facet: where the dataset is listed."""

    framework: str
    type: str
    name: str
    metadata_uri: str | None = None
    warehouse_uri: str | None = None
    source: str | None = None
    catalog_properties: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Level:
    """One level above a dataset, such as a SCHEMA of a name."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The `hierarchy` facet: the levels above a dataset, the topmost first."""

    hierarchy: tuple[Level, ...]
