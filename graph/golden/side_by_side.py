"""Two source records side by side, attribute by attribute, as a steward compares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import JaroWinkler

from graph.golden.entity_type import Attribute, EntityType
from graph.golden.matching import SIMILAR
from graph.golden.profile import comparable

Likeness = Literal["equal", "similar", "different", "missing"]


@dataclass(frozen=True, slots=True)
class AttributePair:
    """What two records say of one attribute; `missing` where one of them says nothing."""

    attribute: str
    left: str | None
    right: str | None
    likeness: Likeness


def likeness(left: str | None, right: str | None, attribute: Attribute) -> Likeness:
    """Return how alike two values are in the form in which they are compared; as similar as match rules take it."""
    if left is None or right is None:
        return "missing"
    one, other = comparable(left, attribute), comparable(right, attribute)
    if one == other:
        return "equal"
    return "similar" if JaroWinkler.similarity(one, other) >= SIMILAR else "different"


def attribute_pairs(
    left: Mapping[str, str], right: Mapping[str, str], entity_type: EntityType
) -> list[AttributePair]:
    """Return the attributes that at least one of two records has, in the order of the entity type."""
    return [
        AttributePair(
            a.name, left.get(a.name), right.get(a.name), likeness(left.get(a.name), right.get(a.name), a)
        )
        for a in entity_type.attributes
        if a.name in left or a.name in right
    ]
