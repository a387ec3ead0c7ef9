"""Reads where a golden record's attribute comes from: source record, delivery, run, and the columns upstream of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from graph.errors import InvalidInputError, NotFoundError
from graph.store.golden_records import GoldenRecord, GoldenRecords, ReceivedEvent
from graph.time import AsOf
from lineage.column_graph import ColumnLink, ColumnNode, ColumnWalk, ReachedColumn, reached_columns, walked
from lineage.golden_datasets import golden_dataset
from lineage.runs import Run, Runs
from lineage.store import Lineage

DEEPEST = 50
"""How many datasets before the first one may be asked for."""

Step = Literal["source_record", "run", "source_column"]


@dataclass(frozen=True, slots=True)
class Missing:
    """A step of the way back that is not known, and why."""

    step: Step
    reason: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the value of one attribute comes from, as far as is known; what is not known is among `missing`.

    `links` lead back from the attribute's column in the golden records' dataset, nearest first, as they held when the run
    ran; `columns` are those reached, with their distance.
    """

    basis: AsOf
    attribute: str
    value: Any
    event: ReceivedEvent | None
    run: Run | None
    column: ColumnNode
    links: tuple[ColumnLink, ...]
    columns: Mapping[ColumnNode, ReachedColumn]
    truncated: bool
    missing: tuple[Missing, ...]


class Origins:
    """Answers where attributes of golden records come from."""

    def __init__(self, lineage: Lineage, runs: Runs) -> None:
        self._lineage = lineage
        self._runs = runs

    async def origin(
        self, records: GoldenRecords, entity_type: str, golden_id: UUID, attribute: str, depth: int, at: AsOf
    ) -> Origin:
        """Return where an attribute, called as in its type, comes from; raises NotFoundError for no such golden record."""
        if not 1 <= depth <= DEEPEST:
            raise InvalidInputError.at("$.depth", f"must be 1 to {DEEPEST}, got {depth}")
        record = (await records.by_id([golden_id], at)).get(golden_id)
        if record is None:
            raise NotFoundError(f"no {entity_type} {golden_id} is known at that time")
        missing: list[Missing] = []
        column = ColumnNode(golden_dataset(entity_type), attribute)
        event = await self._event(records, record, attribute, missing)
        run = await self._run(event, missing) if event else None
        walk = await self._columns(column, run, depth, at, missing) if run else ColumnWalk({column: 0})
        value = record.version.attributes.get(attribute)
        columns = reached_columns(walk, "up")
        links = tuple(sorted(walk.links, key=lambda link: columns[link.source].distance))
        return Origin(
            at, attribute, value, event, run, column, links, columns, walk.truncated, tuple(missing)
        )

    async def _event(
        self, records: GoldenRecords, record: GoldenRecord, attribute: str, missing: list[Missing]
    ) -> ReceivedEvent | None:
        """Return the source event that gave the attribute its value."""
        named: Mapping[str, str] = record.version.provenance.get("sources") or {}
        if attribute not in named:
            missing.append(Missing("source_record", "no source says anything of this attribute"))
            return None
        event = (await records.events([UUID(named[attribute])])).get(UUID(named[attribute]))
        if event is None:
            missing.append(
                Missing("source_record", f"the source event {named[attribute]} is not kept any more")
            )
        return event

    async def _run(self, event: ReceivedEvent, missing: list[Missing]) -> Run | None:
        """Return the run that brought the source event."""
        if event.run_id is None:
            missing.append(Missing("run", f"it came through the door {event.door}, which no run is known of"))
            return None
        run = (await self._runs.by_id([event.run_id])).get(event.run_id)
        if run is None:
            missing.append(Missing("run", f"no lineage has been told of the run {event.run_id}"))
        return run

    async def _columns(
        self, column: ColumnNode, run: Run, depth: int, at: AsOf, missing: list[Missing]
    ) -> ColumnWalk:
        """Return the columns that the attribute follows from: first those of the run's own job, then all before them."""
        then = AsOf(run.ended_at or run.last_at, at.system)
        first = await walked(self._lineage.columns, [column], 1, "up", then)
        first.links = [link for link in first.links if link.job == run.job]
        sources = {link.source for link in first.links}
        if not sources:
            words = ", ".join(name.name for name in run.inputs) or "nothing that is named"
            missing.append(Missing("source_column", f"the run read {words}; it does not say by which column"))
            return ColumnWalk({column: 0})
        further = await walked(self._lineage.columns, sources, depth - 1, "up", then)
        return ColumnWalk(
            {column: 0, **{node: distance + 1 for node, distance in further.columns.items()}},
            [*first.links, *further.links],
            further.wholes,
            first.truncated or further.truncated,
        )
