"""Who is who after a transaction: edges, components, clusters, golden ids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from graph.golden.clustering import Assignment, Edge, Record, Said, Suggestion, assign, cluster
from graph.identity import new_id
from graph.intake.candidates import Comparison, Pair, load_profiles
from graph.intake.turn import AloneError, Turn
from graph.store import match_decisions, match_edges, source_records
from graph.store.database import RetryError
from graph.store.match_decisions import StoredDecision
from graph.store.match_edges import StoredEdge


@dataclass(slots=True)
class Identities:
    """The golden record of every record of the components that a transaction touches, and what led there."""

    comparison: Comparison
    records: set[UUID] = field(default_factory=set[UUID])
    """All records that are looked at: those of the components, and new ones that are like nobody."""

    clustered: set[UUID] = field(default_factory=set[UUID])
    """Those of them that were clustered."""

    current: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    """The golden record of each before."""

    assignment: Assignment = field(default_factory=lambda: Assignment({}, frozenset(), {}))
    suggestions: Sequence[Suggestion] = ()
    decisions: list[StoredDecision] = field(default_factory=list[StoredDecision])
    """Words about to be stored."""

    edges: list[StoredEdge] = field(default_factory=list[StoredEdge])
    """Edges about to be stored: new ones, other ones, and ones that are no more."""

    model: dict[Pair, StoredEdge] = field(default_factory=dict[Pair, StoredEdge])
    """All edges among the records."""


async def identify(
    turn: Turn, comparison: Comparison, changed: Collection[UUID], said: Mapping[Pair, StoredDecision]
) -> Identities:
    """Cluster anew whatever the changed records, or new words about pairs, have to do with.

    Locks the golden records concerned. Raises RetryError where they changed between our look and our lock.
    """
    found = Identities(comparison)
    start = set(changed) | {end for pair in (*comparison.edges, *said) for end in pair}
    start |= set(comparison.compared)
    new = set(turn.new_records.values())
    await _load(turn, found, start - new)
    found.records = found.records | start
    joined = {end for pair in (*comparison.edges, *said) for end in pair}
    loose = {record_id for record_id in new & start if record_id not in joined}
    found.clustered = found.records - loose
    groups, found.suggestions = await _clusters(turn, found, found.clustered, said)
    groups.extend(frozenset([record_id]) for record_id in loose)
    former = await _former(turn, groups, found.current)
    found.assignment = assign(groups, found.current, new_id, former)
    return found


async def _load(turn: Turn, found: Identities, start: Collection[UUID]) -> None:
    """Look for the components of stored records, lock their golden records, and load who belongs to them."""
    if not start:
        return
    looked: dict[UUID, UUID | None] | None = None
    while True:
        reached, beyond = await match_edges.components(turn.connection, turn.tenant, start)
        if beyond:  # stored before there were edges: still one until something says otherwise
            start = [record.record_id for record in (*reached, *beyond)]
            continue
        now = {record.record_id: record.golden_id for record in reached}
        golden_ids = {golden_id for golden_id in now.values() if golden_id is not None}
        if turn.alone or looked == now or not golden_ids:
            break
        if looked is not None:
            raise RetryError
        looked = now
        await source_records.lock_golden(turn.connection, turn.tenant, golden_ids)
    found.records = set(now)
    found.current = {record_id: golden_id for record_id, golden_id in now.items() if golden_id is not None}
    turn.keys |= {record.record_id: record.key for record in reached}


async def _clusters(
    turn: Turn, found: Identities, grouped: Collection[UUID], said: Mapping[Pair, StoredDecision]
) -> tuple[list[frozenset[UUID]], Sequence[Suggestion]]:
    """Cluster the records anew by their edges and a steward's words, and note which edges have to be stored."""
    if not grouped:
        return [], ()
    comparison = found.comparison
    stored = await match_edges.standing(turn.connection, turn.tenant, grouped)
    found.edges = _moved(stored, comparison)
    edges = {pair: edge for pair, edge in stored.items() if not _is_compared(pair, comparison)}
    edges |= comparison.edges
    words = await match_decisions.standing(turn.connection, turn.tenant, grouped)
    found.decisions = [word for pair, word in said.items() if not _stands(words.get(pair), word)]
    words |= said
    await load_profiles(turn, comparison, grouped)
    records = {i: Record(i, turn.keys[i], comparison.profiles[i]) for i in grouped}
    clustering = cluster(
        records,
        [
            Edge(a, b, edge.weight)
            for (a, b), edge in edges.items()
            if edge.weight is not None and {a, b} <= records.keys()
        ],
        _said(words, comparison.identities, records),
        turn.type.matching,
    )
    found.model = edges
    return list(clustering.groups), clustering.suggestions


def _is_compared(pair: Pair, comparison: Comparison) -> bool:
    return pair[0] in comparison.keys or pair[1] in comparison.keys


def _moved(stored: Mapping[Pair, StoredEdge], comparison: Comparison) -> list[StoredEdge]:
    """Return the edges that differ from the stored ones."""
    moved = [edge for pair, edge in comparison.edges.items() if stored.get(pair) != edge]
    moved.extend(
        StoredEdge(*pair, None, None)
        for pair in stored
        if pair not in comparison.edges and _is_compared(pair, comparison)
    )
    return moved


def _stands(before: StoredDecision | None, word: StoredDecision) -> bool:
    """Return whether a word says nothing that is not said already."""
    if before is None:
        return word.verdict == "withdrawn"
    is_fresh = (before.identity_a, before.identity_b) == (word.identity_a, word.identity_b)
    return before.verdict == word.verdict and (is_fresh or word.verdict == "must_link")


def _said(
    words: Mapping[Pair, StoredDecision], identities: Mapping[UUID, bytes], records: Collection[UUID]
) -> Iterable[Said]:
    for (a, b), word in words.items():
        if word.verdict == "withdrawn" or a not in records or b not in records:
            continue
        given = (word.identity_a or identities[a], word.identity_b or identities[b])
        is_stale = word.verdict == "cannot_link" and given != (identities[a], identities[b])
        yield Said(a, b, word.verdict, is_stale)


async def _former(
    turn: Turn, groups: Iterable[frozenset[UUID]], current: Mapping[UUID, UUID]
) -> dict[UUID, list[UUID]]:
    """Return the golden records that could come back where one falls apart."""
    group_of: dict[UUID, frozenset[UUID]] = {}
    torn: set[UUID] = set()
    for group in groups:
        for golden_id in {current[record_id] for record_id in group if record_id in current}:
            if group_of.setdefault(golden_id, group) is not group:
                torn.add(golden_id)
    moving = [record_id for record_id, golden_id in current.items() if golden_id in torn]
    if not moving:
        return {}
    if not turn.alone:
        raise AloneError  # an id that comes back must not come back twice
    return await source_records.former(turn.connection, turn.tenant, moving, list(current))
