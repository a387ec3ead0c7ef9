"""Everything that follows from what is new, worked out in order and written: the clock is taken last."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from graph.golden.matching import identifiers
from graph.golden.timeline import alive
from graph.intake.beliefs import Beliefs, Known, believe, look_up
from graph.intake.candidates import Comparison, Pair, compare, load_profiles
from graph.intake.identities import Identities, identify
from graph.intake.turn import Turn
from graph.store import (
    change_feed,
    facts,
    match_decisions,
    match_edges,
    record_profiles,
    review_tasks,
    search,
    source_records,
)
from graph.store.copying import MANY
from graph.store.match_decisions import StoredDecision


@dataclass(frozen=True, slots=True)
class Settled:
    """When a transaction wrote (None: it wrote nothing), and the golden record of every record it touched."""

    at: datetime | None = None
    golden_of: Mapping[UUID, UUID] = field(default_factory=dict[UUID, UUID])


async def settle(
    turn: Turn, changed: Collection[UUID], said: Mapping[Pair, StoredDecision], *, anew: bool = False
) -> Settled:
    """Work out what follows from changed records and new words about pairs, and write it.

    `anew`: the records are compared anew even where they look as they did.
    """
    comparison = await compare(turn, changed, anew=anew)
    words = await _words(turn, comparison, said)
    found = await identify(turn, comparison, changed, words)
    known = await look_up(turn, found, changed)
    beliefs = await _believe_and_write_records(turn, found, known)
    return Settled(await _write(turn, found, beliefs), found.assignment.golden_of)


async def _believe_and_write_records(turn: Turn, found: Identities, known: Known) -> Beliefs:
    """Work out what is true while PostgreSQL stores the records; where there are few, one after the other."""
    if len(known.members) < MANY:
        await _write_records(turn, found.comparison)
        return await believe(turn, found, known)
    writing = asyncio.create_task(_write_records(turn, found.comparison))
    try:
        beliefs = await believe(turn, found, known)
        await writing
    finally:  # nobody else may use the connection before
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    return beliefs


async def _words(
    turn: Turn, comparison: Comparison, said: Mapping[Pair, StoredDecision]
) -> dict[Pair, StoredDecision]:
    """Return the new words about pairs, our own included, with the identities of now where none are given."""
    words = {pair: StoredDecision(*pair, "must_link", actor) for pair, actor in turn.same.items()} | dict(
        said
    )
    await load_profiles(turn, comparison, {end for pair in words for end in pair})
    return {
        (a, b): replace(
            word,
            identity_a=word.identity_a or comparison.identities[a],
            identity_b=word.identity_b or comparison.identities[b],
        )
        for (a, b), word in words.items()
    }


async def _write_records(turn: Turn, comparison: Comparison) -> None:
    if turn.new_records:
        await source_records.add_records(
            turn.connection, turn.tenant, turn.type.name, turn.new_records, turn.systems
        )
    await _write_profiles(turn, comparison)


async def _write(turn: Turn, found: Identities, beliefs: Beliefs) -> datetime:
    connection, tenant, kind = turn.connection, turn.tenant, turn.type.name
    born = found.assignment.born
    if born:
        await facts.register_new(connection, tenant, sorted(born), kind)
    first = {golden_id: words for golden_id, words in beliefs.words.items() if golden_id in born}
    if first:
        await search.keep_new_words(connection, tenant, kind, first)
    if len(first) < len(beliefs.words):
        others = {golden_id: words for golden_id, words in beliefs.words.items() if golden_id not in born}
        await search.keep_words(connection, tenant, kind, others)
    return await _write_at(turn, found, beliefs, await facts.tick(connection, tenant))


async def _write_profiles(turn: Turn, comparison: Comparison) -> None:
    connection, tenant, kind = turn.connection, turn.tenant, turn.type.name
    held = {
        new.record_id: identifiers((e.attributes for e in alive(turn.events[new.record_id])), turn.type)
        for new in turn.new_events
    }
    fresh, added = comparison.fresh, comparison.added
    new = set(turn.new_records.values())
    if len(new) >= MANY:
        await record_profiles.add_new(
            connection,
            tenant,
            kind,
            {record_id: look for record_id, look in fresh.items() if record_id in new},
            [pair for pair in added if pair[1] in new],
            {record_id: found for record_id, found in held.items() if record_id in new},
        )
        held = {record_id: found for record_id, found in held.items() if record_id not in new}
        fresh = {record_id: look for record_id, look in fresh.items() if record_id not in new}
        added = [pair for pair in added if pair[1] not in new]
    if held:
        await record_profiles.keep_identifiers(connection, tenant, kind, held)
    if fresh:
        await record_profiles.keep(connection, tenant, fresh)
    await record_profiles.move_keys(connection, tenant, added, comparison.removed)


async def _write_at(turn: Turn, found: Identities, beliefs: Beliefs, at: datetime) -> datetime:
    """Write what bears the system instant."""
    connection, tenant, kind = turn.connection, turn.tenant, turn.type.name
    comparison = found.comparison
    if turn.new_events:
        await source_records.add_events(connection, tenant, at, turn.new_events)
    if beliefs.links:
        await source_records.add_links(connection, tenant, at, beliefs.links)
    await record_profiles.learn(connection, tenant, at, kind, comparison.learned, comparison.unlearned)
    if found.edges:
        await match_edges.add(connection, tenant, at, turn.matcher.model.version, found.edges)
    if found.decisions:
        await match_decisions.add(connection, tenant, at, found.decisions)
    if beliefs.facts:
        await facts.append(connection, tenant, beliefs.facts, at)
    if found.clustered:
        await review_tasks.sync(connection, tenant, at, kind, found.clustered, found.suggestions)
    await change_feed.add(connection, tenant, at, kind, beliefs.changes)
    return at
