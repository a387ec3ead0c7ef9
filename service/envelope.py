"""What goes around every answer: the request id, the security headers, the measurement, and the last catch."""

from __future__ import annotations

import logging
import re
import time
from random import getrandbits

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import INTERNAL, internal_body
from service.headers import header
from service.metrics import Metrics
from service.responses import JSONResponse

log = logging.getLogger("goldthread.service")

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "worker-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
"""Nothing from outside this server; the editor of the playground sets style attributes, hence 'unsafe-inline'."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""The security headers of every answer that a browser may show."""

FOR_PROGRAMS = ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")
"""Those of them that mean something where a program reads the answer; each header costs as much as a look-up."""

_ENCODED = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_FOR_PROGRAMS = [(name.lower().encode(), HEADERS[name].encode()) for name in FOR_PROGRAMS]
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Envelope:
    """The outermost layer: nothing an endpoint raises gets past it, and every answer is measured and labelled."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["goldthread.request_id"] = request_id
        started = time.perf_counter()
        status = 0

        async def labelled(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", []),
                    *(_FOR_PROGRAMS if scope.get("goldthread.is_for_programs") else _ENCODED),
                    (b"x-request-id", request_id.encode()),
                ]
            await send(message)

        try:
            await self.app(scope, receive, labelled)
        except ClientDisconnect:
            status = status or 499
        except Exception:
            log.exception("request %s failed", request_id)
            self.metrics.errors.labels(INTERNAL).inc()
            if status:
                raise
            await JSONResponse(internal_body(request_id), 500)(scope, receive, labelled)
        finally:
            self.metrics.request(scope, status, time.perf_counter() - started)


def _request_id(scope: Scope) -> str:
    given = header(scope["headers"], b"x-request-id")
    return given if given and _REQUEST_ID.fullmatch(given) else f"{getrandbits(128):032x}"
