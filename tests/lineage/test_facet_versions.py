"""The versions of a facet: redrawing a part gives the same as reading all observations in the order of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from lineage.facet_versions import Observed, Version, observe, redrawn, versions

START = datetime(2026, 1, 1, tzinfo=UTC)
A, B, C = b"a", b"b", b"c"

Observation = tuple[int, bytes]
observations = st.lists(st.tuples(st.integers(0, 9), st.sampled_from([A, B, C])), min_size=1, max_size=14)


def day(number: int) -> datetime:
    """Return an instant, some days after the first."""
    return START + timedelta(days=number)


def naive(seen: list[Observation]) -> list[Version]:
    """Return the versions of all observations, of which the greatest content at an instant counts."""
    winners = {at: max(digest for other, digest in seen if other == at) for at, _ in seen}
    found: list[Version] = []
    for at in sorted(winners):
        if not found or found[-1].digest != winners[at]:
            found = [
                *found[:-1],
                *(one._replace(end=day(at)) for one in found[-1:]),
                Version(winners[at], day(at), None),
            ]
    return found


@given(observations, st.randoms(use_true_random=False))
def test_any_order_and_grouping_gives_the_versions_of_all_observations(
    seen: list[Observation], random: Random
) -> None:
    """Batches that each redraw only what lies around them, knowing two stored observations at most, end in the same."""
    order = random.sample(seen, len(seen))
    recorded: list[Observation] = []
    believed: list[Version] = []
    while order:
        size = random.randint(1, 4)
        batch, order = order[:size], order[size:]
        new: Observed = {}
        for at, digest in batch:
            observe(new, day(at), digest)
        window = around(believed, min(new), max(new))
        known = [one for at in new for one in hidden(window, recorded, at)]
        after = redrawn(window, known, new)
        believed = sorted([one for one in believed if one not in window] + after, key=lambda one: one.start)
        recorded += batch
        assert believed == naive(recorded)


def around(believed: list[Version], first: datetime, last: datetime) -> list[Version]:
    """Return what is read of the stored versions: from the one before the first instant to the one after the last."""
    before = max((one.start for one in believed if one.start < first), default=first)
    after = min((one.start for one in believed if one.start > last), default=last)
    return [one for one in believed if before <= one.start <= after]


def hidden(window: list[Version], recorded: list[Observation], at: datetime) -> list[tuple[datetime, bytes]]:
    """Return what is read of the stored observations: of the version at an instant, one then and the next."""
    for version in window:
        if version.start <= at and (version.end is None or at < version.end):
            times = sorted(day(when) for when, digest in recorded if digest == version.digest)
            later = [when for when in times if when > at and (version.end is None or when < version.end)]
            return [(when, version.digest) for when in [*([at] if at in times else []), *later[:1]]]
    return []


def test_what_comes_back_after_something_else_is_a_version_of_its_own() -> None:
    """A, B, A are three versions; where B turns out to be A too, they are one."""
    seen: Observed = {day(1): A, day(2): B, day(3): A}
    first, second, third = versions(seen)
    assert (first, second, third) == (
        Version(A, day(1), day(2)),
        Version(B, day(2), day(3)),
        Version(A, day(3), None),
    )
    assert redrawn([first, second, third], [], {day(2): C}) == [
        first,
        Version(C, day(2), day(3)),
        third,
    ]
    assert redrawn([Version(A, day(1), None)], [(day(3), A)], {day(2): B}) == [first, second, third]
    assert redrawn([Version(A, day(1), None)], [], {day(2): B}) == [first, Version(B, day(2), None)]
    assert redrawn([Version(A, day(1), None)], [(day(1), A)], {day(0): A}) == [Version(A, day(0), None)]
