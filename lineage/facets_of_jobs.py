"""What facets say of jobs, and those that say the same of datasets and runs: to be read with `lenient.read`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a job or dataset; `type` such as MAINTAINER."""

    name: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Ownership:
    """The `ownership` facet of a job or dataset."""

    owners: tuple[Owner, ...]


@dataclass(frozen=True, slots=True)
class Documentation:
    """The `documentation` facet of a job or dataset; `content_type` such as text/markdown."""

    description: str
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a job, run or dataset, or of the column `field` of a dataset; `source` says who gave it."""

    key: str
    value: str | None = None
    source: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Tags:
    """The `tags` facet of a job, run or dataset."""

    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Sql:
    """The `sql` facet of a job."""

    query: str
    dialect: str | None = None


@dataclass(frozen=True, slots=True)
class SourceCode:
    """The `sourceCode` facet of a job."""

    source_code: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SourceCodeLocation:
    """The `sourceCodeLocation` facet of a job; `type` such as git, `version` such as a commit."""

    url: str
    type: str | None = None
    repo_url: str | None = None
    path: str | None = None
    version: str | None = None
    tag: str | None = None
    branch: str | None = None
    pull_request_number: str | None = None


@dataclass(frozen=True, slots=True)
class EmissionPattern:
    """When and how a job that never ends tells of itself.

    `event_trigger` EVENT_BASED or PERIODIC, `event_content_mode` ACCUMULATIVE or COMPLETE_SNAPSHOT, `window_duration` in
    seconds.
    """

    event_trigger: str
    event_content_mode: str
    window_duration: int | None = None


@dataclass(frozen=True, slots=True)
class JobType:
    """The `jobType` facet of a job: `processing_type` BATCH, STREAMING or SERVICE; the last two need no end."""

    processing_type: str
    integration: str | None = None
    job_type: str | None = None
    emission_pattern: EmissionPattern | None = None

    @property
    def is_endless(self) -> bool:
        """Whether runs of the job are not expected to end."""
        return self.processing_type.upper() in {"STREAMING", "SERVICE"}
