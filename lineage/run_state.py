"""The state of a run: a function of the latest time of each type of its events, whatever their order of arrival."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

State = Literal["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER", "UNKNOWN"]

ENDED: Final = frozenset({"COMPLETE", "ABORT", "FAIL"})
"""The states of a run that is over."""

UNKNOWN: Final = "UNKNOWN"
"""The state of a run that others named and that was not heard of itself."""


@dataclass(frozen=True, slots=True)
class LastTimes:
    """The latest time of each type of event of a run; None where none has come. OTHER does not count."""

    start: datetime | None = None
    running: datetime | None = None
    complete: datetime | None = None
    abort: datetime | None = None
    fail: datetime | None = None

    @property
    def begun(self) -> datetime | None:
        """When it was last said that the run goes on."""
        return _latest(self.start, self.running)

    @property
    def broken(self) -> datetime | None:
        """When it was last said that the run did not end well."""
        return _latest(self.abort, self.fail)


def state(last: LastTimes) -> State:
    """Return the state of a run that was heard of, as the column `run.state` computes it.

    FAIL and ABORT stick unless a START or RUNNING strictly later follows, since Spark sends COMPLETE after a failure; at
    equal times FAIL goes before ABORT. Otherwise an end goes before RUNNING, and RUNNING before START.
    """
    broken, begun = last.broken, last.begun
    if broken is None:
        if last.complete is not None:
            return "COMPLETE"
        return "RUNNING" if last.running else "START" if last.start else "OTHER"
    if begun is None or begun <= broken:
        return "FAIL" if last.fail == broken else "ABORT"
    if last.complete is not None and last.complete >= begun:
        return "COMPLETE"
    return "RUNNING" if last.running is not None and last.running > broken else "START"


def ended_at(last: LastTimes) -> datetime | None:
    """Return the latest end that was reported, whether or not the run went on after it."""
    return _latest(last.complete, last.abort, last.fail)


def _latest(*times: datetime | None) -> datetime | None:
    return max((time for time in times if time is not None), default=None)
