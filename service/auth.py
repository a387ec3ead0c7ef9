"""Who may ask: the API key on every door, and only loopback names where there is no key."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import TypeAlias
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service.errors import error_body
from service.headers import header
from service.pages import is_page
from service.responses import JSONResponse

OPEN_PATHS = frozenset({"/healthz", "/favicon.ico"})
"""What answers without a key besides the pages for a browser, which hold no data."""

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", ""})
"""The names under which a server without a key may be called."""

_Raw: TypeAlias = Iterable[tuple[bytes, bytes]]


class ApiKeyCheck:
    """Lets a request pass that carries the API key, as `Authorization: Bearer …` or `X-API-Key: …`.

    Without a key configured, the server is for this machine alone: it then answers only to loopback names, so that
    a web page cannot reach it through a host name of its own that resolves to 127.0.0.1.
    """

    def __init__(self, app: ASGIApp, api_key: str | None) -> None:
        self.app = app
        self._digest = _digest(api_key.encode()) if api_key else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401 or 421."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = scope["headers"]
        if self._digest is None:
            refusal = None if _host_name(headers) in LOOPBACK_NAMES else _misdirected()
        elif _is_open(scope["path"]) or hmac.compare_digest(_digest(_presented(headers)), self._digest):
            refusal = None
        else:
            refusal = _unauthenticated()
        scope["goldthread.actor"] = "api-key" if self._digest else "anonymous"
        await (refusal or self.app)(scope, receive, send)


def is_admitted(headers: Headers, api_key: str | None, given: str | None = None) -> bool:
    """Return whether a WebSocket may be used: by the key in its headers, or `given` in its first message.

    Without a key, only by pages and programs of this machine: a browser lets any page open a WebSocket to anywhere,
    and says in `Origin` which one it was.
    """
    if api_key is not None:
        shown = _presented(headers.raw) if given is None else given.encode("utf-8", "replace")
        return hmac.compare_digest(_digest(shown), _digest(api_key.encode()))
    origin = urlsplit(headers.get("origin", ""))
    return _host_name(headers.raw) in LOOPBACK_NAMES and (origin.hostname or "") in {
        name.strip("[]") for name in LOOPBACK_NAMES
    }


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or is_page(path)


def _presented(headers: _Raw) -> bytes:
    scheme, _, token = header(headers, b"authorization").partition(" ")
    key = token.strip() if scheme.lower() == "bearer" else header(headers, b"x-api-key")
    return key.encode("latin-1", "replace")


def _host_name(headers: _Raw) -> str:
    host = header(headers, b"host").lower()
    return host if host.endswith("]") else host.rsplit(":", 1)[0]


def _digest(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()


def _unauthenticated() -> JSONResponse:
    message = "an API key is needed: Authorization: Bearer … or X-API-Key: …"
    return JSONResponse(
        error_body("UNAUTHENTICATED", message), 401, {"WWW-Authenticate": 'Bearer realm="goldthread"'}
    )


def _misdirected() -> JSONResponse:
    message = (
        "without an API key this server answers only to localhost; set GOLDTHREAD_API_KEY for other names"
    )
    return JSONResponse(error_body("MISDIRECTED_REQUEST", message), 421)
