"""What the log of a task says of its failure. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST = 2_000
"""How many characters of a failure are kept."""

_THE_FAILURE = "Task failed with exception"
"""How Airflow begins the line of the exception that ended a task; others were caught, or came after it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task failed: what the exception said and its type, None where only a line of the log tells."""

    words: str
    type: str | None = None

    def __str__(self) -> str:
        return ": ".join(part for part in (self.type, self.words) if part)[:LONGEST]


def failure_in(lines: Sequence[Any]) -> Failure | None:
    """Return what ended a task by the lines of its log: its exception, else the last exception, else the last error told."""
    told = [line for line in lines if isinstance(line, Mapping)]
    raised = [(line.get("event"), found) for line in told if (found := _raised(line)) is not None]
    ended = [found for event, found in raised if event == _THE_FAILURE]
    if raised:
        return (ended or [found for _, found in raised])[-1]
    errors = [line for line in told if str(line.get("level", "")).lower() in {"error", "critical"}]
    words = [str(line["event"])[:LONGEST] for line in errors if line.get("event")]
    return Failure(words[-1]) if words else None


def _raised(line: Mapping[str, Any]) -> Failure | None:
    """Return the exception that a line tells of; of a chain the one that was raised last comes first."""
    details = line.get("error_detail")
    first = details[0] if isinstance(details, Sequence) and details else None
    if not isinstance(first, Mapping) or not first.get("exc_type"):
        return None
    return Failure(str(first.get("exc_value") or "")[:LONGEST], str(first["exc_type"]))
