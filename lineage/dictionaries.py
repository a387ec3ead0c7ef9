"""Dictionaries for events: what many have in common is kept once, so that each takes a small part of its size. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import zstandard

LEVEL = 1
"""The level of zstd: higher ones win little with a dictionary and cost the recorder time."""

LARGEST = 112_640
SMALLEST = 65_536
"""Bytes of a dictionary: larger ones compress no better and take longer to look through."""

NO_DICTIONARY = 0
"""What a frame says that was compressed without one."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A trained dictionary: the id that frames carry, its content, and what it was worth when it was trained.

    `trained_on`: how many events were stored then; `share`: compressed by original size of events it had not seen.
    """

    dictionary_id: int
    body: bytes = field(repr=False)
    trained_on: int
    share: float


def dictionary_of(compressed: bytes) -> int:
    """Return the id of the dictionary by which an event is compressed, NO_DICTIONARY for none."""
    return zstandard.get_frame_parameters(compressed).dict_id


def compressor(body: bytes | None) -> zstandard.ZstdCompressor:
    """Return what compresses by a dictionary, made ready: that takes a millisecond, once."""
    if body is None:
        return zstandard.ZstdCompressor(level=LEVEL)
    content = zstandard.ZstdCompressionDict(body)
    content.precompute_compress(level=LEVEL)
    return zstandard.ZstdCompressor(level=LEVEL, dict_data=content)


def decompressor(body: bytes | None) -> zstandard.ZstdDecompressor:
    """Return what reads events that were compressed by a dictionary."""
    return zstandard.ZstdDecompressor(dict_data=None if body is None else zstandard.ZstdCompressionDict(body))


def share(body: bytes | None, samples: Sequence[bytes]) -> float:
    """Return which part of their size the samples take, compressed by a dictionary."""
    by = compressor(body)
    return sum(len(by.compress(sample)) for sample in samples) / max(sum(map(len, samples)), 1)


def trained(samples: Sequence[bytes], stored: int) -> Dictionary | None:
    """Return a dictionary trained on the samples, or None where they are too few or too small to learn from.

    Every fifth sample is kept aside, to tell what the dictionary is worth. Takes about a second; lets other threads run.
    """
    learned: list[Any] = [sample for place, sample in enumerate(samples) if place % 5]
    size = min(LARGEST, max(SMALLEST, sum(map(len, learned)) // 100))
    try:
        made = zstandard.train_dictionary(size, learned, level=LEVEL)
    except (zstandard.ZstdError, ValueError):  # it does not say more than that the samples will not do
        return None
    body = made.as_bytes()
    return Dictionary(made.dict_id(), body, stored, share(body, samples[::5]))
