"""Shows where a text was found: the parts of it that matched, and a piece of a long text around the first of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from graph.search.words import Word, joined, may_hold, names, words

SHOWN = 160
"""How many characters of a long text are shown."""

_BEFORE = 40


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text as it stands there; `is_match`: it is what was looked for. Plain text, never markup."""

    text: str
    is_match: bool


def marked(text: str, found: Collection[str]) -> list[Part]:
    """Return a text in parts, those marked whose words were found; empty where none was.

    A long text is cut to SHOWN characters around the first match, with … where something is left out.
    """
    if not may_hold(text, found):
        return []
    spans = _spans(text, words(text), found) or _spans(text, names(text), found)
    if not spans:
        return [Part(text, is_match=True)] if len(text) <= SHOWN and joined(text) in found else []
    low, high = _shown(text, spans[0])
    return _parts(text, low, high, spans)


def _spans(text: str, held: list[Word], found: Collection[str]) -> list[tuple[int, int]]:
    """Return where the words stand that were found; those that only marks or blanks part are one."""
    spans: list[tuple[int, int]] = []
    for word in held:
        if word.text in found:
            if spans and text[spans[-1][1] : word.start].strip(" _-./") == "":
                spans[-1] = (spans[-1][0], word.end)
            else:
                spans.append((word.start, word.end))
    return spans


def _shown(text: str, first: tuple[int, int]) -> tuple[int, int]:
    if len(text) <= SHOWN:
        return 0, len(text)
    low = max(0, min(first[0] - _BEFORE, len(text) - SHOWN))
    return low, max(low + SHOWN, min(first[1], low + 2 * SHOWN))


def _parts(text: str, low: int, high: int, spans: list[tuple[int, int]]) -> list[Part]:
    parts: list[Part] = []
    place = low
    if low > 0:
        parts.append(Part("…", is_match=False))
    for start, end in spans:
        if start < place or end > high:
            continue
        if start > place:
            parts.append(Part(text[place:start], is_match=False))
        parts.append(Part(text[start:end], is_match=True))
        place = end
    rest = text[place : min(high, len(text))]
    if rest:
        parts.append(Part(rest, is_match=False))
    if high < len(text):
        parts.append(Part("…", is_match=False))
    return parts
