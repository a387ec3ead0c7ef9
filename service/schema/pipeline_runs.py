"""The runs of pipelines in GraphQL: asked for, followed with their tasks, and called off."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from graph.catalog import work
from graph.store import pipeline_runs
from graph.store.pipeline_runs import MOST_TRIES
from service.context import Info
from service.schema.arguments import (
    LARGEST_PAGE,
    FirstArgument,
    PageInfo,
    PlaceArgument,
    key_place,
    opaque,
    opened,
    page_size,
    uuid_of,
)
from service.schema.asset import KeptAsset, shown
from service.schema.runs import Run


@strawberry.enum(description="How the run of a pipeline stands.")
class PipelineRunState(Enum):
    """How the run of a pipeline stands."""

    WAITING = strawberry.enum_value(
        "waiting", description="It is asked for; `stateReason` says for what it waits."
    )
    QUEUED = strawberry.enum_value("queued", description="Airflow has it and has not begun it.")
    RUNNING = strawberry.enum_value("running", description="It goes on.")
    SUCCEEDED = strawberry.enum_value("succeeded", description="It ended well.")
    FAILED = strawberry.enum_value("failed", description="It failed; `error` says why.")
    CANCELLED = strawberry.enum_value("cancelled", description="It was called off.")


StatesArgument = Annotated[
    list[PipelineRunState] | None,
    strawberry.argument(description="Only those in one of these states. Null: in any."),
]


@strawberry.enum(description="What carries a pipeline out.")
class PipelineEngine(Enum):
    """What carries a pipeline out."""

    AIRFLOW = strawberry.enum_value("airflow", description="A DAG of Airflow.")
    WORKER = strawberry.enum_value("worker", description="A step that the worker does itself.")


@strawberry.enum(description="Why a pipeline was run.")
class PipelineRunCause(Enum):
    """Why a pipeline was run."""

    REQUEST = strawberry.enum_value("request", description="Somebody asked for it.")
    NEW_FILE = strawberry.enum_value("new_file", description="A file came into the lake.")
    SCHEDULE = strawberry.enum_value("schedule", description="It was due by its schedule.")
    AIRFLOW = strawberry.enum_value("airflow", description="It was started in Airflow.")


@strawberry.type(description="One try of one task of a run.")
class PipelineTask:
    """One try of one task of a run."""

    task_id: str = strawberry.field(description="The id of the task within its DAG; of a step, its name.")
    map_index: int = strawberry.field(description="Which one of a mapped task it is. -1: it is not mapped.")
    try_number: int = strawberry.field(description="The how manyth try it is. 0: none began yet.")
    is_newest: bool = strawberry.field(description="Whether it is the newest try of the task.")
    state: str | None = strawberry.field(
        description="How it stands, in the words of whoever did it: success, failed, up_for_retry, upstream_failed,"
        " skipped … Null: nothing was decided yet."
    )
    operator: str | None = strawberry.field(description="What kind of task it is.")
    started_at: datetime | None = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    duration_seconds: float | None = strawberry.field(description="How long it took. Null: it is not over.")
    error: str | None = strawberry.field(description="Why it failed, as its log tells.")
    logs_url: str | None = strawberry.field(description="Where its log can be read.")

    @classmethod
    def of(cls, task: pipeline_runs.PipelineTask) -> PipelineTask:
        """Return the try as GraphQL shows it."""
        return cls(
            task_id=task.task_id,
            map_index=task.map_index,
            try_number=task.try_number,
            is_newest=task.is_newest,
            state=task.state,
            operator=task.operator,
            started_at=task.started_at,
            ended_at=task.ended_at,
            duration_seconds=seconds(task.started_at, task.ended_at),
            error=task.error,
            logs_url=task.logs_url,
        )


@strawberry.type(description="One run of a pipeline, as it stands now.")
class PipelineRun:
    """One run of a pipeline, as it stands now."""

    id: strawberry.ID = strawberry.field(description="Its id; lineage knows the run by it too.")
    pipeline_id: strawberry.ID = strawberry.field(description="The id of the pipeline.")
    pipeline_name: str = strawberry.field(description="What the pipeline was called when it was run.")
    engine: PipelineEngine = strawberry.field(description="What carries it out.")
    work: str = strawberry.field(description="The id of the DAG, or the name of the step.")
    state: PipelineRunState = strawberry.field(description="How it stands.")
    state_reason: str | None = strawberry.field(description="Why it waits, in words.")
    error: str | None = strawberry.field(description="Why it failed, in words.")
    conf: JSON = strawberry.field(description="What it was given.")
    cause: PipelineRunCause = strawberry.field(description="Why it was run.")
    requested_by: str | None = strawberry.field(description="Who asked for it. Null: nobody did.")
    idempotency_key: str | None = strawberry.field(description="The key it was asked for with.")
    file_key: str | None = strawberry.field(description="The file that it was run for.")
    scheduled_for: datetime | None = strawberry.field(description="The instant at which it was due.")
    requested_at: datetime = strawberry.field(description="When it was asked for, or came to be known.")
    started_at: datetime | None = strawberry.field(description="When it began. Null: it did not yet.")
    ended_at: datetime | None = strawberry.field(description="When it ended. Null: it is not over.")
    duration_seconds: float | None = strawberry.field(description="How long it took. Null: it is not over.")
    attempts: int = strawberry.field(description="How often it was begun, or handing it over was tried.")
    next_attempt_at: datetime | None = strawberry.field(
        description="When it is tried again at the earliest. Null: it does not wait."
    )
    cancel_requested_at: datetime | None = strawberry.field(description="When it was called off.")
    dag_run_id: str | None = strawberry.field(description="The id of the run in Airflow. Null: it has none.")
    logs_url: str | None = strawberry.field(description="Where the run can be looked at in Airflow.")
    result: JSON | None = strawberry.field(description="What the step told of what it did.")
    held: strawberry.Private[pipeline_runs.PipelineRun]

    @strawberry.field(description="The pipeline, as it is now.")
    async def pipeline(self, info: Info) -> KeptAsset | None:
        """Return the pipeline."""
        found = await info.context.loaders.assets_now_by_id().load(self.held.pipeline_id)
        return None if found is None else shown(found)

    @strawberry.field(
        description=f"The newest try of each task, at most {LARGEST_PAGE}; of a mapped task each instance."
    )
    async def tasks(self, info: Info) -> list[PipelineTask]:
        """Return the newest try of each task."""
        loader = info.context.loaders.tasks_by_pipeline_run(newest_only=True, most=LARGEST_PAGE)
        return [PipelineTask.of(task) for task in await loader.load(self.held.run_id)]

    @strawberry.field(description=f"Every try of every task, at most {MOST_TRIES}.")
    async def task_tries(self, info: Info) -> list[PipelineTask]:
        """Return every try of every task."""
        loader = info.context.loaders.tasks_by_pipeline_run(newest_only=False, most=MOST_TRIES)
        return [PipelineTask.of(task) for task in await loader.load(self.held.run_id)]

    @strawberry.field(description="How many tasks it has; of a mapped task each instance counts.")
    async def task_count(self, info: Info) -> int:
        """Return how many tasks it has."""
        return await info.context.loaders.task_counts_by_pipeline_run().load(self.held.run_id)

    @strawberry.field(description="The run as its OpenLineage events tell of it. Null: none came yet.")
    async def lineage_run(self, info: Info) -> Run | None:
        """Return the run of lineage."""
        run_id = self.held.lineage_run_id or self.held.run_id
        found = await info.context.loaders.runs_by_id(None).load(run_id)
        return None if found is None else Run.of(found, None)

    @classmethod
    def of(cls, run: pipeline_runs.PipelineRun) -> PipelineRun:
        """Return the run as GraphQL shows it."""
        return cls(
            id=strawberry.ID(str(run.run_id)),
            pipeline_id=strawberry.ID(str(run.pipeline_id)),
            pipeline_name=run.pipeline_name,
            engine=PipelineEngine(run.engine),
            work=run.work,
            state=PipelineRunState(run.state),
            state_reason=run.state_reason,
            error=run.error,
            conf=JSON(run.conf),
            cause=PipelineRunCause(run.cause),
            requested_by=run.requested_by,
            idempotency_key=run.cause_key if run.cause == "request" else None,
            file_key=run.file_key,
            scheduled_for=run.scheduled_for,
            requested_at=run.requested_at,
            started_at=run.started_at,
            ended_at=run.ended_at,
            duration_seconds=seconds(run.started_at, run.ended_at),
            attempts=run.attempts,
            next_attempt_at=run.next_attempt_at if run.state == "waiting" else None,
            cancel_requested_at=run.cancel_requested_at,
            dag_run_id=run.dag_run_id,
            logs_url=run.logs_url,
            result=None if run.result is None else JSON(run.result),
            held=run,
        )


@strawberry.type(description="Some runs of pipelines, newest first.")
class PipelineRunPage:
    """Some runs of pipelines, newest first."""

    nodes: list[PipelineRun] = strawberry.field(description="The runs.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")

    @classmethod
    def of(cls, runs: list[pipeline_runs.PipelineRun], has_next: bool) -> PipelineRunPage:
        """Return a page as GraphQL shows it."""
        end = opaque(str(runs[-1].run_id)) if runs else None
        return cls(
            nodes=[PipelineRun.of(run) for run in runs],
            page_info=PageInfo(has_next_page=has_next, end_cursor=end),
        )


@strawberry.type(description="Something that the conf of a step may hold.")
class PipelineStepOption:
    """Something that the conf of a step may hold."""

    name: str = strawberry.field(description="Its name in the conf.")
    description: str = strawberry.field(description="What it says.")
    is_required: bool = strawberry.field(description="Whether it has to be given.")
    type: str = strawberry.field(description="What it is: text, number or flag.")


@strawberry.type(description="Something that the worker can do itself: what `worker:` may name.")
class PipelineStep:
    """Something that the worker can do itself."""

    name: str = strawberry.field(description="Its name.")
    description: str = strawberry.field(description="What it does.")
    conf: list[PipelineStepOption] = strawberry.field(description="What it may be given.")

    @classmethod
    def of(cls, step: work.Step) -> PipelineStep:
        """Return the step as GraphQL shows it."""
        options = [
            PipelineStepOption(
                name=option.name,
                description=option.description,
                is_required=option.is_required,
                type=option.type,
            )
            for option in step.options
        ]
        return cls(name=step.name, description=step.description, conf=options)


@strawberry.type
class PipelineRunQuery:
    """What can be asked about the runs of pipelines."""

    @strawberry.field(description="One run of a pipeline, by its id. Null: there is none.")
    async def pipeline_run(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> PipelineRun | None:
        """Return one run, or None."""
        run_id = uuid_of(id)
        found = (await info.context.services.pipelines.runs.by_id([run_id])).get(run_id)
        return None if found is None else PipelineRun.of(found)

    @strawberry.field(description="The runs of a pipeline, or of all pipelines, newest first.")
    async def pipeline_runs(
        self,
        info: Info,
        pipeline: Annotated[
            strawberry.ID | None, strawberry.argument(description="The id of a pipeline. Null: of all.")
        ] = None,
        states: StatesArgument = None,
        first: FirstArgument = 20,
        after: PlaceArgument = None,
    ) -> PipelineRunPage:
        """Return a page of runs."""
        pipeline_id = None if pipeline is None else uuid_of(pipeline, "$.pipeline")
        before = None if after is None else opened(after, key_place)
        runs = info.context.services.pipelines.runs
        return PipelineRunPage.of(*await runs.page(pipeline_id, named(states), page_size(first), before))

    @strawberry.field(description="What the worker can do itself: what `worker:` of a pipeline may name.")
    async def pipeline_steps(self) -> list[PipelineStep]:
        """Return the steps."""
        return [PipelineStep.of(step) for step in work.STEPS.values()]


@strawberry.type
class PipelineRunMutation:
    """What can be done about the runs of pipelines."""

    @strawberry.mutation(
        description="Ask for a run of a pipeline, which a worker carries out or hands over to Airflow; what it waits for,"
        " its stateReason says."
    )
    async def run_pipeline(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the pipeline.")],
        conf: Annotated[
            JSON | None, strawberry.argument(description="What the run is given: an object.")
        ] = None,
        idempotency_key: Annotated[
            str | None,
            strawberry.argument(description="Asked for with the same key again, it is the same run."),
        ] = None,
    ) -> PipelineRun:
        """Ask for a run and return it."""
        context = info.context
        requests, pipeline_id = context.services.pipelines.requests, uuid_of(id)
        return PipelineRun.of(await requests.run(str(pipeline_id), conf, idempotency_key, context.actor))

    @strawberry.mutation(
        description="Call a run off: at once where nobody has begun it, else as soon as whoever has it is told."
    )
    async def cancel_pipeline_run(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id of the run.")]
    ) -> PipelineRun:
        """Call a run off and return it."""
        return PipelineRun.of(await info.context.services.pipelines.runs.cancel(uuid_of(id)))


@strawberry.type(description="What can be followed of the runs of pipelines.")
class PipelineRunSubscription:
    """What can be followed of the runs of pipelines."""

    @strawberry.subscription(
        description="Runs of pipelines that change, from now on; each as it is then, so that of changes close to each"
        " other only the last is told."
    )
    async def pipeline_run_changed(
        self,
        info: Info,
        pipeline: Annotated[
            strawberry.ID | None, strawberry.argument(description="The id of a pipeline. Null: of all.")
        ] = None,
    ) -> AsyncGenerator[PipelineRun]:
        """Yield the runs that change."""
        services = info.context.services
        pipeline_id = None if pipeline is None else uuid_of(pipeline, "$.pipeline")
        async for run in services.pipelines.following(pipeline_id, services.tide.is_ending):
            yield PipelineRun.of(run)


def named(states: list[PipelineRunState] | None) -> tuple[str, ...] | None:
    """Return the states as the store names them."""
    return None if states is None else tuple(dict.fromkeys(str(state.value) for state in states))


def seconds(since: datetime | None, until: datetime | None) -> float | None:
    """Return how long something took; None where it is not over."""
    return None if since is None or until is None else (until - since).total_seconds()
