"""Records find each other by blocking keys: 64-bit digests of what a rule looks at."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.golden.blocking import cut, key, keys
from graph.golden.entity_type import CUSTOMER
from graph.golden.policy import MatchPolicy

TYPE = replace(
    CUSTOMER,
    matching=MatchPolicy(
        blocking=(("email",), ("phone:-4",), ("last_name", "birth_date"), ("first_name:2", "last_name"))
    ),
)


def test_a_rule_of_one_attribute_gives_a_key_for_every_value_ever_held() -> None:
    """Earlier e-mails find a record too; equal ends of phones give one key."""
    found = keys({"email": ("a@x", "b@x"), "phone": ("0123456", "9993456", "1")}, TYPE)
    assert sorted(found.values()) == ["email", "email", "phone:-4", "phone:-4"]
    assert key("customer", "phone:-4", "3456") in found


def test_a_rule_of_several_attributes_gives_one_key_of_the_last_values() -> None:
    """Earlier values do not make keys of joint rules."""
    profile = {"last_name": ("smith", "miller"), "birth_date": ("1980-01-02",)}
    assert keys(profile, TYPE) == {
        key("customer", "last_name+birth_date", "smith\x1f1980-01-02"): "last_name+birth_date"
    }


def test_a_rule_with_a_missing_attribute_gives_no_key() -> None:
    """What is not known cannot be shared."""
    assert keys({"last_name": ("smith",)}, TYPE) == {}
    assert keys({}, TYPE) == {}


def test_a_short_value_is_a_start_of_itself() -> None:
    """`first_name:2` takes what there is of a shorter value."""
    assert len(keys({"first_name": ("a",), "last_name": ("smith",)}, TYPE)) == 1


@pytest.mark.parametrize(("length", "expected"), [(0, "abc"), (2, "ab"), (-2, "bc"), (9, "abc"), (-9, "abc")])
def test_a_part_is_cut_from_either_end(length: int, expected: str) -> None:
    """Positive lengths count from the front, negative ones from the back."""
    assert cut("abc", length) == expected


def test_keys_differ_by_type_and_rule() -> None:
    """The same text is another key for another entity type or rule."""
    assert len({key(kind, rule, "x") for kind in ("customer", "supplier") for rule in ("a", "b")}) == 4


@settings(deadline=None)
@given(st.text("abc\x1f'@ 1", max_size=20))
def test_duckdb_computes_the_same_key(text: str) -> None:
    """A key is the lower half of the MD5 of type, rule and text, read as a signed integer."""
    digest = duckdb.execute("select md5_number_lower(?)", [f"customer\x1femail\x1f{text}"]).fetchall()[0][0]
    assert key("customer", "email", text) % 2**64 == digest
