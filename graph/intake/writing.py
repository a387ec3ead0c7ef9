"""Everything that follows from what is new, worked out in order and stored as soon as it is known: the clock is taken last."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from graph.golden.matching import identifiers
from graph.golden.timeline import alive
from graph.intake.beliefs import Beliefs, believing, look_up
from graph.intake.candidates import Comparison, Pair, compare, load_profiles, look
from graph.intake.identities import Identities, identify
from graph.intake.meanwhile import Meanwhile, meanwhile
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

MANY_WORDS = 400
"""So many golden records are made findable at a time while others are still worked out."""


class Settled:
    """What a transaction has settled: the golden record of every record it touched, and when it was written."""

    def __init__(self, turn: Turn, found: Identities) -> None:
        self.golden_of: Mapping[UUID, UUID] = found.assignment.golden_of
        self._turn = turn
        self._found = found
        self._at: datetime | None = None

    @property
    def at(self) -> datetime:
        """The system instant, once everything is written."""
        if self._at is None:
            raise ValueError("the clock was not taken")
        return self._at

    async def write(self, beliefs: Beliefs) -> None:
        """Take the clock, and store what bears the system instant."""
        turn, found = self._turn, self._found
        connection, tenant, kind = turn.connection, turn.tenant, turn.type.name
        self._at = at = await facts.tick(connection, tenant)
        if turn.new_events:
            await source_records.add_events(connection, tenant, at, turn.new_events)
        if beliefs.links:
            await source_records.add_links(connection, tenant, at, beliefs.links)
        learned, unlearned = found.comparison.learned, found.comparison.unlearned
        await record_profiles.learn(connection, tenant, at, kind, learned, unlearned)
        if found.edges:
            await match_edges.add(connection, tenant, at, turn.matcher.model.version, found.edges)
        if found.decisions:
            await match_decisions.add(connection, tenant, at, found.decisions)
        if beliefs.facts:
            await facts.append(connection, tenant, beliefs.facts, at)
        if found.clustered:
            await review_tasks.sync(connection, tenant, at, kind, found.clustered, found.suggestions)
        await change_feed.add(connection, tenant, at, kind, beliefs.changes)


async def settle(
    turn: Turn, changed: Collection[UUID], said: Mapping[Pair, StoredDecision], *, anew: bool = False
) -> Settled:
    """Work out what follows from changed records and new words about pairs, and write it.

    `anew`: the records are compared anew even where they look as they did.
    """
    async with settling(turn, changed, said, anew=anew) as settled:
        pass
    return settled


@asynccontextmanager
async def settling(
    turn: Turn, changed: Collection[UUID], said: Mapping[Pair, StoredDecision], *, anew: bool = False
) -> AsyncGenerator[Settled]:
    """Do what `settle` does, and lend what is settled while it is still being written; leaving waits for that."""
    comparison = await look(turn, changed, anew=anew)
    async with meanwhile(at_once=turn.alone and len(changed) >= MANY) as storing:
        storing.begin(lambda: _write_records(turn, comparison))
        await compare(turn, comparison)
        words = await _words(turn, comparison, said)
        found = await identify(turn, comparison, changed, words)
        storing.begin(lambda: _write_born(turn, found))
        known = await look_up(turn, found, changed)
        settled, beliefs = Settled(turn, found), Beliefs(links=known.links)
        async for _ in believing(turn, found, known, beliefs):
            if len(beliefs.words) >= MANY_WORDS:
                _begin_words(turn, found, beliefs, storing)
        _begin_words(turn, found, beliefs, storing)
        storing.begin(lambda: settled.write(beliefs))
        await asyncio.sleep(0)
        yield settled
        await storing.finish()


def _begin_words(turn: Turn, found: Identities, beliefs: Beliefs, storing: Meanwhile) -> None:
    words, beliefs.words = beliefs.words, {}
    storing.begin(lambda: _write_words(turn, found, words))


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
        await source_records.add_records(turn.connection, turn.tenant, turn.type.name, turn.new_records)
    await _write_profiles(turn, comparison)


async def _write_born(turn: Turn, found: Identities) -> None:
    if born := found.assignment.born:
        await facts.register_new(turn.connection, turn.tenant, sorted(born), turn.type.name)


async def _write_words(turn: Turn, found: Identities, words: Mapping[UUID, str]) -> None:
    connection, tenant, kind, born = turn.connection, turn.tenant, turn.type.name, found.assignment.born
    first = {golden_id: text for golden_id, text in words.items() if golden_id in born}
    if first:
        await search.keep_new_words(connection, tenant, kind, first)
    if len(first) < len(words):
        others = {golden_id: text for golden_id, text in words.items() if golden_id not in born}
        await search.keep_words(connection, tenant, kind, others)


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
