"""Compatibility of schemas: what each change of a column means to those who read the dataset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.facets import Column
from lineage.schema_compatibility import is_breaking, is_widened, schema_changes

TYPES = st.sampled_from(
    [
        "int",
        "bigint",
        "smallint",
        "float",
        "double",
        "varchar(10)",
        "varchar(20)",
        "text",
        "decimal(10,2)",
        "date",
        None,
    ]
)
COLUMNS = st.lists(
    st.builds(Column, st.sampled_from("abcdef"), TYPES, st.sampled_from([None, "x"])),
    unique_by=lambda column: column.path,
    max_size=6,
)


def column(path: str, type_: str | None = "int", description: str | None = None) -> Column:
    """Return a column."""
    return Column(path, type_, description)


def test_every_change_has_its_kind_and_what_it_means() -> None:
    """Added and described is harmless; removed, renamed and narrowed breaks readers."""
    before = [column("id"), column("gone"), column("old", "text"), column("n", "bigint"), column("d")]
    after = [column("id", "bigint"), column("new", "text"), column("n", "int"), column("d", description="x")]
    found = [(one.kind, one.is_breaking) for one in schema_changes(before, after)]
    assert found == [
        ("type_changed", False),
        ("added", False),
        ("type_changed", True),
        ("described", False),
        ("removed", True),
        ("removed", True),
    ]


def test_a_column_at_the_same_place_with_the_same_type_is_renamed() -> None:
    """The former name is told; another type at its place is no rename."""
    (change,) = schema_changes(
        [column("id"), column("mail", "text")], [column("id"), column("email", "text")]
    )
    assert (change.kind, change.is_breaking) == ("renamed", True)
    assert change.before == column("mail", "text")
    kinds = [one.kind for one in schema_changes([column("mail", "text")], [column("email", "int")])]
    assert kinds == ["added", "removed"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("int", "BIGINT", True),
        ("bigint", "int", False),
        ("smallint", "int", True),
        ("float", "double precision", True),
        ("int", "double", False),
        ("varchar(20)", "varchar(50)", True),
        ("varchar(50)", "varchar(20)", False),
        ("varchar(50)", "text", True),
        ("text", "varchar(50)", False),
        ("decimal(10,2)", "decimal(12,2)", True),
        ("decimal(10,2)", "decimal(10,4)", False),
        ("struct<a:int>", "struct<a:int>", True),
        ("date", "timestamp", False),
        (None, "int", False),
        (None, None, True),
    ],
)
def test_a_type_is_widened_where_all_its_values_fit(
    before: str | None, after: str | None, expected: bool
) -> None:
    """Readers of the one type can read the other."""
    assert is_widened(before, after) is expected


@given(TYPES, TYPES, TYPES)
def test_widening_is_an_order(one: str | None, other: str | None, third: str | None) -> None:
    """A type is as wide as itself, and what is wider than the wider is wider."""
    assert is_widened(one, one)
    if is_widened(one, other) and is_widened(other, third):
        assert is_widened(one, third)


@given(COLUMNS, COLUMNS)
def test_changes_tell_every_difference_once(before: list[Column], after: list[Column]) -> None:
    """Applied to what was, they give what is; a schema that only grows breaks nobody."""
    changes = schema_changes(before, after)
    gone = {one.before.path for one in changes if one.before}
    came = {one.after.path: one.after for one in changes if one.after}
    left = {one.path: one for one in before if one.path not in gone}
    assert {**left, **came} == {one.path: one for one in after}
    assert schema_changes(after, after) == []
    if all(one in after for one in before):
        assert not is_breaking(changes)
