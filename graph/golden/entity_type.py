"""What a customer, product, supplier or organization is: attributes, groups, identifiers and policies, as data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any, TypeVar

import orjson

from graph.errors import InvalidInputError
from graph.golden.attribute import Attribute
from graph.golden.definition import Definition, definition_of, document_of
from graph.golden.document_reader import DocumentReader
from graph.golden.policy import MatchPolicy, QualityRule, SurvivorshipPolicy
from graph.golden.policy_document import (
    document_of_match_policy,
    document_of_quality,
    document_of_survivorship,
    match_policy_of,
    quality_of,
    survivorship_of,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EntityType:
    """A kind of golden record. `nested` maps an object in the input to the attributes its fields stand for."""

    name: str
    attributes: tuple[Attribute, ...]
    nested: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    matching: MatchPolicy = field(default_factory=lambda: MatchPolicy(blocking=()))
    survivorship: SurvivorshipPolicy = field(default_factory=SurvivorshipPolicy)
    quality: tuple[QualityRule, ...] = ()
    policy_version: str = "shipped"
    """Changes with every change of any part, e.g. `matching 3, survivorship 1`."""
    description: str = ""
    by_name: dict[str, Attribute] = field(init=False, repr=False, compare=False)
    """The attributes by their name."""
    groups: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    """The attribute names of each group, in order."""
    identifying: tuple[tuple[str, str], ...] = field(init=False, repr=False, compare=False)
    """The attributes by which one entity is told from another, each with its kind of identifier."""

    def __post_init__(self) -> None:
        groups: dict[str, tuple[str, ...]] = {}
        for attribute in self.attributes:
            groups[attribute.group] = (*groups.get(attribute.group, ()), attribute.name)
        object.__setattr__(self, "by_name", {attribute.name: attribute for attribute in self.attributes})
        object.__setattr__(self, "groups", groups)
        told = ((attribute.name, attribute.identifies) for attribute in self.attributes)
        object.__setattr__(
            self, "identifying", tuple((name, kind) for name, kind in told if kind is not None)
        )

    @classmethod
    def of(cls, document: object) -> EntityType:
        """Return the entity type that a document defines; raises InvalidInputError with the JSON path of every problem."""
        reader = DocumentReader()
        defined = definition_of(document, reader)
        made = cls(defined.name, defined.attributes, defined.nested, description=defined.description)
        matching = _section(reader, defined, "matching", match_policy_of, made.by_name)
        survivorship = _section(reader, defined, "survivorship", survivorship_of, made.groups)
        quality = _section(reader, defined, "quality", quality_of, made.by_name)
        reader.settle()
        return replace(
            made,
            matching=matching or made.matching,
            survivorship=survivorship or made.survivorship,
            quality=quality or (),
        )

    @property
    def document(self) -> dict[str, Any]:
        """The document that defines it, all of it; `of` reads it back."""
        sections = {
            "matching": document_of_match_policy(self.matching),
            "survivorship": document_of_survivorship(self.survivorship),
            "quality": document_of_quality(self.quality),
        }
        return document_of(Definition(self.name, self.description, self.attributes, self.nested, sections))


def _section(
    reader: DocumentReader,
    defined: Definition,
    name: str,
    read: Callable[[object, Collection[str], str], T],
    known: Collection[str],
) -> T | None:
    """Return a section of a document, None where it is wrong or missing."""
    try:
        return read(defined.sections.get(name), known, f"$.{name}")
    except InvalidInputError as error:
        reader.problems.extend(error.problems)
        return None


def _shipped(name: str) -> EntityType:
    return EntityType.of(orjson.loads((files("graph.golden") / "entity_types" / f"{name}.json").read_bytes()))


CUSTOMER = _shipped("customer")
PRODUCT = _shipped("product")
SUPPLIER = _shipped("supplier")
ORGANIZATION = _shipped("organization")

SHIPPED: Mapping[str, EntityType] = {kind.name: kind for kind in (CUSTOMER, PRODUCT, SUPPLIER, ORGANIZATION)}
"""The entity types that come with the product, by name."""
