"""The one way in which source records become part of golden records."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from graph.intake.door import Intake
from graph.intake.foretelling import Foretold
from graph.intake.turn import Decided, Incoming, Outcome

__all__ = ["Decided", "Foretold", "Incoming", "Intake", "IntakeOf", "Outcome"]

IntakeOf = Callable[[str], Awaitable[Intake]]
"""Gives the intake of an entity type by its name; raises NotFoundError for a name nobody has defined."""
