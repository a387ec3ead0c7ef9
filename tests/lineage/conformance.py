"""What a case of the conformance suite promises, compared with what the catalog holds after its events.

A case file (`cases/*.json`) holds the area it belongs to, its promise, the part of the OpenLineage specification that it
follows from, its events, and any of these, all exact:

- `edges`: every edge believed, by name; `states`: every run heard of, by id
- `stored`: how many events are kept (without it: all of them)
- `warnings`: of events by their index, with JSON path and a word of the reason (without it: there are none)
- `refused`: likewise (without it: nothing is); an event given as a text is the body itself
- `facets`: those held in the end by `dataset`, `job` or `run`, without `_producer` and `_schemaURL`; `run output`: those of
  an output that belong to the run alone
- `versions`: the stretches of a dataset's facet: from, to, facet
- `links`: names of one dataset; `datasets`: every dataset there is
- `columns`: every column edge held in the end; `transformations` are compared in the members given
- `runs`: members of runs, by id; a key that is no UUID is the id as the producer gave it
- `lineage`: what is upstream and downstream of a dataset, asked for as users do; `is` and `aliases` are its names
- `deviation`: where Goldthread knowingly differs, in what and why; the case must then fail
- `orders`: `all` = every order of the events gives this; else as written, backwards and at random
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

from graph.errors import CatalogError, InvalidInputError
from graph.identity import DatasetName
from graph.store.database import Connection, Database
from graph.time import render
from lineage.columns import column_edges
from lineage.naming import dataset_id, run_id
from lineage.recorder import Recorded, Recorder
from lineage.runs import Run, Runs
from lineage.sent_facets import SentFacets
from lineage.store import Direction, Lineage

FOLDER: Final = Path(__file__).parent / "cases"
TABLES: Final = (
    "lineage_event, lineage_event_body, mention, mention_facet, facet, facet_version, column_edge, column_inference, run,"
    " lineage_edge, job_declaration, dataset_link, dataset, job, dead_letter, dead_letter_tally"
)


@dataclass(frozen=True, slots=True)
class Case:
    """One promise of the suite, its events as they are sent, and what is expected after them."""

    name: str
    promise: str
    area: str
    spec: str
    events: tuple[bytes, ...]
    expected: Mapping[str, Any]

    @property
    def deviation(self) -> str | None:
        """Where Goldthread knowingly differs: in what, and why."""
        return self.expected.get("deviation")


Results = Sequence[Recorded | CatalogError]
Sent = Sequence[tuple[bytes, Recorded | CatalogError]]
"""Events as they were sent, in that order, and what became of each."""


def cases() -> dict[str, Case]:
    """Return the cases by name."""
    return {path.stem: _case(path) for path in sorted(FOLDER.glob("*.json"))}


def _case(path: Path) -> Case:
    given = json.loads(path.read_text())
    events = [event.encode() if isinstance(event, str) else orjson.dumps(event) for event in given["events"]]
    return Case(path.stem, given["promise"], given["area"], given["spec"], tuple(events), given)


async def clear(database: Database) -> None:
    """Empty the tables of lineage: a truncate takes a hundred times as long where there are few rows."""
    async with database.connection() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(";".join(f"delete from {table}" for table in TABLES.split(", ")))


def differing(
    found: Mapping[str, Sequence[Any]], wanted: Mapping[str, Sequence[Any]]
) -> dict[str, list[str]]:
    """Return by table a few of the rows that only one of two models has; where names are alike, rows have no order."""
    told: dict[str, list[str]] = {}
    for table in found:
        here, there = Counter(map(repr, found[table])), Counter(map(repr, wanted[table]))
        if here != there:
            told[table] = sorted(((here - there) + (there - here)).elements())[:6]
    return told


async def send(recorder: Recorder, events: Sequence[bytes], at_once: int) -> Sent:
    """Record events in this order, some at a time."""
    results: list[Recorded | CatalogError] = []
    for start in range(0, len(events), at_once):
        results += await recorder.record_batch(events[start : start + at_once])
    return list(zip(events, results, strict=True))


async def differences(case: Case, database: Database, sent: Sent) -> dict[str, tuple[Any, Any]]:
    """Return what differs, by member of the case: what was expected, and what is there."""
    found: dict[str, tuple[Any, Any]] = {}
    expected = {"warnings": [], "refused": [], **case.expected}
    expected.setdefault("stored", len(set(case.events)))
    async with database.connection() as connection:
        for member, look in _LOOKS.items():
            if member in expected:
                there = await look(connection, expected[member])
                if there != expected[member]:
                    found[member] = expected[member], there
    for member, look in _ASKED.items():
        if member in expected:
            there = await look(database, expected[member])
            if there != expected[member]:
                found[member] = expected[member], there
    found |= await _told(case, database, sent, expected)
    return found


async def _told(
    case: Case, database: Database, sent: Sent, expected: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """Return where warnings and refusals differ; each word expected is looked for in the reason under its path."""
    found: dict[str, tuple[Any, Any]] = {}
    refused: dict[bytes, list[tuple[str, str]]] = {}
    ids: dict[UUID, bytes] = {}
    for raw, result in sent:
        if isinstance(result, Recorded):
            ids[result.event_id] = raw
        else:
            assert isinstance(result, InvalidInputError), result
            refused[raw] = [(problem.path, problem.reason) for problem in result.problems]
    warned: dict[bytes, list[tuple[str, str]]] = {}
    async with database.connection() as connection:
        for row in await connection.fetch(
            "select event_id, warnings from lineage_event where warnings is not null"
        ):
            warned[ids[row["event_id"]]] = [(one["path"], one["reason"]) for one in row["warnings"]]
    for member, told in (("warnings", warned), ("refused", refused)):
        wanted: dict[bytes, list[tuple[str, str]]] = {}
        for one in expected[member]:
            wanted.setdefault(case.events[one["event"]], []).append((one["path"], one["reason"]))
        if not _covers(wanted, told):
            found[member] = wanted, told
    return found


def _covers(wanted: Mapping[bytes, Any], told: Mapping[bytes, Any]) -> bool:
    if wanted.keys() != told.keys():
        return False
    for raw, words in wanted.items():
        paths = {path for path, _ in told[raw]}
        if paths != {path for path, _ in words}:
            return False
        if not all(
            any(path == where and word in reason for where, reason in told[raw]) for path, word in words
        ):
            return False
    return True


async def _stored(connection: Connection, _: Any) -> int:
    return await connection.fetchval(
        "select count(*) from lineage_event join lineage_event_body using (tenant_id, event_id)"
    )


async def _edges(connection: Connection, wanted: Sequence[Any]) -> Sequence[Any]:
    rows = await connection.fetch(
        "select j.name as job, d.name as dataset, e.direction::text, e.kind, e.valid_from, nullif(e.valid_to, 'infinity')"
        "  from lineage_edge e join job j using (tenant_id, job_id) join dataset d using (tenant_id, dataset_id)"
        " where e.system_to = 'infinity'"
    )
    names = ("job", "dataset", "direction", "kind", "from", "to")
    return _like(
        [
            dict(zip(names, (*row[:4], render(row[4]), row[5] and render(row[5])), strict=True))
            for row in rows
        ],
        wanted,
    )


async def _states(connection: Connection, wanted: Mapping[str, str]) -> Mapping[str, str]:
    rows = await connection.fetch("select run_id, state from run where heard")
    there = {str(row["run_id"]): row["state"] for row in rows}
    return wanted if there == {str(UUID(key)): state for key, state in wanted.items()} else there


async def _links(connection: Connection, wanted: Sequence[Any]) -> Sequence[Any]:
    rows = await connection.fetch(
        "select d.namespace || '/' || d.name as dataset, o.namespace || '/' || o.name as other, l.kind"
        "  from dataset_link l join dataset d using (tenant_id, dataset_id)"
        "  join dataset o on o.tenant_id = l.tenant_id and o.dataset_id = l.other_id"
    )
    return _like([dict(row) for row in rows], wanted)


async def _datasets(connection: Connection, wanted: Sequence[Any]) -> Sequence[Any]:
    rows = await connection.fetch("select namespace || '/' || name from dataset")
    return _like([row[0] for row in rows], wanted)


_VERSIONS = (
    "select v.role::text, v.name, f.body, v.digest, v.valid_from, nullif(v.valid_to, 'infinity') as valid_to,"
    "       coalesce(d.namespace, j.namespace) || '/' || coalesce(d.name, j.name) as subject, s.namespace || '/' || s.name as job"
    "  from facet_version v join facet f using (tenant_id, digest)"
    "  left join dataset d on d.tenant_id = v.tenant_id and d.dataset_id = v.subject_id"
    "  left join job j on j.tenant_id = v.tenant_id and j.job_id = v.subject_id"
    "  left join job s on s.tenant_id = v.tenant_id and s.job_id = v.job_id"
    " where v.system_to = 'infinity' order by v.valid_from"
)


async def _versions(connection: Connection, wanted: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, dict[str, list[Any]]] = {
        subject: {name: [] for name in wanted[subject]} for subject in wanted
    }
    for row in await connection.fetch(_VERSIONS):
        if row["name"] in found.get(row["subject"], {}):
            stretch = [
                render(row["valid_from"]),
                row["valid_to"] and render(row["valid_to"]),
                _bare(row["body"]),
            ]
            found[row["subject"]][row["name"]].append(stretch)
    return found


async def _columns(connection: Connection, wanted: Sequence[Any]) -> Sequence[Any]:
    """Return the column edges of the statements held in the end, having seen that the table of edges has the same."""
    found: list[dict[str, Any]] = []
    for row in await connection.fetch(_VERSIONS):
        if (
            row["name"] != "columnLineage"
            or row["valid_to"]
            or row["role"] != "W"
            or row["body"].get("_deleted")
        ):
            continue
        stated = column_edges(row["body"])
        indexed = await connection.fetch(
            "select input_id, input_column, output_column from column_edge where digest = $1", row["digest"]
        )
        assert {tuple(edge) for edge in indexed} == {
            (dataset_id(edge.dataset), edge.column or "", edge.output or "") for edge in stated
        }
        for edge in stated:
            made = [
                {"type": one.type, "subtype": one.subtype, "masking": one.masking}
                for one in edge.transformations
            ]
            found.append(
                {
                    "input": f"{edge.dataset.namespace}/{edge.dataset.name}",
                    "column": edge.column,
                    "output": row["subject"],
                    "output_column": edge.output,
                    "job": row["job"],
                    "transformations": made,
                }
            )
    return _like([_as_given(one, wanted) for one in found], wanted)


def _as_given(edge: dict[str, Any], wanted: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the case's own words for an edge, where it has some: they may leave out transformations or members of them."""
    plain = {name: value for name, value in edge.items() if name != "transformations"}
    for one in wanted:
        given = one.get("transformations", [])
        if {name: value for name, value in one.items() if name != "transformations"} == plain and (
            "transformations" not in one
            or (
                len(given) == len(edge["transformations"])
                and all(a.items() <= b.items() for a, b in zip(given, edge["transformations"], strict=True))
            )
        ):
            return one
    return edge


_LOOKS: Final[Mapping[str, Callable[[Connection, Any], Any]]] = {
    "stored": _stored,
    "edges": _edges,
    "states": _states,
    "links": _links,
    "datasets": _datasets,
    "versions": _versions,
    "columns": _columns,
}


async def _facets(database: Database, wanted: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    async with database.connection() as connection:
        held = [row for row in await connection.fetch(_VERSIONS) if row["valid_to"] is None]
    for kind in wanted.keys() & {"dataset", "job"}:
        found[kind] = {subject: _held(held, subject) for subject in wanted[kind]}
    sent = await SentFacets(database).of_runs(
        [UUID(key) for kind in ("run", "run output") for key in wanted.get(kind, {})]
    )
    for key in wanted.get("run", {}):
        found.setdefault("run", {})[key] = {
            one.name: _bare(one.body) for one in sent[UUID(key)] if one.role is None
        }
    for key in wanted.get("run output", {}):
        of_run = found.setdefault("run output", {}).setdefault(key, {})
        for one in sent[UUID(key)]:
            if one.role == "O" and one.dataset:
                name = f"{one.dataset.namespace}/{one.dataset.name}"
                of_run.setdefault(name, {})[one.name] = _bare(one.body)
    return found


def _held(rows: Iterable[Any], subject: str) -> dict[str, Any]:
    """Return the facets held: what writers say counts before what readers say."""
    held: dict[str, Any] = {}
    for role in ("I", "W", "J"):
        held |= {
            row["name"]: row["body"] for row in rows if row["subject"] == subject and row["role"] == role
        }
    return {name: _bare(body) for name, body in held.items() if body.get("_deleted") is not True}


async def _runs(database: Database, wanted: Mapping[str, Any]) -> dict[str, Any]:
    keys = {key: run_id(key) for key in wanted}
    known = await Runs(database).by_id(list(keys.values()))
    return {
        key: {name: _of_run(known[keys[key]])[name] for name in wanted[key]} if keys[key] in known else None
        for key in wanted
    }


def _of_run(run: Run) -> dict[str, Any]:
    return {
        "job": f"{run.job.namespace}/{run.job.name}",
        "heard": not run.is_placeholder,
        "state": run.state,
        "started_at": render(run.started_at),
        "ended_at": run.ended_at and render(run.ended_at),
        "parent": run.parent_run_id and str(run.parent_run_id),
        "root": run.root_run_id and str(run.root_run_id),
        "part": run.is_part,
        "inputs": sorted(f"{one.namespace}/{one.name}" for one in run.inputs),
        "outputs": sorted(f"{one.namespace}/{one.name}" for one in run.outputs),
        "given_id": run.given_id,
    }


async def _lineage(database: Database, wanted: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    reads = Lineage(database)
    at = await reads.basis()
    found: list[Mapping[str, Any]] = []
    for one in wanted:
        namespace, _, name = one["of"].partition("/")
        of = DatasetName(namespace, name)
        there: dict[str, Any] = {"of": one["of"]}
        ways: tuple[tuple[str, Direction], ...] = (("upstream", "up"), ("downstream", "down"))
        for member, way in ways:
            graph = await reads.lineage(of, way, 10, at)
            names = [f"{node.name.namespace}/{node.name.name}" for node in graph.nodes if node.distance]
            there[member] = _like(names, one[member])
        node = await reads.node(of, at)
        there["is"] = f"{node.name.namespace}/{node.name.name}"
        there["aliases"] = _like(
            [f"{name.namespace}/{name.name}" for name in node.aliases], one.get("aliases", [])
        )
        found.append({member: there[member] for member in one})
    return found


_ASKED: Final[Mapping[str, Callable[[Database, Any], Any]]] = {
    "facets": _facets,
    "runs": _runs,
    "lineage": _lineage,
}


def _bare(facet: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facet.items() if name not in {"_producer", "_schemaURL"}}


def _like(found: Sequence[Any], wanted: Sequence[Any]) -> Sequence[Any]:
    """Return what was wanted where the same was found in another order, else what was found, sorted."""
    return wanted if sorted(map(str, found)) == sorted(map(str, wanted)) else sorted(found, key=str)
