"""Annotations: how changes alter what people say of an asset, and what of a change is refused."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.catalog.annotation import Annotation, Change, Owner, Tag, change_of, merged
from graph.catalog.asset_ref import AssetRef, asset_ref
from graph.errors import InvalidInputError

KEYS = st.sampled_from(["a", "A", "b", "c"])
TAGS = st.lists(st.builds(Tag, KEYS, st.sampled_from([None, "1"])), max_size=4).map(tuple)
OWNERS = st.lists(
    st.builds(Owner, KEYS, st.sampled_from(["person", "team"]), st.sampled_from(["owner", "steward"])),
    max_size=4,
).map(tuple)
IDS = st.lists(st.integers(1, 5).map(lambda n: UUID(int=n)), max_size=4).map(tuple)
TEXTS = st.sampled_from([None, "one", "other"])
ANNOTATIONS = st.builds(Annotation, TEXTS, st.just(()), st.just(()), st.just(()), st.none())
CHANGES = st.builds(
    Change,
    st.sets(st.sampled_from(["description", "domain"])).map(frozenset),
    TEXTS,
    st.sampled_from([None, UUID(int=9)]),
    OWNERS,
    st.lists(st.tuples(KEYS, st.sampled_from([None, "owner"])), max_size=3).map(tuple),
    TAGS,
    st.lists(KEYS, max_size=3).map(tuple),
    IDS,
    IDS,
)


@given(first=CHANGES, second=CHANGES, before=ANNOTATIONS)
def test_a_change_made_twice_is_made_once(first: Change, second: Change, before: Annotation) -> None:
    """Changes are idempotent, keep one tag of a key, and come through the store unchanged."""
    after = second.applied(first.applied(before))
    assert second.applied(after) == after
    assert len({tag.key.lower() for tag in after.tags}) == len(after.tags)
    assert len({(one.name.lower(), one.role.lower()) for one in after.owners}) == len(after.owners)
    assert {tag.key.lower() for tag in second.add_tags} <= {tag.key.lower() for tag in after.tags}
    assert set(second.add_terms) <= set(after.terms)
    assert Annotation.of(after.content) == after
    assert after.description == (
        second.description if "description" in second.set else first.applied(before).description
    )


def test_removing_takes_what_was_named_in_any_letter_case() -> None:
    """An owner in one role or in all; a tag by its key."""
    before = Annotation(
        owners=(Owner("Ann"), Owner("Ann", role="steward"), Owner("Bob")), tags=(Tag("Gold"), Tag("pii"))
    )
    change = change_of(
        {"removeOwners": [{"name": "ann", "role": "Owner"}, {"name": "BOB"}], "removeTags": ["gold"]}
    )
    assert change.applied(before) == Annotation(owners=(Owner("Ann", role="steward"),), tags=(Tag("pii"),))


def test_what_is_said_under_several_names_is_joined() -> None:
    """The first name's word comes first."""
    one = Annotation("one", (Owner("a"),), (Tag("x", "1"),), (UUID(int=1),))
    other = Annotation(
        "other", (Owner("b"), Owner("a")), (Tag("X", "2"),), (UUID(int=1), UUID(int=2)), UUID(int=3)
    )
    found = merged([one, other])
    assert (found.description, [owner.name for owner in found.owners]) == ("one", ["a", "b"])
    assert (found.tags, found.terms, found.domain) == (
        (Tag("x", "1"),),
        (UUID(int=1), UUID(int=2)),
        UUID(int=3),
    )
    assert merged([]) == Annotation()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["description", "addOwners", "addTags", "removeTags", "domain", "name", "key", "x"]
                ),
                inner,
                max_size=3,
            )
        ),
    )
)
def test_any_json_is_read_or_refused(raw: Any) -> None:
    """Nothing else is raised, whatever is sent."""
    with suppress(InvalidInputError):
        change_of(raw).applied(Annotation())


@given(st.uuids(), st.none() | st.text(min_size=1, max_size=50).filter(lambda text: "\0" not in text))
def test_the_id_of_an_asset_is_read_as_it_is_written(key: UUID, column: str | None) -> None:
    """A column's path may hold anything; two assets never have one id or key."""
    ref = AssetRef(key, column)
    assert asset_ref(ref.text) == ref
    assert (ref.key == key) == (column is None)


@pytest.mark.parametrize("text", ["", "x", "7", f"{UUID(int=1)}.", f"{UUID(int=1)}x", f"{UUID(int=1)}.a\0"])
def test_what_is_no_id_of_an_asset_is_refused(text: str) -> None:
    """With the place."""
    with pytest.raises(InvalidInputError):
        asset_ref(text)
