"""What the files of the lake have in common, be they of golden records or of messages: a place, and a load into the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg


class InLake:
    """What lies at a path of a dataset, a folder or the URL of one."""

    __slots__ = ()

    dataset: str
    path: str

    @property
    def location(self) -> str:
        """Where it lies."""
        return f"{self.dataset}/{self.path}"


@dataclass(frozen=True, slots=True)
class WarehouseLoad:
    """The one time a file of the lake went into the warehouse; `parent` names the run it was part of, if of any."""

    file_id: UUID
    run_id: UUID
    rows: int
    started_at: datetime
    loaded_at: datetime
    parent: dict[str, Any] | None = None

    @classmethod
    def of(cls, row: asyncpg.Record) -> WarehouseLoad | None:
        """Return the load in a row, None where there was none; its columns begin with `load_`, but for `loaded_at`."""
        if row["loaded_at"] is None:
            return None
        return cls(
            row["load_file_id"],
            row["load_run_id"],
            row["load_rows"],
            row["load_started_at"],
            row["loaded_at"],
            row.get("load_parent"),
        )
