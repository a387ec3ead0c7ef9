"""Our own OpenLineage events, built and sent by openlineage-python."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import (
    DatasetFacet,
    InputDatasetFacet,
    OutputDatasetFacet,
    RunFacet,
    base_subset_dataset,
    column_lineage_dataset,
    dataset_type_dataset,
    dataset_version_dataset,
    documentation_dataset,
    documentation_job,
    error_message_run,
    input_statistics_input_dataset,
    job_type_job,
    nominal_time_run,
    output_statistics_output_dataset,
    parent_run,
    schema_dataset,
    set_producer,
)
from openlineage.client.transport.http import HttpConfig, HttpTransport, create_token_provider

from graph.errors import UnavailableError
from graph.identity import DatasetName, JobName
from graph.time import render

PRODUCER = "urn:goldthread"
"""By this an event says that Goldthread itself is the one that tells."""

ENDPOINT = "api/v1/lineage"
TIMEOUT = 10.0
_RETRIES = {"total": 3, "read": 3, "connect": 3, "backoff_factor": 0.2}


set_producer(PRODUCER)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a dataset; `type` in the words of its own store."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """A column that another is made from; `subtype` IDENTITY or TRANSFORMATION, as OpenLineage means them."""

    dataset: DatasetName
    column: str
    subtype: str = "IDENTITY"


@dataclass(frozen=True, slots=True)
class OffsetRange:
    """Consecutive messages of a partition of a topic, the last one included."""

    partition: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class DatasetUse:
    """A dataset as one run read or wrote it.

    `files` are the ones of its files that the run touched, `offsets` those of its messages; `version` is the version it read or made; `rows` and
    `size` (bytes) count what it touched. `sources` says for columns of an output what they are made from.
    """

    name: DatasetName
    kind: str
    description: str
    columns: tuple[Column, ...]
    files: tuple[str, ...] = ()
    offsets: tuple[OffsetRange, ...] = ()
    version: str | None = None
    rows: int | None = None
    size: int | None = None
    sources: Mapping[str, Sequence[ColumnSource]] = field(default_factory=dict[str, Sequence[ColumnSource]])


@dataclass(frozen=True, slots=True)
class RunName:
    """A run of any producer, by its job and its id."""

    job: JobName
    run_id: str


@dataclass(frozen=True, slots=True)
class ParentRun:
    """The run that another is part of, and the run at the root of both where that is told."""

    run: RunName
    root: RunName | None = None


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a job of ours, with what it reads and writes; `processing` is BATCH or STREAMING.

    `kind` says what the job is (JOB, PIPELINE), `nominal_at` for which instant the run was planned.
    """

    run_id: UUID
    job: JobName
    description: str
    inputs: tuple[DatasetUse, ...]
    outputs: tuple[DatasetUse, ...]
    processing: str = "BATCH"
    kind: str = "JOB"
    parent: ParentRun | None = None
    nominal_at: datetime | None = None


class Emitter:
    """Sends events to the lineage door of a Goldthread server, one at a time and in order.

    An event is a function of its arguments: told again after a crash it is the same event, and stored once.
    """

    def __init__(self, url: str, api_key: str | None = None) -> None:
        auth = {"type": "api_key", "apiKey": api_key} if api_key else {}
        config = HttpConfig(
            url=url if url.endswith("/") else f"{url}/",
            endpoint=ENDPOINT,
            timeout=TIMEOUT,
            auth=create_token_provider(auth),
            retry={**_RETRIES, "status_forcelist": [502, 503, 504], "allowed_methods": ["POST"]},
        )
        self.url = url
        self._transport = HttpTransport(config)
        if urlsplit(url).hostname in {"127.0.0.1", "::1", "localhost"}:
            self._transport.session.trust_env = False  # a proxy does not lead back to this machine
        self._client = OpenLineageClient(transport=self._transport)
        self._turn = asyncio.Lock()

    async def start(self, run: JobRun, at: datetime) -> None:
        """Tell that the run began; raises UnavailableError where the server cannot be told."""
        await self._emit(run, RunState.START, at)

    async def running(self, run: JobRun, at: datetime) -> None:
        """Tell what a run did so far; raises UnavailableError where the server cannot be told."""
        await self._emit(run, RunState.RUNNING, at)

    async def abort(self, run: JobRun, at: datetime) -> None:
        """Tell that the run ended without a word; raises UnavailableError where the server cannot be told."""
        await self._emit(run, RunState.ABORT, at)

    async def complete(self, run: JobRun, at: datetime) -> None:
        """Tell that the run came to its end; raises UnavailableError where the server cannot be told."""
        await self._emit(run, RunState.COMPLETE, at)

    async def fail(self, run: JobRun, at: datetime, message: str) -> None:
        """Tell that the run broke off and why; raises UnavailableError where the server cannot be told."""
        await self._emit(run, RunState.FAIL, at, message)

    async def close(self) -> None:
        """Give the connection back."""
        await asyncio.to_thread(self._client.close)

    async def _emit(self, run: JobRun, state: RunState, at: datetime, message: str | None = None) -> None:
        event = run_event(run, state.value, at, message)
        async with self._turn:
            try:
                await asyncio.to_thread(self._client.emit, event)
            except (
                OSError
            ) as error:  # also of every failure of the client's HTTP library, which is not ours to name
                response = getattr(error, "response", None)
                if response is None:
                    raise UnavailableError(
                        f"no Goldthread server takes lineage events at {self.url}"
                    ) from error
                hint = "; is GOLDTHREAD_API_KEY the server's?" if response.status_code in {401, 403} else ""
                raise UnavailableError(
                    f"{self.url} refused a lineage event with status {response.status_code}{hint}"
                ) from error


def run_event(run: JobRun, state: str, at: datetime, message: str | None = None) -> RunEvent:
    """Return the OpenLineage event that a run is in a state (START, RUNNING, COMPLETE, FAIL, ABORT) from an instant on."""
    facets: dict[str, RunFacet] = {}
    if run.parent is not None:
        facets["parent"] = _parent(run.parent)
    if run.nominal_at is not None:
        facets["nominalTime"] = nominal_time_run.NominalTimeRunFacet(render(run.nominal_at))
    if message is not None:
        facets["errorMessage"] = error_message_run.ErrorMessageRunFacet(message, "PYTHON")
    started = state == "START"
    return RunEvent(
        eventType=RunState(state),
        eventTime=render(at),
        run=Run(str(run.run_id), facets=facets),
        job=Job(
            run.job.namespace,
            run.job.name,
            facets={
                "documentation": documentation_job.DocumentationJobFacet(run.description),
                "jobType": job_type_job.JobTypeJobFacet(run.processing, "GOLDTHREAD", run.kind),
            },
        ),
        inputs=[_input(replace(use, rows=None, size=None) if started else use) for use in run.inputs],
        outputs=[_output(replace(use, rows=None, size=None) if started else use) for use in run.outputs],
        producer=PRODUCER,
    )


def _parent(parent: ParentRun) -> parent_run.ParentRunFacet:
    run, root = parent.run, parent.root
    return parent_run.ParentRunFacet(
        run=parent_run.Run(run.run_id),
        job=parent_run.Job(run.job.namespace, run.job.name),
        root=root
        and parent_run.Root(
            run=parent_run.RootRun(root.run_id), job=parent_run.RootJob(root.job.namespace, root.job.name)
        ),
    )


def _input(use: DatasetUse) -> InputDataset:
    facets: dict[str, InputDatasetFacet] = {}
    if use.files:
        places = base_subset_dataset.LocationSubsetCondition(list(use.files))
        facets["subset"] = base_subset_dataset.InputSubsetInputDatasetFacet(inputCondition=places)
    if use.offsets:
        facets["subset"] = base_subset_dataset.InputSubsetInputDatasetFacet(
            inputCondition=_ranges(use.offsets)
        )
    if use.rows is not None:
        facets["inputStatistics"] = input_statistics_input_dataset.InputStatisticsInputDatasetFacet(
            rowCount=use.rows, size=use.size, fileCount=len(use.files) or None
        )
    return InputDataset(use.name.namespace, use.name.name, facets=_facets(use), inputFacets=facets)


def _ranges(offsets: Sequence[OffsetRange]) -> base_subset_dataset.PartitionSubsetCondition:
    return base_subset_dataset.PartitionSubsetCondition(
        [
            base_subset_dataset.Partition(
                {"partition": str(part.partition), "offsets": f"{part.first}-{part.last}"},
                f"{part.partition}:{part.first}-{part.last}",
            )
            for part in offsets
        ]
    )


def _output(use: DatasetUse) -> OutputDataset:
    facets: dict[str, OutputDatasetFacet] = {}
    if use.files:
        places = base_subset_dataset.LocationSubsetCondition(list(use.files))
        facets["subset"] = base_subset_dataset.OutputSubsetOutputDatasetFacet(outputCondition=places)
    if use.rows is not None:
        facets["outputStatistics"] = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
            rowCount=use.rows, size=use.size, fileCount=len(use.files) or None
        )
    described = _facets(use)
    if use.sources:
        described["columnLineage"] = column_lineage_dataset.ColumnLineageDatasetFacet(
            fields={name: _made_from(sources) for name, sources in use.sources.items()}
        )
    return OutputDataset(use.name.namespace, use.name.name, facets=described, outputFacets=facets)


def _made_from(sources: Sequence[ColumnSource]) -> column_lineage_dataset.Fields:
    return column_lineage_dataset.Fields(
        inputFields=[
            column_lineage_dataset.InputField(
                namespace=source.dataset.namespace,
                name=source.dataset.name,
                field=source.column,
                transformations=[
                    column_lineage_dataset.Transformation(
                        type="DIRECT", subtype=source.subtype, masking=False
                    )
                ],
            )
            for source in sources
        ]
    )


def _facets(use: DatasetUse) -> dict[str, DatasetFacet]:
    fields = [
        schema_dataset.SchemaDatasetFacetFields(
            name=column.name, type=column.type, description=column.description, ordinal_position=place
        )
        for place, column in enumerate(use.columns, start=1)
    ]
    facets: dict[str, DatasetFacet] = {
        "schema": schema_dataset.SchemaDatasetFacet(fields),
        "documentation": documentation_dataset.DocumentationDatasetFacet(use.description),
        "datasetType": dataset_type_dataset.DatasetTypeDatasetFacet(use.kind),
    }
    if use.version is not None:
        facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(use.version)
    return facets
