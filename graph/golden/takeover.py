"""The versions of a golden record whose sources each began to say something once, and have not changed it since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from graph.golden.survivorship import Group, Offer, Value, Won, content_of, leading, offer_of, part_of, win
from graph.golden.versions import Stretch
from graph.identity import SourceKey
from graph.time import Period

Word = tuple[SourceKey, datetime, Mapping[str, Value]]
"""A source record, from when on it says something, and what."""


def taken_over(words: Sequence[Word], groups: Sequence[Group]) -> Iterator[Stretch]:
    """Return the versions in valid order, neighbours not yet joined; for groups that are all `is_fixed`.

    It is what sweeping over all offers gives, cheaper: from start to start the best offer can only get better.
    """
    ordered = sorted(words, key=itemgetter(1))
    leads: list[tuple[Offer, Offer | None] | None] = [None] * len(groups)
    current: list[Won | None] = [None] * len(groups)
    texts: dict[UUID, str] = {}
    for number, (key, start, held) in enumerate(ordered, 1):
        for place, group in enumerate(groups):
            values = part_of(group, held)
            if values is None:
                continue
            before = leads[place]
            lead = leads[place] = leading(before, offer_of(group, key, values))
            if lead is not before:
                current[place] = win(group, *lead)
        end = ordered[number][1] if number < len(ordered) else None
        if end != start:
            yield Stretch(Period(start, end), "P", *content_of(groups, current, texts))
