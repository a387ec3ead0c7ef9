"""Cleans texts, JSON and bytes of the words of an erased person, and remembers the words it came across. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import orjson

from graph.golden.traces import ERASED, Traces

FRAGMENT = 5
"""So many characters of a word, found in a dictionary, count as the word: samples are cut anywhere."""


class FoundWords:
    """What cleans by the traces of a person; `words` are those that were found so far, as they were written."""

    def __init__(self, traces: Traces) -> None:
        self.traces = traces
        self.words: set[str] = set()

    def text(self, text: str, mark: str = ERASED) -> tuple[str, int]:
        """Return a text without the words, each replaced by the mark, and how many there were."""

        def instead(word: str) -> str:
            self.words.add(word)
            return mark

        return self.traces.removed(text, instead)

    def json(self, value: Any) -> tuple[Any, int]:
        """Return a JSON value without the words, and how many there were."""
        clean, count = self.traces.removed_from_json(value)
        if count:
            for text in _texts(value):
                self.text(text)
        return clean, count

    def raw(self, raw: bytes) -> tuple[bytes, int]:
        """Return the bytes of a document, JSON or not, without the words, and how many there were.

        Looks at them as JSON, which may spell a word by escapes, and as text, which shows what JSON hides: a member that
        comes twice.
        """
        text = raw.decode(errors="surrogateescape")
        clean, in_text = self.text(text)
        in_json = 0
        if in_text or "\\" in text:
            try:
                value, in_json = self.json(orjson.loads(raw))
                if in_json:
                    clean = self.text(orjson.dumps(value).decode())[0]
            except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):
                in_json = 0
        count = max(in_text, in_json)
        return (clean.encode(errors="surrogateescape"), count) if count else (raw, 0)


def holds_any(content: bytes, found: FoundWords) -> bool:
    """Whether bytes hold a word, or enough of one that was found, in upper or lower case."""
    if found.traces.are_in(content.decode(errors="replace")):
        return True
    lowered = content.lower()
    return any(piece in lowered for word in found.words for piece in pieces(word))


def pieces(word: str) -> Iterator[bytes]:
    """Yield the runs of FRAGMENT characters of a word; of an e-mail those alone that begin before its @."""
    lowered = word.lower()
    at = min((place for place in (lowered.find("@"), lowered.find("%40")) if place >= 0), default=-1)
    count = max(len(lowered) - FRAGMENT + 1, 1)
    for start in range(count if at < 0 else min(count, at)):
        piece = lowered[start : start + FRAGMENT]
        yield piece.encode()
        if not piece.isascii():
            yield orjson.dumps(piece)[1:-1]
            yield piece.encode("ascii", "backslashreplace")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _texts(item)
    elif isinstance(value, dict):
        for name, item in cast("dict[str, Any]", value).items():
            yield name
            yield from _texts(item)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
