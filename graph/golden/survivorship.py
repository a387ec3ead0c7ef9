"""Which source wins each group of attributes, and by which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from graph.golden.entity_type import EntityType
from graph.golden.policy import Strategy, Trust
from graph.golden.record import CLEARED, OWN_SYSTEM
from graph.golden.trust import decays, trust_at
from graph.identity import SourceKey

Value = tuple[str, UUID, datetime]
"""A value with the event that gave it and the instant that event speaks of."""


@dataclass(slots=True)
class Offer:
    """What one record offers of an attribute group at an instant; `at` is the newest instant its values speak of.

    `score` tells how it stands by the steps of the group, more being better, unless that depends on the others.
    """

    key: SourceKey
    values: Mapping[str, Value]
    at: datetime
    trust: Trust
    is_pinned: bool
    is_plain: bool
    score: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """An attribute group with the steps by which its winner is chosen."""

    name: str
    attributes: tuple[str, ...]
    steps: tuple[Strategy, ...]
    keeps_all: bool
    is_relative: bool
    trust: Mapping[str, Trust]
    score: Callable[[Offer], tuple[Any, ...]]

    @property
    def is_fixed(self) -> bool:
        """Whether the order of two offers depends on nothing else, and the winner takes it all."""
        return not self.is_relative and not self.keeps_all


@dataclass(slots=True)
class Won:
    """What became of an attribute group: the values with their events, and the rule that decided, if one had to."""

    values: Mapping[str, Value]
    systems: tuple[str, ...] = ()
    rule: str | None = None
    all: Mapping[str, list[str | None]] | None = None


def groups_of(entity_type: EntityType) -> tuple[Group, ...]:
    """Return the attribute groups of an entity type with their steps; remembered for the types in use."""
    held = _GROUPS.get(id(entity_type))
    if held is None or held[0] is not entity_type:
        if len(_GROUPS) >= 64:
            _GROUPS.clear()
        held = _GROUPS[id(entity_type)] = (entity_type, tuple(_groups(entity_type)))
    return held[1]


_GROUPS: dict[int, tuple[EntityType, tuple[Group, ...]]] = {}


def _groups(entity_type: EntityType) -> list[Group]:
    policy = entity_type.survivorship
    found: list[Group] = []
    for name, attributes in entity_type.groups.items():
        steps = policy.groups.get(name, policy.default)
        said = {system: by_group.get(name) or by_group.get("*") for system, by_group in policy.trust.items()}
        trust = {system: trusted for system, trusted in said.items() if trusted is not None}
        relative = any(step.kind == "frequency" for step in steps)
        decaying = any(step.kind == "trust" for step in steps) and any(map(decays, trust.values()))
        found.append(
            Group(
                name=name,
                attributes=attributes,
                steps=tuple(step for step in steps if step.kind != "aggregation"),
                keeps_all=any(step.kind == "aggregation" for step in steps),
                is_relative=relative or decaying,
                trust=trust,
                score=_scorer(steps),
            )
        )
    return found


_OWN = Trust(101.0, 101.0)
"""Above all sources: a person at our own doors."""

_UNTOLD = Trust()
"""Of a source that the policy does not speak of."""


def _scorer(steps: Sequence[Strategy]) -> Callable[[Offer], tuple[Any, ...]]:
    """Return how an offer stands by steps of which none depends on other offers."""
    if [step.kind for step in steps] == ["recency", "trust"]:
        return lambda offer: (offer.at, offer.trust.maximum)
    tests = [(_FIXED[step.kind], step) for step in steps if step.kind in _FIXED]
    return lambda offer: tuple(test(offer, step) for test, step in tests)


def part_of(group: Group, held: Mapping[str, Value] | None) -> Mapping[str, Value] | None:
    """Return what of the values held belongs to a group; None where nothing does."""
    if held is None:
        return None
    return {name: held[name] for name in group.attributes if name in held} or None


def offer_of(group: Group, key: SourceKey, values: Mapping[str, Value], *, is_pinned: bool = False) -> Offer:
    """Return what a record offers of a group, given its values of it, of which there is at least one."""
    at = max([value[2] for value in values.values()]) if len(values) > 1 else next(iter(values.values()))[2]
    is_plain = not is_pinned and key.system != OWN_SYSTEM
    trusted = _OWN if key.system == OWN_SYSTEM else group.trust.get(key.system) or _UNTOLD
    offer = Offer(key, values, at, trusted, is_pinned, is_plain)
    if not group.is_relative:
        offer.score = group.score(offer)
    return offer


def decide(group: Group, offers: Sequence[Offer], at: datetime) -> Won:
    """Return who wins an attribute group at an instant, given everybody's offer but the ignored, at least one.

    A group is won as a whole: by a pinned record, else by the source that the steps put first, in the end by source
    key, so that the choice never depends on the order of arrival. A person's word from our own doors may change a part
    of the group, and lies over what the best source gives of the rest, unless that speaks of a later instant.
    """
    if not group.keeps_all:
        if len(offers) == 1:
            return Won(offers[0].values, (offers[0].key.system,))
        if not group.is_relative and all(map(_is_plain, offers)):
            return win(group, *sorted(offers, key=_place, reverse=True)[:2])
    laid, ranked, rule = ranking(group, offers, at)
    won = _taken([*laid, *ranked[:1]], rule)
    if group.keeps_all:
        won.all = _kept(group, won, [*laid, *ranked])
    return won


def leading(before: tuple[Offer, Offer | None] | None, offer: Offer) -> tuple[Offer, Offer | None]:
    """Return the best and the second of the offers of sources of a group `is_fixed`, once there is one more."""
    if before is None:
        return offer, None
    best, second = before
    if _place(offer) > _place(best):
        return offer, best
    return (best, offer) if second is None or _place(offer) > _place(second) else before


def win(group: Group, best: Offer, second: Offer | None = None) -> Won:
    """Return what the better of two offers wins, with the step that put it first."""
    return Won(best.values, (best.key.system,), second and _rule(group, best.score, second.score))


_is_plain = attrgetter("is_plain")


def _place(offer: Offer) -> tuple[tuple[Any, ...], SourceKey]:
    return offer.score, offer.key


def _rule(group: Group, best: tuple[Any, ...], second: tuple[Any, ...]) -> str:
    """Return the step that put the first before the second."""
    for n, step in enumerate(group.steps):
        if best[n] != second[n]:
            return step.kind
    return "source_key"


def content_of(
    groups: Sequence[Group], current: Sequence[Won | None], texts: dict[UUID, str]
) -> tuple[dict[str, object], dict[str, object]]:
    """Return the attributes and the provenance of what won each group; `texts` remembers what ids look like."""
    attributes: dict[str, object] = {}
    sources: dict[str, str] = {}
    systems: set[str] = set()
    rules: dict[str, str] = {}
    kept: dict[str, list[str | None]] = {}
    for group, won in zip(groups, current, strict=True):
        if won is None:
            continue
        for name, (value, event_id, _) in won.values.items():
            if value == CLEARED:
                continue
            attributes[name] = value
            sources[name] = texts.get(event_id) or texts.setdefault(event_id, str(event_id))
        systems.update(won.systems)
        if won.rule is not None:
            rules[group.name] = won.rule
        if won.all:
            kept |= won.all
    provenance: dict[str, object] = {"sources": sources, "systems": ",".join(sorted(systems))}
    if rules:
        provenance["rules"] = rules
    if kept:
        provenance["all"] = kept
    return attributes, provenance


def ranking(
    group: Group, offers: Sequence[Offer], at: datetime
) -> tuple[list[Offer], list[Offer], str | None]:
    """Return the own words that lie over the rest, the others with the best first, and the rule that decided."""
    others = [offer for offer in offers if offer.is_plain]
    pinned = [offer for offer in offers if offer.is_pinned]
    own = [offer for offer in offers if not offer.is_plain and not offer.is_pinned]
    first, rule = _in_order(group, pinned or others, at)
    own.sort(key=lambda offer: (offer.at, offer.key), reverse=True)
    if pinned:
        rest, _ = _in_order(group, others, at)
        return [], [*first, *own, *rest], "pin" if own or others else rule
    laid = [offer for offer in own if not first or offer.at >= first[0].at]
    older = own[len(laid) :]
    return laid, [*first[:1], *older, *first[1:]], "own_word" if laid and first else rule


def _in_order(group: Group, offers: Sequence[Offer], at: datetime) -> tuple[list[Offer], str | None]:
    """Return offers with the best first, and the step that put the first before the second."""
    if len(offers) < 2:
        return list(offers), None
    found = scores(group, offers, at)
    places = sorted(range(len(offers)), key=lambda n: (found[n], offers[n].key), reverse=True)
    return [offers[n] for n in places], _rule(group, found[places[0]], found[places[1]])


def scores(group: Group, offers: Sequence[Offer], at: datetime) -> list[tuple[Any, ...]]:
    """Return how each offer stands by the steps of the group, more being better."""
    if not group.is_relative:
        return [offer.score for offer in offers]
    agreed = Counter(map(_said, offers))
    return [
        tuple(
            agreed[_said(offer)]
            if step.kind == "frequency"
            else trust_at(offer.trust, offer.at, at)
            if step.kind == "trust"
            else _FIXED[step.kind](offer, step)
            for step in group.steps
        )
        for offer in offers
    ]


def _said(offer: Offer) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value[0].casefold()) for name, value in offer.values.items()))


def _priority(offer: Offer, step: Strategy) -> int:
    system = offer.key.system
    return -step.sources.index(system) if system in step.sources else -len(step.sources)


_EARLIEST = datetime.min.replace(tzinfo=UTC)

_FIXED: dict[str, Callable[[Offer, Strategy], Any]] = {
    "recency": lambda offer, _: offer.at,
    "oldest": lambda offer, _: _EARLIEST - offer.at,
    "trust": lambda offer, _: offer.trust.maximum,
    "source_priority": _priority,
    "longest": lambda offer, _: sum(len(value[0]) for value in offer.values.values()),
    "completeness": lambda offer, _: sum(value[0] != CLEARED for value in offer.values.values()),
}


def _taken(layers: Sequence[Offer], rule: str | None) -> Won:
    """Return the values of the offers laid over each other, the first on top."""
    values: dict[str, Value] = {}
    systems: list[str] = []
    for offer in layers:
        added = {name: value for name, value in offer.values.items() if name not in values}
        if added:
            values |= added
            systems.append(offer.key.system)
    return Won(values, tuple(systems), rule)


def _kept(group: Group, won: Won, offers: Sequence[Offer]) -> dict[str, list[str | None]] | None:
    """Return all distinct values of each attribute, the winning first; those at one place of the lists belong together."""
    kept: dict[tuple[str | None, ...], None] = {}
    for values in (won.values, *(offer.values for offer in offers)):
        told = tuple((values[name][0] or None) if name in values else None for name in group.attributes)
        if any(told):
            kept[told] = None
    if len(kept) < 2:
        return None
    lists = zip(*kept, strict=True)
    return {name: list(of) for name, of in zip(group.attributes, lists, strict=True) if any(of)}
