"""Why a source wins an attribute group at an instant, and why every other one does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from graph.golden.entity_type import EntityType
from graph.golden.policy import Strategy
from graph.golden.survivorship import Group, Offer, Value, groups_of, offer_of, ranking, scores
from graph.golden.timeline import Member, held_at
from graph.identity import SourceKey
from graph.time import render


@dataclass(frozen=True, slots=True)
class Standing:
    """How a record stood in the choice: its rank from 1, None where it is ignored; `gives` what came from it."""

    key: SourceKey
    rank: int | None
    values: Mapping[str, Value]
    scores: Mapping[str, str]
    gives: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Who offered what of an attribute group at an instant, the best first, and the rule that decided, if one had to."""

    group: str
    attributes: tuple[str, ...]
    strategies: tuple[str, ...]
    rule: str | None
    standings: tuple[Standing, ...]


def explain(members: Sequence[Member], entity_type: EntityType, name: str, at: datetime) -> Explanation:
    """Return how the attribute group of a name was settled at a valid instant, as `golden_timeline` settles it."""
    group = next(group for group in groups_of(entity_type) if group.name == name)
    offers: list[Offer] = []
    ignored: list[Offer] = []
    for member in members:
        held = held_at(member.stretches, at)
        values = (
            {n: held.values[n] for n in group.attributes if n in held.values} if held and held.values else {}
        )
        if values:
            verdict = _verdict(member, group, at)
            offer = offer_of(group, member.key, values, is_pinned=verdict == "pin")
            (ignored if verdict == "ignore" else offers).append(offer)
    laid, ranked, rule = ranking(group, offers, at) if offers else ([], [], None)
    found = _scored(group, offers, at)
    standings: list[Standing] = []
    taken: set[str] = set()
    for rank, offer in enumerate([*laid, *ranked], 1):
        is_winner = rank <= len(laid) + 1
        gives = tuple(n for n in offer.values if is_winner and n not in taken)
        taken.update(gives)
        shown = {s.kind: _shown(s, v) for s, v in zip(group.steps, found[offer.key], strict=True)}
        reason = (
            _why_it_wins(offer, rule, is_laid=rank <= len(laid), is_alone=len(offers) == 1)
            if is_winner
            else _why_not(group, ranked[0], offer, found)
        )
        standings.append(Standing(offer.key, rank, offer.values, shown, gives, reason))
    ignored.sort(key=lambda offer: offer.key)
    standings += [
        Standing(offer.key, None, offer.values, {}, (), "a steward said to ignore it") for offer in ignored
    ]
    strategies = tuple(
        step.kind for step in entity_type.survivorship.groups.get(name, entity_type.survivorship.default)
    )
    return Explanation(name, group.attributes, strategies, rule, tuple(standings))


def _scored(group: Group, offers: Sequence[Offer], at: datetime) -> dict[SourceKey, tuple[Any, ...]]:
    """Return how each offer stands among those that it competes with."""
    found: dict[SourceKey, tuple[Any, ...]] = {}
    for pool in (
        [offer for offer in offers if offer.is_plain],
        [offer for offer in offers if offer.is_pinned],
        [offer for offer in offers if not offer.is_plain and not offer.is_pinned],
    ):
        found |= dict(zip((offer.key for offer in pool), scores(group, pool, at), strict=True))
    return found


def _verdict(member: Member, group: Group, at: datetime) -> str | None:
    pins = (pin for pin in member.pins if pin.group == group.name and pin.period.holds_at(at))
    return next((pin.verdict for pin in pins), None)


def _why_it_wins(offer: Offer, rule: str | None, *, is_laid: bool, is_alone: bool) -> str:
    if is_laid and rule == "own_word":
        return "a person's own word lies over what the best source says, which is no newer"
    if offer.is_pinned:
        return "a steward pinned it"
    if is_alone or rule is None:
        return "no other record speaks of it"
    if rule == "own_word":
        return "the best source; a person's own word lies over it"
    return f"first by {rule.replace('_', ' ')}"


def _why_not(group: Group, best: Offer, offer: Offer, found: Mapping[SourceKey, tuple[Any, ...]]) -> str:
    if best.is_pinned and not offer.is_pinned:
        return "a steward pinned another record"
    if not offer.is_plain and not offer.is_pinned:
        return f"a person's own word about {render(offer.at)}; the best source speaks of {render(best.at)}"
    for step, mine, its in zip(group.steps, found[offer.key], found[best.key], strict=True):
        if mine != its:
            return f"{step.kind.replace('_', ' ')}: {_shown(step, mine)} against {_shown(step, its)}"
    return "equal in everything; the source key decides"


def _shown(step: Strategy, score: Any) -> str:
    """Return a score as a person reads it."""
    if isinstance(score, datetime):
        return render(score)
    if isinstance(score, timedelta):
        return render(datetime.min.replace(tzinfo=UTC) - score)
    if step.kind == "source_priority":
        return f"place {1 - score}" if -score < len(step.sources) else "not listed"
    return f"{float(score):g}"
