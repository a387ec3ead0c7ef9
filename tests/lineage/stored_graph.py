"""Writes the tables of lineage as a recorder would leave them, at instants of the test's choosing on both axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from graph.identity import DatasetName, JobName
from graph.store.database import Database
from graph.time import AsOf, instant
from lineage.columns import column_edges
from lineage.facet_bodies import FacetBody
from lineage.naming import dataset_id, job_id

NOBODY = UUID(int=0)


def day(number: int) -> str:
    """Return a day of January 2026."""
    return f"2026-01-{number:02d}T00:00:00Z"


def at(valid: int, known: int = 31) -> AsOf:
    """Return a basis from a day of valid and one of system time."""
    return AsOf(instant(day(valid)), instant(day(known)))


def ds(name: str) -> DatasetName:
    """Return the name of a dataset of the tests."""
    return DatasetName("store", name)


def job(name: str) -> JobName:
    """Return the name of a job of the tests."""
    return JobName("scheduler", name)


def column_lineage(*flows: tuple[str, str, str], dataset: Sequence[str] | None = None) -> dict[str, Any]:
    """Return a columnLineage facet from (output column, input, input column), and inputs of all columns."""
    fields: dict[str, Any] = {}
    for output, source, column in flows:
        given = {"namespace": "store", "name": source, "field": column}
        fields.setdefault(output, {"inputFields": []})["inputFields"].append(given)
    facet: dict[str, Any] = {"fields": fields}
    if dataset is not None:
        facet["dataset"] = [{"namespace": "store", "name": source} for source in dataset]
    return facet


class StoredGraph:
    """Adds rows; days are days of January 2026, an end of None is open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def datasets(self, *names: str, known: int = 1) -> None:
        """Add datasets."""
        await self._execute(
            "insert into dataset select 1, id, 'store', name, $3 from unnest($1::uuid[], $2::text[]) g (id, name)"
            " on conflict do nothing",
            [dataset_id(ds(name)) for name in names],
            list(names),
            instant(day(known)),
        )

    async def jobs(self, *names: str, known: int = 1, part_of: str | None = None) -> None:
        """Add jobs."""
        await self._execute(
            "insert into job select 1, id, 'scheduler', name, $4, $3 from unnest($1::uuid[], $2::text[]) g (id, name)"
            " on conflict do nothing",
            [job_id(job(name)) for name in names],
            list(names),
            instant(day(known)),
            job_id(job(part_of)) if part_of else None,
        )

    async def flow(
        self,
        inputs: Sequence[str],
        through: str,
        outputs: Sequence[str],
        *,
        since: int = 1,
        until: int | None = None,
        known: int = 1,
        unknown: int | None = None,
        kind: str = "observed",
    ) -> None:
        """Add a job, what it reads and what it writes."""
        await self.jobs(through, known=known)
        await self.datasets(*inputs, *outputs, known=known)
        for direction, names in (("I", inputs), ("O", outputs)):
            await self._execute(
                "insert into lineage_edge select 1, $1, id, $3::text::\"char\", $4, $5, coalesce($6::timestamptz, 'infinity'), $7,"
                " coalesce($8::timestamptz, 'infinity') from unnest($2::uuid[]) id",
                job_id(job(through)),
                [dataset_id(ds(name)) for name in names],
                direction,
                kind,
                *map(_instant, (since, until, known, unknown)),
            )

    async def facet(
        self,
        subject: str,
        name: str,
        body: dict[str, Any],
        *,
        role: str = "W",
        by: str | None = None,
        since: int = 1,
        until: int | None = None,
        known: int = 1,
        unknown: int | None = None,
    ) -> None:
        """Add a facet held of a dataset, or of a job (role J)."""
        given = FacetBody.of(body)
        await self._execute(
            "insert into facet select 1, $1, $2::jsonb on conflict do nothing", given.digest, body
        )
        key = job_id(job(subject)) if role == "J" else dataset_id(ds(subject))
        await self._execute(
            "insert into facet_version values (1, $1, $2::text::\"char\", $3, $4, $5, $6, coalesce($7::timestamptz, 'infinity'), $8,"
            " coalesce($9::timestamptz, 'infinity'))",
            key,
            role,
            name,
            job_id(job(by)) if by else NOBODY,
            given.digest,
            *map(_instant, (since, until, known, unknown)),
        )
        if name == "columnLineage":
            edges = {(dataset_id(e.dataset), e.column or "", e.output or "") for e in column_edges(body)}
            await self._execute(
                "insert into column_edge select 1, $1, g.* from unnest($2::uuid[], $3::text[], $4::text[]) g"
                " on conflict do nothing",
                given.digest,
                *(list(part) for part in (zip(*edges, strict=True) if edges else ((), (), ()))),
            )

    async def says(self, through: str, output: str, body: dict[str, Any], **when: Any) -> None:
        """Add what a job states of the columns of an output."""
        await self.facet(output, "columnLineage", body, by=through, **when)

    async def link(
        self, name: str, other: str, kind: str = "symlink", since: int = 1, known: int = 1
    ) -> None:
        """Add that a dataset is also called, or was called before, otherwise."""
        await self.datasets(name, other, known=known)
        await self._execute(
            "insert into dataset_link values (1, $1, $2, $3, $4, $5)",
            dataset_id(ds(name)),
            dataset_id(ds(other)),
            kind,
            instant(day(since)),
            instant(day(known)),
        )

    async def _execute(self, query: str, *arguments: Any) -> None:
        async with self._database.connection() as connection:
            await connection.execute(query, *arguments)


def _instant(number: int | None) -> Any:
    return None if number is None else instant(day(number))
