"""Keeps, in the background, the entries by which assets are found in step with what is recorded."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from graph.catalog.asset import DOMAIN, GLOSSARY_TERM
from graph.errors import UnavailableError
from graph.search.entry import Entry
from graph.store import search_index
from graph.store.database import DEFAULT_TENANT, Connection, Database, watermark
from graph.store.policies import EntityTypes
from graph.time import AsOf
from lineage.asset_texts import AssetTexts
from lineage.statements import statement
from lineage.stepping_back import Rests

AT_ONCE: Final = 500
"""How many changes of each source are taken in one transaction; more where one instant has more."""

_WHILE_BUSY: Final = 100
"""How many changes are taken while more important work waits."""

_AT_A_TIME: Final = 100
"""How many assets are read before others have their turn: some milliseconds."""

_PAUSE: Final = 1.0
_AFTER_FAILURE: Final = 30.0
_PATIENCE: Final = 600.0

_CHANGED = statement("changed_assets")
_DUE = statement("due_assets")
_OUTDATE = statement("outdate_bearers")
_NAMING = frozenset({GLOSSARY_TERM.name, DOMAIN.name})
"""The kinds of assets by whose names others are found."""

_logger = logging.getLogger(__name__)


class Indexing:
    """Follows one tenant's clock: whatever was recorded can be found a moment later.

    Any number of processes may do so at once; one of them works at a time. How far it came is committed with the
    entries, so nothing is lost or left out however it ends. While `is_busy` it takes a quarter of the time, and a twentieth
    while messages pile up before workers: what they take in can be found once they are through, at the latest.
    """

    def __init__(
        self, database: Database, tenant: int = DEFAULT_TENANT, *, is_busy: Callable[[], bool] = lambda: False
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._is_busy = is_busy
        self._texts = AssetTexts(EntityTypes(database, tenant), tenant)
        self._rests = Rests(database, tenant, is_busy)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work in the background."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop at once; the next who works goes on where this one committed last."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def catch_up(self) -> int:
        """Work until entries are in step with everything recorded so far, and return how many assets were looked at."""
        total = 0
        while count := await self.run_once():
            total += count
        return total

    async def run_once(self) -> int:
        """Bring entries in step with some of what was recorded, and return how many assets were looked at; 0: all was."""
        return await self._database.transaction(self._work)

    async def _run(self) -> None:
        while True:
            began = time.monotonic()
            try:
                count = await self.run_once()
            except UnavailableError:
                count = 0
            except Exception:
                _logger.exception("the search index could not be kept in step; it is tried again")
                await asyncio.sleep(_AFTER_FAILURE)
                continue
            await (self._rests.after(time.monotonic() - began) if count else asyncio.sleep(_PAUSE))

    async def _work(self, connection: Connection) -> int:
        since = await search_index.lock(connection, self._tenant, wait=False)
        if since is None:
            return 0
        known = await watermark(connection, self._tenant)
        assets, until = await self._changed(connection, since, known)
        due = await connection.fetch(_DUE, self._tenant, AT_ONCE)
        assets |= {row["asset_id"] for row in due}
        now = await connection.fetchval("select clock_timestamp()")
        at = AsOf(now, known)
        ordered = sorted(assets)
        for start in range(0, len(ordered), _AT_A_TIME):
            part = ordered[start : start + _AT_A_TIME]
            entries, gone = await self._texts.entries(connection, part, at)
            await self._outdate(connection, entries, gone)
            await search_index.keep(connection, self._tenant, entries, gone)
        if until > since:
            await search_index.move(connection, self._tenant, until)
        return len(ordered)

    async def _outdate(
        self, connection: Connection, entries: Collection[Entry], gone: Collection[UUID]
    ) -> None:
        """Have looked at anew, later, what bears a glossary term or domain that is called otherwise from now on."""
        names: dict[UUID, str | None] = {one.asset_id: one.name for one in entries if one.kind in _NAMING}
        names |= dict.fromkeys(gone)
        if names:
            await connection.execute(_OUTDATE, self._tenant, list(names), list(names.values()))

    async def _changed(
        self, connection: Connection, since: datetime, until: datetime
    ) -> tuple[set[UUID], datetime]:
        """Return the assets of which something was recorded, and up to when that is all of it."""
        if since >= until:
            return set(), since
        most = few = _WHILE_BUSY if self._is_busy() else AT_ONCE
        while True:
            rows = await connection.fetch(_CHANGED, self._tenant, since, until, most, timeout=_PATIENCE)
            end = _complete_until(rows, most, until)
            if end is not None:
                if most > few:  # no more than has to be
                    end = min(row["system_from"] for row in rows)
                return {row["id"] for row in rows if row["system_from"] <= end}, end
            most *= 8  # one transaction recorded more than that


def _complete_until(rows: list[Any], most: int, until: datetime) -> datetime | None:
    """Return up to which instant no source was cut off; None where one was within its first instant."""
    instants: dict[str, list[datetime]] = {}
    for row in rows:
        instants.setdefault(row["source"], []).append(row["system_from"])
    end = until
    for of_source in instants.values():
        if len(of_source) >= most:  # or more, for an edge is of two
            last = max(of_source)
            before = max((at for at in of_source if at < last), default=None)
            if before is None:
                return None
            end = min(end, before)
    return end
