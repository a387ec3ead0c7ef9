"""The bodies of facets: read, checked, put into their canonical form and digested, each distinct one once."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final, Literal

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
_ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")
_warned: Final[Remembered[tuple[str, bytes], tuple[Problem, ...]]] = Remembered(1_000_000)

_WRITABLE: Final = 254
"""How many levels orjson writes."""


class FacetBody(msgspec.Struct, frozen=True, gc=False):
    """A facet in canonical JSON (keys sorted), its digest, and where it differs from the specification.

    Where it may be of one run, `origin` and `rest` are the same in two parts: who produced it by which schema, which
    repeats, and what it says. Where it is of one run for sure, nothing is kept by its digest: digest and JSON are its bytes
    as they came.
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
        return cls(digest_of(text), text)

    @property
    def value(self) -> dict[str, Any]:
        """The facet as parsed JSON, anew each time."""
        return orjson.loads(self.json)


def digest_of(text: bytes) -> bytes:
    """Return the digest by which a content is kept: sixteen bytes."""
    return blake2b(text, digest_size=16).digest()


NOTHING: Final = FacetBody(b"", b"")
"""What stands for a member of a facets map that is no facet, such as null."""


class FacetBodies:
    """Reads facets from their bytes, and remembers those that are likely to come again."""

    def __init__(self, most: int = 32_000_000, *, of_one_run: Literal["no", "maybe", "yes"] = "no") -> None:
        self._kept: Remembered[tuple[str, bytes], FacetBody] = Remembered(most)
        self._in_parts = of_one_run != "no"
        self._is_digested = of_one_run != "yes"

    def known(self, name: str, raw: bytes) -> FacetBody | None:
        """Return the facet that the bytes say, if it came of late."""
        return self._kept.get((name, raw), len(raw) + 200)

    def read(self, name: str, raw: bytes, path: str) -> FacetBody:
        """Return the facet that the bytes say, or one without digest where they say none.

        Raises InvalidInputError naming `path` for what cannot be kept.
        """
        body = self._read(name, raw, path)
        self._kept.keep((name, raw), body, len(raw) + 200)
        return body

    def _read(self, name: str, raw: bytes, path: str) -> FacetBody:
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise InvalidInputError.at(path, f"cannot be kept: {error.msg}") from None
        warnings = _warnings(name, raw, value)
        if not is_facet(value):
            return msgspec.structs.replace(NOTHING, warnings=warnings)
        if _is_deep(raw, value):
            raise InvalidInputError.at(path, f"is nested too deeply; an event may have {DEEPEST} levels")
        digest = text = raw
        if self._is_digested:
            text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
            digest = digest_of(text)
        if not self._in_parts:
            return FacetBody(digest, text, warnings)
        origin = {key: value.pop(key) for key in _ORIGIN if key in value}
        return FacetBody(digest, text, warnings, orjson.dumps(origin), orjson.dumps(value))


def _warnings(name: str, raw: bytes, value: object) -> tuple[Problem, ...]:
    """Return where a facet differs from the specification; of statistics, which differ in nothing but numbers, remembered."""
    if name not in _STATISTICS:
        return tuple(facet_warnings(name, value))
    shape = (name, raw.translate(_ZEROS))
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
