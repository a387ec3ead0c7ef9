"""Which of a steward's words on a source record's values count over which period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from graph.golden.versions import Stretch, ceiling
from graph.time import Period


@dataclass(frozen=True, slots=True)
class Pin:
    """That a source record's values of an attribute group win over a period of valid time, or never do."""

    group: str
    verdict: Literal["pin", "ignore"]
    period: Period


class Word(Protocol):
    """What a steward said of one attribute group of a record; `withdrawn` takes earlier words back."""

    @property
    def group(self) -> str:
        """The attribute group."""
        ...

    @property
    def verdict(self) -> str:
        """What was said: pin, ignore or withdrawn."""
        ...

    @property
    def period(self) -> Period:
        """The valid time it holds for."""
        ...


def pins_of(words: Iterable[Word]) -> tuple[Pin, ...]:
    """Return what counts of the words on one record, given in the order in which they were said: the last at each instant."""
    told: dict[str, list[Stretch]] = {}
    for word in words:
        told.setdefault(word.group, []).append(Stretch(word.period, word.verdict))
    return tuple(
        Pin(group, "pin" if stretch.op == "pin" else "ignore", stretch.period)
        for group, said in sorted(told.items())
        for stretch in ceiling(said)
        if stretch.op != "withdrawn"
    )
