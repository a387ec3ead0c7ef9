"""Reads column lineage as jobs state it: what the columns of datasets follow from, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from graph.identity import DatasetName, JobName
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.time import AsOf
from lineage import facets
from lineage.columns import ColumnEdge, Transformation, column_edges
from lineage.naming import dataset_id
from lineage.nodes import Nodes
from lineage.statements import statement

MOST_STATEMENTS = 1_000
"""How many statements on what follows from a dataset one answer takes into account."""

_NOBODY = UUID(int=0)
_BELIEVED = "v.system_from <= $4 and v.system_to > $4"
_WRITES = """(v.job_id = '00000000-0000-0000-0000-000000000000' or exists (
         select
           from lineage_edge e
          where e.tenant_id = $1
            and e.job_id = v.job_id
            and e.dataset_id = v.subject_id
            and e.direction = 'O'
            and e.valid_from <= $3
            and e.valid_to > $3
            and e.system_from <= $4
            and e.system_to > $4
       ))"""
_OF_OUTPUTS = statement(
    "held",
    within="f.name = 'columnLineage' and f.role in ('S', 'W')",
    believed=_BELIEVED,
    wanted=_WRITES.replace("v.", "key."),
)
_OF_INPUTS = statement("column_statements_of_inputs", wanted=_WRITES)


@dataclass(frozen=True, slots=True)
class ColumnFlow:
    """A column of one dataset has a part in a column of another, as a job states it or as its SQL tells.

    A source column of None is the dataset as a whole, a target column of None every column. No job: the owner of the
    target states it. `since`: from when on exactly this has been stated.
    """

    source: DatasetName
    source_column: str | None
    target: DatasetName
    target_column: str | None
    transformations: tuple[Transformation, ...]
    job: JobName | None
    kind: Literal["stated", "inferred"]
    since: datetime


@dataclass(frozen=True, slots=True)
class ColumnFlows:
    """Some flows; truncated where there are more statements than were taken into account."""

    flows: tuple[ColumnFlow, ...] = ()
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class ColumnStatement:
    """What a job states of the columns of an output, as it was sent, and since when; datasets by the id they are shown by."""

    target: UUID
    job: UUID
    body: dict[str, Any]
    since: datetime


class ColumnLineage:
    """Answers questions about the columns of one tenant."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def upstream(self, datasets: Collection[UUID], at: AsOf) -> dict[UUID, ColumnFlows]:
        """Return what the columns of each dataset follow from, over all jobs that write it at the basis."""
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            await known.join(datasets)
            wanted = list({one for key in datasets for one in known.ids(key)})
            rows = await connection.fetch(_OF_OUTPUTS, self._tenant, wanted, at.valid, at.system)
            flows = await self._flows(connection, known, _outranking(rows))
        found: dict[UUID, list[ColumnFlow]] = {}
        for row, of_row in flows:
            found.setdefault(known.shown_by(row["subject_id"]), []).extend(of_row)
        return {key: ColumnFlows(tuple(found.get(known.shown_by(key), ()))) for key in datasets}

    async def statements(self, datasets: Collection[UUID], at: AsOf) -> list[ColumnStatement]:
        """Return what jobs state of the columns of datasets they write at the basis; what was inferred is not among it."""
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            await known.join(datasets)
            wanted = list({one for key in datasets for one in known.ids(key)})
            rows = await connection.fetch(_OF_OUTPUTS, self._tenant, wanted, at.valid, at.system)
        return [
            ColumnStatement(known.shown_by(row["subject_id"]), row["job_id"], row["body"], row["valid_from"])
            for row in rows
            if row["role"] == "W" and row["job_id"] != _NOBODY
        ]

    async def downstream(
        self, datasets: Collection[UUID], column: str | None, at: AsOf, most: int = MOST_STATEMENTS
    ) -> dict[UUID, ColumnFlows]:
        """Return what follows at the basis from each dataset, or from one column of it (and from it as a whole).

        At most so many statements of all of them together are taken into account, those stated last.
        """
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            await known.join(datasets)
            wanted = list({one for key in datasets for one in known.ids(key)})
            rows = await connection.fetch(
                _OF_INPUTS, self._tenant, wanted, at.valid, at.system, column, most + 1
            )
            flows = await self._flows(connection, known, rows[:most])
        found: dict[UUID, list[ColumnFlow]] = {}
        for row, of_row in flows:
            found.setdefault(known.shown_by(row["input_id"]), []).extend(of_row)
        return {
            key: ColumnFlows(
                tuple(
                    dict.fromkeys(
                        flow
                        for flow in found.get(known.shown_by(key), ())
                        if known.shown_by(dataset_id(flow.source)) == known.shown_by(key)
                        and (column is None or flow.source_column in (column, None))
                    )
                ),
                truncated=len(rows) > most,
            )
            for key in datasets
        }

    async def _flows(
        self, connection: Connection, known: Nodes, rows: Sequence[Any]
    ) -> list[tuple[Any, list[ColumnFlow]]]:
        """Return each statement with what it states, under the names that datasets are shown by."""
        stated = [(row, [] if facets.is_deleted(row["body"]) else column_edges(row["body"])) for row in rows]
        sources = {dataset_id(edge.dataset): edge.dataset for _, edges in stated for edge in edges}
        ids = {*sources, *(row["subject_id"] for row in rows)}
        jobs = {row["job_id"] for row in rows} - {_NOBODY}
        nodes = await known.named(list(ids), list(jobs)) if rows else []
        names = {node.id: node.name for node in nodes}

        def name(key: UUID) -> Any:
            return names.get(known.shown_by(key)) or sources[key]

        return [
            (
                row,
                [
                    _flow(
                        row,
                        edge,
                        name(dataset_id(edge.dataset)),
                        name(row["subject_id"]),
                        names.get(row["job_id"]),
                    )
                    for edge in edges
                ],
            )
            for row, edges in stated
        ]


def _outranking(rows: Iterable[Any]) -> list[Any]:
    """Return one row of each output and job: what a job states outranks what its SQL tells."""
    best: dict[tuple[UUID, UUID], Any] = {}
    for row in sorted(rows, key=lambda row: row["role"]):
        best[row["subject_id"], row["job_id"]] = row
    return [best[key] for key in sorted(best)]


def _flow(row: Any, edge: ColumnEdge, source: DatasetName, target: DatasetName, job: Any) -> ColumnFlow:
    return ColumnFlow(
        source,
        edge.column,
        target,
        edge.output,
        edge.transformations,
        job,
        "inferred" if row["role"] == "S" else "stated",
        row["valid_from"],
    )
