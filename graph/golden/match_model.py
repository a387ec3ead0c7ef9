"""The weights by which likeness counts: a Fellegi-Sunter model with frozen term frequencies, as a JSON document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from math import log2
from typing import Any

import orjson

from graph.errors import InvalidInputError, Problem
from graph.golden.comparison import ELSE, Comparison, Level, held_level, test_of
from graph.golden.entity_type import EntityType
from graph.golden.policy import MatchPolicy
from graph.golden.profile import Profile

MOST_BITS = 20.0
"""No level weighs more than this, for or against."""


@dataclass(frozen=True, slots=True)
class LevelWeight:
    """How often a level holds among records of one entity (m) and of two (u), as shares of the pairs that can be judged."""

    label: str
    m: float
    u: float

    @property
    def bits(self) -> float:
        """The weight of the level, log2(m / u), within MOST_BITS."""
        if self.m <= 0.0 or self.u <= 0.0:
            return 0.0 if self.m == self.u else MOST_BITS if self.u <= 0.0 else -MOST_BITS
        return min(MOST_BITS, max(-MOST_BITS, log2(self.m / self.u)))


@dataclass(frozen=True, slots=True)
class TermFrequencies:
    """How common each value of an attribute is, as its share of the records that know one, frozen with the model.

    `collision` is the chance that two records share a value; a value not in `values` counts as common as `floor`.
    """

    collision: float
    floor: float
    values: Mapping[str, float]

    def bits(self, value: str) -> float:
        """Return log2(collision / frequency): what sharing this value says beyond sharing any value."""
        return log2(self.collision / max(self.floor, self.values.get(value, 0.0)))


@dataclass(frozen=True)
class MatchModel:
    """A trained or shipped match model; `prior` is log2 of the odds that two random records are one entity."""

    version: int
    prior: float
    comparisons: Mapping[str, tuple[LevelWeight, ...]]
    term_frequencies: Mapping[str, TermFrequencies] = field(default_factory=dict[str, TermFrequencies])
    trained_on: Mapping[str, Any] = field(default_factory=dict[str, Any])
    splink: str | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> MatchModel:
        """Return the model of its document; raises InvalidInputError where it is not one."""
        try:
            return cls(
                version=int(document["version"]),
                prior=float(document["prior"]),
                comparisons={
                    name: tuple(
                        LevelWeight(str(lv["level"]), _share(lv["m"]), _share(lv["u"])) for lv in levels
                    )
                    for name, levels in document["comparisons"].items()
                },
                term_frequencies={
                    name: TermFrequencies(_chance(tf["collision"]), _chance(tf["floor"]), dict(tf["values"]))
                    for name, tf in document.get("term_frequencies", {}).items()
                },
                trained_on=dict(document.get("trained_on", {})),
                splink=document.get("splink"),
            )
        except KeyError as error:
            raise InvalidInputError.at("$", f"is not a match model: {error.args[0]} is missing") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise InvalidInputError.at("$", f"is not a match model: {error}") from error

    @property
    def document(self) -> dict[str, Any]:
        """The model as JSON; `MatchModel.of` reads it back."""
        return {
            "version": self.version,
            "prior": self.prior,
            "comparisons": {
                name: [{"level": lv.label, "m": lv.m, "u": lv.u, "weight": lv.bits} for lv in levels]
                for name, levels in self.comparisons.items()
            },
            "term_frequencies": {
                name: {"collision": tf.collision, "floor": tf.floor, "values": dict(tf.values)}
                for name, tf in self.term_frequencies.items()
            },
            "trained_on": dict(self.trained_on),
            "splink": self.splink,
        }

    def scorer(self, matching: MatchPolicy) -> Scorer:
        """Return the function that gives the match weight, in bits, of two profiles without generic values.

        Raises InvalidInputError where the model was made for other comparisons than the policy's.
        """
        self.require_fit(matching)
        return _scorer([self._weighed(comparison) for comparison in matching.comparisons], self.prior)

    def score(self, left: Profile, right: Profile, matching: MatchPolicy) -> float:
        """Return the match weight of two profiles in bits; to score many pairs, keep a `scorer`."""
        return self.scorer(matching)(left, right)

    def require_fit(self, matching: MatchPolicy) -> None:
        """Raise InvalidInputError unless the model weighs exactly the comparisons of the policy."""
        wanted = {c.name: (*(level.label for level in c.levels), ELSE) for c in matching.comparisons}
        known = {name: tuple(level.label for level in levels) for name, levels in self.comparisons.items()}
        problems = [
            Problem(f"comparisons.{name}", "is not what the match model was made for; train a new one")
            for name in sorted(wanted.keys() | known.keys())
            if wanted.get(name) != known.get(name)
        ]
        if problems:
            raise InvalidInputError(*problems)

    def level_bits(self, comparison: Comparison, index: int, left: Profile, right: Profile) -> float:
        """Return the weight of a level that holds for two profiles, its rare values weighed in."""
        bits = self.comparisons[comparison.name][index].bits
        level = comparison.levels[index] if index < len(comparison.levels) else None
        if level is not None and level.tf:
            bits += self._rarity(level)(left, right)
        return bits

    def _rarity(self, level: Level) -> Scorer:
        known = [
            (name, self.term_frequencies[name]) for name in level.attributes if name in self.term_frequencies
        ]

        def rarity(left: Profile, right: Profile) -> float:
            return sum(min(tf.bits(left[name][0]), tf.bits(right[name][0])) for name, tf in known)

        return rarity

    def _weighed(self, comparison: Comparison) -> _Weighed:
        bits = [level.bits for level in self.comparisons[comparison.name]]
        steps = [
            (level, weight, self._rarity(level) if level.tf else None)
            for level, weight in zip(comparison.levels, bits, strict=False)
        ]
        return comparison, steps, bits[-1]


def _share(value: Any) -> float:
    """Return a share; raises ValueError where it is none."""
    if not 0.0 <= (share := float(value)) <= 1.0:
        raise ValueError(f"{value} is no share")
    return share


def _chance(value: Any) -> float:
    """Return a share of which a logarithm can be taken."""
    if (share := _share(value)) == 0.0:
        raise ValueError("a chance of 0 has no logarithm")
    return share


Scorer = Callable[[Profile, Profile], float]
_Weighed = tuple[Comparison, list[tuple[Level, float, Scorer | None]], float]


def _scorer(comparisons: list[_Weighed], prior: float) -> Scorer:
    parts = [_single(*weighed) or _joint(*weighed) for weighed in comparisons]

    def score(left: Profile, right: Profile) -> float:
        total = prior
        for part in parts:
            total += part(left, right)
        return total

    return score


def _single(
    comparison: Comparison, steps: list[tuple[Level, float, Scorer | None]], otherwise: float
) -> Scorer | None:
    """Return the quick way for the usual comparison, whose levels all look at the same attribute."""
    attributes = {attribute for level in comparison.levels for attribute in level.attributes}
    if len(attributes) != 1:
        return None
    (attribute,) = attributes
    tests = [(test_of(level), bits, rarity) for level, bits, rarity in steps]

    def bits_of(left: Profile, right: Profile) -> float:
        one, other = left.get(attribute), right.get(attribute)
        if not one or not other:
            return 0.0
        for test, bits, rarity in tests:
            if test(one, other):
                return bits if rarity is None else bits + rarity(left, right)
        return otherwise

    return bits_of


def _joint(
    comparison: Comparison, steps: list[tuple[Level, float, Scorer | None]], otherwise: float
) -> Scorer:
    def bits_of(left: Profile, right: Profile) -> float:
        index = held_level(comparison, left, right)
        if index is None:
            return 0.0
        if index == len(steps):
            return otherwise
        _, bits, rarity = steps[index]
        return bits if rarity is None else bits + rarity(left, right)

    return bits_of


def default_model(entity_type: EntityType) -> MatchModel:
    """Return the model that counts where none was trained: the shipped one, or one guessed from the comparisons."""
    shipped = _shipped(entity_type.name)
    if shipped is not None:
        try:
            shipped.require_fit(entity_type.matching)
        except InvalidInputError:
            return guessed_model(entity_type.matching)
        return shipped
    return guessed_model(entity_type.matching)


@lru_cache(maxsize=32)
def _shipped(name: str) -> MatchModel | None:
    file = files("graph.golden").joinpath("match_models", f"{name}.json")
    return MatchModel.of(orjson.loads(file.read_bytes())) if file.is_file() else None


def guessed_model(matching: MatchPolicy) -> MatchModel:
    """Return a model of common experience: each level half as telling as the one before, else against."""
    comparisons = {comparison.name: tuple(_guessed(comparison)) for comparison in matching.comparisons}
    return MatchModel(version=0, prior=-16.0, comparisons=comparisons)


def _guessed(comparison: Comparison) -> Iterator[LevelWeight]:
    for index, level in enumerate(comparison.levels):
        yield LevelWeight(level.label, 0.8 / 4**index, 0.002 * 2**index)
    yield LevelWeight(ELSE, 0.05, 0.95)
