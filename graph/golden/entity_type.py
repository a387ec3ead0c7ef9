"""What a customer is: its attributes, their groups and identifiers, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from graph.golden import normalise

Parser = Callable[[str, dict[str, str]], str]
"""Canonical value of a text, given the record's other texts; raises ValueError with a reason in words."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of an entity type.

    Attributes of one `group` survive together: a golden record never mixes the street of one source with the city
    of another. `identifies` names the kind of identifier whose equal values make two records one entity.
    """

    name: str
    parse: Parser
    group: str
    max_length: int = 200
    identifies: str | None = None


@dataclass(frozen=True, slots=True)
class EntityType:
    """A kind of golden record. `nested` maps an object in the input to the attributes its fields stand for."""

    name: str
    attributes: tuple[Attribute, ...]
    nested: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def by_name(self) -> dict[str, Attribute]:
        """The attributes by their name."""
        return {attribute.name: attribute for attribute in self.attributes}

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The attribute names of each group, in order."""
        groups: dict[str, tuple[str, ...]] = {}
        for attribute in self.attributes:
            groups[attribute.group] = (*groups.get(attribute.group, ()), attribute.name)
        return groups


CUSTOMER = EntityType(
    name="customer",
    attributes=(
        Attribute("first_name", normalise.text, group="first_name"),
        Attribute("last_name", normalise.text, group="last_name"),
        Attribute("email", normalise.email, group="email", max_length=254, identifies="email"),
        Attribute("phone", normalise.phone, group="phone", max_length=50, identifies="phone"),
        Attribute("street", normalise.text, group="address"),
        Attribute("postal_code", normalise.text, group="address", max_length=20),
        Attribute("city", normalise.text, group="address"),
        Attribute("country", normalise.text, group="address", max_length=60),
        Attribute("birth_date", normalise.birth_date, group="birth_date", max_length=10),
    ),
    nested={"address": ("street", "postal_code", "city", "country")},
)
"""The customer, as the source systems describe one."""
