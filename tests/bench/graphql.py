"""How fast GraphQL answers: lists of objects, look-ups at an instant, and requests that are made to cost much."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench import stored
from tests.bench.environments import told_by
from tests.bench.graphql_hostile import DOCUMENTS, request
from tests.bench.graphql_look_up import QUERY
from tests.bench.lineage import Server, running
from tests.bench.sections import Section

_HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How often it is measured; look-ups over HTTP, and each hostile request."""

    rounds: int = 9
    look_ups: int = 5_000
    hostile: int = 7


FULL = Sizes()
QUICK = Sizes(rounds=3, look_ups=500, hostile=3)


def run(sizes: Sizes = FULL) -> list[Section]:
    """Measure in processes of their own, then on a server and a PostgreSQL of its own."""
    listed = told_by("graphql_objects", str(sizes.rounds))
    with stored.server() as url:
        looked_up = told_by("graphql_look_up", url, str(sizes.rounds))
        with running(url) as server:
            over_http = [
                _over_http(server, name, send, looked_up["asked"], sizes.look_ups)
                for name, send in WAYS.items()
            ]
            refused = [_refused(server, name, sizes.hostile) for name in DOCUMENTS]
    return [
        Section(
            "GraphQL: CPU of an answer",
            "From the text of the request to the bytes of the answer, in one process, ours and strawberry as it comes in turns, "
            "the same answers; the least of "
            f"{sizes.rounds} rounds. The look-up asks for a customer with its address as of an instant on both axes, and "
            "includes the client side of PostgreSQL. We hold ourselves to 2.5 ms and 12 times strawberry for the list, "
            "and to 0.5 ms for the look-up.",
            ("what", "ours ms", "strawberry ms", "times"),
            [
                _compared("1,000 objects × 8 scalars", listed),
                _compared("a customer at an instant", looked_up),
            ],
        ),
        Section(
            "GraphQL: look-ups over HTTP",
            f"{sizes.look_ups:,} look-ups of the same customers by one client over one connection to `goldthread serve`, with "
            "the CPU of the server and of PostgreSQL for each. The server's is what we hold to 0.5 ms.",
            ("how", "look-ups/s", "p50 ms", "p99 ms", "server ms", "PostgreSQL ms"),
            over_http,
        ),
        Section(
            "GraphQL: what is refused",
            "Requests that are made to cost much, over HTTP, each a new one every time; the median of "
            f"{sizes.hostile}, the server's CPU their mean. We hold ourselves to 50 ms for each.",
            ("what", "bytes", "ms", "server CPU ms", "reason"),
            refused,
        ),
    ]


def _compared(name: str, least: dict[str, Any]) -> list[str]:
    ours, stock = 1000 * least["ours"], 1000 * least["stock"]
    return [name, f"{ours:.2f}", f"{stock:.2f}", f"{stock / ours:.1f}"]


Send = Callable[[http.client.HTTPConnection, dict[str, Any]], None]


def _post(connection: http.client.HTTPConnection, variables: dict[str, Any]) -> None:
    connection.request("POST", "/graphql", json.dumps({"query": QUERY, "variables": variables}), _HEADERS)


def _by_id(connection: http.client.HTTPConnection, variables: dict[str, Any]) -> None:
    connection.request("GET", f"/api/v1/customers/{variables['id']}?asOf={variables['asOf']}")


WAYS: dict[str, Send] = {"POST /graphql": _post, "its REST twin": _by_id}
"""How a customer is looked up."""


def _over_http(
    server: Server, name: str, send: Send, asked: Sequence[dict[str, Any]], times: int
) -> list[str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    took: list[float] = []
    before = server.cpu()
    for number in range(200 + times):
        if number == 200:
            took, before = [], server.cpu()
        began = time.perf_counter()
        send(connection, asked[number % len(asked)])
        response = connection.getresponse()
        body = response.read()
        took.append(time.perf_counter() - began)
        if response.status != 200 or b"errors" in body:
            raise RuntimeError(f"{response.status}: {body[:500]!r}")
    used = {which: 1000 * (spent - before[which]) / times for which, spent in server.cpu().items()}
    ranked = sorted(took)
    times_ms = (1000 * ranked[len(ranked) // 2], 1000 * ranked[int(len(ranked) * 0.99)])
    return [
        name,
        f"{times / sum(took):,.0f}",
        *(f"{one:.2f}" for one in times_ms),
        f"{used['server']:.3f}",
        f"{used['postgres']:.3f}",
    ]


def _refused(server: Server, name: str, times: int) -> list[str]:
    took: list[float] = []
    body, told = b"", {}
    before = server.cpu()["server"]
    for _ in range(times):
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        body = _encoded(request(name))
        began = time.perf_counter()
        connection.request("POST", "/graphql", body, _HEADERS)
        response = connection.getresponse()
        told = json.loads(response.read())
        took.append(time.perf_counter() - began)
        if response.status not in (400, 413):
            raise RuntimeError(f"{name} is not refused: {response.status} {told}")
        connection.close()
    spent = (server.cpu()["server"] - before) / times
    error = told["errors"][0] if "errors" in told else told["error"]
    reason = error["message"].replace("|", "/").split(". ")[0][:70]
    return [name, f"{len(body):,}", f"{1000 * sorted(took)[times // 2]:.1f}", f"{1000 * spent:.1f}", reason]


def _encoded(asked: dict[str, Any]) -> bytes:
    """Return the body of a request; variables that are text are JSON already."""
    variables = asked.get("variables")
    if not isinstance(variables, str):
        return json.dumps(asked).encode()
    return b'{"query": %s, "variables": %s}' % (json.dumps(asked["query"]).encode(), variables.encode())
