"""One header of a request, found without the weight of an index of them all."""

from __future__ import annotations

from collections.abc import Iterable


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """Return the first header of the name, which is in lower case as ASGI has them; empty where none is given."""
    for key, value in headers:
        if key == name:
            return value.decode("latin-1")
    return ""
