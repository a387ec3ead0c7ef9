"""The one way in which source records become part of golden records."""

from __future__ import annotations

from graph.intake.door import Intake
from graph.intake.turn import Decided, Incoming, Outcome

__all__ = ["Decided", "Incoming", "Intake", "Outcome"]
