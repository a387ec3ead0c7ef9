"""What answers questions that take lineage, runs and golden records together: impact, causes, differences, origins."""

from __future__ import annotations

from dataclasses import dataclass

from graph.store.database import Database
from lineage.comparison import Comparisons
from lineage.impacts import Impacts
from lineage.neighbours import Neighbours
from lineage.origins import Origins
from lineage.path_finding import PathFinder
from lineage.root_causes import Investigations
from lineage.run_reads import RunReads
from lineage.store import Lineage
from lineage.views import Views
from service.executions import Executions


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that answers such questions, built once."""

    views: Views
    neighbours: Neighbours
    paths: PathFinder
    impacts: Impacts
    comparisons: Comparisons
    investigations: Investigations
    run_reads: RunReads
    origins: Origins

    @classmethod
    def of(cls, database: Database, lineage: Lineage, executions: Executions) -> Answers:
        """Return what answers questions about the lineage of a database."""
        return cls(
            Views(lineage),
            Neighbours(database),
            PathFinder(lineage),
            Impacts(database, lineage),
            Comparisons(database, lineage),
            Investigations(database, lineage, executions.runs),
            RunReads(database, executions.runs, executions.facets),
            Origins(lineage, executions.runs),
        )
