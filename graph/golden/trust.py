"""Trust in a source as a function of valid time: it falls from the instant a value was said, and curves may cross."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations, pairwise

from graph.golden.policy import Trust

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000

Curve = tuple[Trust, datetime]
"""How far a source is trusted, and the instant at which it said what it is trusted with."""


def decays(trust: Trust) -> bool:
    """Return whether the trust changes with time."""
    return trust.decay_days is not None and trust.maximum != trust.minimum


def trust_at(trust: Trust, said: datetime, at: datetime) -> float | Fraction:
    """Return how far a value said at an instant is trusted at another, exactly: a fraction where the trust decays."""
    if not decays(trust):
        return trust.maximum
    return _level(trust, _ticks(said), Fraction(_ticks(at)))


def crossings(curves: Sequence[Curve], start: datetime, end: datetime | None) -> list[datetime]:
    """Return the instants inside a period, to the microsecond, at which the order of the curves may change.

    Between two of them, and from the start to the first, every two curves keep their order at every instant.
    """
    first = _ticks(start)
    last = None if end is None else _ticks(end)
    found: set[int] = set()
    falling = [curve for curve in curves if decays(curve[0])]
    for one, other in combinations(_distinct(curves), 2):
        if one in falling or other in falling:
            found.update(_met(one, other, first, last))
    return [_EPOCH + place * _MICROSECOND for place in sorted(found)]


def _distinct(curves: Iterable[Curve]) -> list[Curve]:
    """Return one curve for each that never differ: those that do not decay need no instant."""
    return list(dict.fromkeys((t, said if decays(t) else _EPOCH) for t, said in curves))


def _met(one: Curve, other: Curve, first: int, last: int | None) -> list[int]:
    """Return where two curves may change their order, strictly inside a span of microseconds."""
    bends = sorted({Fraction(first), *_bends(one, first), *_bends(other, first)})
    places = list(bends)
    for left, right in pairwise(bends):  # past the last bend both stay as they are
        before, after = _gap(one, other, left), _gap(one, other, right)
        if before * after < 0:
            places.append(left + (right - left) * before / (before - after))
    # Where a place falls on a whole microsecond, the two are level for just that one.
    whole = {-(-place.numerator // place.denominator) for place in places}
    whole |= {place.numerator // place.denominator + 1 for place in places}
    return [place for place in whole if place > first and (last is None or place < last)]


def _bends(curve: Curve, first: int) -> list[Fraction]:
    """Return where a curve begins and ends to fall, as far as that lies ahead."""
    trust, said = curve
    if not decays(trust) or trust.decay_days is None:
        return []
    begin = Fraction(_ticks(said))
    return [place for place in (begin, begin + Fraction(trust.decay_days) * _DAY) if place > first]


def _gap(one: Curve, other: Curve, at: Fraction) -> Fraction:
    return _height(one, at) - _height(other, at)


def _height(curve: Curve, at: Fraction) -> Fraction:
    trust, said = curve
    return _level(trust, _ticks(said), at) if decays(trust) else Fraction(trust.maximum)


def _level(trust: Trust, said: int, at: Fraction) -> Fraction:
    high, low = Fraction(trust.maximum), Fraction(trust.minimum)
    share = (at - said) / (Fraction(trust.decay_days or 0) * _DAY)
    return high - (high - low) * min(Fraction(1), max(Fraction(0), share))


def _ticks(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
