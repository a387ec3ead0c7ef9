"""Random lineage graphs with validity on both axes, as rows and as a naive model of what they mean."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import strategies as st

from graph.identity import DatasetName
from graph.time import AsOf, instant
from lineage.components import Component, Link, components
from lineage.naming import NodeKind
from lineage.snapshot.graph import Snapshot
from lineage.snapshot.instants import FOREVER, micros
from lineage.snapshot.loading import Told, built
from lineage.traversal import Edge, Heading, Said, Words, joined

START = instant("2026-01-01T00:00:00Z")
DAYS = 5
DATASETS = tuple(UUID(int=(key * 0x9E37_79B9_7F4A_7C15) << 40) for key in range(1, 7))
JOBS = tuple(UUID(int=(key * 0xC2B2_AE3D_27D4_EB4F) << 40) for key in range(1, 5))
ELSEWHERE = UUID(int=77)
"""A dataset that is only named in statements."""


class Times(NamedTuple):
    """Days of a row on both axes, ends excluded; None: further notice."""

    valid_from: int
    valid_to: int | None
    system_from: int
    system_to: int | None

    def hold(self, valid: int, system: int) -> bool:
        """Return whether the row holds at the instants."""
        starts = self.valid_from <= valid and self.system_from <= system
        return starts and all(
            end is None or at < end for at, end in ((valid, self.valid_to), (system, self.system_to))
        )


class EdgeRow(NamedTuple):
    """A row of lineage_edge."""

    job: UUID
    dataset: UUID
    is_output: bool
    is_declared: bool
    times: Times


class StatementRow(NamedTuple):
    """A row of facet_version with what it says; no sources: it says nothing."""

    job: UUID
    dataset: UUID
    is_stated: bool
    times: Times
    sources: frozenset[UUID] | None
    is_explicit: bool

    @property
    def digest(self) -> bytes:
        """The digest of the content."""
        named = "-" if self.sources is None else " ".join(sorted(map(str, self.sources)))
        return UUID(int=hash((named, self.is_explicit)) % 2**128).bytes


class LinkRow(NamedTuple):
    """A row of dataset_link."""

    dataset: UUID
    other: UUID
    kind: Any
    since: int


@dataclass(frozen=True)
class Rows:
    """What the tables hold."""

    edges: tuple[EdgeRow, ...]
    statements: tuple[StatementRow, ...]
    links: tuple[LinkRow, ...]

    def snapshot(self, known: int = DAYS) -> Snapshot:
        """Return the graph in memory as built on a day of system time."""
        return built(self.told(-1, known), day(known))

    def told(self, since: int, until: int) -> Told:
        """Return what is read on a day by who knows all up to another one."""
        edges = [row for row in self.edges if _is_news(row.times, since, until)]
        said = [row for row in self.statements if _is_news(row.times, since, until)]
        known = {row.digest for row in self.statements if row.times.system_from <= since}
        contents = {row.digest: row for row in said if row.digest not in known}
        return Told(
            copied_rows([
                (row.job.bytes, row.dataset.bytes, row.is_output, row.is_declared, *_micros(row.times, until))
                for row in edges
            ]),
            copied_rows([
                (row.job.bytes, row.dataset.bytes, row.is_stated, *_micros(row.times, until), row.digest)
                for row in said
            ]),
            [
                {
                    "digest": digest,
                    "sources": b"".join(sorted(one.bytes for one in row.sources or ())),
                    "is_of_datasets": row.sources is not None,
                    "is_explicit": row.is_explicit,
                }
                for digest, row in contents.items()
            ],
            [
                {
                    "dataset_id": row.dataset, "namespace": "n", "name": str(row.dataset),
                    "other_id": row.other, "other_namespace": "n", "other_name": str(row.other),
                    "kind": row.kind, "valid_from": day(row.since), "system_from": day(row.since),
                }
                for row in self.links
                if row.since <= until and (since < row.since or row.kind == "rename")
            ],
        )  # fmt: skip


def day(number: int) -> Any:
    """Return a day as an instant."""
    return START + timedelta(days=number)


def at(valid: int, system: int) -> AsOf:
    """Return a basis of two days."""
    return AsOf(day(valid), day(system))


class World:
    """The naive model: what rows mean at a basis, by looking at all of them."""

    def __init__(self, rows: Rows, valid: int, system: int) -> None:
        links = [
            Link(row.dataset, DatasetName("n", str(row.dataset)), row.other, DatasetName("n", str(row.other)),
                 row.kind, day(row.since))
            for row in rows.links
            if row.since <= system
        ]  # fmt: skip
        self._named = {key: component for component in components(links) for key in component.ids}
        self.shown: dict[UUID, UUID] = {key: component.ids[0] for key, component in self._named.items()}
        self.rows = [row for row in rows.edges if row.times.hold(valid, system)]
        self.words: dict[UUID, Words] = {}
        held = [row for row in rows.statements if row.times.hold(valid, system)]
        for job in {row.job for row in self.rows}:
            outputs: dict[UUID, set[Said]] = {}
            for row in self.rows:
                if row.job == job and row.is_output:
                    said = max(
                        (one for one in held if (one.job, one.dataset) == (job, row.dataset)),
                        key=lambda one: one.is_stated,
                        default=None,
                    )
                    outputs.setdefault(self.by(row.dataset), set()).add(self._said(said))
            read = {self.by(row.dataset) for row in self.rows if row.job == job and not row.is_output}
            self.words[job] = Words(frozenset(read), outputs)
        self.edges = self._edges()

    def _said(self, said: StatementRow | None) -> Said:
        if said is None or said.sources is None:
            return Said(None)
        return Said(frozenset(map(self.by, said.sources)), said.is_explicit)

    def by(self, dataset: UUID) -> UUID:
        """Return what a dataset is shown by."""
        return self.shown.get(dataset, dataset)

    def names_of(self, dataset: UUID) -> Component | None:
        """Return all that a dataset is called; None where it has one name."""
        return self._named.get(dataset)

    def _edges(self) -> dict[tuple[UUID, UUID, str], Edge]:
        found: dict[tuple[UUID, UUID, str], Edge] = {}
        for row in self.rows:
            dataset, times = self.by(row.dataset), row.times
            origin, target = (row.job, dataset) if row.is_output else (dataset, row.job)
            edge = Edge(
                origin,
                target,
                "declared" if row.is_declared else "observed",
                day(times.valid_from),
                None if times.valid_to is None else day(times.valid_to),
                day(times.system_from),
            )
            key = (edge.origin, edge.target, edge.kind)
            found[key] = joined(found[key], edge) if key in found else edge
        return found

    def onward(self, heading: Heading, place: tuple[UUID, UUID | None]) -> set[UUID]:
        """Return the nodes one hop on from a node that was entered by another; None: it was not entered."""
        node, entered_by = place
        ends = {
            (edge.origin if heading == "up" else edge.target)
            for edge in self.edges.values()
            if node == (edge.target if heading == "up" else edge.origin)
        }
        if node not in self.words or entered_by is None:
            return ends
        words = self.words[node]
        return ends & set(
            words.inputs_of([entered_by]) if heading == "up" else words.outputs_of(frozenset({entered_by}))
        )

    def places(self, heading: Heading, start: UUID) -> dict[tuple[UUID, UUID | None], int]:
        """Return how far away everything is, jobs by what they are entered by."""
        distances: dict[tuple[UUID, UUID | None], int] = {(start, None): 0}
        waiting: list[tuple[UUID, UUID | None]] = [(start, None)]
        for place in waiting:
            for node in self.onward(heading, place):
                after = (node, place[0] if node in self.words else None)
                if after not in distances:
                    distances[after] = distances[place] + 1
                    waiting.append(after)
        return distances


class Naive(NamedTuple):
    """What the model says of a walk."""

    distances: list[tuple[UUID, int]]
    edges: set[tuple[UUID, UUID, str]]
    truncated: bool
    frontier: tuple[int, int]
    reached: tuple[int, int]


def naive_walk(world: World, start: UUID, headings: Sequence[Heading], depth: int, limit: int) -> Naive:
    """Return what a walk shows and counts, by definition."""
    places: dict[Heading, dict[tuple[UUID, UUID | None], int]] = {
        heading: world.places(heading, start) for heading in headings
    }
    far: dict[UUID, int] = {}
    for found in places.values():
        for (node, _), distance in found.items():
            if distance <= depth:
                far[node] = min(distance, far.get(node, depth))
    ordered = sorted(far.items(), key=lambda one: (one[1], one[0]))
    shown = dict(ordered[:limit])
    hops = ordered[limit][1] if len(ordered) > limit else depth
    edges: set[tuple[UUID, UUID, str]] = set()
    behind: dict[Heading, set[UUID]] = {"up": set(), "down": set()}
    for heading, found in places.items():
        for place, distance in found.items():
            if distance > hops or place[0] not in shown:
                continue
            for node in world.onward(heading, place):
                if node not in shown:
                    behind[heading].add(node)
                elif distance < hops:
                    ends = (node, place[0]) if heading == "up" else (place[0], node)
                    edges |= {key for key in world.edges if key[:2] == ends}
    reached = {
        heading: {node for (node, _), distance in found.items() if 0 < distance <= depth and node != start}
        for heading, found in places.items()
    }
    return Naive(
        list(shown.items()),
        edges,
        len(ordered) > limit,
        (len(behind["up"]), len(behind["down"])),
        (len(reached.get("up", ())), len(reached.get("down", ()))),
    )


def _spans(last: int) -> st.SearchStrategy[tuple[int, int | None]]:
    ends = st.none() | st.integers(1, last)
    return st.tuples(st.integers(0, last - 1), ends).map(
        lambda span: (span[0], None if span[1] is None else min(last, span[0] + span[1]))
    )


def _times(valid: tuple[int, int | None], system: tuple[int, int | None]) -> Times:
    return Times(*valid, *system)


def _rows(edges: list[EdgeRow], said: list[StatementRow], links: list[LinkRow]) -> Rows:
    return Rows(tuple(edges), tuple(said), tuple(links))


TIMES = st.builds(_times, _spans(DAYS), _spans(DAYS))
_MOSTLY_ALWAYS = st.just(Times(0, None, 0, None)) | TIMES
_EDGE_ROWS = st.lists(
    st.builds(
        EdgeRow,
        st.sampled_from(JOBS),
        st.sampled_from(DATASETS),
        st.booleans(),
        st.sampled_from([False, False, True]),
        _MOSTLY_ALWAYS,
    ),
    max_size=16,
    unique_by=lambda row: row[:4],
)
_STATEMENT_ROWS = st.lists(
    st.builds(
        StatementRow,
        st.sampled_from(JOBS),
        st.sampled_from(DATASETS),
        st.booleans(),
        _MOSTLY_ALWAYS,
        st.none() | st.frozensets(st.sampled_from([*DATASETS, ELSEWHERE]), max_size=2),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda row: row[:3],
)
_LINK_ROWS = st.lists(
    st.builds(
        LinkRow,
        st.sampled_from(DATASETS),
        st.sampled_from(DATASETS),
        st.sampled_from(["symlink", "rename"]),
        st.integers(0, DAYS),
    ).filter(lambda row: row.dataset != row.other),
    max_size=2,
    unique_by=lambda row: row[:3],
)
ROWS = st.builds(_rows, _EDGE_ROWS, _STATEMENT_ROWS, _LINK_ROWS)


def kind_of(node: UUID) -> NodeKind:
    """Return what a node of the tests is."""
    return "job" if node in JOBS else "dataset"


def _is_news(times: Times, since: int, until: int) -> bool:
    ended = times.system_to is not None and since < times.system_to <= until
    return times.system_from <= until and (times.system_from > since or ended)


def _micros(times: Times, until: int) -> list[int]:
    end = times.system_to if times.system_to is not None and times.system_to <= until else None
    given = (times.valid_from, times.valid_to, times.system_from, end)
    return [FOREVER if number is None else micros(day(number)) for number in given]


def copied_rows(rows: Iterable[tuple[Any, ...]]) -> bytearray:
    """Return rows as COPY sends them in binary form."""
    told = bytearray(struct.pack("!11sII", b"PGCOPY\n\xff\r\n\0", 0, 0))
    for row in rows:
        told += struct.pack("!h", len(row))
        for value in row:
            sent = (
                value
                if isinstance(value, bytes)
                else struct.pack("!?" if isinstance(value, bool) else "!q", value)
            )
            told += struct.pack("!i", len(sent)) + sent
    return told + struct.pack("!h", -1)
