"""What one request looks up by key, gathered so that a page of parents makes one statement for each shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from graph.catalog.annotation import Annotation, AnnotationVersion
from graph.catalog.asset import Asset
from graph.catalog.asset import Version as AssetVersion
from graph.catalog.asset_ref import AssetRef
from graph.catalog.relation import Relation
from graph.catalog.topology import Topology
from graph.store.assets import Assets
from graph.store.golden_records import Belief, Former, GoldenRecord, GoldenRecords, ReceivedEvent, Version
from graph.store.lake_files import Carrier, LakeFiles
from graph.store.match_views import Pair, PairView
from graph.store.pipeline_runs import PipelineRun, PipelineTask
from graph.store.record_quality import Membership, RecordQuality
from graph.store.review_queue import Filter, QueueCount
from graph.store.review_tasks import ReviewAction
from graph.store.threads import Thread, Threads, VersionKey
from graph.time import AsOf
from lineage.column_statements import ColumnFlows
from lineage.dataset_history import DataVersion, VersionPlace
from lineage.datasets import DatasetState, LastWrite, SchemaHistory
from lineage.event_log import Span, StoredEvent
from lineage.freshness import Freshness
from lineage.jobs import JobState
from lineage.known_assets import AssetCounts, AssetsWanted, KnownAsset
from lineage.nodes import Node
from lineage.placements import names_of
from lineage.run_history import RunHistory
from lineage.run_reads import ReadBy, RunRead
from lineage.run_tree import Children
from lineage.runs import Run, RunPlace
from lineage.sent_facets import RunFacet, Side
from lineage.series import Point, PointPlace, PointsWanted
from lineage.store import Lineage
from service.answers import Answers
from service.catalog import Catalog
from service.executions import Executions
from service.pipelines import Pipelines
from service.stewards import Stewards

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Loaders:
    """The loaders of one request, named by shape and key; each is made when it is first asked for."""

    def __init__(
        self,
        golden_records: GoldenRecords,
        lake_files: LakeFiles,
        threads: Threads,
        qualities: RecordQuality,
        stewards: Stewards,
        executions: Executions,
        lineage: Lineage,
        assets: Assets,
        catalog: Catalog,
        answers: Answers,
        pipelines: Pipelines,
    ) -> None:
        self._read = golden_records
        self._qualities = qualities
        self._lake_files = lake_files
        self._threads = threads
        self._stewards = stewards
        self._executions = executions
        self._lineage = lineage
        self._assets = assets
        self._catalog = catalog
        self._run_reads = answers.run_reads
        self._pipelines = pipelines
        self._made: dict[Hashable, DataLoader[Any, Any]] = {}

    def versions_by_golden_record(self, known_at: datetime) -> DataLoader[UUID, list[Version]]:
        """Load the versions of golden records on the valid axis, as believed at `known_at`."""
        return self._of(("versions", known_at), lambda ids: self._read.timeline(ids, known_at), list[Version])

    def beliefs_by_golden_record(
        self, valid_at: datetime, known_at: datetime
    ) -> DataLoader[UUID, list[Belief]]:
        """Load the successive beliefs about golden records at one valid instant."""
        shape = ("beliefs", valid_at, known_at)
        return self._of(shape, lambda ids: self._read.beliefs(ids, valid_at, known_at), list[Belief])

    def former_by_golden_record(self, known_at: datetime) -> DataLoader[UUID, Former]:
        """Load what was believed of golden records and is no more at `known_at`."""
        shape = ("former", known_at)
        return self._of(shape, lambda ids: self._read.superseded(ids, known_at), lambda: Former([], []))

    def members_by_golden_record(self, known_at: datetime) -> DataLoader[UUID, list[Membership]]:
        """Load the source records that belong to golden records, as known at `known_at`."""
        return self._of(
            ("members", known_at), lambda ids: self._qualities.members(ids, known_at), list[Membership]
        )

    def customers_by_id(self, at: AsOf) -> DataLoader[UUID, GoldenRecord | None]:
        """Load golden records at a basis by their id."""
        return self._of(("customers", at), lambda ids: self._read.by_id(ids, at), _nothing)

    def events_by_id(self) -> DataLoader[UUID, ReceivedEvent | None]:
        """Load source events by their id."""
        return self._of("events", self._read.events, _nothing)

    def carriers_by_instant(self) -> DataLoader[datetime, Carrier | None]:
        """Load what carried golden facts on, by the system instant at which they were recorded."""
        return self._of("carriers", self._lake_files.carriers, _nothing)

    def threads_by_version(self) -> DataLoader[VersionKey, Thread | None]:
        """Load what carried versions of customers on as messages."""
        return self._of("threads", self._threads.of_versions, _nothing)

    def views_by_pair(self, entity_type: str) -> DataLoader[Pair, PairView | None]:
        """Load pairs of source records side by side."""
        return self._of(
            ("pairs", entity_type), lambda pairs: self._stewards.views.pairs(entity_type, pairs), _nothing
        )

    def actions_by_task(self) -> DataLoader[UUID, list[ReviewAction]]:
        """Load what was done to review tasks."""
        return self._of("actions", self._stewards.queue.actions, list[ReviewAction])

    def counts_by_filter(self) -> DataLoader[Filter, list[QueueCount]]:
        """Load how many review tasks of each kind and status filters leave."""
        return self._of("counts", self._stewards.queue.counts, list[QueueCount])

    def runs_by_id(self, at: AsOf | None) -> DataLoader[UUID, Run | None]:
        """Load runs by their id, at a basis or as best known now."""
        return self._of(("runs", at), lambda ids: self._executions.runs.by_id(ids, at), _nothing)

    def reads_by_run(self) -> DataLoader[Run, list[RunRead]]:
        """Load what runs read of each of their inputs, as best known now."""

        async def read(runs: list[Run]) -> dict[Run, list[RunRead]]:
            found = await self._run_reads.read(runs, await self._lineage.basis())
            return {run: found[run.run_id] for run in runs}

        return self._of("reads", read, list[RunRead])

    def readers_by_run(self, first: int) -> DataLoader[Run, list[ReadBy]]:
        """Load which runs read what runs wrote, as best known now."""

        async def read(runs: list[Run]) -> dict[Run, list[ReadBy]]:
            found = await self._run_reads.read_by(runs, first, await self._lineage.basis())
            return {run: found[run.run_id] for run in runs}

        return self._of(("readers", first), read, list[ReadBy])

    def children_by_run(
        self, first: int, after: RunPlace | None, at: AsOf | None
    ) -> DataLoader[UUID, Children]:
        """Load a page of the runs that runs started."""
        shape = ("children", first, after, at)
        return self._of(shape, lambda ids: self._executions.trees.children(ids, first, after, at), Children)

    def facets_by_run(self, at: AsOf | None) -> DataLoader[UUID, list[RunFacet]]:
        """Load the facets that runs sent of themselves and of what they read and wrote."""
        return self._of(
            ("run facets", at), lambda ids: self._executions.facets.of_runs(ids, at), list[RunFacet]
        )

    def job_facets_by_run(self, at: AsOf | None) -> DataLoader[UUID, dict[str, dict[str, Any]]]:
        """Load the facets of their jobs that runs sent, by name."""
        return self._of(
            ("job facets", at),
            lambda ids: self._executions.facets.of_jobs(ids, at),
            dict[str, dict[str, Any]],
        )

    def parts_by_run(self, at: AsOf | None) -> DataLoader[UUID, dict[Side, list[str]]]:
        """Load the parts of datasets, such as files and partitions, that runs named."""
        return self._of(
            ("parts", at), lambda ids: self._executions.facets.parts(ids, at), dict[Side, list[str]]
        )

    def events_by_run(
        self, first: int, after: UUID | None, at: AsOf | None
    ) -> DataLoader[UUID, tuple[list[StoredEvent], bool]]:
        """Load a page of the events of runs, and whether more follow."""
        log, span = self._executions.events, Span.up_to(at)
        return self._of(
            ("run events", first, after, at),
            lambda ids: log.of_runs(ids, span, first, after),
            lambda: ([], False),
        )

    def points_by_dataset(
        self, wanted: PointsWanted, first: int, after: PointPlace | None
    ) -> DataLoader[UUID, tuple[list[Point], bool]]:
        """Load a page of what was said of datasets over time, and whether more follows."""
        series = self._executions.series
        return self._of(
            ("points", wanted, first, after),
            lambda ids: series.points(ids, wanted, first, after),
            lambda: ([], False),
        )

    def raws_by_event(self) -> DataLoader[UUID, bytes | None]:
        """Load lineage events byte for byte as they came, None where they are no longer kept."""
        return self._of("raw events", self._executions.events.raws, _nothing)

    def states_by_dataset(self, at: AsOf) -> DataLoader[UUID, DatasetState | None]:
        """Load what is held of datasets at a basis."""
        return self._of(("datasets", at), lambda ids: self._lineage.datasets.states(ids, at), _nothing)

    def states_by_job(self, at: AsOf) -> DataLoader[UUID, JobState | None]:
        """Load what is held of jobs at a basis."""
        return self._of(("jobs", at), lambda ids: self._lineage.jobs.states(ids, at), _nothing)

    def schemas_by_dataset(self, first: int, at: AsOf) -> DataLoader[UUID, SchemaHistory]:
        """Load the latest versions of the schemas of datasets."""
        return self._of(
            ("schemas", first, at.system),
            lambda ids: self._lineage.datasets.schema_histories(ids, first, at),
            SchemaHistory,
        )

    def last_writes_by_dataset(self, at: AsOf) -> DataLoader[UUID, LastWrite]:
        """Load what the last runs that wrote datasets said of them."""
        return self._of(("writes", at), lambda ids: self._lineage.datasets.last_writes(ids, at), LastWrite)

    def flows_into_dataset(self, at: AsOf) -> DataLoader[UUID, ColumnFlows]:
        """Load what the columns of datasets follow from."""
        return self._of(("sources", at), lambda ids: self._lineage.columns.upstream(ids, at), ColumnFlows)

    def flows_from_dataset(self, column: str | None, at: AsOf) -> DataLoader[UUID, ColumnFlows]:
        """Load what follows from datasets, or from their columns of that name."""
        return self._of(
            ("targets", column, at),
            lambda ids: self._lineage.columns.downstream(ids, column, at),
            ColumnFlows,
        )

    def assets_by_id(self, at: AsOf) -> DataLoader[UUID, Asset | None]:
        """Load assets that people keep here, retired ones too."""
        return self._of(("assets", at), lambda ids: self._assets.by_id(ids, at), _nothing)

    def assets_now_by_id(self) -> DataLoader[UUID, Asset | None]:
        """Load assets as they are when the first is asked for."""

        async def read(ids: list[UUID]) -> Mapping[UUID, Asset]:
            return await self._assets.by_id(ids, await self._assets.basis())

        return self._of("assets now", read, _nothing)

    def versions_by_asset(self, known_at: datetime) -> DataLoader[UUID, list[AssetVersion]]:
        """Load the versions of assets that people keep here."""
        return self._of(
            ("asset versions", known_at),
            lambda ids: self._assets.versions(ids, known_at),
            list[AssetVersion],
        )

    def relations_by_asset(self, at: AsOf) -> DataLoader[UUID, list[Relation]]:
        """Load the relations that have assets at either end; those of some of them are with all."""

        async def read(ids: list[UUID]) -> dict[UUID, list[Relation]]:
            return dict.fromkeys(ids, await self._assets.relations.of(ids, at))

        return self._of(("relations", at), read, list[Relation])

    def topology_around_asset(self, at: AsOf) -> DataLoader[UUID, Topology]:
        """Load all that assets need and that needs them by relations."""

        async def read(ids: list[UUID]) -> dict[UUID, Topology]:
            return dict.fromkeys(ids, Topology(await self._assets.relations.around(ids, at)))

        return self._of(("topology", at), read, lambda: Topology(()))

    def annotations_by_asset(self, at: AsOf) -> DataLoader[UUID, Annotation | None]:
        """Load what people say of assets, by the key of their reference."""
        return self._of(("annotations", at), lambda keys: self._catalog.annotations.of(keys, at), _nothing)

    def annotation_versions_by_asset(self, known_at: datetime) -> DataLoader[UUID, list[AnnotationVersion]]:
        """Load what people said of assets along valid time, by the key of their reference."""
        return self._of(
            ("annotation versions", known_at),
            lambda keys: self._catalog.annotations.versions(keys, known_at),
            list[AnnotationVersion],
        )

    def stores_by_dataset(self, at: AsOf) -> DataLoader[Node, list[UUID]]:
        """Load the stores that datasets lie in."""

        async def read(nodes: list[Node]) -> dict[Node, list[UUID]]:
            found = await self._catalog.placements.of({node.id: names_of(node) for node in nodes}, at)
            return {node: found[node.id] for node in nodes}

        return self._of(("stores", at), read, list[UUID])

    def known_assets(self, at: AsOf) -> DataLoader[AssetRef, KnownAsset | None]:
        """Load assets of every kind; None for what is no asset of the catalog, such as a golden record."""
        return self._of(("known assets", at), lambda refs: self._catalog.known.of(refs, at), _nothing)

    def counts_of_assets(self, at: AsOf) -> DataLoader[AssetsWanted, AssetCounts]:
        """Load how many assets lists hold, by what is said of them."""
        known = self._catalog.known

        async def read(lists: list[AssetsWanted]) -> dict[AssetsWanted, AssetCounts]:
            return {wanted: await known.counts(wanted, at) for wanted in lists}

        return self._of(("asset counts", at), read, lambda: AssetCounts({}, {}))

    def freshness_by_dataset(self, at: AsOf) -> DataLoader[UUID, Freshness]:
        """Load how fresh datasets are."""
        return self._of(("freshness", at), lambda ids: self._catalog.histories.freshness(ids, at), Freshness)

    def data_versions_by_dataset(
        self, first: int, after: VersionPlace | None, at: AsOf
    ) -> DataLoader[UUID, tuple[list[DataVersion], bool]]:
        """Load a page of the versions of the data of datasets, and whether more follow."""
        return self._of(
            ("data versions", first, after, at),
            lambda ids: self._catalog.histories.versions(ids, first, after, at),
            lambda: ([], False),
        )

    def run_history_by_job(
        self, since: datetime, until: datetime, at: datetime
    ) -> DataLoader[UUID, RunHistory]:
        """Load how the runs of jobs went day by day."""
        return self._of(
            ("run history", since, until, at),
            lambda ids: self._catalog.run_histories.of(ids, since, until, at),
            RunHistory,
        )

    def runs_by_pipeline(
        self, states: tuple[str, ...] | None, first: int, before: UUID | None
    ) -> DataLoader[UUID, tuple[list[PipelineRun], bool]]:
        """Load a page of the runs of pipelines, newest first, and whether more follow."""
        return self._of(
            ("pipeline runs", states, first, before),
            lambda ids: self._pipelines.runs.pages(ids, states, first, before),
            lambda: ([], False),
        )

    def newest_run_by_pipeline(self) -> DataLoader[UUID, PipelineRun | None]:
        """Load the newest run of pipelines."""
        return self._of("newest pipeline runs", self._pipelines.runs.newest, _nothing)

    def tasks_by_pipeline_run(self, newest_only: bool, most: int) -> DataLoader[UUID, list[PipelineTask]]:
        """Load the tasks of runs of pipelines, their newest tries or all."""
        return self._of(
            ("pipeline tasks", newest_only, most),
            lambda ids: self._pipelines.runs.tasks(ids, newest_only=newest_only, most=most),
            list[PipelineTask],
        )

    def task_counts_by_pipeline_run(self) -> DataLoader[UUID, int]:
        """Load how many tasks runs of pipelines have."""
        return self._of("pipeline task counts", self._pipelines.runs.task_counts, int)

    def _of(
        self,
        shape: Hashable,
        read: Callable[[list[Key]], Awaitable[Mapping[Key, Value]]],
        absent: Callable[[], Value],
    ) -> DataLoader[Key, Value]:
        async def load(keys: list[Key]) -> Sequence[Value | BaseException]:
            found = await read(keys)
            return [found[key] if key in found else absent() for key in keys]

        if shape not in self._made:
            self._made[shape] = DataLoader(load_fn=load)
        return self._made[shape]


def _nothing() -> None:
    return None
