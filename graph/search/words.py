"""The words of a text as they are found: folded, taken apart at case and underscores, and where each stands in the text."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from zlib import crc32

from rapidfuzz.distance import OSA

from graph.golden.folding import fold

LONGEST_WORD = 64
"""How many characters of a word count."""

SHORTEST_WITH_TYPO = 4
"""Shorter words are found as they are written alone: a typo would make half of all short words alike."""

LONG_WORD = 9
"""From so many characters on a word may have two typos."""

_CORE = 8
"""Variants are made of so many characters: the first ones, of a number the last ones, which tell more."""

_HASH_BITS = 20
"""Few hashes make the index small; the more there are, the fewer words share one by chance."""

_SEGMENT = re.compile(r"\w+")
_NUMBER = re.compile(r"(?<![\w.])\+?\(?\d[\d ()./-]{5,30}\d(?!\w)")
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DIGITS = re.compile(r"\d[\d ()./-]{5}")
_NOT_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is found, and the characters of the text that it stands for: `start` up to, without, `end`."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Return the words of a text, in its order: pieces of names (`customerOrders_v2`: customer, orders, v, 2).

    Numbers such as those of phones are one word whatever stands between their digits, without leading zeros.
    """
    numbers, segments = _segments(text)
    found = [Word(_number(one), one.start(), one.end()) for one in numbers]
    for segment in segments:
        offset = segment.start()
        found += [Word(piece, offset + start, offset + end) for piece, start, end in _pieces(segment[0])]
    return sorted(found, key=lambda word: word.start) if numbers else found


def names(text: str) -> list[Word]:
    """Return the names in a text, each as one word however it is made up: `mart.customer_orders`: mart, customerorders."""
    _, segments = _segments(text)
    whole = (("".join(piece for piece, _, _ in _pieces(one[0])), one) for one in segments)
    return [Word(word[:LONGEST_WORD], one.start(), one.end()) for word, one in whole if word]


def hashed(word: str) -> int:
    """Return a hash of a word, 31 bits."""
    return crc32(word.encode()) >> 1


def joined(text: str) -> str:
    """Return all words of a text as one word, as somebody may write it: `customer_orders` → `customerorders`."""
    numbers, segments = _segments(text)
    if numbers:
        return "".join(word.text for word in words(text))[:LONGEST_WORD]
    return "".join(piece for one in segments for piece, _, _ in _pieces(one[0]))[:LONGEST_WORD]


def may_hold(text: str, found: Collection[str]) -> bool:
    """Return whether a text may hold one of the words, alone or as its pieces make it up; quick where it does not."""
    numbers, segments = _segments(text)
    pieces = [[piece for piece, _, _ in _pieces(one[0])] for one in segments]
    names = ("".join(one)[:LONGEST_WORD] for one in pieces)
    whole = "".join(piece for one in pieces for piece in one)[:LONGEST_WORD]
    return (
        bool(numbers)
        or whole in found
        or any(name in found for name in names)
        or any(piece in found for one in pieces for piece in one)
    )


def searchable(text: str, most: int, *, with_joined: bool) -> set[str]:
    """Return the words by which a text is found, at most so many, the first ones.

    With those that the pieces of one name make up, where people may write it so: `customer_orders` also as customerorders.
    """
    numbers, segments = _segments(text)
    found = dict.fromkeys(map(_number, numbers))
    for segment in segments:
        pieces = [piece for piece, _, _ in _pieces(segment[0])]
        found.update(dict.fromkeys(pieces))
        if with_joined and pieces:
            found["".join(pieces)[:LONGEST_WORD]] = None
    return set(islice(found, most))


@lru_cache(20_000)
def variants(word: str) -> tuple[int, ...]:
    """Return hashes of a word and of the word without each one of its characters.

    Words one typo apart share one: a letter too many, too few, another one, or two swapped, the first letter included.
    Others share one by chance.
    """
    core = word[-_CORE:] if word.isdigit() else word[:_CORE]
    shorter = (core[:place] + core[place + 1 :] for place in range(len(core)))
    return tuple({_hash(core), *map(_hash, shorter)})


def typos_allowed(word: str) -> int:
    """Return how many typos a word may have and still be found."""
    if len(word) < SHORTEST_WITH_TYPO:
        return 0
    return 1 if len(word) < LONG_WORD or word.isdigit() else 2


def typos(typed: str, word: str) -> int | None:
    """Return how many typos away a word, or its beginning, is from what was typed; None where those are too many.

    A word begun is looked at from half a word on, `kustomer` for `customers`: its end counts as one not yet typed.
    """
    most = typos_allowed(typed)
    whole = OSA.distance(typed, word, score_cutoff=most)
    if whole <= most:
        return whole
    if len(typed) < _CORE or len(word) <= len(typed):
        return None
    begun = min(
        OSA.distance(typed, word[: len(typed) + more], score_cutoff=most)
        for more in range(-1, 2)
        if len(typed) + more < len(word)
    )
    return begun if begun <= most else None


def _hash(text: str) -> int:
    return crc32(text.encode()) >> (32 - _HASH_BITS)


def _segments(text: str) -> tuple[list[re.Match[str]], list[re.Match[str]]]:
    """Return the numbers in a text that are one word each, and everything else that may be words."""
    segments = list(_SEGMENT.finditer(text))
    numbers = list(_NUMBER.finditer(text)) if _DIGITS.search(text) else []
    if numbers:
        segments = [one for one in segments if not any(n.start() <= one.start() < n.end() for n in numbers)]
    return numbers, segments


def _number(match: re.Match[str]) -> str:
    digits = "".join(fold(part) for part in _NOT_DIGIT.split(match[0])).lstrip("0") or "0"
    return digits[:LONGEST_WORD]


@lru_cache(50_000)
def _pieces(segment: str) -> tuple[tuple[str, int, int], ...]:
    """Return the words in a run of letters, digits and underscores, each with where it begins and ends there."""
    if (
        segment.isascii() and segment == segment.lower()
    ):  # as most names are: nothing to fold or to part within letters
        return tuple((piece[0][:LONGEST_WORD], *piece.span()) for piece in _PIECE.finditer(segment))
    found: list[tuple[str, int, int]] = []
    for piece in _PIECE.finditer(segment):
        starts = [0, *(cut.start() for cut in _CASE.finditer(piece[0])), len(piece[0])]
        for start, end in pairwise(starts):
            text = "".join(fold(piece[0][start:end]).split())[:LONGEST_WORD]
            if text:
                found.append((text, piece.start() + start, piece.start() + end))
    return tuple(found)
