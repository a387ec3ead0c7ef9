"""What the service counts about itself, in the text form of Prometheus; one registry for each application."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.types import Scope

from graph.store.database import Database
from graph.store.stream_positions import Standing
from lineage.snapshot.answers import Size

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Bounds of the latency histogram; a look-up takes a millisecond or two, a bulk load seconds."""

STREAM_GAUGES = {
    "messages": "Messages taken in since the first, by consumer group, topic and partition; its rate is the throughput.",
    "dead_letters": "How many of them could not be used.",
    "lag": "Offsets that lie ahead, as far as a worker has seen.",
    "age_seconds": "While messages wait: how long ago the last one taken in was written.",
    "silent_seconds": "Since when no worker has looked.",
}
"""What is told of streams; workers write it into the database, so that one place is scraped for all of them."""

CONTENT_TYPE = CONTENT_TYPE_LATEST
"""The media type of the exposition."""


class Metrics:
    """The counters, histograms and gauges of one application.

    Labels come from the schema and the routes, never from what a caller made up, so their number is bounded.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self.requests = Counter(
            "goldthread_requests",
            "HTTP requests by method, route, GraphQL operation and status.",
            ["method", "route", "operation", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "goldthread_request_seconds",
            "How long requests took, by route and GraphQL operation.",
            ["route", "operation"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.records = Counter(
            "goldthread_records", "Source records taken in, by outcome.", ["outcome"], registry=self.registry
        )
        self.events = Counter(
            "goldthread_lineage_events",
            "OpenLineage events received, by outcome.",
            ["outcome"],
            registry=self.registry,
        )
        self.errors = Counter(
            "goldthread_errors", "Errors shown to callers, by code.", ["code"], registry=self.registry
        )
        self._watch()
        # To find the one that bears some labels takes longer than to count.
        self._requests: dict[tuple[str, str, str, int], Counter] = {}
        self._seconds: dict[tuple[str, str], Histogram] = {}
        self._events: dict[str, Counter] = {}

    def _watch(self) -> None:
        """Make the gauges, which are read when somebody looks."""
        self._pool = Gauge(
            "goldthread_pool_connections",
            "Connections to PostgreSQL, by state.",
            ["state"],
            registry=self.registry,
        )
        self._waiting = Gauge(
            "goldthread_waiting_writes",
            "Writes that wait for the next group commit, by what is written.",
            ["queue"],
            registry=self.registry,
        )
        self._streams = {
            name: Gauge(
                f"goldthread_stream_{name}", told, ["consumer", "topic", "partition"], registry=self.registry
            )
            for name, told in STREAM_GAUGES.items()
        }
        self._lineage = Gauge(
            "goldthread_lineage_in_memory",
            "What lineage graphs in memory hold: nodes, edges, statements, links, and the bytes of all.",
            ["what"],
            registry=self.registry,
        )

    def request(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one finished request; the route and operation come from what the router and the endpoint left."""
        route: str = getattr(scope.get("route"), "path", "unmatched")
        operation: str = scope.get("goldthread.operation", "")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        counter = self._requests.get((method, route, operation, status))
        if counter is None:
            counter = self.requests.labels(method, route, operation, str(status))
            self._requests[method, route, operation, status] = counter
        counter.inc()
        timer = self._seconds.get((route, operation))
        if timer is None:
            timer = self._seconds[route, operation] = self.seconds.labels(route, operation)
        timer.observe(seconds)

    def event(self, outcome: str) -> None:
        """Count one OpenLineage event."""
        counter = self._events.get(outcome)
        if counter is None:
            counter = self._events[outcome] = self.events.labels(outcome)
        counter.inc()

    def outcomes(self, counter: Counter, outcomes: Iterable[str]) -> None:
        """Count each outcome of a batch."""
        for outcome in outcomes:
            counter.labels(outcome).inc()

    def watch_pool(self, database: Database) -> None:
        """Show the size of the connection pool, read whenever somebody looks."""
        pool = database.pool
        self._pool.labels("open").set_function(pool.get_size)
        self._pool.labels("free").set_function(pool.get_idle_size)
        self._pool.labels("most").set_function(pool.get_max_size)

    def watch_queue(self, queue: str, waiting: Callable[[], int]) -> None:
        """Show how many writes wait in a queue, read whenever somebody looks."""
        self._waiting.labels(queue).set_function(waiting)

    def streams(self, standings: Iterable[Standing]) -> None:
        """Show how far the workers are with each partition of each topic; partitions that are gone are shown no more."""
        for gauge in self._streams.values():
            gauge.clear()
        for each in standings:
            values = {
                "messages": each.messages,
                "dead_letters": each.dead_letters,
                "lag": each.lag,
                "age_seconds": each.age_seconds,
                "silent_seconds": each.silent_seconds,
            }
            for name, value in values.items():
                self._streams[name].labels(each.consumer, each.topic, str(each.partition)).set(value)

    def watch_lineage(self, sizes: Callable[[], Mapping[int, Size]]) -> None:
        """Show how much of the lineage graphs is in memory, all tenants together, read whenever somebody looks."""
        for part in Size._fields:
            self._lineage.labels(part).set_function(
                lambda part=part: sum(getattr(size, part) for size in sizes().values())
            )

    def exposition(self) -> bytes:
        """Return everything counted, as Prometheus scrapes it."""
        return generate_latest(self.registry)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
