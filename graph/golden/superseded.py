"""What was believed of a golden record once and is no more: facts → the stretches that newer facts corrected. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from graph.golden.versions import Belief, Stretch, ceiling, differences
from graph.time import Period


@dataclass(frozen=True, slots=True)
class Superseded:
    """A stretch that was believed, with the number its version had and the system instant at which it was given up.

    `shown` is the stretch whose attributes are shown: of a deletion the last presence before it.
    """

    number: int
    stretch: Stretch
    shown: Stretch | None
    system_to: datetime


def superseded(facts: Sequence[Belief]) -> list[Superseded]:
    """Return what newer facts corrected, given facts in the order in which they were recorded.

    What held until further notice and merely ends, because something follows it, was not corrected.
    """
    found: list[Superseded] = []
    believed: list[Stretch] = []
    for system_from, told in groupby(facts, key=lambda fact: fact.system_from):
        after = ceiling([*believed, *told])
        if system_from is not None:
            found += _given_up(believed, after, system_from)
        believed = after
    return found


def _given_up(believed: Sequence[Stretch], after: Sequence[Stretch], at: datetime) -> list[Superseded]:
    numbered = [stretch for stretch in believed if stretch.op in ("P", "D")]
    pieces: list[tuple[Stretch, Period]] = []
    for period, before, _ in differences(_bare(believed), _bare(after)):
        if before is None or before.op not in ("P", "D"):
            continue
        if pieces and pieces[-1][0] is before and pieces[-1][1].end == period.start:
            pieces[-1] = (before, Period(pieces[-1][1].start, period.end))
        else:
            pieces.append((before, period))
    found: list[Superseded] = []
    for run, period in pieces:
        if period.end is None and period.start > run.period.start:
            continue
        held = next(one for one in numbered if one.period.holds_at(period.start))
        shown = _last_presence(numbered, held)
        found.append(Superseded(numbered.index(held) + 1, replace(held, period=period), shown, at))
    return found


def _bare(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return runs of equal values, wherever these come from: another source of the same value corrects nothing."""
    return ceiling([replace(stretch, provenance=None) for stretch in stretches])


def _last_presence(numbered: Sequence[Stretch], stretch: Stretch) -> Stretch | None:
    until = [one for one in numbered if one.period.start <= stretch.period.start and one.op == "P"]
    return until[-1] if until else None
