"""What was believed and is no more: corrections are told with the time they spoke of wrongly, mere successors are not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from graph.golden.superseded import Superseded, superseded
from graph.golden.versions import Stretch
from graph.time import Period


def day(month: int, year: int = 2024) -> datetime:
    """Return the first day of a month."""
    return datetime(year, month, 1, tzinfo=UTC)


def fact(known: int, start: int, end: int | None, city: str | None, op: str = "P") -> Stretch:
    """Return what was recorded in a month of 2026 about the months of 2024."""
    attributes: dict[str, Any] | None = None if city is None else {"city": city}
    period = Period(day(start), None if end is None else day(end))
    return Stretch(period, op, attributes, {}, None, day(known, 2026))


def told(found: list[Superseded]) -> list[tuple[int, int, int | None, str | None, int]]:
    """Return version, first month, last month, city and month of giving up of each."""
    return [
        (
            one.number,
            one.stretch.period.start.month,
            one.stretch.period.end.month if one.stretch.period.end else None,
            (one.shown.attributes or {}).get("city") if one.shown else None,
            one.system_to.month,
        )
        for one in found
    ]


def test_what_merely_follows_corrects_nothing() -> None:
    """Köln until further notice, then Hamburg from June on: nobody was wrong."""
    assert superseded([fact(1, 1, None, "Köln"), fact(2, 6, None, "Hamburg")]) == []


def test_a_back_dated_correction_tells_what_was_believed_over_the_time_it_corrects() -> None:
    """Hamburg not since June but since April: Köln was wrong from April to June."""
    facts = [fact(1, 1, None, "Köln"), fact(2, 6, None, "Hamburg"), fact(3, 4, 6, "Hamburg")]
    assert told(superseded(facts)) == [(1, 4, 6, "Köln", 3)]


def test_a_whole_version_that_never_was_is_told_though_it_held_until_further_notice() -> None:
    """Hamburg from June on turns out to be Bonn from June on."""
    facts = [fact(1, 1, None, "Köln"), fact(2, 6, None, "Hamburg"), fact(3, 6, None, "Bonn")]
    assert told(superseded(facts)) == [(2, 6, None, "Hamburg", 3)]


def test_a_stretch_corrected_twice_is_told_twice_in_the_order_in_which_it_was_given_up() -> None:
    """Each belief is told with the instant at which it was given up, the piece that it lost alone."""
    facts = [
        fact(1, 1, 9, "Köln"),
        fact(2, 3, 5, "Bonn"),
        fact(3, 4, 7, "Hamburg"),
    ]
    assert told(superseded(facts)) == [(1, 3, 5, "Köln", 2), (2, 4, 5, "Bonn", 3), (3, 5, 7, "Köln", 3)]


def test_a_deletion_that_was_wrong_shows_what_it_had_last() -> None:
    """Deleted from June on, then not: what is shown of the deletion are the attributes before it."""
    facts = [fact(1, 1, None, "Köln"), fact(2, 6, None, None, "D"), fact(3, 6, None, "Köln")]
    found = superseded(facts)
    assert told(found) == [(2, 6, None, "Köln", 3)]
    assert found[0].stretch.op == "D"


def test_what_was_withdrawn_is_told_and_an_absence_is_no_belief() -> None:
    """A record made by mistake was believed once; that there was nothing is not told when something comes."""
    facts = [fact(1, 1, None, "Köln"), fact(2, 1, None, None, "A"), fact(3, 2, None, "Bonn")]
    assert told(superseded(facts)) == [(1, 1, None, "Köln", 2)]


def test_another_source_of_the_same_values_corrects_nothing() -> None:
    """A source that says the same gives other provenance, and no belief was wrong; nor is what follows it a correction."""
    first, again = fact(1, 1, None, "Köln"), fact(2, 4, None, "Köln")
    again.provenance = {"systems": "shop"}
    assert superseded([first, again]) == []
    assert superseded([first, again, fact(3, 4, None, "Hamburg")]) == []
