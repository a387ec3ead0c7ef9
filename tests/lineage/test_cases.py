"""The conformance suite: what events make of the model and of its answers, in any order."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import permutations

import pytest

from graph.store.database import Database
from lineage.recorder import Recorder
from tests.lineage.conformance import Case, cases, clear, differences, send

CASES = cases()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(reason=case.deviation, strict=True))
        if case.deviation
        else name
        for name, case in CASES.items()
    ],
)
async def test_events_make_what_the_case_promises_in_any_order(name: str, database: Database) -> None:
    """Each case keeps its promise in the order written, backwards, shuffled, at once, one by one and repeated."""
    case = CASES[name]
    for order, at_once in _deliveries(case):
        await clear(database)
        recorder = Recorder(database)
        sent = await send(recorder, order, at_once)
        assert await differences(case, database, sent) == {}, case.promise
        await recorder.close()


def _deliveries(case: Case) -> Iterator[tuple[Sequence[bytes], int]]:
    events = case.events
    shuffled = random.Random(case.name).sample(events * 2, len(events) * 2)  # noqa: S311 - no secret
    yield shuffled, len(shuffled)
    yield shuffled, 1
    if case.expected.get("orders") == "all":
        for order in permutations(events):
            yield order, 1
    else:
        yield events, 1
        yield events[::-1], 1
    yield events, len(events)
