"""Finds what is left of erased people in texts and JSON, knowing the words they are found by as keyed digests alone."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote

from graph.golden.entity_type import EntityType
from graph.golden.normalise import national_number
from graph.identity import SourceKey

ERASED = "[erased]"
"""What stands in the place of a word by which somebody could be known."""

SHORTEST_NUMBER = 7
"""Shorter numbers are not searched for: too many others look the same."""

MOST_PIECES = 8
"""A word put together of more pieces than these is looked at as a whole only."""

_MAIL = re.compile(
    r"[^@\s\"(),:;<>\[\\\]]+(?:@|%40)(?:[^@\s.,;:<>()\[\\\]\"'/&?=|{}%]+\.)+[^@\s.,;:<>()\[\\\]\"'/&?=|{}%]{2,}"
)
_NUMBER = re.compile(r"(?<![\w.])[+(]{0,2}\d[\d ()./-]{5,30}\d(?!\w)")
_WORD = re.compile(r"\w(?:[\w.-]*\w)?")
_PIECE = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")

LONGEST_PREFIX = 5
"""How many digits may stand before a national number: 00, a country code of three."""


def digest(secret: bytes, *parts: str) -> bytes:
    """Return the keyed digest (HMAC-SHA-256) of some parts: without the secret, trying e-mails out tells nothing."""
    content = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))
    return hmac.digest(secret, content, "sha256")


def words_of(
    entity_type: EntityType, key: SourceKey | None, attributes: Mapping[str, str] | None
) -> set[str]:
    """Return the words by which a record can be found in a text: its identifiers, and its key where nothing else looks so."""
    held = attributes or {}
    given = [] if key is None else [key.key]
    given += [held[a.name] for a in entity_type.attributes if a.identifies is not None and a.name in held]
    return {word for word in map(_word, given) if word is not None}


def _word(value: str) -> str | None:
    if "@" in value:
        return value.lower()
    if re.fullmatch(r"\+\d{7,15}", value):
        national = national_number(value)
        return national if national is not None and len(national) >= SHORTEST_NUMBER else None
    return value.lower() if _WORD.fullmatch(value) and _is_distinctive(value) else None


def _is_distinctive(word: str) -> bool:
    digits = sum(character.isdigit() for character in word)
    return digits >= 9 or (len(word) >= 6 and 0 < digits < len(word))


@dataclass(frozen=True, slots=True)
class Traces:
    """The words to look for, as the digests that `digest(secret, "word", word)` gives."""

    secret: bytes
    digests: frozenset[bytes]
    _known: dict[str, bool] = field(default_factory=dict[str, bool], compare=False, repr=False)

    def are_in(self, text: str) -> bool:
        """Whether the text holds one of the words."""
        return next(self._spans(text), None) is not None

    def removed(self, text: str, instead: Callable[[str], str] = lambda word: ERASED) -> tuple[str, int]:
        """Return the text with every one of the words replaced, and how many there were."""
        parts: list[str] = []
        end = count = 0
        for start, stop in sorted(self._spans(text)):
            if start < end:
                continue
            parts += [text[end:start], instead(text[start:stop])]
            end, count = stop, count + 1
        return ("".join([*parts, text[end:]]), count) if count else (text, 0)

    def removed_from_json(self, value: Any) -> tuple[Any, int]:
        """Return a JSON value with every one of the words replaced in names, texts and numbers, and how many there were."""
        if isinstance(value, str):
            return self.removed(value)
        if isinstance(value, int) and not isinstance(value, bool):
            text, count = self.removed(str(value))
            return (text, count) if count else (value, 0)
        if isinstance(value, list):
            items = [self.removed_from_json(item) for item in cast("list[Any]", value)]
            return [item for item, _ in items], sum(count for _, count in items)
        if isinstance(value, dict):
            found: dict[str, Any] = {}
            total = 0
            for name, item in cast("dict[str, Any]", value).items():
                clean, in_name = self.removed(name)
                found[clean], in_item = self.removed_from_json(item)
                total += in_name + in_item
            return found, total
        return value, 0

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        for start, stop, word in _candidates(text):
            if self._is_known(word):
                yield start, stop

    def _is_known(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            if len(self._known) > 200_000:
                self._known.clear()
            known = self._known[word] = digest(self.secret, "word", word) in self.digests
        return known


def digests_in(secret: bytes, text: str) -> set[bytes]:
    """Return the digest of everything in a text that may be a word to be found by."""
    return {digest(secret, "word", word) for _, _, word in _candidates(text)}


def _candidates(text: str) -> Iterator[tuple[int, int, str]]:
    # Looking for the name before an @ starts anew at every character, so it is done only where there is one.
    for match in _MAIL.finditer(text) if "@" in text or "%40" in text else ():
        yield from _mails(match)
    for match in _NUMBER.finditer(text):
        yield from _numbers(match)
    for match in _WORD.finditer(text):
        if _DIGITS.search(match[0]):
            yield from _words(match)


def _mails(match: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """Yield an address, and what of it may be one where a name stands before it, as in `user=ann@example.com`."""
    text = match[0]
    local = re.split("@|%40", text)[0]
    starts = [0, *(place + 1 for place, character in enumerate(local) if not character.isalnum())]
    for start in starts:
        if start < len(local):
            yield match.start() + start, match.end(), unquote(text[start:]).lower()


def _numbers(match: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """Yield every run of neighbouring groups of digits, without what may stand before a national number."""
    groups = [(part.start(), part.end()) for part in re.finditer(r"[^ ]+", match[0])]
    for first in range(len(groups)):
        for last in range(first, min(len(groups), first + MOST_PIECES)):
            start, stop = groups[first][0], groups[last][1]
            digits = "".join(_DIGITS.findall(match[0][start:stop]))
            for prefix in range(min(LONGEST_PREFIX, len(digits) - SHORTEST_NUMBER) + 1):
                yield match.start() + start, match.start() + stop, digits[prefix:]


def _words(match: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """Yield a word and every run of its pieces that is not like many others."""
    pieces = [(part.start(), part.end()) for part in _PIECE.finditer(match[0])]
    if not 0 < len(pieces) <= MOST_PIECES:
        pieces = [(0, len(match[0]))]
    for first in range(len(pieces)):
        for last in range(first, len(pieces)):
            start, stop = pieces[first][0], pieces[last][1]
            word = match[0][start:stop].lower()
            if _is_distinctive(word):
                yield match.start() + start, match.start() + stop, word
