"""What facets say of runs: to be read with `lenient.read`; tags are those of jobs, the parent is in `facets`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from graph.identity import JobName


@dataclass(frozen=True, slots=True)
class NominalTime:
    """The `nominalTime` facet: the span a run was scheduled for."""

    nominal_start_time: datetime | None = None
    nominal_end_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class ErrorMessage:
    """The `errorMessage` facet: why a run failed."""

    message: str
    programming_language: str | None = None
    stack_trace: str | None = None


@dataclass(frozen=True, slots=True)
class FailedExtraction:
    """Something that a producer could not tell of, and why."""

    error_message: str
    stack_trace: str | None = None
    task: str | None = None
    task_number: int | None = None


@dataclass(frozen=True, slots=True)
class ExtractionError:
    """The `extractionError` facet: what is missing in an event, in the producer's own words."""

    total_tasks: int | None = None
    failed_tasks: int | None = None
    errors: tuple[FailedExtraction, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessingEngine:
    """The `processing_engine` facet."""

    version: str
    name: str | None = None
    openlineage_adapter_version: str | None = None


@dataclass(frozen=True, slots=True)
class ExternalQuery:
    """The `externalQuery` facet: what the store itself calls the query of a run."""

    external_query_id: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class RunReference:
    """A run that another one names."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class JobDependency:
    """A job, and maybe the very run of it, that comes before or after a run, though no data need flow."""

    job: JobName
    run: RunReference | None = None
    dependency_type: str | None = None
    sequence_trigger_rule: str | None = None
    status_trigger_rule: str | None = None


@dataclass(frozen=True, slots=True)
class JobDependencies:
    """The `jobDependencies` facet: control flow, apart from lineage (data) and the parent (containment)."""

    upstream: tuple[JobDependency, ...] = ()
    downstream: tuple[JobDependency, ...] = ()
    trigger_rule: str | None = None


@dataclass(frozen=True, slots=True)
class ExecutionParameter:
    """A parameter that a run was given."""

    key: str
    name: str | None = None
    description: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class ExecutionParameters:
    """The `executionParameters` facet."""

    parameters: tuple[ExecutionParameter, ...]
