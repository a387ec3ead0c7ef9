"""Answers as JSON: instants in UTC with a Z, ids as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from starlette.responses import Response
from starlette.types import Send

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class JSONResponse(Response):
    """A JSON body, encoded by orjson; accepts instants, dates, UUIDs and dataclasses as they are."""

    media_type = "application/json"

    def __init__(
        self,
        content: Any,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        super().__init__(content, status_code, headers, media_type)

    def render(self, content: Any) -> bytes:
        """Return the bytes of the body."""
        return encoded(content)


async def send_json(send: Send, status: int, body: bytes) -> None:
    """Send JSON that is encoded already, without the weight of a Response."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def encoded(content: Any) -> bytes:
    """Return a value as JSON, as every door writes it."""
    return orjson.dumps(content, default=_text, option=_OPTIONS)


def _text(value: object) -> str:
    if isinstance(value, UUID):  # orjson knows the class itself, not the faster one of the database driver
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
