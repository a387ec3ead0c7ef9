"""What the tests of ingest share: an installation in a folder of its own, and a server that hears its lineage."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from graph.golden.record import Origin
from graph.intake import Intake, Outcome
from graph.store.database import Database
from ingest.settings import IngestSettings
from ingest.worker import Installation
from lineage.emitter import Emitter
from lineage.events import RunEvent, decode


@dataclass
class Listener:
    """A server that answers 201 to every OpenLineage event that our own decoder can read, or `status` where set."""

    url: str = ""
    status: int = 201
    heard: list[RunEvent] = field(default_factory=list[RunEvent])
    keys: list[str | None] = field(default_factory=list[str | None])

    def told(self) -> list[tuple[str, str]]:
        """Return job and type of every event, in order, each event once."""
        seen = dict.fromkeys((e.job.name, e.event_type or "", e.run.run_id, e.event_time) for e in self.heard)
        return [(job, kind) for job, kind, _, _ in seen]


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Run a server that listens for lineage on a free port."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.keys.append(self.headers.get("Authorization"))
            if listener.status == 201:
                content = decode(body).content
                assert isinstance(content, RunEvent)
                listener.heard.append(content)
            self.send_response(listener.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    listener.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield listener
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(tmp_path: Path, database_url: str, listener: Listener) -> IngestSettings:
    """Return the settings of an installation in a folder of its own."""
    return IngestSettings(
        home=tmp_path / "a home", database_url=database_url, url=listener.url, poll_seconds=0.05
    )


@pytest.fixture
async def installation(
    settings: IngestSettings, database: Database, database_url: str
) -> AsyncIterator[Installation]:
    """Put lake, warehouse and lineage of that installation together."""
    emitter = Emitter(settings.server_url)
    installation = Installation(database, settings, emitter, database_url)
    await installation.warehouse.prepare()
    yield installation
    await emitter.close()


async def take_in(database: Database, *records: dict[str, Any]) -> list[Outcome]:
    """Take records of the CRM in, one transaction, and require that none is refused."""
    intake = Intake(database)
    outcomes = await intake.take_in([{"sourceSystem": "crm", **record} for record in records], Origin("rest"))
    assert [outcome.problems for outcome in outcomes if outcome.status == "rejected"] == []
    return outcomes
