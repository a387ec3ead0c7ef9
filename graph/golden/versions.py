"""Facts → belief: the newest fact covering an instant wins, and what has to be recorded so that a belief becomes the truth."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from graph.time import Period

_FIRST = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Stretch:
    """What is true of a golden record over a period. `op` as in a fact: P present, D deleted, A absent, M merged."""

    period: Period
    op: str
    attributes: dict[str, Any] | None = None
    provenance: dict[str, Any] | None = None
    target_id: UUID | None = None
    system_from: datetime | None = field(default=None, compare=False)
    """Since when a whole stretch of belief is held: the newest of the facts that make it up."""

    @property
    def content(self) -> tuple[object, ...]:
        """Everything but the period."""
        return self.op, self.attributes, self.provenance, self.target_id


class Belief(Protocol):
    """What `ceiling` needs of a fact."""

    @property
    def period(self) -> Period:
        """The valid time it speaks of."""
        ...

    @property
    def op(self) -> str:
        """P, D, A, M or E."""
        ...

    @property
    def attributes(self) -> dict[str, Any] | None:
        """What is true."""
        ...

    @property
    def provenance(self) -> dict[str, Any] | None:
        """Where it comes from."""
        ...

    @property
    def target_id(self) -> UUID | None:
        """What it was merged into."""
        ...

    @property
    def system_from(self) -> datetime | None:
        """When it was recorded."""
        ...


B = TypeVar("B", bound=Belief)


def ceiling(facts: Sequence[Belief]) -> list[Stretch]:
    """Return what is believed at every valid instant, given facts in the order in which they were recorded.

    The newest fact covering an instant wins there; equal neighbours are joined. Stretches come in valid order and
    never overlap, because each is cut out of what newer facts left uncovered.
    """
    starts, ends = [_FIRST], [_NEVER]  # what is uncovered yet, in order
    found: list[Stretch] = []
    for fact in reversed(facts):
        start, end = fact.period.start, fact.period.end or _NEVER
        low, high = bisect_right(ends, start), bisect_left(starts, end)
        if low >= high:
            continue
        for place in range(low, high):
            to = min(ends[place], end)
            period = Period(max(starts[place], start), None if to == _NEVER else to)
            found.append(_cut(fact, period))
        left = [(starts[low], start)] if starts[low] < start else []
        if end < ends[high - 1]:
            left.append((end, ends[high - 1]))
        starts[low:high], ends[low:high] = [s for s, _ in left], [e for _, e in left]
        if not starts:
            break
    return _joined(sorted(found, key=lambda stretch: stretch.period.start))


def _cut(fact: Belief, period: Period) -> Stretch:
    return Stretch(period, fact.op, fact.attributes, fact.provenance, fact.target_id, fact.system_from)


def _content(fact: Belief) -> tuple[object, ...]:
    return fact.op, fact.attributes, fact.provenance, fact.target_id


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for stretch in stretches:
        last = joined[-1] if joined else None
        if last is not None and last.period.end == stretch.period.start and last.content == stretch.content:
            since = max(filter(None, (last.system_from, stretch.system_from)), default=None)
            joined[-1] = replace(
                last, period=Period(last.period.start, stretch.period.end), system_from=since
            )
        else:
            joined.append(stretch)
    return joined


def changes(believed: Sequence[Stretch], true: Sequence[Stretch]) -> list[Stretch]:
    """Return what has to be recorded so that the belief becomes the truth: only where they differ, never more.

    Where the truth has nothing but the belief has something, the change is an absence (A).
    """
    if not believed:
        return _joined(true)
    found: list[Stretch] = []
    for period, _, after in differences(believed, true):
        if after is None:
            found.append(Stretch(period, "A"))
        else:
            found.append(Stretch(period, after.op, after.attributes, after.provenance, after.target_id))
    return _joined(found)


def differences(
    believed: Sequence[Stretch], true: Sequence[Stretch]
) -> Iterator[tuple[Period, Stretch | None, Stretch | None]]:
    """Yield each period over which belief and truth differ, with what either says; in valid order."""
    cuts = sorted(
        {s.period.start for s in (*believed, *true)}
        | {s.period.end for s in (*believed, *true) if s.period.end is not None}
    )
    old, new = _Cursor(believed), _Cursor(true)
    for start, end in zip(cuts, [*cuts[1:], None], strict=False):
        before, after = old.at(start), new.at(start)
        if after is None and (before is None or before.op == "A"):
            continue
        if after is None or before is None or before.content != after.content:
            yield Period(start, end), before, after


class _Cursor:
    """Walks along stretches in valid order."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = stretches
        self._place = 0

    def at(self, start: datetime) -> Stretch | None:
        while self._place < len(self._stretches):
            stretch = self._stretches[self._place]
            if stretch.period.end is None or stretch.period.end > start:
                return stretch if stretch.period.start <= start else None
            self._place += 1
        return None


class Painting(Generic[B]):
    """What is believed along valid time while fact after fact is laid over it; a look costs little more than a search."""

    def __init__(self) -> None:
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        self._facts: list[B] = []
        self._begins: list[
            int
        ] = []  # 1 where a stretch with an own number begins, 0 where one goes on or has none

    def lay(self, fact: B) -> None:
        """Let a newer fact cover what was believed over its period."""
        start, end = fact.period.start, fact.period.end or _NEVER
        low, high = bisect_right(self._ends, start), bisect_left(self._starts, end)
        pieces = [(start, end, fact)]
        if low < high:
            if self._starts[low] < start:
                pieces.insert(0, (self._starts[low], start, self._facts[low]))
            if end < self._ends[high - 1]:
                pieces.append((end, self._ends[high - 1], self._facts[high - 1]))
        self._starts[low:high] = [piece[0] for piece in pieces]
        self._ends[low:high] = [piece[1] for piece in pieces]
        self._facts[low:high] = [piece[2] for piece in pieces]
        self._begins[low:high] = [0] * len(pieces)
        for place in range(low, min(low + len(pieces) + 1, len(self._facts))):
            is_numbered = self._facts[place].op in ("P", "D")
            self._begins[place] = int(is_numbered and not self._goes_on(place))

    def at(self, instant: datetime) -> tuple[int, Stretch, B | None] | None:
        """Return the stretch an instant lies in, its number among those present or deleted, and the last fact present.

        None where nothing, or neither presence nor deletion, is believed of the instant. The last fact present is the
        one at or before the stretch.
        """
        place = bisect_right(self._starts, instant) - 1
        if place < 0 or self._ends[place] <= instant or self._facts[place].op not in ("P", "D"):
            return None
        low = high = place
        while not self._begins[low]:
            low -= 1
        while high + 1 < len(self._facts) and self._goes_on(high + 1):
            high += 1
        since = max((f.system_from for f in self._facts[low : high + 1] if f.system_from), default=None)
        end = None if self._ends[high] == _NEVER else self._ends[high]
        stretch = replace(_cut(self._facts[low], Period(self._starts[low], end)), system_from=since)
        present = next((f for f in reversed(self._facts[: low + 1]) if f.op == "P"), None)
        return sum(self._begins[: low + 1]), stretch, present

    def _goes_on(self, place: int) -> bool:
        """Return whether the piece at a place continues the one before."""
        return (
            place > 0
            and self._ends[place - 1] == self._starts[place]
            and _content(self._facts[place - 1]) == _content(self._facts[place])
        )
