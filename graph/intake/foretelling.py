"""What intake would make of records, worked out as it works it out itself, and then not done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graph.errors import CatalogError, Problem
from graph.intake import arrivals
from graph.intake.turn import Incoming, Outcome, Turn


@dataclass(frozen=True, slots=True)
class Foretold:
    """What would become of one record.

    new: its source record is not known yet. changed: it says something else of one that is. unchanged: it says nothing
    new. refused: it cannot be used, see `problems`.
    """

    fate: Literal["new", "changed", "unchanged", "refused"]
    problems: tuple[Problem, ...] = ()
    is_erased: bool = False


async def foretold(turn: Turn, batch: Sequence[Incoming], secret: bytes | None) -> list[Foretold]:
    """Return what would become of each of a batch; the transaction of the turn is to be rolled back."""
    await arrivals.refuse_erased(turn, batch, secret)
    received_at, targets = await arrivals.gather(turn, batch)
    arrivals.settle(turn, batch, received_at, targets)
    met: set[object] = set()
    return [_fate(turn, item, turn.outcomes.get(place), met) for place, item in enumerate(batch)]


def _fate(turn: Turn, item: Incoming, outcome: Outcome | CatalogError | None, met: set[object]) -> Foretold:
    if outcome is None or isinstance(outcome, CatalogError):
        problems = item.problems if outcome is None else (Problem("$", outcome.message),)
        return Foretold("refused", problems)
    if outcome.status == "rejected":
        return Foretold("refused", outcome.problems, outcome.is_erased)
    if outcome.status == "unchanged":
        return Foretold("unchanged")
    is_new = outcome.source_key in turn.new_records and outcome.source_key not in met
    met.add(outcome.source_key)
    return Foretold("new" if is_new else "changed")
