"""Regular expressions of users match the whole of a text, in no more time than the text is long."""

from __future__ import annotations

import pytest

from graph.golden.pattern import is_whole_match, pattern_problem


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("[0-9A-Z]{17}", "WVWZZZ1JZXW000001", True),
        ("[0-9A-Z]{17}", "WVWZZZ1JZXW0000012", False),
        ("a|b", "ab", False),
        ("a", "a\n", False),
        ("(?i)straße", "STRAßE", True),
        ("", "", True),
    ],
)
def test_the_whole_text_counts(pattern: str, text: str, expected: bool) -> None:
    """Neither a part of it nor a text with a line end behind it will do."""
    assert pattern_problem(pattern) is None
    assert is_whole_match(pattern, text) is expected


def test_no_expression_takes_for_ever() -> None:
    """What goes back over the text would take longer than the world is old here."""
    assert not is_whole_match("(A+)+B", "A" * 10_000 + "C")


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a)b", "look-around, including look-ahead and look-behind, is not supported"),
        (r"(a)\1", "backreferences are not supported"),
        ("((", "unclosed group"),
        ("a{1000}{1000}", "Compiled regex exceeds size limit of 10485760 bytes."),
    ],
)
def test_what_cannot_be_matched_in_time_is_refused(pattern: str, reason: str) -> None:
    """The reason says what to leave out."""
    assert pattern_problem(pattern) == reason
