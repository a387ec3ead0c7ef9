"""What facets say of datasets and jobs, in GraphQL."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TypeVar

import strawberry
from strawberry.scalars import JSON

from lineage import facets_of_datasets, facets_of_jobs, owners
from lineage.held_facets import Held
from lineage.lenient import read

Said = TypeVar("Said")


@strawberry.enum(description="Who says something of an asset.")
class SaidBy(enum.Enum):
    """Who says something of an asset."""

    PEOPLE = strawberry.enum_value("people", description="People, here; their word comes first.")
    PRODUCERS = strawberry.enum_value("producers", description="The producers of its lineage events.")


@strawberry.enum(description="What an owner is.")
class OwnerKind(enum.Enum):
    """What an owner is."""

    PERSON = strawberry.enum_value("person", description="A person.")
    TEAM = strawberry.enum_value("team", description="A team.")


@strawberry.type(description="Who answers for an asset.")
class Owner:
    """Who answers for an asset."""

    name: str = strawberry.field(description="Who it is: a team, a person, a service.")
    type: str | None = strawberry.field(description="In which role, such as owner, steward or MAINTAINER.")
    kind: OwnerKind | None = strawberry.field(
        description="Whether a person or a team. Null: producers do not tell."
    )
    said_by: SaidBy = strawberry.field(description="Who says so.")

    @classmethod
    def of(cls, owner: owners.Owner) -> Owner:
        """Return the owner as GraphQL shows it."""
        kind = OwnerKind(owner.kind) if owner.kind else None
        return cls(name=owner.name, type=owner.role, kind=kind, said_by=SaidBy(owner.said_by))


@strawberry.type(description="A tag of an asset.")
class Tag:
    """A tag of an asset."""

    key: str = strawberry.field(description="What the tag is called.")
    value: str | None = strawberry.field(description="Its value.")
    source: str | None = strawberry.field(
        description="Who gave it in the words of its producers, such as USER or DBT."
    )
    said_by: SaidBy = strawberry.field(description="Who says so.")

    @classmethod
    def of(cls, tag: facets_of_jobs.Tag) -> Tag:
        """Return the tag as GraphQL shows it."""
        return cls(key=tag.key, value=tag.value, source=tag.source, said_by=SaidBy.PRODUCERS)


@strawberry.type(description="What a dataset or job is for, in the words of its producers.")
class Documentation:
    """What a dataset or job is for, in the words of its producers."""

    description: str = strawberry.field(description="The text.")
    content_type: str | None = strawberry.field(description="Its media type, such as text/markdown.")


@strawberry.type(description="The store a dataset lies in.")
class DataSource:
    """The store a dataset lies in."""

    name: str | None = strawberry.field(description="What the store is called.")
    uri: str | None = strawberry.field(description="Where it is.")


@strawberry.type(description="How a dataset is stored.")
class DatasetStorage:
    """How a dataset is stored."""

    layer: str = strawberry.field(description="Such as iceberg or delta.")
    file_format: str | None = strawberry.field(description="Such as parquet.")


@strawberry.type(description="The catalog a dataset is listed in by its store.")
class DatasetCatalog:
    """The catalog a dataset is listed in by its store."""

    framework: str = strawberry.field(description="Such as iceberg or hive.")
    type: str = strawberry.field(description="Such as jdbc, glue or rest.")
    name: str = strawberry.field(description="What it is called.")
    metadata_uri: str | None = strawberry.field(description="Where it is.")
    warehouse_uri: str | None = strawberry.field(description="Where it keeps the data.")
    source: str | None = strawberry.field(description="Who uses it, such as spark or flink.")
    properties: JSON = strawberry.field(description="What else is said of it.")


@strawberry.type(description="The SQL that a job carries out.")
class JobSql:
    """The SQL that a job carries out."""

    query: str = strawberry.field(description="The text.")
    dialect: str | None = strawberry.field(description="Such as postgres or spark.")


@strawberry.type(description="Where the source code of a job lies.")
class SourceCodeLocation:
    """Where the source code of a job lies."""

    url: str = strawberry.field(description="The address of the file.")
    type: str | None = strawberry.field(description="Such as git.")
    repo_url: str | None = strawberry.field(description="The address of the repository.")
    path: str | None = strawberry.field(description="The path in the repository.")
    version: str | None = strawberry.field(description="Such as the commit.")
    tag: str | None = strawberry.field(description="The tag in the repository.")
    branch: str | None = strawberry.field(description="The branch.")
    pull_request_number: str | None = strawberry.field(description="The pull request it came with.")


@strawberry.type(description="What sort of job it is.")
class JobType:
    """What sort of job it is."""

    processing_type: str = strawberry.field(
        description="BATCH, STREAMING or SERVICE; the last two need no end."
    )
    integration: str | None = strawberry.field(description="Such as SPARK, AIRFLOW or DBT.")
    job_type: str | None = strawberry.field(description="Such as DAG, TASK or QUERY.")
    is_endless: bool = strawberry.field(description="Whether its runs are not expected to end.")


def said(kind: type[Said], held: Mapping[str, Held], name: str) -> Said | None:
    """Return what a facet says, None where none holds or it cannot be read."""
    return read(kind, held[name].body) if name in held else None


def tags(held: Mapping[str, Held]) -> list[Tag]:
    """Return the tags of the whole, not those of its columns."""
    found = said(facets_of_jobs.Tags, held, "tags")
    return [Tag.of(tag) for tag in found.tags if tag.field is None] if found else []


def tags_of_columns(held: Mapping[str, Held]) -> dict[str, list[Tag]]:
    """Return the tags of each column that has some."""
    found = said(facets_of_jobs.Tags, held, "tags")
    by_column: dict[str, list[Tag]] = {}
    for tag in found.tags if found else ():
        if tag.field is not None:
            by_column.setdefault(tag.field, []).append(Tag.of(tag))
    return by_column


def documentation(held: Mapping[str, Held]) -> Documentation | None:
    """Return what it is for."""
    found = said(facets_of_jobs.Documentation, held, "documentation")
    return Documentation(description=found.description, content_type=found.content_type) if found else None


def data_source(held: Mapping[str, Held]) -> DataSource | None:
    """Return the store it lies in."""
    found = said(facets_of_datasets.DataSource, held, "dataSource")
    return DataSource(name=found.name, uri=found.uri) if found else None


def storage(held: Mapping[str, Held]) -> DatasetStorage | None:
    """Return how it is stored."""
    found = said(facets_of_datasets.Storage, held, "storage")
    return DatasetStorage(layer=found.storage_layer, file_format=found.file_format) if found else None


def catalog(held: Mapping[str, Held]) -> DatasetCatalog | None:
    """Return the catalog it is listed in."""
    found = said(facets_of_datasets.Catalog, held, "catalog")
    if found is None:
        return None
    return DatasetCatalog(
        framework=found.framework,
        type=found.type,
        name=found.name,
        metadata_uri=found.metadata_uri,
        warehouse_uri=found.warehouse_uri,
        source=found.source,
        properties=JSON(found.catalog_properties),
    )


def sql(held: Mapping[str, Held]) -> JobSql | None:
    """Return the SQL it carries out."""
    found = said(facets_of_jobs.Sql, held, "sql")
    return JobSql(query=found.query, dialect=found.dialect) if found else None


def source_code_location(held: Mapping[str, Held]) -> SourceCodeLocation | None:
    """Return where its source code lies."""
    found = said(facets_of_jobs.SourceCodeLocation, held, "sourceCodeLocation")
    if found is None:
        return None
    return SourceCodeLocation(
        url=found.url,
        type=found.type,
        repo_url=found.repo_url,
        path=found.path,
        version=found.version,
        tag=found.tag,
        branch=found.branch,
        pull_request_number=found.pull_request_number,
    )


def job_type(held: Mapping[str, Held]) -> JobType | None:
    """Return what sort of job it is."""
    found = said(facets_of_jobs.JobType, held, "jobType")
    if found is None:
        return None
    return JobType(
        processing_type=found.processing_type,
        integration=found.integration,
        job_type=found.job_type,
        is_endless=found.is_endless,
    )


def bodies(held: Mapping[str, Held]) -> JSON:
    """Return all facets by name as they were sent."""
    return JSON({name: facet.body for name, facet in held.items()})
