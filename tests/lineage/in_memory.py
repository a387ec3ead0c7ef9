"""Reads lineage from memory alone, in a graph that is built anew for each question."""

from __future__ import annotations

from graph.store.database import Database
from graph.time import AsOf
from lineage.nodes import NodeName
from lineage.snapshot.memory import Snapshots
from lineage.store import Direction, Lineage, LineageGraph
from lineage.traversal import LARGEST_GRAPH


class LineageInMemory(Lineage):
    """Builds the graph whenever it is asked, so that rows at past system instants are seen too."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._read = database

    async def lineage(
        self, of: NodeName, direction: Direction, depth: int, at: AsOf, most: int = LARGEST_GRAPH
    ) -> LineageGraph:
        """Return what `Lineage.lineage` does."""
        self.memory = Snapshots(self._read)
        await self.snapshot(at)
        return await super().lineage(of, direction, depth, at, most)
