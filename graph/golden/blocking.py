"""Blocking keys: which records are worth comparing at all."""

from __future__ import annotations

from functools import lru_cache
from hashlib import md5

from graph.golden.entity_type import EntityType
from graph.golden.profile import Profile

Part = tuple[str, int]
"""An attribute and how many of its first (negative: last) characters count; 0 means all of them."""


def keys(profile: Profile, entity_type: EntityType) -> dict[int, str]:
    """Return the blocking keys of a record, signed 64-bit, each with the name of its rule, e.g. `last_name+birth_date`.

    A rule of one attribute gives a key for every value ever held, a rule of several one key for the last values;
    a rule whose attributes are not all known gives none.
    """
    found: dict[int, str] = {}
    for name, prefix, parts in _plan(entity_type.name, entity_type.matching.blocking):
        if len(parts) == 1:
            ((attribute, length),) = parts
            for value in profile.get(attribute, ()):
                found[_digest(prefix + cut(value, length))] = name
            continue
        texts: list[str] = []
        for attribute, length in parts:
            values = profile.get(attribute)
            if not values:
                break
            texts.append(cut(values[0], length))
        else:
            found[_digest(prefix + "\x1f".join(texts))] = name
    return found


@lru_cache(maxsize=256)
def _plan(
    entity_type: str, rules: tuple[tuple[str, ...], ...]
) -> tuple[tuple[str, str, tuple[Part, ...]], ...]:
    """Return, for each blocking rule, its name, what its keys are digests of begins with, and what it looks at."""
    names = [(rule, rule_name(rule)) for rule in rules]
    return tuple((name, f"{entity_type}\x1f{name}\x1f", parts_of(rule)) for rule, name in names)


def rule_name(rule: tuple[str, ...]) -> str:
    """Return the name of a blocking rule, e.g. `last_name+birth_date`."""
    return "+".join(rule)


@lru_cache(maxsize=1024)
def parts_of(rule: tuple[str, ...]) -> tuple[Part, ...]:
    """Return what a blocking rule looks at; raises ValueError where a length is no number."""
    split = (part.partition(":") for part in rule)
    return tuple((attribute, int(length or 0)) for attribute, _, length in split)


def cut(value: str, length: int) -> str:
    """Return the first characters of a value, the last ones where the length is negative, all where it is 0."""
    if length == 0:
        return value
    return value[:length] if length > 0 else value[length:]


def key(entity_type: str, rule: str, text: str) -> int:
    """Return a blocking key, given the values of a rule joined by the unit separator; DuckDB computes the same."""
    return _digest(f"{entity_type}\x1f{rule}\x1f{text}")


def _digest(content: str) -> int:
    return int.from_bytes(md5(content.encode(), usedforsecurity=False).digest()[8:], "little", signed=True)
