"""What a request may reach: the services built once at the start, and who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import strawberry
from starlette.requests import Request

from graph.erasure import Erasures
from graph.intake import Intake
from graph.store.assets import Assets
from graph.store.change_feed import ChangeFeed
from graph.store.database import Database
from graph.store.golden_records import GoldenRecords
from graph.store.lake_files import LakeFiles
from graph.store.record_quality import RecordQuality
from graph.store.stream_letters import StreamLetters
from graph.store.threads import Threads
from lineage.dead_letters import DeadLetters
from lineage.feed import Feed
from lineage.listings import Listings
from lineage.recorder import Recorder
from lineage.search import Search
from lineage.store import Lineage
from service.answers import Answers
from service.catalog import Catalog
from service.entities import Entities, Entity
from service.event_stream import Tide
from service.executions import Executions
from service.loaders import Loaders
from service.metrics import Metrics
from service.pipelines import Pipelines
from service.policies import Policies
from service.settings import Settings
from service.stewards import Stewards

ANONYMOUS = "anonymous"
"""The actor of a request where no key is demanded."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that answers requests, built once by `service.app.create_app`."""

    settings: Settings
    database: Database
    golden_records: GoldenRecords
    lake_files: LakeFiles
    threads: Threads
    intake: Intake
    entities: Entities
    record_quality: RecordQuality
    stewards: Stewards
    policies: Policies
    assets: Assets
    pipelines: Pipelines
    catalog: Catalog
    lineage: Lineage
    executions: Executions
    answers: Answers
    dead_letters: DeadLetters
    stream_letters: StreamLetters
    listings: Listings
    search: Search
    lineage_feed: Feed
    recorder: Recorder
    metrics: Metrics
    change_feed: ChangeFeed
    tide: Tide
    erasures: Erasures


@dataclass(slots=True)
class RequestContext:
    """What one request sees: the services, who asks, the id of the request, and its own loaders."""

    services: Services
    actor: str
    request_id: str
    loaders: Loaders = field(init=False)
    _entities: dict[str, Entity] = field(init=False, default_factory=dict[str, Entity])

    def __post_init__(self) -> None:
        services = self.services
        self.loaders = Loaders(
            services.golden_records,
            services.lake_files,
            services.threads,
            services.record_quality,
            services.stewards,
            services.executions,
            services.lineage,
            services.assets,
            services.catalog,
            services.answers,
            services.pipelines,
        )

    async def entity(self, name: str) -> Entity:
        """Return what answers for an entity type, the same all through the request; raises NotFoundError."""
        if name not in self._entities:
            self._entities[name] = await self.services.entities.of(name)
        return self._entities[name]


def of(request: Request) -> RequestContext:
    """Return the context of a REST request."""
    return RequestContext(
        services=request.app.state.services,
        actor=request.scope.get("goldthread.actor", ANONYMOUS),
        request_id=request.scope.get("goldthread.request_id", ""),
    )


Info: TypeAlias = strawberry.Info[RequestContext, None]
"""What a resolver receives; `info.context` is the RequestContext."""
