"""Builds the application: what it is made of, what surrounds it, and what opens and closes with it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from graph.erasure import Erasures
from graph.errors import CatalogError, UnavailableError
from graph.intake import Intake
from graph.store.assets import Assets
from graph.store.change_feed import ChangeFeed
from graph.store.database import Database
from graph.store.entity_types import documents_in
from graph.store.golden_records import GoldenRecords
from graph.store.lake_files import LakeFiles
from graph.store.policies import EntityTypes
from graph.store.record_quality import RecordQuality
from lineage.recorder import Recorder
from lineage.store import Lineage
from service.auth import ApiKeyCheck
from service.context import Services
from service.entities import Entities
from service.envelope import Envelope
from service.errors import catalog_error, http_error
from service.event_stream import Tide
from service.metrics import Metrics
from service.policies import Policies
from service.routes import all_routes
from service.settings import Settings
from service.stewards import Stewards


def create_app(settings: Settings, is_ending: Callable[[], bool] = lambda: False) -> Starlette:
    """Return the application; its lifespan opens the database and closes it once everything handed in is written.

    `is_ending` tells whether the server is about to stop: then those who follow the change feed are let go.
    """
    metrics = Metrics()
    api_key = settings.api_key.get_secret_value() if settings.api_key else None

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            app.state.services = await opened(settings, metrics, stack, is_ending)
            yield

    app = Starlette(
        routes=all_routes(),
        middleware=[Middleware(Envelope, metrics=metrics), Middleware(ApiKeyCheck, api_key=api_key)],
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
    if settings.entity_types is not None:
        for document in documents_in(settings.entity_types).values():
            await entities.define(document, "configuration")
    policies = Policies(database, entities)
    stack.push_async_callback(policies.recomputations.close)
    await policies.recomputations.resume()
    feed = ChangeFeed(database)
    tide = Tide(feed, is_ending)
    stack.push_async_callback(tide.close)
    recorder = Recorder(database)
    stack.push_async_callback(recorder.close)
    metrics.watch_pool(database)
    metrics.watch_queue("records", lambda: intake.waiting)
    metrics.watch_queue("lineage events", lambda: recorder.waiting)
    return Services(
        settings=settings,
        database=database,
        golden_records=golden_records,
        lake_files=LakeFiles(database),
        intake=intake,
        entities=entities,
        record_quality=RecordQuality(database),
        stewards=Stewards.of(database, entities),
        policies=policies,
        assets=Assets(database),
        lineage=Lineage(database),
        recorder=recorder,
        metrics=metrics,
        change_feed=feed,
        tide=tide,
        erasures=Erasures(database, secret),
    )
