"""Tables and lines of JSON are read row by row; a broken row harms no other."""

from __future__ import annotations

import csv
import io

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.golden.rows import BrokenRow, csv_rows, delimiter_of, json_line


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [("a,b,c", ","), ("a;b;c", ";"), ("a\tb", "\t"), ("a|b", "|"), ('"x;y;z",b', ","), ("a", ","), ("", ",")],
)
def test_the_delimiter_is_the_one_the_header_has_most_of(header: str, delimiter: str) -> None:
    """What stands in quotes does not count; without any, it is a comma."""
    assert delimiter_of(header) == delimiter


def test_a_broken_row_is_told_with_its_line_and_the_next_is_read() -> None:
    """Blank lines are no rows; a row in quotes may go over lines."""
    rows = list(csv_rows(io.StringIO('a,b\n\n"x\ny",2\n"A"b,3\nz,4\n', newline=""), ","))
    assert [line for line, _ in rows] == [1, 4, 5, 6]
    assert [cells for _, cells in rows if not isinstance(cells, csv.Error)] == [
        ["a", "b"],
        ["x\ny", "2"],
        ["z", "4"],
    ]
    assert "',' expected" in str(rows[2][1])


def test_a_quote_that_is_never_closed_costs_its_own_row_alone() -> None:
    """What it swallowed is read again, from the first line with as many cells as the header; its text is kept."""
    text = 'a,b\n1,"x\nno row\n' + "".join(f"{n},y\n" for n in range(2, 1_000))
    rows = list(csv_rows(io.StringIO(text, newline=""), ","))
    assert rows[0] == (1, ["a", "b"])
    line, broken = rows[1]
    assert isinstance(broken, BrokenRow)
    assert (line, broken.text, str(broken)) == (3, '1,"x\nno row', "unexpected end of data")
    assert rows[2:] == [(n + 2, [str(n), "y"]) for n in range(2, 1_000)]


@pytest.mark.parametrize("text", ['a,b\n1,"x\n', 'a,b\n"', 'a,b\n1,"x\ny\n2,"z\n'])
def test_broken_rows_at_the_end_are_told_and_end_the_table(text: str) -> None:
    """Nothing is read twice and nothing for ever."""
    rows = list(csv_rows(io.StringIO(text, newline=""), ","))
    assert rows[0] == (1, ["a", "b"])
    assert "\n".join(row.text for _, row in rows[1:] if isinstance(row, BrokenRow)) == text[4:].rstrip("\n")


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8)


@given(st.lists(st.lists(_TEXT, min_size=1, max_size=4), max_size=5), st.sampled_from(",;\t|"))
def test_what_csv_writes_is_read_back(table: list[list[str]], delimiter: str) -> None:
    """Quotes, delimiters and line ends inside cells come back as they were."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(table)
    rows = csv_rows(io.StringIO(file.getvalue(), newline=""), delimiter)
    assert [cells for _, cells in rows] == table


def test_a_line_of_json_is_its_value_or_why_it_has_none() -> None:
    """A byte order mark may stand before the first line, and nowhere else."""
    assert json_line(b'\xef\xbb\xbf{"a": 1}', 1) == {"a": 1}
    assert isinstance(json_line(b'\xef\xbb\xbf{"a": 1}', 2), orjson.JSONDecodeError)
    assert isinstance(json_line(b"{", 1), orjson.JSONDecodeError)
