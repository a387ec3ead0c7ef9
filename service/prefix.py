"""The path under which a proxy shows the service, where it hands paths on whole."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class Prefix:
    """Answers what is asked below the prefix as though it were not there; without it everything answers as ever."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        path: str = scope.get("path", "")
        if path.startswith(self._prefix) and path[len(self._prefix) :][:1] in ("", "/"):
            scope["path"] = path[len(self._prefix) :] or "/"
        await self.app(scope, receive, send)
