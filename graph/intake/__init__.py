"""The one way in which source records become part of golden records."""

from __future__ import annotations

from graph.intake.beliefs import OWN_TRUST
from graph.intake.door import Intake
from graph.intake.turn import Decided, Incoming, Outcome

__all__ = ["OWN_TRUST", "Decided", "Incoming", "Intake", "Outcome"]
