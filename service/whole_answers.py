"""HTTP whose answers leave in one piece: uvicorn hands head and body to the system one by one, and waking clients costs most."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_HEAD = b"HTTP/1.1 "


class WholeAnswers(HttpToolsProtocol):
    """The protocol of uvicorn, which sends the head of an answer with the first part of its body."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to speak with a client."""
        super().connection_made(cast("asyncio.Transport", _Joining(transport)))

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to whoever speaks WebSocket, as it is."""
        self.transport = cast("_Joining", self.transport).plain()
        super().handle_websocket_upgrade()


class _Joining:
    """A transport that holds the head of an answer back until something follows, no longer than this turn of the loop."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._head = b""

    def write(self, data: bytes) -> None:
        """Send bytes, with the head that waits before them."""
        if self._head:
            self._transport.write(self._head + data)
            self._head = b""
        elif data.startswith(_HEAD):
            self._head = data
            self._loop.call_soon(self._let_go)
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Close the connection once everything is sent."""
        self._let_go()
        self._transport.close()

    def plain(self) -> asyncio.Transport:
        """Return the transport itself, with nothing left to send."""
        self._let_go()
        return self._transport

    def _let_go(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
