"""How far the past is written, and what has been taken away from it: erasures alone change an answer about the past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph.store.database import DEFAULT_TENANT, Database
from lineage.statements import statement

_PAST = statement("rewrites")


@dataclass(frozen=True, slots=True)
class Past:
    """The last committed system instant, and a mark that is another one once anything before it was taken away."""

    newest: datetime
    mark: str


class Rewrites:
    """Tells of the past of one tenant, lineage and golden records both."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def past(self) -> Past:
        """Return how the past stands; ask before reading what is to carry the mark."""
        async with self._database.connection() as connection:
            ((newest, mark),) = await connection.fetch(_PAST, self._tenant)
        return Past(newest, mark)
