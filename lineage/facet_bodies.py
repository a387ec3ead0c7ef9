"""The bodies of facets: read, checked, put into their canonical form and digested, each distinct one once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

import msgspec
import orjson

from graph.errors import InvalidInputError, Problem
from lineage.conformance import facet_warnings
from lineage.facets import is_facet
from lineage.remembered import Remembered

DEEPEST: Final = 200
"""How many levels an event may have."""

_ORIGIN: Final = ("_producer", "_schemaURL")
_STATISTICS: Final = frozenset({"inputStatistics", "outputStatistics"})
_DIGITS: Final = re.compile(rb"[0-9]+")
_warned: Final[Remembered[tuple[str, bytes], tuple[Problem, ...]]] = Remembered(1_000_000)

_WRITABLE: Final = 254
"""How many levels orjson writes."""


class FacetBody(msgspec.Struct, frozen=True, gc=False):
    """A facet in canonical JSON (keys sorted), its digest, and where it differs from the specification.

    `origin` and `rest` are the same in two parts, where it was read as a facet of one run: who produced it by which
    schema, which repeats, and what it says.
    """

    digest: bytes
    json: bytes
    warnings: tuple[Problem, ...] = ()
    origin: bytes = b"{}"
    rest: bytes = b""

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> FacetBody:
        """Return the canonical form of a facet."""
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        return cls(blake2b(text, digest_size=16).digest(), text)

    @property
    def value(self) -> dict[str, Any]:
        """The facet as parsed JSON, anew each time."""
        return orjson.loads(self.json)


NOTHING: Final = FacetBody(b"", b"")
"""What stands for a member of a facets map that is no facet, such as null."""


class FacetBodies:
    """Reads facets from their bytes, and remembers those that are likely to come again."""

    def __init__(self, most: int = 32_000_000, *, of_one_run: bool = False) -> None:
        self._kept: Remembered[tuple[str, bytes], FacetBody] = Remembered(most)
        self._of_one_run = of_one_run

    def known(self, name: str, raw: bytes) -> FacetBody | None:
        """Return the facet that the bytes say, if it came of late."""
        return self._kept.get((name, raw), len(raw) + 200)

    def read(self, name: str, raw: bytes, path: str) -> FacetBody:
        """Return the facet that the bytes say, or one without digest where they say none.

        Raises InvalidInputError naming `path` for what cannot be kept.
        """
        body = _read(name, raw, path, in_parts=self._of_one_run)
        self._kept.keep((name, raw), body, len(raw) + 200)
        return body


def _read(name: str, raw: bytes, path: str, *, in_parts: bool) -> FacetBody:
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidInputError.at(path, f"cannot be kept: {error.msg}") from None
    body = FacetBody.of(value) if is_facet(value) and not _is_deep(raw, value) else NOTHING
    if body is NOTHING and is_facet(value):
        raise InvalidInputError.at(path, f"is nested too deeply; an event may have {DEEPEST} levels")
    warnings = _warnings(name, raw, value)
    if in_parts and body is not NOTHING:
        origin = {key: value.pop(key) for key in _ORIGIN if key in value}
        return FacetBody(body.digest, body.json, warnings, orjson.dumps(origin), orjson.dumps(value))
    return msgspec.structs.replace(body, warnings=warnings) if warnings else body


def _warnings(name: str, raw: bytes, value: object) -> tuple[Problem, ...]:
    """Return where a facet differs from the specification; of statistics, which differ in nothing but numbers, remembered."""
    if name not in _STATISTICS:
        return tuple(facet_warnings(name, value))
    shape = (name, _DIGITS.sub(b"0", raw))
    known = _warned.get(shape, len(shape[1]))
    if known is None:
        known = tuple(facet_warnings(name, value))
        _warned.keep(shape, known, len(shape[1]))
    return known


def _is_deep(raw: bytes, value: object) -> bool:
    """Return whether a facet, which stands on the fifth level of its event, takes it past the levels allowed."""
    if raw.count(b"[") + raw.count(b"{") < DEEPEST - 5:
        return False
    return is_deeper(value, DEEPEST - 5)


def is_deeper(value: Any, levels: int) -> bool:
    """Return whether a JSON value has more levels than given; orjson, which writes so many and not one more, tells."""
    nested = value
    for _ in range(_WRITABLE - levels):
        nested = [nested]
    try:
        orjson.dumps(nested)
    except TypeError:
        return True
    return False
