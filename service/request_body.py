"""The body of a request: read within a limit, unpacked, decoded, and refused with the place of what is wrong."""

from __future__ import annotations

import zlib
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request

from graph.errors import InvalidInputError, refuse_nul

SMALL = 1 << 20
"""Limit of a body that says one thing, such as a query or a customer: 1 MiB."""

EVENT = 8 << 20
"""Limit of a body that is one event of a tool; wide tables make schema facets of some MiB."""

BULK = 64 << 20
"""Limit of a body that holds many records, kept in memory whole so that a broken one stores nothing."""

JSON_TYPES = frozenset({"application/json"})

MOST_MEMBERS = 100
"""How many gzip members one body may have; each costs a copy of what follows it."""


async def raw_body(request: Request, limit: int = SMALL) -> bytes:
    """Return the body, unpacked where it is sent with `Content-Encoding: gzip`.

    Raises HTTPException 413 where it, or what it unpacks to, is longer than `limit`, and 415 for other encodings.
    """
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise _too_long(limit)
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip"}:
        raise HTTPException(415, f"Content-Encoding {encoding[:40]} is not understood; send gzip or none")
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > limit:
            raise _too_long(limit)
        chunks.append(chunk)
    body = b"".join(chunks)
    return _unpacked(body, limit) if encoding == "gzip" else body


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


def media_type(request: Request) -> str:
    """Return the media type of the body without its parameters, in lower case; empty where none is given."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def require_media_type(request: Request, allowed: frozenset[str]) -> str:
    """Return the media type of the body, or raise HTTPException 415 where it is none of the allowed."""
    given = media_type(request)
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


def _unpacked(body: bytes, limit: int) -> bytes:
    """Return what is packed in the members of a gzip body, one after the other, as `cat a.gz b.gz` makes them."""
    plain, packed = b"", body
    for _ in range(MOST_MEMBERS):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            plain += unpacker.decompress(packed, limit + 1 - len(plain))
        except zlib.error as error:
            raise InvalidInputError.at("$", f"is not gzip as Content-Encoding says: {error}") from None
        if len(plain) > limit:
            raise _too_long(limit)
        if not unpacker.eof:
            raise InvalidInputError.at("$", "the gzip body is cut short")
        packed = unpacker.unused_data
        if not packed:
            return plain
    raise InvalidInputError.at("$", f"the gzip body has more than {MOST_MEMBERS} members; send it in parts")


def _too_long(limit: int) -> HTTPException:
    size = f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit} bytes"
    return HTTPException(413, f"the body is longer than {size}")
