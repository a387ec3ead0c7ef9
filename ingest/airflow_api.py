"""What Airflow's REST API is asked: JSON in and out, with a token that is asked for when needed; one question at a time."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from graph.errors import NotFoundError, UnavailableError
from ingest.airflow_server.notice import AirflowAccess

SECONDS = 30.0
PAGE = 100

Answer = dict[str, Any]


class AirflowApi:
    """The API (version 2) of one Airflow; every method blocks, so call it in a thread.

    Raises UnavailableError where nobody answers, who answers fails, or does not let us in; NotFoundError where Airflow does not
    know what it is asked about.
    """

    def __init__(self, access: AirflowAccess) -> None:
        self.access = access
        self._token = access.token
        is_local = urlsplit(access.url).hostname in {"127.0.0.1", "::1", "localhost"}
        self._opener = build_opener(*([ProxyHandler({})] if is_local else []))

    def get(self, *path: str, **parameters: object) -> Answer:
        """Return what there is at a path, of parts that may hold any character."""
        return self._ask("GET", path, parameters)

    def post(self, *path: str, body: object) -> Answer:
        """Have something done, and return the answer."""
        return self._ask("POST", path, {}, body)

    def pages(self, *path: str, key: str, **parameters: object) -> Iterator[Answer]:
        """Yield everything that a list at a path holds, `key` being what the answer calls it."""
        offset = 0
        while True:
            answer = self._ask("GET", path, {**parameters, "limit": PAGE, "offset": offset})
            yield from answer[key]
            offset += len(answer[key])
            if not answer[key] or offset >= answer["total_entries"]:
                return

    def make_pool(self, name: str, slots: int) -> None:
        """Make a pool, unless there is one of that name: whoever runs the Airflow may have given it other slots."""
        try:
            self.get("pools", name)
        except NotFoundError:
            self.post("pools", body={"name": name, "slots": slots, "include_deferred": False})

    def _ask(
        self, method: str, path: tuple[str, ...], parameters: Mapping[str, object], body: object = None
    ) -> Answer:
        address = "/".join([self.access.url, "api", "v2", *(quote(part, safe="~") for part in path)])
        if parameters:
            address += "?" + urlencode(parameters, doseq=True)
        for is_last in (False, True):
            if self._token is None:
                self._token = self._login()
            try:
                return self._send(method, address, body, self._token)
            except HTTPError as error:
                if error.code == 401 and not is_last and self.access.token is None:
                    self._token = None
                    continue
                raise self._refusal(error, "/".join(path)) from error
        raise AssertionError

    def _login(self) -> str:
        body = {"username": self.access.username or "", "password": self.access.password or ""}
        try:
            return str(self._send("POST", f"{self.access.url}/auth/token", body, None)["access_token"])
        except HTTPError as error:
            raise self._refusal(error, "auth/token") from error

    def _send(self, method: str, address: str, body: object, token: str | None) -> Answer:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        content = None if body is None else json.dumps(body).encode()
        request = Request(address, content, headers, method=method)  # noqa: S310 - the address that settings name
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return json.loads(answer.read() or b"{}")
        except HTTPError:
            raise
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise UnavailableError(f"Airflow does not answer at {self.access.url}: {reason}") from error

    def _refusal(self, error: HTTPError, path: str) -> UnavailableError | NotFoundError:
        told = error.read()[:500].decode(errors="replace")
        if error.code == 404:
            return NotFoundError(f"Airflow knows no {path}")
        hint = (
            ": are GOLDTHREAD_AIRFLOW_USERNAME and GOLDTHREAD_AIRFLOW_PASSWORD, or GOLDTHREAD_AIRFLOW_TOKEN, right?"
            if error.code in {401, 403}
            else f": {told}"
        )
        return UnavailableError(
            f"Airflow at {self.access.url} answered {path} with status {error.code}{hint}"
        )
