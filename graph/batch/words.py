"""The standing words of stewards about a whole population, by the positions of its records."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from graph.batch.clusters import SaidOfPositions
from graph.batch.population import StoredPopulation
from graph.store import match_state
from graph.store.database import Connection


async def words(
    connection: Connection, tenant: int, people: StoredPopulation, entity_type: str
) -> list[SaidOfPositions]:
    """Return every word that stands between two records of a population."""
    rows = await match_state.words(connection, tenant, entity_type)
    if not rows:
        return []
    ids = people.ids.combine_chunks()
    a, b = (pc.index_in(pa.array([str(row[end]) for row in rows]), ids).to_pylist() for end in ("a", "b"))
    return [
        SaidOfPositions(x, y, row["verdict"] == "must_link", row["is_stale"])
        for x, y, row in zip(a, b, rows, strict=True)
        if x is not None and y is not None
    ]
