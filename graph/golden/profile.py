"""What a source record looks like to the matcher: every value it ever held, in the form in which values are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import orjson
from anyascii import anyascii

from graph.golden.attribute import Attribute
from graph.golden.entity_type import EntityType
from graph.golden.timeline import SourceStretch

Profile = Mapping[str, tuple[str, ...]]
"""Attribute -> values in comparable form: the last one held (in valid time) first, then the others in order of the
alphabet; attributes without a comparable value are left out.
"""


def profile_of(stretches: Sequence[SourceStretch], entity_type: EntityType) -> dict[str, tuple[str, ...]]:
    """Return the profile of a source record, given its timeline in valid order."""
    if len(stretches) == 1:  # nearly all records
        held_once = stretches[0].values or {}
        return profile_of_values({name: value for name, (value, _, _) in held_once.items()}, entity_type)
    held: dict[str, dict[str, None]] = {}
    for stretch in reversed(stretches):
        for name, (value, _, _) in (stretch.values or {}).items():
            held.setdefault(name, {})[value] = None
    profile: dict[str, tuple[str, ...]] = {}
    for attribute in entity_type.attributes:
        if attribute.name in held:
            values = [form for value in held[attribute.name] if (form := comparable(value, attribute))]
            if values:
                profile[attribute.name] = (values[0], *sorted(set(values) - {values[0]}))
    return profile


def profile_of_values(values: Mapping[str, str], entity_type: EntityType) -> dict[str, tuple[str, ...]]:
    """Return the profile of a source record that never held any but these values."""
    profile: dict[str, tuple[str, ...]] = {}
    for attribute in entity_type.attributes:
        value = values.get(attribute.name)
        if value is not None:
            form = comparable(value, attribute)
            if form:
                profile[attribute.name] = (form,)
    return profile


def comparable(value: str, attribute: Attribute) -> str:
    """Return the form in which a value of an attribute is compared; plain ASCII, empty where nothing is left."""
    form = attribute.comparable(value)
    return form if form.isascii() else anyascii(form)


def identity(profile: Profile) -> bytes:
    """Return the 16-byte digest of a profile: equal profiles have equal digests, wherever they are computed."""
    return identity_of(spelled(profile))


def spelled(profile: Profile) -> bytes:
    """Return a profile as JSON, sorted by name."""
    return orjson.dumps(profile, option=orjson.OPT_SORT_KEYS)


def identity_of(spelled: bytes) -> bytes:
    """Return the `identity` of a profile, given as `spelled` has it."""
    return blake2b(spelled, digest_size=16).digest()
