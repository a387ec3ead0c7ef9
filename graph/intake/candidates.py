"""Which pairs of records a transaction has to decide about, and what it decides: profiles, keys, generic keys, edges."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from graph.golden import blocking
from graph.golden.profile import Profile, identity
from graph.intake.looks import Look, look_of
from graph.intake.turn import AloneError, Turn
from graph.store import record_profiles, source_records
from graph.store.match_edges import StoredEdge
from graph.store.source_records import blocking_bucket

Pair = tuple[UUID, UUID]

AT_A_TIME = 200
"""So many pairs are decided before others have their turn: some milliseconds."""


@dataclass(slots=True)
class Comparison:
    """What a transaction has compared; `profiles` holds all records seen, `fresh` those to be stored."""

    profiles: dict[UUID, Profile] = field(default_factory=dict[UUID, Profile])
    identities: dict[UUID, bytes] = field(default_factory=dict[UUID, bytes])
    fresh: dict[UUID, Look] = field(default_factory=dict[UUID, Look])
    keys: dict[UUID, dict[int, str]] = field(default_factory=dict[UUID, dict[int, str]])
    """The blocking keys of the records that were compared anew."""

    added: list[tuple[int, UUID]] = field(default_factory=list[tuple[int, UUID]])
    removed: list[tuple[int, UUID]] = field(default_factory=list[tuple[int, UUID]])
    learned: dict[int, tuple[str, int]] = field(default_factory=dict[int, tuple[str, int]])
    unlearned: set[int] = field(default_factory=set[int])
    holders: dict[int, set[UUID]] = field(default_factory=dict[int, set[UUID]])
    """Who holds each key of the records that are compared anew, once the transaction is done."""

    generic: set[int] = field(default_factory=set[int])
    edges: dict[Pair, StoredEdge] = field(default_factory=dict[Pair, StoredEdge])
    """All edges of the records that were compared anew; one of theirs that is stored but not here is no more."""

    @property
    def compared(self) -> Collection[UUID]:
        """The records whose every pair was decided anew."""
        return self.keys.keys()


async def look(turn: Turn, changed: Collection[UUID], *, anew: bool) -> Comparison:
    """Look for all who share a key with a changed record whose profile has changed (with `anew`, with every one).

    What the comparison says of records and keys is complete then, and may be stored; `compare` decides about the pairs.
    Raises AloneError where a key stops counting, or counts again, and the transaction does not keep others out.
    """
    comparison = Comparison()
    stored_ids = [record_id for record_id in changed if turn.keys[record_id] in turn.stored]
    stored = await record_profiles.profiles(turn.connection, turn.tenant, stored_ids) if stored_ids else {}
    for record_id in changed:
        look = _look(turn, record_id)
        comparison.profiles[record_id], comparison.identities[record_id] = look.profile, look.identity
        before = stored.get(record_id)
        if anew or before is None or before.identity != look.identity:
            comparison.fresh[record_id] = look
            comparison.keys[record_id] = look.keys
    if not comparison.keys:
        return comparison
    if anew:
        old = await record_profiles.keys_of(turn.connection, turn.tenant, stored_ids)
    else:
        old = {
            record_id: set(blocking.keys(before.profile, turn.type))
            for record_id, before in stored.items()
            if record_id in comparison.keys
        }
    _move_keys(comparison, old)
    if not turn.alone:
        touched = {key for keys in (*comparison.keys.values(), *old.values()) for key in keys}
        await source_records.lock(turn.connection, turn.tenant, map(blocking_bucket, touched))
    await _look_up(turn, comparison, recount=anew)
    return comparison


async def compare(turn: Turn, comparison: Comparison) -> None:
    """Compare every record that was looked at with all it shares a key with."""
    holders, generic = comparison.holders, comparison.generic
    if comparison.learned or comparison.unlearned:
        generic |= await _widen(turn, comparison, holders)
    for key in comparison.learned:
        holders.pop(key, None)
    await load_profiles(turn, comparison, {held for found in holders.values() for held in found})
    pairs = _pairs(comparison, holders)
    if not pairs:
        return
    generic |= await _generic_of_others(turn, comparison, pairs)
    generic = (generic | comparison.learned.keys()) - comparison.unlearned
    await _decide(turn, comparison, pairs, frozenset(generic))


async def load_profiles(turn: Turn, comparison: Comparison, record_ids: Iterable[UUID]) -> None:
    """Make the profiles of more records known to a comparison."""
    missing = [record_id for record_id in record_ids if record_id not in comparison.profiles]
    if not missing:
        return
    found = await record_profiles.profiles(turn.connection, turn.tenant, missing)
    for record_id in missing:
        # A record from before there were profiles is like nothing until it changes or is reconsidered.
        one = found.get(record_id)
        comparison.profiles[record_id] = one.profile if one else {}
        comparison.identities[record_id] = one.identity if one else identity({})


def _look(turn: Turn, record_id: UUID) -> Look:
    events = turn.events[record_id]
    known = turn.looks.get(events[0].event_id) if len(events) == 1 else None
    return known or look_of(turn.timeline(record_id), turn.type)


def _move_keys(comparison: Comparison, old: Mapping[UUID, set[int]]) -> None:
    for record_id, keys in comparison.keys.items():
        before = old.get(record_id)
        if not before:
            comparison.added.extend((key, record_id) for key in keys)
            continue
        comparison.added.extend((key, record_id) for key in keys if key not in before)
        comparison.removed.extend((key, record_id) for key in before if key not in keys)


async def _look_up(turn: Turn, comparison: Comparison, *, recount: bool) -> None:
    wanted = {key for keys in comparison.keys.values() for key in keys}
    lost = {key for key, _ in comparison.removed}
    holders, generic = await _holders(turn, comparison, wanted)
    if lost:
        generic |= await record_profiles.generic(turn.connection, turn.tenant, lost)
    most = turn.type.matching.max_block_size
    comparison.learned = {
        key: (_rule(comparison, key), len(held)) for key, held in holders.items() if len(held) > most
    }
    comparison.unlearned = await _unlearned(turn, comparison, generic & (wanted if recount else lost), most)
    if (comparison.learned or comparison.unlearned) and not turn.alone:
        raise AloneError
    comparison.holders, comparison.generic = holders, generic


async def _generic_of_others(turn: Turn, comparison: Comparison, pairs: Iterable[Pair]) -> set[int]:
    """Return the generic keys of the records that changed ones are paired with, or all there are."""
    found = await record_profiles.all_generic(turn.connection, turn.tenant)
    if found is not None:
        return found
    others = {record_id for pair in pairs for record_id in pair} - comparison.keys.keys()
    keys = {key for record_id in others for key in blocking.keys(comparison.profiles[record_id], turn.type)}
    unknown = keys.difference(*comparison.keys.values())
    return await record_profiles.generic(turn.connection, turn.tenant, unknown) if unknown else set()


async def _holders(
    turn: Turn, comparison: Comparison, keys: Collection[int], *, also_generic: bool = False
) -> tuple[dict[int, set[UUID]], set[int]]:
    """Return who holds each key once the transaction is done, and which keys are stored as generic."""
    holders, generic = await record_profiles.holders(
        turn.connection, turn.tenant, keys, also_generic=also_generic
    )
    for key, record_id in comparison.removed:
        if key in holders:
            holders[key].discard(record_id)
    for key, record_id in comparison.added:
        if key in keys and (also_generic or key not in generic):
            holders.setdefault(key, set()).add(record_id)
    return holders, generic


def _rule(comparison: Comparison, key: int) -> str:
    return next(keys[key] for keys in comparison.keys.values() if key in keys)


async def _unlearned(turn: Turn, comparison: Comparison, keys: Collection[int], most: int) -> set[int]:
    """Return those of these generic keys that no longer have too many holders."""
    if not keys:
        return set()
    slack = len(comparison.keys)
    counts = await record_profiles.counts(turn.connection, turn.tenant, keys, most + slack + 1)
    for changes, sign in ((comparison.added, 1), (comparison.removed, -1)):
        for key, _ in changes:
            if key in counts:
                counts[key] += sign
    return {key for key, count in counts.items() if count <= most}


async def _widen(turn: Turn, comparison: Comparison, holders: dict[int, set[UUID]]) -> set[int]:
    """Have all holders of keys that stop counting, or count again, compared anew with everybody they meet.

    Returns their generic keys.
    """
    flipped, _ = await _holders(turn, comparison, comparison.unlearned, also_generic=True)
    holders |= flipped
    more = {
        record_id
        for key in (*comparison.learned, *flipped)
        for record_id in holders[key]
        if record_id not in comparison.keys
    }
    await load_profiles(turn, comparison, more)
    for record_id in more:
        comparison.keys[record_id] = blocking.keys(comparison.profiles[record_id], turn.type)
    keys = {key for record_id in more for key in comparison.keys[record_id]} - holders.keys()
    met, generic = await _holders(turn, comparison, keys)
    holders |= met
    return generic


def _pairs(comparison: Comparison, holders: Mapping[int, set[UUID]]) -> set[Pair]:
    """Return every pair of a record compared anew and another that share a key."""
    pairs: set[Pair] = set()
    for held in holders.values():
        if len(held) < 2:
            continue
        for one in held:
            if one in comparison.keys:
                pairs.update((one, other) if one < other else (other, one) for other in held if other != one)
    return pairs


async def _decide(turn: Turn, comparison: Comparison, pairs: Iterable[Pair], generic: frozenset[int]) -> None:
    matcher, profiles = turn.matcher, comparison.profiles
    telling: dict[UUID, Profile] = {}
    for place, pair in enumerate(pairs, start=1):
        if place % AT_A_TIME == 0:
            await asyncio.sleep(0)
        a, b = pair
        if not matcher.meet(profiles[a], profiles[b], generic):
            continue
        for end in pair:
            if end not in telling:
                telling[end] = matcher.telling(profiles[end], generic)
        verdict = matcher.compared(telling[a], telling[b])
        if verdict.outcome != "apart":
            comparison.edges[pair] = StoredEdge(a, b, verdict.weight, verdict.rule)
