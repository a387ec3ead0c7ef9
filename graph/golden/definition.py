"""What there is in an entity type, as a JSON document: checked with every problem named, and written back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.golden.attribute import Attribute
from graph.golden.check_digits import CHECKS
from graph.golden.document_reader import DocumentReader
from graph.golden.kinds import KINDS

MOST_ATTRIBUTES = 200
"""How many attributes an entity type may have."""

LONGEST_VALUE = 10_000
"""The largest `max_length` of an attribute, in characters."""

LONGEST_NAME = 60
"""How many characters the name of an entity type, an attribute or a group may have."""

SECTIONS = ("matching", "survivorship", "quality")
"""The parts of the document that say what is decided, not what there is."""

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*")
_TYPES_TAKEN = """
asset data_center data_lake data_warehouse dataset golden_record job pipeline relation run topic
"""
_NAMES_TAKEN = """
actor attribute attributes basis beliefs entity_type history id is_deleted key kind members message_id provenance quality
sequence source_records source_system timeline valid_from valid_to version
"""
_TAKEN_TYPES = frozenset(_TYPES_TAKEN.split())
_TAKEN_NAMES = frozenset(_NAMES_TAKEN.split())


@dataclass(frozen=True, slots=True)
class Definition:
    """What there is in an entity type; `sections` are the other parts of its document, as they stand there."""

    name: str
    description: str
    attributes: tuple[Attribute, ...]
    nested: Mapping[str, tuple[str, ...]]
    sections: Mapping[str, Any]


def definition_of(document: object, reader: DocumentReader) -> Definition:
    """Return what a document defines, as far as it can be read; the reader gathers what is wrong with it."""
    known = ("name", "description", "attributes", "nested", *SECTIONS)
    given = reader.fields(document, "$", known, ("name", "attributes"))
    attributes = _attributes(reader, given["attributes"]) if "attributes" in given else ()
    names = [attribute.name for attribute in attributes]
    return Definition(
        name=_name(reader, given["name"], "$.name", _TAKEN_TYPES) if "name" in given else "",
        description=_prose(reader, given.get("description"), "$.description"),
        attributes=attributes,
        nested=_nested(reader, given.get("nested") or {}, names),
        sections={name: given[name] for name in SECTIONS if name in given},
    )


def document_of(definition: Definition) -> dict[str, Any]:
    """Return the document that defines an entity type; `definition_of` reads it back."""
    return {
        "name": definition.name,
        "description": definition.description,
        "attributes": [_attribute_document(attribute) for attribute in definition.attributes],
        "nested": {name: list(parts) for name, parts in definition.nested.items()},
        **definition.sections,
    }


def _attribute_document(attribute: Attribute) -> dict[str, Any]:
    optional = {"check": attribute.check, "identifier": attribute.identifies}
    return {
        "name": attribute.name,
        "kind": attribute.kind,
        **{name: value for name, value in optional.items() if value},
        "group": attribute.group,
        "max_length": attribute.max_length,
        "description": attribute.description,
    }


def _name(reader: DocumentReader, value: object, path: str, taken: Collection[str] = ()) -> str:
    """Return a name; empty where it can be none."""
    before = len(reader.problems)
    text = reader.text(value, path)
    if len(reader.problems) > before:
        return ""
    if not _NAME.fullmatch(text) or len(text) > LONGEST_NAME:
        reader.problem(path, f"must be words in small letters joined by _, such as vat_id, got {text[:60]!r}")
    elif text in taken:
        reader.problem(path, f"{text} is the name of something else here; choose another")
    else:
        return text
    return ""


def _prose(reader: DocumentReader, value: object, path: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str) and len(value) <= LONGEST_VALUE:
        return value
    reader.problem(path, f"must be text of at most {LONGEST_VALUE:,} characters")
    return ""


def _attributes(reader: DocumentReader, value: object) -> tuple[Attribute, ...]:
    items = reader.items(value, "$.attributes", least=1, most=MOST_ATTRIBUTES)
    found = [(path, _attribute(reader, item, path)) for path, item in items]
    known = [(f"{path}.name", attribute) for path, attribute in found if attribute is not None]
    reader.distinct((path, attribute.name) for path, attribute in known)
    return tuple({attribute.name: attribute for _, attribute in known}.values())


def _attribute(reader: DocumentReader, value: object, path: str) -> Attribute | None:
    known = ("name", "kind", "check", "identifier", "group", "max_length", "description")
    given = reader.fields(value, path, known, ("name", "kind"))
    if "name" not in given:
        return None
    name = _name(reader, given["name"], f"{path}.name", _TAKEN_NAMES)
    kind = reader.choice(given.get("kind", "text"), f"{path}.kind", KINDS)
    check = given.get("check")
    if check is not None:
        check = reader.choice(check, f"{path}.check", CHECKS)
        if kind not in ("code", ""):
            reader.problem(f"{path}.check", f"means nothing to the kind {kind}; a code has one")
            check = None
    identifier = given.get("identifier")
    if identifier is not None:
        identifier = _name(reader, identifier, f"{path}.identifier") or None
    group = _name(reader, given["group"], f"{path}.group") if given.get("group") is not None else name
    longest = reader.whole(given.get("max_length", 200), f"{path}.max_length", 1, LONGEST_VALUE)
    description = _prose(reader, given.get("description"), f"{path}.description")
    if not name:
        return None
    return Attribute(name, kind or "text", group or name, longest, identifier, check or None, description)


def _nested(reader: DocumentReader, value: object, attributes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    placed: list[tuple[str, str]] = []
    for name, parts in reader.entries(value, "$.nested").items():
        path = f"$.nested.{name[:LONGEST_NAME]}"
        known = _name(reader, name, path, {*_TAKEN_NAMES, *attributes})
        items = reader.items(parts, path, least=1)
        found[known or name] = tuple(reader.choice(item, below, attributes) for below, item in items)
        placed += [(below, str(item)) for below, item in items]
    reader.distinct(placed)
    return found
