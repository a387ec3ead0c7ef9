"""How a change from an instant on alters what is believed of a subject over valid time. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from graph.time import Period

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """What is so over a period: `P` present with its content, `D` ended, `A` not there (yet)."""

    period: Period
    op: Literal["P", "D", "A"]
    content: Content | None = None


def since(states: Sequence[State], start: datetime) -> list[State]:
    """Return the states from `start` on, without an end and without gaps: where nothing is known, absent (A).

    `states` come in valid order and do not overlap.
    """
    found: list[State] = []
    covered: datetime | None = start
    for state in states:
        if covered is None or (state.period.end is not None and state.period.end <= covered):
            continue
        if covered < state.period.start:
            found.append(State(Period(covered, state.period.start), "A"))
        found.append(
            State(Period(max(covered, state.period.start), state.period.end), state.op, state.content)
        )
        covered = state.period.end
    if covered is not None:
        found.append(State(Period(covered), "A"))
    return found


def content_at(states: Sequence[State], start: datetime) -> Content | None:
    """Return what holds at `start`, else what last held before, else what first does after; None: nothing ever."""
    present = [state for state in states if state.op == "P"]
    begun = [state for state in present if state.period.start <= start]
    nearest = begun[-1:] or present[:1]
    return nearest[0].content if nearest else None


def revised(
    states: Sequence[State], start: datetime, content: Content, change: Callable[[State], Content]
) -> list[State]:
    """Return what to record so that the change holds from `start` on wherever the subject is present.

    `change` gets a present state and returns its new content; `content` is what it begins from where nothing holds.

    A subject that has ended, or is not there yet, at `start` becomes present until its next recorded state; an end
    recorded for later stays. Nothing to record where the change alters nothing.
    """
    found: list[State] = []
    following = since(states, start)
    is_opening = True
    for state in following:
        is_opening = is_opening and state.op == following[0].op
        if state.op != "P" and not is_opening:
            continue
        changed = change(state if state.op == "P" else State(state.period, "P", content))
        if state.op != "P" or changed != state.content:
            found.append(State(state.period, "P", changed))
    return found


def ended(states: Sequence[State], start: datetime) -> list[State]:
    """Return what to record so that the subject is not present anywhere from `start` on."""
    return [State(state.period, "D") for state in since(states, start) if state.op == "P"]
