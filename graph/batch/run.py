"""Matches a whole population by the model of now, and has intake put right whatever is stored otherwise."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from graph.batch.clusters import BatchClustering, SaidOfPositions, batch_clusters
from graph.batch.population import StoredPopulation, population
from graph.batch.scoring import score
from graph.batch.words import words
from graph.golden import blocking
from graph.golden.entity_type import EntityType
from graph.golden.match_model import MatchModel
from graph.intake import Intake
from graph.store import match_state, record_profiles
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.policies import EntityTypes

CHUNK = 1_000
"""How many records are put right in one transaction, which keeps other writers waiting for about a second."""

TOLERANCE = 1e-6
"""Bits by which two sums of the same weights may differ."""

SAMPLE = 200
"""Of how many records the blocking keys are compared, to see whether the rules they were made by still stand."""

Progress = Callable[[str, int, int], None]
"""Told of a step, how much of it is done and how much there is."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is stored otherwise than the population says; `records` are positions, those of one component in a row.

    `merged` golden records become part of another, `split` new ones come off one, `unchanged` stay as they are.
    """

    records: list[int]
    edges: int
    merged: int
    split: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run over a whole population found and did; `suggestions` are what it found for stewards, by kind."""

    records: int
    pairs: int
    golden_records: int
    difference: Difference
    suggestions: dict[str, int]
    model_version: int


class MatchRun:
    """Matches all records of an entity type again; what is right already stays untouched."""

    def __init__(
        self,
        database: Database,
        entity_type: str,
        tenant: int = DEFAULT_TENANT,
        *,
        everybody: bool = False,
        chunk: int = CHUNK,
    ) -> None:
        self._database = database
        self._name = entity_type
        self._tenant = tenant
        self._everybody = everybody
        self._chunk = chunk

    async def run(self, progress: Progress = lambda step, done, total: None) -> RunResult:
        """Score and cluster everybody, and reconsider what differs, chunk by chunk, each in a transaction of its own.

        Interrupted and run again, it goes on with what is left. Raises NotFoundError for an unknown entity type.
        """
        progress("read", 0, 1)
        stored = await self._stored()
        progress("read", 1, 1)
        loop = asyncio.get_running_loop()

        def told(step: str) -> None:
            loop.call_soon_threadsafe(progress, step, 0, 1)

        found = await asyncio.to_thread(_matched, stored, told)
        difference = found.difference
        if self._everybody or stored.are_keys_stale:
            rest = sorted(set(range(len(stored.population))) - set(difference.records))
            difference = Difference(
                difference.records + rest,
                difference.edges,
                difference.merged,
                difference.split,
                difference.unchanged,
            )
        await self._put_right(stored, difference.records, progress)
        kinds = [finding.kind for finding in found.clustering.suggestions]
        return RunResult(
            records=len(stored.population),
            pairs=found.pairs,
            golden_records=len(set(found.clustering.group)),
            difference=difference,
            suggestions={str(kind): kinds.count(kind) for kind in sorted(set(kinds))},
            model_version=stored.model.version,
        )

    async def _put_right(self, stored: _Stored, positions: Sequence[int], progress: Progress) -> None:
        intake = Intake(self._database, self._tenant, stored.entity_type)
        ids = cast("list[str]", stored.population.ids.take(pa.array(positions, pa.int32())).to_pylist())
        for start in range(0, len(ids), self._chunk):
            progress("put right", start, len(ids))
            await intake.reconsider([UUID(text) for text in ids[start : start + self._chunk]])
        if ids:
            progress("put right", len(ids), len(ids))
        await intake.close()

    async def _stored(self) -> _Stored:
        """Read everything in one snapshot."""
        async with (
            self._database.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            entity_type, model = await EntityTypes(self._database, self._tenant).current(
                connection, self._name
            )
            people = await population(connection, self._tenant, entity_type)
            return _Stored(
                entity_type=entity_type,
                model=model,
                population=people,
                edges=await _edges(connection, self._tenant, people, self._name),
                said=await words(connection, self._tenant, people, self._name),
                are_keys_stale=await _are_keys_stale(connection, self._tenant, people, entity_type),
            )


@dataclass(frozen=True, slots=True)
class _Stored:
    """All that is stored of the matching of an entity type, in one snapshot; `edges`: a, b, weight, rule by position."""

    entity_type: EntityType
    model: MatchModel
    population: StoredPopulation
    edges: pa.Table
    said: list[SaidOfPositions]
    are_keys_stale: bool


@dataclass(frozen=True, slots=True)
class _Found:
    pairs: int
    clustering: BatchClustering
    difference: Difference


def _matched(stored: _Stored, told: Callable[[str], None]) -> _Found:
    told("score")
    pairs = score(stored.population.profiles, stored.entity_type, stored.model).pairs
    told("cluster")
    clustering = batch_clusters(stored.population, pairs, stored.said, stored.entity_type.matching)
    told("compare")
    return _Found(pairs.num_rows, clustering, difference(stored.population, stored.edges, pairs, clustering))


def difference(
    people: StoredPopulation, edges: pa.Table, pairs: pa.Table, clustering: BatchClustering
) -> Difference:
    """Return which records take part in a pair or a golden record that is stored otherwise than found."""
    with duckdb.connect() as connection:
        group = pa.array(clustering.group, pa.int32())
        component = pa.array(clustering.component, pa.int32())
        place = people.profiles["record"]
        connection.register(
            "record", pa.table({"r": place, "grp": group, "component": component, "golden": people.golden})
        )
        connection.register("stored", edges)
        connection.register("found", pairs)
        connection.execute(
            f"""create temp table moved as
            select coalesce(s.a, f.a) as a, coalesce(s.b, f.b) as b
              from stored s full join found f on s.a = f.a and s.b = f.b
             where s.a is null or f.a is null or abs(s.weight - f.weight) > {TOLERANCE}
                or s.rule is distinct from f.rule"""  # noqa: S608 - a number
        )
        connection.execute(
            """create temp table dirty as
            select a as r from moved union select b from moved
            union select r from record where golden in (select golden from record group by golden having count(distinct grp) > 1)
            union select r from record where grp in (select grp from record group by grp having count(distinct golden) > 1)
            union select r from record where golden is null"""
        )
        rows = connection.execute(
            "select r from dirty join record using (r) order by component, r"
        ).fetchall()
        counts = connection.execute(
            """select (select count(*) from moved),
              (select coalesce(sum(n - 1), 0) from (select count(distinct golden) as n from record group by grp) where n > 1),
              (select coalesce(sum(n - 1), 0) from (select count(distinct grp) as n from record group by golden) where n > 1),
              (select count(distinct golden) from record
                where golden not in (select golden from record group by golden having count(distinct grp) > 1)
                  and grp not in (select grp from record group by grp having count(distinct golden) > 1))"""
        ).fetchall()
    moved, merged, split, unchanged = (int(count) for count in counts[0])
    return Difference([int(row[0]) for row in rows], moved, merged, split, unchanged)


async def _edges(connection: Connection, tenant: int, people: StoredPopulation, name: str) -> pa.Table:
    content = io.BytesIO()

    async def write(data: bytes) -> None:
        content.write(data)

    await match_state.copy_edges(connection, tenant, name, write)
    types = {"a": pa.string(), "b": pa.string(), "weight": pa.float64(), "rule": pa.string()}
    if not content.tell():
        return pa.schema(
            {"a": pa.int32(), "b": pa.int32(), "weight": pa.float64(), "rule": pa.string()}
        ).empty_table()
    content.seek(0)
    table = pcsv.read_csv(
        content,
        read_options=pcsv.ReadOptions(column_names=list(types)),
        convert_options=pcsv.ConvertOptions(
            column_types=types, strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    ids = people.ids.combine_chunks()
    return table.set_column(0, "a", pc.index_in(table["a"], ids)).set_column(
        1, "b", pc.index_in(table["b"], ids)
    )


async def _are_keys_stale(
    connection: Connection, tenant: int, people: StoredPopulation, entity_type: EntityType
) -> bool:
    """Return whether blocking keys were made by other rules than those of now, as a sample of the records shows."""
    sample = sorted(random.Random(0).sample(range(len(people)), min(SAMPLE, len(people))))  # noqa: S311 - not a secret
    ids = [
        UUID(text) for text in cast("list[str]", people.ids.take(pa.array(sample, pa.int32())).to_pylist())
    ]
    held = await record_profiles.keys_of(connection, tenant, ids)
    rows = people.profiles.take(pa.array(sample, pa.int32())).to_pylist()
    for record_id, row in zip(ids, rows, strict=True):
        profile = {name: tuple(values) for name, values in row.items() if name != "record" and values}
        if held.get(record_id, set()) != blocking.keys(profile, entity_type).keys():
            return True
    return False
