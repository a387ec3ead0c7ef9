"""Tables and lines of JSON as they arrive at any door: read row by row, where one broken row harms no other."""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import orjson

DELIMITERS = ",;\t|"
"""What may stand between the cells of a table; the one that its header has most of is taken."""


def delimiter_of(header: str) -> str:
    """Return the delimiter of a table, given its first line; what stands in quotes does not count."""
    bare = "".join(part for place, part in enumerate(header.split('"')) if place % 2 == 0)
    return max(DELIMITERS, key=bare.count)


class BrokenRow(csv.Error):
    """Why a row of a table cannot be read, and its text."""

    def __init__(self, error: csv.Error, text: str) -> None:
        super().__init__(str(error))
        self.text = text


class _Lines:
    """Lines that can be read once more from one of those that the row in hand is made of."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.number = 0
        self.row: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.number += 1
        self.row.append(line)
        return line

    def back_to(self, place: int) -> str:
        """Go back to that line of the row in hand; returns the text before it."""
        self._again.extendleft(reversed(self.row[place:]))
        self.number -= len(self.row) - place
        return "".join(self.row[:place]).rstrip("\r\n")


def csv_rows(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str] | BrokenRow]]:
    """Yield the cells of each row, or why it cannot be read, with the line at which it ends, from 1; blank lines are none.

    A quote that is never closed swallows what follows it. Reading then goes on at the first of the swallowed lines that
    has, by itself, as many cells as the first row.
    """
    source = _Lines(lines)
    width = 0
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.row.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            text = source.back_to(_next_row(source.row, delimiter, width))
            yield source.number, BrokenRow(error, text)
            reader = csv.reader(source, delimiter=delimiter, strict=True)
            continue
        if cells:
            width = width or len(cells)
            yield source.number, cells


def _next_row(lines: Sequence[str], delimiter: str, width: int) -> int:
    """Return which of the lines after the first is a row by itself; how many there are, where none is."""
    for place, line in enumerate(lines[1:], 1):
        try:
            cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        if len(cells) == width:
            return place
    return len(lines)


def json_line(line: bytes, number: int) -> object:
    """Return the value of a line of NDJSON, or the orjson.JSONDecodeError that says why it has none."""
    try:
        return orjson.loads(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)
    except orjson.JSONDecodeError as error:
        return error
