"""Posts OpenLineage events over HTTP, on kept connections, each answered before the next, and tells what it took.

Arguments: port of the server, a JSON object with events, concurrency, batch (1: each event alone), skip (events that were
sent before), ids (4 or 7), jobs, slices.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, cast

import uvloop

from tests.bench.lineage_events import Events, jobs


class Connection(asyncio.Protocol):
    """One kept connection: sends a request as soon as the one before is answered."""

    def __init__(self, requests: Iterator[bytes], load: Load) -> None:
        self._requests = requests
        self._load = load
        self._received = b""
        self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the answer that did not come as one that failed."""
        self._load.closed(lost=self._began > 0)

    def data_received(self, data: bytes) -> None:
        """Note what the answer was, and go on."""
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        length = int(lower.partition(b"content-length:")[2].partition(b"\r")[0] or 0)
        if len(rest) < length:
            return
        self._received = b""
        self._load.answered(int(head[9:12]), time.perf_counter() - self._began, rest)
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._began = 0.0
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(request)


class Load:
    """What all connections together have sent and been answered."""

    def __init__(self, connections: int) -> None:
        self._open = connections
        self.codes: Counter[str] = Counter()
        self.took: list[float] = []
        self.at: list[float] = []
        self.complaint = ""
        self.done = asyncio.get_running_loop().create_future()

    def answered(self, status: int, seconds: float, body: bytes) -> None:
        """Count an answer."""
        self.codes[str(status)] += 1
        self.took.append(seconds)
        self.at.append(time.perf_counter())
        if status >= 300 and not self.complaint:
            self.complaint = body[:300].decode()

    def closed(self, *, lost: bool) -> None:
        """Count a connection that is over."""
        if lost:
            self.codes["lost"] += 1
        self._open -= 1
        if not self._open:
            self.done.set_result(None)


def requests(events: Iterator[bytes], batch: int) -> Iterator[bytes]:
    """Yield the requests that carry the events."""
    path = b"/api/v1/lineage" if batch == 1 else b"/api/v1/lineage/batch"
    head = b"POST %b HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: " % path
    while bodies := list(islice(events, batch)):
        body = bodies[0] if batch == 1 else b"[%b]" % b",".join(bodies)
        yield b"%b%d\r\n\r\n%b" % (head, len(body), body)


async def main(
    port: int, *, events: int, concurrency: int, batch: int, skip: int, ids: Any, jobs_: int, slices: int
) -> dict[str, Any]:
    """Send the events and return rates, seconds of each answer in order, and the CPU seconds of this process."""
    waiting = requests(islice(Events(jobs(jobs_), ids), skip, skip + events), batch)
    load = Load(concurrency)
    loop = asyncio.get_running_loop()
    began, used = time.perf_counter(), _cpu()
    for _ in range(concurrency):
        await loop.create_connection(lambda: Connection(waiting, load), "127.0.0.1", port)
    await load.done
    used, ended = _cpu() - used, time.perf_counter()
    marks = [began, *load.at]
    size = len(load.at) // slices
    rates = [size * batch / (marks[(n + 1) * size] - marks[n * size]) for n in range(slices) if size]
    return {
        "seconds": ended - began,
        "rate": events / (ended - began),
        "slices": rates,
        "cpu": used,
        "codes": load.codes,
        "complaint": load.complaint,
        **dict(zip(("p50", "p99"), _percentiles(load.took), strict=True)),
    }


def _percentiles(seconds: list[float]) -> list[float]:
    ordered = sorted(seconds)
    return [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.99)]


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    uvloop.install()
    print(json.dumps(asyncio.run(main(int(sys.argv[1]), **json.loads(sys.argv[2])))))
