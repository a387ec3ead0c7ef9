"""Builds the application: what it is made of, what surrounds it, and what opens and closes with it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from graph.erasure import Erasures
from graph.errors import CatalogError, UnavailableError
from graph.intake import Intake
from graph.store.assets import Assets
from graph.store.change_feed import ChangeFeed
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.entity_types import documents_in
from graph.store.golden_records import GoldenRecords
from graph.store.lake_files import LakeFiles
from graph.store.policies import EntityTypes
from graph.store.record_quality import RecordQuality
from graph.store.stream_letters import StreamLetters
from graph.store.threads import Threads
from lineage.dead_letters import DeadLetters
from lineage.feed import Feed
from lineage.indexing import Indexing
from lineage.inference import Inference
from lineage.listings import Listings
from lineage.recorder import Recorder
from lineage.search import Search
from lineage.snapshot.memory import Snapshots
from lineage.store import Lineage
from service.answers import Answers
from service.auth import ApiKeyCheck
from service.catalog import Catalog
from service.context import Services
from service.entities import Entities
from service.envelope import Envelope
from service.errors import catalog_error, http_error
from service.event_routes import EventDoors
from service.event_stream import Tide
from service.executions import Executions
from service.metrics import Metrics
from service.pipelines import Pipelines
from service.policies import Policies
from service.prefix import Prefix
from service.routes import all_routes
from service.settings import Settings
from service.stewards import Stewards
from service.trusted_documents import TrustedDocuments


class _Application(Starlette):
    """An application with layers of our own alone: Starlette's last catch would answer in another form than ours."""

    def __init__(self, layers: Sequence[Middleware], **given: Any) -> None:
        super().__init__(**given)
        self._layers = layers

    def build_middleware_stack(self) -> ASGIApp:
        """Return what answers, the first layer outermost."""
        answering: ASGIApp = ExceptionMiddleware(self.router, handlers=self.exception_handlers)
        for layer in reversed(self._layers):
            answering = layer.cls(answering, *layer.args, **layer.kwargs)
        return answering


def create_app(settings: Settings, is_ending: Callable[[], bool] = lambda: False) -> Starlette:
    """Return the application; its lifespan opens the database and closes it once everything handed in is written.

    `is_ending` tells whether the server is about to stop: then those who follow the change feed are let go.
    """
    metrics = Metrics()
    trusted = TrustedDocuments.configured(settings.trusted_documents, only=settings.only_trusted_documents)
    api_key = settings.api_key.get_secret_value() if settings.api_key else None

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            services = app.state.services = await opened(settings, metrics, stack, is_ending)
            _start_inference(settings, services.database, stack)
            _start_indexing(settings, services, stack)
            yield

    layers = [
        *([Middleware(Prefix, prefix=settings.prefix)] if settings.prefix else []),
        Middleware(Envelope, metrics=metrics),
        Middleware(ApiKeyCheck, api_key=api_key),
        Middleware(EventDoors),
    ]
    app = _Application(
        layers,
        routes=all_routes(trusted),
        exception_handlers={CatalogError: catalog_error, HTTPException: http_error},
        lifespan=lifespan,
    )
    app.state.metrics = metrics
    return app


async def opened(
    settings: Settings, metrics: Metrics, stack: AsyncExitStack, is_ending: Callable[[], bool]
) -> Services:
    """Return the services on an open database; leaving the stack waits for what was handed in, then closes it.

    Raises UnavailableError where no database is configured or none answers.
    """
    if settings.database_url is None:
        raise UnavailableError("no database is configured: set DATABASE_URL, or start with `goldthread up`")
    database = await Database.open(settings.database_url)
    stack.push_async_callback(database.close)
    secret = settings.suppression_secret
    intake, golden_records = Intake(database, suppression_key=secret), GoldenRecords(database)
    entities = Entities(database, EntityTypes(database), metrics, intake, golden_records, secret)
    stack.push_async_callback(entities.close)
    await _define_types(settings, entities)
    lineage = _lineage(settings, database, metrics, stack)
    executions = Executions.of(database)
    feed, tide = _change_feed(database, is_ending, stack)
    recorder, dead_letters = _event_writers(database, metrics, stack)
    metrics.watch_pool(database)
    metrics.watch_queue("records", lambda: intake.waiting)
    return Services(
        settings=settings,
        database=database,
        golden_records=golden_records,
        lake_files=LakeFiles(database),
        threads=Threads(database),
        intake=intake,
        entities=entities,
        record_quality=RecordQuality(database),
        stewards=Stewards.of(database, entities),
        policies=await _policies(database, entities, stack),
        assets=Assets(database),
        pipelines=Pipelines.of(database),
        catalog=Catalog.of(database),
        lineage=lineage,
        executions=executions,
        answers=Answers.of(database, lineage, executions),
        dead_letters=dead_letters,
        stream_letters=StreamLetters(database),
        listings=Listings(database),
        search=Search(database),
        lineage_feed=Feed(database),
        recorder=recorder,
        metrics=metrics,
        change_feed=feed,
        tide=tide,
        erasures=Erasures(database, secret),
    )


async def _define_types(settings: Settings, entities: Entities) -> None:
    if settings.entity_types is not None:
        for document in documents_in(settings.entity_types).values():
            await entities.define(document, "configuration")


async def _policies(database: Database, entities: Entities, stack: AsyncExitStack) -> Policies:
    policies = Policies(database, entities)
    stack.push_async_callback(policies.recomputations.close)
    await policies.recomputations.resume()
    return policies


def _change_feed(
    database: Database, is_ending: Callable[[], bool], stack: AsyncExitStack
) -> tuple[ChangeFeed, Tide]:
    feed = ChangeFeed(database)
    tide = Tide(feed, is_ending)
    stack.push_async_callback(tide.close)
    return feed, tide


def _lineage(settings: Settings, database: Database, metrics: Metrics, stack: AsyncExitStack) -> Lineage:
    memory = Snapshots(database, most_edges=settings.lineage_edges_in_memory)
    if settings.lineage_edges_in_memory:
        memory.start(DEFAULT_TENANT)
        stack.push_async_callback(memory.close)
    metrics.watch_lineage(memory.sizes)
    return Lineage(database, memory=memory)


def _event_writers(
    database: Database, metrics: Metrics, stack: AsyncExitStack
) -> tuple[Recorder, DeadLetters]:
    recorder, dead_letters = Recorder(database), DeadLetters(database)
    stack.push_async_callback(recorder.close)
    stack.push_async_callback(dead_letters.close)
    metrics.watch_queue("lineage events", lambda: recorder.waiting)
    return recorder, dead_letters


def _start_inference(settings: Settings, database: Database, stack: AsyncExitStack) -> None:
    if settings.infer_columns:
        inference = Inference(database)
        inference.start()
        stack.push_async_callback(inference.close)


def _start_indexing(settings: Settings, services: Services, stack: AsyncExitStack) -> None:
    if settings.index_assets:
        indexing = Indexing(
            services.database, is_busy=lambda: services.recorder.is_writing or services.intake.is_writing
        )
        indexing.start()
        stack.push_async_callback(indexing.close)
