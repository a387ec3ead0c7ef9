"""Names of one dataset: who belongs together, and which name is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from graph.identity import DatasetName
from lineage.components import Link, components

START = datetime(2026, 1, 1, tzinfo=UTC)


def link(one: int, other: int, kind: Literal["symlink", "rename"] = "symlink", at: int = 0) -> Link:
    """Return a link between two datasets called by their numbers."""
    return Link(UUID(int=one), named(one), UUID(int=other), named(other), kind, START + timedelta(days=at))


def named(number: int) -> DatasetName:
    """Return the name of a numbered dataset; greater numbers have smaller names."""
    return DatasetName("store", f"d{99 - number}")


def test_a_dataset_is_shown_by_the_name_that_has_others() -> None:
    """A path that tables lie over is the data itself; the smallest of two such paths counts."""
    (one,) = components([link(1, 2), link(1, 3)])
    assert (one.ids, one.former_names) == ((UUID(int=1), UUID(int=3), UUID(int=2)), ())
    assert one.names == (named(1), named(3), named(2))
    (two,) = components([link(1, 3), link(2, 3)])
    assert two.ids[0] == UUID(int=2)


def test_a_renamed_dataset_is_shown_by_its_latest_name() -> None:
    """Also where it was renamed back, and where symlinks lead to it; the names before are told."""
    chain = [link(2, 1, "rename", 1), link(3, 2, "rename", 2), link(1, 9)]
    (one,) = components(chain)
    assert one.ids[0] == UUID(int=3)
    assert set(one.former_names) == {named(1), named(2)}
    (back,) = components([link(2, 1, "rename", 1), link(1, 2, "rename", 2)])
    assert (back.ids[0], back.former_names) == (UUID(int=1), (named(2),))


LINKS = st.lists(
    st.builds(
        link,
        st.integers(1, 12),
        st.integers(1, 12),
        st.sampled_from(["symlink", "rename"]),
        st.integers(0, 3),
    ).filter(lambda one: one.dataset_id != one.other_id),
    max_size=15,
)


@given(LINKS, st.randoms())
def test_components_are_those_of_the_links_in_any_order(links: list[Link], random: object) -> None:
    """Each dataset is in one component; two are in the same one exactly where links lead from one to the other."""
    found = components(links)
    shuffled = list(links)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sorted(components([*shuffled, *links]), key=str) == sorted(found, key=str)
    ids = [key for component in found for key in component.ids]
    assert len(ids) == len(set(ids))
    assert set(ids) == {key for one in links for key in (one.dataset_id, one.other_id)}
    place = {key: number for number, component in enumerate(found) for key in component.ids}
    assert all(place[one.dataset_id] == place[one.other_id] for one in links)
    for component in found:
        assert len(component.ids) == len(component.names)
        within = [one for one in links if one.dataset_id in component.ids]
        assert len(within) >= len(component.ids) - 1
        renames = [one for one in within if one.kind == "rename"]
        if renames:
            latest = max(one.valid_from for one in renames)
            shown = {one.dataset_id for one in renames if one.valid_from == latest}
        else:
            shown = {one.dataset_id for one in within}
        assert component.ids[0] in shown
        assert component.names[0] == min(named(key.int) for key in shown)
