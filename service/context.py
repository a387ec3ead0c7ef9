"""What a request may reach: the services built once at the start, and who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import strawberry
from starlette.requests import Request

from graph.intake import Intake
from graph.store.assets import Assets
from graph.store.database import Database
from graph.store.golden_records import GoldenRecords
from graph.store.lake_files import LakeFiles
from lineage.recorder import Recorder
from lineage.store import Lineage
from service.loaders import Loaders
from service.metrics import Metrics
from service.settings import Settings

ANONYMOUS = "anonymous"
"""The actor of a request where no key is demanded."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that answers requests, built once by `service.app.create_app`."""

    settings: Settings
    database: Database
    golden_records: GoldenRecords
    lake_files: LakeFiles
    intake: Intake
    assets: Assets
    lineage: Lineage
    recorder: Recorder
    metrics: Metrics


@dataclass(slots=True)
class RequestContext:
    """What one request sees: the services, who asks, the id of the request, and its own loaders."""

    services: Services
    actor: str
    request_id: str
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.services.golden_records, self.services.lake_files)


def of(request: Request) -> RequestContext:
    """Return the context of a REST request."""
    return RequestContext(
        services=request.app.state.services,
        actor=request.scope.get("goldthread.actor", ANONYMOUS),
        request_id=request.scope.get("goldthread.request_id", ""),
    )


Info: TypeAlias = strawberry.Info[RequestContext, None]
"""What a resolver receives; `info.context` is the RequestContext."""
