"""The body of a request: read within a limit, unpacked, decoded, and refused with the place of what is wrong."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from typing import Any

import orjson
import zstandard
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Scope

from graph.errors import InvalidInputError, refuse_nul
from service.headers import header

SMALL = 1 << 20
"""Limit of a body that says one thing, such as a query or a customer: 1 MiB."""

BULK = 64 << 20
"""Limit of a body that holds many records, kept in memory whole so that a broken one stores nothing."""

JSON_TYPES = frozenset({"application/json"})

MOST_MEMBERS = 100
"""How many gzip members or zstd frames one body may have; each costs a copy of what follows it."""

_SLOW = 256 << 10
"""Longer packed bodies are unpacked in a thread: other requests need not wait for them."""

_PIECE = 1 << 18
_WINDOW = 128 << 20


async def raw_body(request: Request, limit: int = SMALL) -> bytes:
    """Return the body, unpacked where it is sent with `Content-Encoding: gzip` or `zstd`.

    Raises HTTPException 413 where it, or what it unpacks to, is longer than `limit`, and 415 for other encodings.
    """
    return await received_body(request.scope, request.receive, limit)


async def received_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Return the body as `raw_body` does; raises ClientDisconnect where the client went away before its end."""
    headers = scope["headers"]
    declared = header(headers, b"content-length")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise _too_long(limit)
    encoding = header(headers, b"content-encoding").strip().lower()
    if encoding not in _ENCODINGS:
        raise HTTPException(
            415, f"Content-Encoding {encoding[:40]} is not understood; send gzip, zstd or none"
        )
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body", False) or len(body) > limit or message["type"] == "http.disconnect":
        body = await _whole_body(message, receive, limit)
    unpack = _ENCODINGS[encoding]
    if unpack is None:
        return body
    return await asyncio.to_thread(unpack, body, limit) if len(body) > _SLOW else unpack(body, limit)


async def json_body(request: Request, limit: int = SMALL) -> Any:
    """Return the parsed JSON body of a request whose Content-Type says so (otherwise HTTPException 415).

    Raises InvalidInputError with line and column for broken JSON, invalid UTF-8, and with the JSON path for NUL
    characters, which PostgreSQL cannot keep.
    """
    require_media_type(request, JSON_TYPES)
    body = await raw_body(request, limit)
    value = parsed_json(body)
    if b"\\u0000" in body:
        refuse_nul(value)
    return value


def media_type(scope: Scope) -> str:
    """Return the media type of the body without its parameters, in lower case; empty where none is given."""
    return header(scope["headers"], b"content-type").partition(";")[0].strip().lower()


def require_media_type(request: Request, allowed: frozenset[str]) -> str:
    """Return the media type of the body, or raise HTTPException 415 where it is none of the allowed."""
    given = media_type(request.scope)
    if given not in allowed:
        wanted = " or ".join(sorted(allowed))
        raise HTTPException(415, f"Content-Type must be {wanted}, got {given[:60] or 'none'}")
    return given


def parsed_json(body: bytes | str) -> Any:
    """Return the value of some JSON text, or raise InvalidInputError with the line and column of what is wrong."""
    if not body.strip():
        raise InvalidInputError.at("$", "the body is empty")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidInputError.at(
            "$", f"is not JSON: {error.msg}, line {error.lineno} column {error.colno}"
        ) from None


def decoded_text(body: bytes) -> str:
    """Return the text of a UTF-8 body, a byte order mark dropped, or raise InvalidInputError with the line at fault."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise InvalidInputError.at(
            "$", f"is not UTF-8: byte {body[error.start]:#04x} in line {line}"
        ) from None


async def _whole_body(message: Message, receive: Receive, limit: int) -> bytes:
    chunks: list[bytes] = []
    length = 0
    while True:
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        length += len(chunk)
        if length > limit:
            raise _too_long(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)
        message = await receive()


def _gunzipped(body: bytes, limit: int) -> bytes:
    """Return what is packed in the members of a gzip body, one after the other, as `cat a.gz b.gz` makes them."""
    plain, packed = b"", body
    for _ in range(MOST_MEMBERS):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            plain += unpacker.decompress(packed, limit + 1 - len(plain))
        except zlib.error as error:
            raise _not_packed("gzip", error) from None
        if len(plain) > limit:
            raise _too_long(limit)
        if not unpacker.eof:
            raise InvalidInputError.at("$", "the gzip body is cut short")
        packed = unpacker.unused_data
        if not packed:
            return plain
    raise InvalidInputError.at("$", f"the gzip body has more than {MOST_MEMBERS} members; send it in parts")


def _unzstd(body: bytes, limit: int) -> bytes:
    """Return what is packed in the frames of a zstd body.

    It is unpacked twice: piece by piece to learn how long it is, since the second way tells where a frame is cut short
    and has no bound.
    """
    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    try:
        length = 0
        reader = unpacker.stream_reader(body, read_across_frames=True)
        while piece := reader.read(_PIECE):
            length += len(piece)
            if length > limit:
                raise _too_long(limit)
        plain, packed = b"", body
        for _ in range(MOST_MEMBERS):
            frame = unpacker.decompressobj()
            plain += frame.decompress(packed)
            if not frame.eof:
                raise InvalidInputError.at("$", "the zstd body is cut short")
            packed = frame.unused_data
            if not packed:
                return plain
    except zstandard.ZstdError as error:
        raise _not_packed("zstd", error) from None
    raise InvalidInputError.at("$", f"the zstd body has more than {MOST_MEMBERS} frames; send it in parts")


def _not_packed(encoding: str, error: Exception) -> InvalidInputError:
    return InvalidInputError.at("$", f"is not {encoding} as Content-Encoding says: {error}")


def _too_long(limit: int) -> HTTPException:
    size = f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit} bytes"
    return HTTPException(413, f"the body is longer than {size}")


_ENCODINGS: dict[str, Callable[[bytes, int], bytes] | None] = {
    "identity": None,
    "": None,
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "zstd": _unzstd,
}
"""How a body is unpacked, by its Content-Encoding."""
