"""The history of a schema: which statement counted when, and what changed."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lineage.facets import Column
from lineage.schema_history import ColumnChange, Said, versions, winning

START = datetime(2026, 1, 1, tzinfo=UTC)


def moment(number: int) -> datetime:
    """Return a numbered instant."""
    return START + timedelta(days=number)


def said(written: bool, shown: bool, digest: int, start: int, length: int | None) -> Said:
    """Return what a source said from a numbered instant on."""
    end = None if length is None else moment(start + length)
    return Said((written, shown), bytes([digest]), moment(start), end)


SAID = st.lists(
    st.builds(
        said,
        st.booleans(),
        st.booleans(),
        st.integers(0, 5),
        st.integers(0, 20),
        st.none() | st.integers(1, 10),
    ),
    max_size=8,
)


@given(SAID)
def test_at_every_instant_the_greatest_source_counts(given_said: list[Said]) -> None:
    """Writers outrank readers, the shown name others, later statements earlier ones; gaps stay gaps."""
    found = winning(given_said)
    assert all(
        one.end == after.start or (one.end and one.end < after.start)
        for one, after in itertools.pairwise(found)
    )
    for number in range(33):
        now = moment(number)
        holding = [one for one in given_said if one.start <= now and (one.end is None or now < one.end)]
        expected = max(((one.source, one.start, one.digest) for one in holding), default=None)
        counted = [one for one in found if one.start <= now and (one.end is None or now < one.end)]
        assert [(one.source, one.digest) for one in counted] == (
            [] if expected is None else [(expected[0], expected[2])]
        )


@given(SAID)
def test_versions_cover_what_counted_and_differ_where_they_meet(given_said: list[Said]) -> None:
    """Stretches with equal columns are one version; differences applied to a version give the next."""
    columns_of = {
        bytes([digest]): None
        if digest == 0
        else [Column(f"c{n}", "int", None) for n in range(digest // 2 + 1)]
        for digest in range(6)
    }
    won = winning(given_said)
    found = versions(won, columns_of)
    for number in range(33):
        now = moment(number)
        counted = [
            columns_of[one.digest] for one in won if one.start <= now and (one.end is None or now < one.end)
        ]
        held = [
            one.columns
            for one in found
            if one.valid_from <= now and (one.valid_to is None or now < one.valid_to)
        ]
        assert held == [tuple(columns) for columns in counted if columns is not None]
    before: dict[str, Column] = {}
    for one, after in itertools.zip_longest(found, found[1:]):
        assert after is None or one.valid_to != after.valid_from or one.columns != after.columns
        for column in one.removed:
            del before[column.path]
        before.update({column.path: column for column in one.added})
        before.update({change.after.path: change.after for change in one.changed})
        assert sorted(before) == sorted(column.path for column in one.columns)


def test_a_version_tells_what_is_new_gone_and_other() -> None:
    """A new type or description is a change; a new place alone is none."""
    first = [Column("a", "int", None, 1), Column("b", "int", None, 2), Column("c", "int", "old")]
    second = [Column("a", "text", None), Column("b", "int", None, 1), Column("d", None, None)]
    stretches = [said(True, True, 1, 0, 2), said(True, True, 2, 2, None)]
    one, two = versions(stretches, {b"\1": first, b"\2": second})
    assert (one.added, one.removed, one.changed) == (tuple(first), (), ())
    assert (two.valid_from, two.valid_to) == (moment(2), None)
    assert (two.added, two.removed) == ((second[2],), (first[2],))
    assert two.changed == (ColumnChange(first[0], second[0]),)
