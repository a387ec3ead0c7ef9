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
        return _of_one(stretches[0].values or {}, entity_type)
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


def _of_one(
    held: Mapping[str, tuple[str, object, object]], entity_type: EntityType
) -> dict[str, tuple[str, ...]]:
    profile: dict[str, tuple[str, ...]] = {}
    for attribute in entity_type.attributes:
        if attribute.name in held:
            form = comparable(held[attribute.name][0], attribute)
            if form:
                profile[attribute.name] = (form,)
    return profile


def comparable(value: str, attribute: Attribute) -> str:
    """Return the form in which a value of an attribute is compared; plain ASCII, empty where nothing is left."""
    form = attribute.comparable(value)
    return form if form.isascii() else anyascii(form)


def identity(profile: Profile) -> bytes:
    """Return the 16-byte digest of a profile: equal profiles have equal digests, wherever they are computed."""
    return blake2b(orjson.dumps(profile, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
