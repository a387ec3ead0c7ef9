"""The one way to Airflow's REST API: who we are there, how long we wait, and what each refusal means; one question at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from airflow_client import client
from airflow_client.client.exceptions import ApiException, NotFoundException, ServiceException
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.util import Retry

from graph.errors import CatalogError, ConflictError, InvalidInputError, NotFoundError, UnavailableError
from ingest.airflow_server.notice import AirflowAccess, NotReachedError

PAGE = 100
"""How many of anything Airflow tells at once: what it allows where nobody set it otherwise."""

TIMEOUT = (5.0, 30.0)
"""Seconds to a connection, and to an answer."""

_ONCE = Retry(0, redirect=False)
_LOCAL = {"127.0.0.1", "::1", "localhost"}
_AS_USER = ["OAuth2PasswordBearer"]
_LONGEST_DETAIL = 500

_REFUSALS: Mapping[int, Callable[[str], CatalogError]] = {
    400: partial(InvalidInputError.at, "$"),
    404: NotFoundError,
    409: ConflictError,
    422: partial(InvalidInputError.at, "$"),
}

Answer = dict[str, Any]
T = TypeVar("T")


class AirflowApi:
    """The API (version 2) of one Airflow; every method blocks, so call it in a thread.

    Raises NotReachedError where nobody is there to be asked, UnavailableError where who answers fails, lets us not in or is no
    Airflow, and for what Airflow itself refuses NotFoundError, ConflictError or InvalidInputError.
    """

    def __init__(self, access: AirflowAccess) -> None:
        self.access = access
        no_proxy = "*" if urlsplit(access.url).hostname in _LOCAL else None
        self._configuration = client.Configuration(
            host=access.url, access_token=access.token, retries=_ONCE, no_proxy=no_proxy
        )
        self.client = client.ApiClient(self._configuration)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self.client.rest_client.pool_manager.clear()

    def get(self, *path: str, **parameters: object) -> Answer:
        """Return what there is at a path, of parts that may hold any character."""
        return self.ask(lambda: self._told("GET", path, parameters))

    def post(self, *path: str, body: object) -> Answer:
        """Have something done, and return the answer."""
        return self.ask(lambda: self._told("POST", path, {}, body))

    def pages(self, *path: str, key: str, **parameters: object) -> Iterator[Answer]:
        """Yield everything that a list at a path holds, `key` being what the answer calls it."""
        offset = 0
        while True:
            answer = self.get(*path, **parameters, limit=PAGE, offset=offset)
            yield from answer[key]
            offset += len(answer[key])
            if not answer[key] or offset >= answer["total_entries"]:
                return

    def log(self, dag_id: str, run_id: str, task_id: str, map_index: int, try_number: int) -> Sequence[Any]:
        """Return the lines of the log of a try, as Airflow has them; none where it is gone or cannot be read there."""
        # The client's own type of a line keeps nothing of an exception but that there was one.
        path = ("dags", dag_id, "dagRuns", run_id, "taskInstances", task_id, "logs", str(try_number))

        def read() -> Answer:
            try:
                return self._told("GET", path, {"map_index": map_index, "full_content": True})
            except NotFoundException:
                return {}
            except ServiceException as error:
                if error.status != 500:  # what stands before Airflow says so, not Airflow
                    raise
                return {}

        return self.ask(read).get("content") or ()

    def make_pool(self, name: str, slots: int) -> None:
        """Make a pool, unless there is one of that name: whoever runs the Airflow may have given it other slots."""
        try:
            self.get("pools", name)
        except NotFoundError:
            self.post("pools", body={"name": name, "slots": slots, "include_deferred": False})

    def ask(self, question: Callable[[], T]) -> T:
        """Return the answer to a question that is put to `client`, as somebody who is logged in."""
        try:
            return self._as_user(question)
        except ApiException as error:
            raise _refusal(self.access, error) from error
        except (HTTPError, OSError) as error:
            raise _silence(self.access.url, error) from error
        except (ValueError, LookupError, TypeError) as error:
            raise _stranger(self.access.url, type(error).__name__) from error

    def _as_user(self, question: Callable[[], T]) -> T:
        if self._configuration.access_token is not None:
            try:
                return question()
            except ApiException as error:
                if self.access.token is not None or not _is_of_token(error):
                    raise
        self._log_in()
        return question()

    def _log_in(self) -> None:
        self._configuration.access_token = None
        who = {"username": self.access.username or "", "password": self.access.password or ""}
        try:
            answer = self._sent("POST", "/auth/token", {}, {}, who)
        except NotFoundException as error:
            raise _stranger(self.access.url, "it has no log-in at /auth/token") from error
        self._configuration.access_token = str(answer["access_token"])

    def _told(
        self, method: str, path: Sequence[str], parameters: Mapping[str, object], body: object = None
    ) -> Answer:
        names = {f"part{index}": part for index, part in enumerate(path)}
        return self._sent(
            method, "/api/v2/" + "/".join(f"{{{name}}}" for name in names), names, parameters, body
        )

    def _sent(
        self,
        method: str,
        place: str,
        names: Mapping[str, str],
        parameters: Mapping[str, object],
        body: object,
    ) -> Answer:
        request = self.client.param_serialize(
            method,
            place,
            dict(names),
            list(parameters.items()),
            {"Accept": "application/json", "Content-Type": "application/json"},
            body,
            auth_settings=_AS_USER,
        )
        answer = self.client.call_api(*request, _request_timeout=TIMEOUT)
        content = answer.read()
        if not 200 <= answer.status <= 299:
            ApiException.from_response(http_resp=answer, body=content.decode("utf-8", "replace"), data=None)
        return json.loads(content or b"{}")


def _refusal(access: AirflowAccess, error: ApiException) -> CatalogError:
    """Return what is told where somebody answered, but not what was asked for."""
    who, detail, status = f"Airflow at {access.url}", _detail(error), error.status or 0
    if _is_of_token(error):
        return UnavailableError(f"{who} does not let {_name(access)} in ({detail}): {_key(access)}")
    if status == 403:
        return UnavailableError(
            f"{who} does not let {_name(access)} do this ({detail}): give it a role that may, such as `op`"
        )
    if detail not in {None, "Not Found"} and status in _REFUSALS:
        return _REFUSALS[status](f"{who} says: {detail}")
    if status >= 400 and status != 404:
        told = detail or str(error.body or error.reason)[:_LONGEST_DETAIL]
        return UnavailableError(f"{who} answers {status}: {told}")
    place = (error.headers or {}).get("Location")
    return _stranger(access.url, f"it sends us on to {place}" if place else str(error.reason))


def _is_of_token(error: ApiException) -> bool:
    """Whether Airflow does not take the token: one that is over, or signed by keys that it had before."""
    return error.status == 401 or (error.status == 403 and _detail(error) == "Invalid JWT token")


def _silence(url: str, error: Exception) -> UnavailableError:
    """Return what is told where nobody answered."""
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    match cause:
        case NameResolutionError():
            why = "no machine of that name is known"
        case NewConnectionError():
            why = "nobody listens there"
        case ConnectTimeoutError():
            why = f"no connection within {TIMEOUT[0]:.0f} s"
        case ReadTimeoutError():
            why = f"no answer within {TIMEOUT[1]:.0f} s"
        case _:
            why = f"{type(cause).__name__}: {cause}"[:_LONGEST_DETAIL]
    is_unsent = isinstance(cause, NewConnectionError | ConnectTimeoutError)
    return (NotReachedError if is_unsent else UnavailableError)(f"Airflow does not answer at {url}: {why}")


def _stranger(url: str, why: str) -> UnavailableError:
    """Return what is told where somebody answers who is no Airflow."""
    return UnavailableError(f"no Airflow 3 answers at {url} ({why}): is GOLDTHREAD_AIRFLOW_URL right?")


def _name(access: AirflowAccess) -> str:
    return "the bearer of the token" if access.token is not None else access.username or "nobody"


def _key(access: AirflowAccess) -> str:
    if access.token is not None:
        return "is GOLDTHREAD_AIRFLOW_TOKEN right, and not over?"
    return "are GOLDTHREAD_AIRFLOW_USERNAME and GOLDTHREAD_AIRFLOW_PASSWORD right?"


def _detail(error: ApiException) -> str | None:
    """Return what Airflow says about a refusal, None where it is not Airflow's word."""
    try:
        return str(json.loads(error.body or "")["detail"])[:_LONGEST_DETAIL]
    except (ValueError, KeyError, TypeError):
        return None
