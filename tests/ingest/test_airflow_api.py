"""What is told where Airflow refuses, is somebody else, or is not there; the answers are those of a real one."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from graph.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError
from ingest.airflow_api import AirflowApi
from ingest.airflow_server.notice import AirflowAccess, NotReachedError

Given = tuple[int, dict[str, str], str]


class Server:
    """A web server that gives each question the next of the answers that it was told to give for its path."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Given]] = {}
        self.asked: list[tuple[str, str | None]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.asked.append((self.path, self.headers.get("Authorization")))
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                left = owner.answers[self.path.partition("?")[0]]
                status, headers, body = left.pop(0) if len(left) > 1 else left[0]
                content = body.encode()
                self.send_response(status)
                for name, value in ({"Content-Type": "application/json"} | headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_GET  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.answer("/auth/token", 201, {"access_token": "first"}, {"access_token": "second"})

    def answer(self, path: str, status: int, *told: Any, **headers: str) -> None:
        """Have a question answered, the first time by the first of what is told."""
        bodies = [one if isinstance(one, str) else json.dumps(one) for one in told]
        self.answers.setdefault(path, []).extend((status, headers, body) for body in bodies)

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    """A web server that says what it is told to."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def api(server: Server) -> Iterator[AirflowApi]:
    """Somebody who asks it by name and password."""
    with AirflowApi(AirflowAccess(server.url, "airflow", "ann", "secret")) as api:
        yield api


def test_a_token_is_asked_for_once_and_anew_when_it_is_over(server: Server, api: AirflowApi) -> None:
    """A refused token is replaced and the question put again, be it expired or signed by keys that were changed."""
    server.answer("/api/v2/version", 200, {"version": "3.3.2"})
    assert api.get("version") == {"version": "3.3.2"}
    assert api.get("version") == {"version": "3.3.2"}
    for status, detail in ((401, "Token Expired"), (403, "Invalid JWT token")):
        server.answers["/api/v2/version"] = []
        server.answer("/api/v2/version", status, {"detail": detail})
        server.answer("/api/v2/version", 200, {"version": "3.3.2"})
        assert api.get("version") == {"version": "3.3.2"}
    paths = [path for path, _ in server.asked]
    assert (paths.count("/auth/token"), paths.count("/api/v2/version")) == (3, 6)
    assert [who for path, who in server.asked if path == "/api/v2/version"][:4] == ["Bearer first"] * 3 + [
        "Bearer second"
    ]


def test_a_wrong_password_is_told_with_what_to_set(server: Server, api: AirflowApi) -> None:
    """The log-in is tried once, and nothing is asked."""
    server.answers["/auth/token"] = []
    server.answer("/auth/token", 401, {"detail": "Invalid credentials"})
    with pytest.raises(UnavailableError) as refused:
        api.get("dags")
    assert refused.value.message == (
        f"Airflow at {server.url} does not let ann in (Invalid credentials): "
        "are GOLDTHREAD_AIRFLOW_USERNAME and GOLDTHREAD_AIRFLOW_PASSWORD right?"
    )
    assert [path for path, _ in server.asked] == ["/auth/token"]


def test_a_token_that_was_given_is_never_replaced(server: Server) -> None:
    """Where it is over, that is told: nobody gave us a password."""
    server.answer("/api/v2/dags", 403, {"detail": "Invalid JWT token"})
    with (
        AirflowApi(AirflowAccess(server.url, "airflow", token="given")) as api,
        pytest.raises(UnavailableError, match=r"is GOLDTHREAD_AIRFLOW_TOKEN right, and not over\?$"),
    ):
        api.get("dags")
    assert server.asked == [("/api/v2/dags", "Bearer given")]


@pytest.mark.parametrize(
    ("status", "detail", "kind", "told"),
    [
        (
            404,
            "The Dag with ID: `x` was not found",
            NotFoundError,
            "says: The Dag with ID: `x` was not found",
        ),
        (409, "it exists", ConflictError, "says: it exists"),
        (422, "not a date", InvalidInputError, "says: not a date"),
        (400, "no", InvalidInputError, "says: no"),
        (403, "Forbidden", UnavailableError, "does not let ann do this (Forbidden): give it a role that may"),
        (500, "it broke", UnavailableError, "answers 500: it broke"),
    ],
)
def test_each_refusal_is_told_as_what_it_is(
    server: Server, api: AirflowApi, status: int, detail: str, kind: type[Exception], told: str
) -> None:
    """Each has its own kind, in Airflow's words."""
    server.answer("/api/v2/dags/x", status, {"detail": detail})
    with pytest.raises(kind) as refused:
        api.get("dags", "x")
    assert f"Airflow at {server.url} {told}" in str(refused.value)
    assert type(refused.value) is kind


@pytest.mark.parametrize(
    ("status", "body", "headers", "told"),
    [
        (404, "<html>nothing</html>", {}, "Not Found"),
        (404, {"error": "API route not found"}, {}, "Not Found"),
        (404, {"detail": "Not Found"}, {}, "Not Found"),
        (302, "", {"Location": "https://a.example/login"}, "it sends us on to https://a.example/login"),
        (200, "<html>welcome</html>", {"Content-Type": "text/html"}, "JSONDecodeError"),
    ],
)
@pytest.mark.parametrize("path", ["/auth/token", "/api/v2/dags/x"])
def test_somebody_else_is_not_taken_for_an_airflow_that_knows_nothing(
    server: Server, api: AirflowApi, path: str, status: int, body: Any, headers: dict[str, str], told: str
) -> None:
    """What a proxy or another service answers is nothing that Airflow says: no run is gone because of it."""
    server.answers[path] = []
    server.answer(path, status, body, **headers)
    with pytest.raises(UnavailableError) as refused:
        api.get("dags", "x")
    why = "it has no log-in at /auth/token" if (status, path) == (404, "/auth/token") else told
    assert refused.value.message == (
        f"no Airflow 3 answers at {server.url} ({why}): is GOLDTHREAD_AIRFLOW_URL right?"
    )


def test_a_list_is_read_to_its_end(server: Server, api: AirflowApi) -> None:
    """Page after page, parts of a path and parameters as they are."""
    server.answer(
        "/api/v2/dags/a%20%2F%C3%A9/x", 200, *[{"x": [n, n], "total_entries": 5} for n in (1, 2, 3)]
    )
    found = api.pages("dags", "a /é", "x", key="x", wanted="a&b ~")
    assert list(found) == [1, 1, 2, 2, 3, 3]
    assert [path.partition("?")[2] for path, _ in server.asked[1:]] == [
        f"wanted=a%26b%20~&limit=100&offset={offset}" for offset in (0, 2, 4)
    ]


def test_a_log_that_is_gone_or_cannot_be_read_there_tells_nothing(server: Server, api: AirflowApi) -> None:
    """It holds nobody up; an Airflow that is away does."""
    path = "/api/v2/dags/d/dagRuns/r/taskInstances/t/logs/2"
    server.answer(path, 200, {"content": [{"event": "x"}], "continuation_token": None})
    server.answer(path, 404, {"detail": "TaskInstance not found"})
    server.answer(path, 500, {"detail": "no bucket"})
    server.answer(path, 502, "bad gateway")
    assert [list(api.log("d", "r", "t", -1, 2)) for _ in range(3)] == [[{"event": "x"}], [], []]
    assert server.asked[-1][0] == f"{path}?map_index=-1&full_content=true"
    with pytest.raises(UnavailableError, match="answers 502: bad gateway"):
        api.log("d", "r", "t", -1, 2)


def test_nobody_there_is_told_from_somebody_who_does_not_answer() -> None:
    """Only where nobody listens it is certain that nothing arrived."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        nowhere = "http://no.such.machine.invalid"
        for url, why in ((nobody, "nobody listens there"), (nowhere, "no machine of that name is known")):
            api = AirflowApi(AirflowAccess(url, "airflow", "ann", "secret"))
            with pytest.raises(NotReachedError) as refused:
                api.get("dags")
            api.close()
            assert refused.value.message == f"Airflow does not answer at {url}: {why}"
