"""docs/openlineage-conformance.md is what the suite of cases and the events of real tools write.

`make conformance` writes it anew.
"""

from __future__ import annotations

from difflib import unified_diff
from itertools import islice

import pytest

from tests.lineage.conformance import cases
from tests.lineage.conformance_page import PAGE, page
from tests.lineage.corpora import recorded_events, statement


def test_the_page_is_what_the_suite_writes(request: pytest.FixtureRequest) -> None:
    """Every case and every count on the page is that of the suite; a case that fails, fails in test_cases."""
    former = PAGE.read_text() if PAGE.exists() else ""
    corpora = {tool: statement(events) for tool, events in recorded_events().items()}
    written = page(cases().values(), corpora, former)
    if request.config.getoption("update_schema"):
        PAGE.write_text(written)
    difference = unified_diff(
        PAGE.read_text().splitlines(), written.splitlines(), "committed", "made", "", "", 0, ""
    )
    assert "\n".join(islice(difference, 30)) == "", "run `make conformance`"


def test_the_page_keeps_what_it_says_of_tools_where_their_events_are_not_at_hand() -> None:
    """Written elsewhere, the page has the section on the events of real tools as it was."""
    assert page(cases().values(), {}, PAGE.read_text()) == PAGE.read_text()


def test_every_case_says_what_it_promises_and_from_what_that_follows() -> None:
    """No case lacks area, promise or reference, no two promise the same, and each expects something."""
    given = list(cases().values())
    assert all(case.area and case.promise.endswith(".") and case.spec for case in given)
    assert len({case.promise for case in given}) == len(given)
    said = {"area", "promise", "spec", "events", "orders", "deviation"}
    assert [case.name for case in given if not case.expected.keys() - said] == []


def test_every_event_of_real_tools_is_accepted() -> None:
    """Of what Airflow, dbt, Debezium and Spark sent nothing is refused."""
    for tool, events in recorded_events().items():
        assert events, tool
        assert statement(events).refused == {}, tool
