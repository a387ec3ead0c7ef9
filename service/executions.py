"""What answers questions about runs: which there were, what they said, which started which, and their events."""

from __future__ import annotations

from dataclasses import dataclass

from graph.store.database import Database
from lineage.event_log import EventLog
from lineage.run_tree import RunTrees
from lineage.runs import Runs
from lineage.sent_facets import SentFacets
from lineage.series import Series


@dataclass(frozen=True, slots=True)
class Executions:
    """Everything that answers questions about runs and their events, built once."""

    runs: Runs
    facets: SentFacets
    trees: RunTrees
    events: EventLog
    series: Series

    @classmethod
    def of(cls, database: Database) -> Executions:
        """Return what answers questions about the runs of a database."""
        runs = Runs(database)
        return cls(runs, SentFacets(database), RunTrees(database, runs), EventLog(database), Series(database))
