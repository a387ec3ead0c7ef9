"""What a dataset held when it was read, compared with replaying its writings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.time import instant
from lineage.written_versions import Content, Writing, content, replaced_at

START = instant("2026-01-01T00:00:00Z")
changes = st.lists(st.sampled_from([None, "ALTER", "OVERWRITE", "truncate", "CREATE", "DROP"]), max_size=8)


def writings(told: list[str | None]) -> list[Writing]:
    """Return a writing a day, the latest first."""
    return [
        Writing.of(UUID(int=day), START + timedelta(days=day), change, f"v{day}")
        for day, change in reversed(list(enumerate(told)))
    ]


@settings(deadline=None)
@given(changes)
def test_content_is_what_replaying_the_writings_leaves(told: list[str | None]) -> None:
    """Each writing adds itself; one that replaces takes what was there away first."""
    left: list[Writing] = []
    is_whole = False
    for one in reversed(writings(told)):
        if one.mode == "replaced":
            left, is_whole = [], True
        left.append(one)
    assert content(writings(told)) == Content(tuple(left), is_whole)


@settings(deadline=None)
@given(changes, st.integers(0, 7))
def test_the_version_that_was_read_leaves_out_what_came_after(told: list[str | None], day: int) -> None:
    """One that no writing made changes nothing."""
    found = content(writings(told), f"v{day}")
    if day < len(told):
        assert found == replace(content(writings(told[: day + 1])), is_exact=True)
    else:
        assert found == content(writings(told))


def test_what_a_run_did_is_assumed_where_it_said_nothing() -> None:
    """And it lies there until the first writing after it that replaces."""
    silent, altered, gone, later = reversed(writings([None, "ALTER", "TRUNCATE", "OVERWRITE"]))
    assert [(one.mode, one.is_assumed) for one in (silent, altered, gone)] == [
        ("added", True),
        ("added", False),
        ("replaced", False),
    ]
    assert replaced_at([later, gone, altered]) == gone.written_at
    assert replaced_at([altered]) is None
