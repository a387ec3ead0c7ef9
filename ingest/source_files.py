"""Reads the files of source systems row by row: CSV, NDJSON and Parquet, plain, gzip or zstd, in little memory."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, cast

import orjson
import zstandard

from graph.errors import InvalidInputError
from graph.golden.record import Unreadable
from graph.golden.rows import BrokenRow, delimiter_of, json_line
from graph.golden.rows import csv_rows as csv_table
from ingest.hashed_file import HashedFile
from ingest.parquet_files import parquet_rows

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed import WriteableBuffer

Format = Literal["auto", "csv", "ndjson", "parquet"]

CHUNK = 1 << 18
"""How many bytes are read at once."""

MAX_LINE = 1 << 24
"""How many bytes a line of NDJSON may have; a longer one is refused without being held."""

MAX_BEGINNING = 1_000
"""How many lines of NDJSON may come before the first record, which says what the columns are called."""

_FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_FOREIGN = {
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
    gzip.compress(b"")[:2]: "gzip data; name it .gz",
    b"\x28\xb5\x2f\xfd": "zstd data; name it .zst",
    b"PK\x03\x04": "a ZIP archive or a spreadsheet",
    b"PAR1": "a Parquet file; name it .parquet",
}
"""How files begin that are neither CSV nor NDJSON, whatever their name says."""

REMEDY = "if the file is Latin-1 or Windows-1252, convert it: iconv -f WINDOWS-1252 -t UTF-8"
"""What to do about a file whose text is not UTF-8."""

Numbered = tuple[int, object]
"""The line (Parquet: the row) at which a row ends, from 1, and the row."""


class SourceRows(AbstractContextManager["SourceRows"]):
    """The rows of one open file: `columns` as the file names them (of NDJSON: its first record, none where it
    begins with none), then (line, row).

    A row is a dict, any other JSON value, or Unreadable where it cannot be read at all; blank lines are no rows.
    `done` counts the bytes read, `sha256` is the digest of all of them once every row was read. Iterating raises
    InvalidInputError for a file that breaks off or is none of its format, OSError for one that cannot be read.
    """

    def __init__(self, path: Path, format: Format = "auto", delimiter: str | None = None) -> None:
        self.path = path
        self._packing, self._format = kind_of(path, format)
        self._hashed = HashedFile(path)
        try:
            self.columns, self._rows = self._opened(delimiter)
        except BaseException:
            self._hashed.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._hashed.close()

    def __iter__(self) -> Iterator[Numbered]:
        """Give the rows in order, once."""
        with _told_in_words(self.path):
            yield from self._rows

    @property
    def done(self) -> int:
        """How many bytes of the file are read."""
        return self._hashed.size

    @property
    def sha256(self) -> bytes:
        """The SHA-256 of what was read."""
        return self._hashed.sha256

    def _opened(self, delimiter: str | None) -> tuple[list[str], Iterator[Numbered]]:
        with _told_in_words(self.path):
            if self._format == "parquet":
                return parquet_rows(self._hashed)
            content = io.BufferedReader(_unpacked(self._hashed, self._packing), CHUNK)
            _refuse_foreign(content, self.path)
            if self._format == "csv":
                return csv_rows(content, delimiter)
            return ndjson_rows(content)


def kind_of(path: Path, format: Format = "auto") -> tuple[str, Format]:
    """Return how a file of that name is packed (".gz", ".zst" or "") and its format; raises InvalidInputError."""
    packing = path.suffix.lower()
    packing = {".gzip": ".gz", ".zstd": ".zst"}.get(packing, packing)
    inner = Path(path.stem).suffix.lower() if packing in (".gz", ".zst") else packing
    packing = packing if packing in (".gz", ".zst") else ""
    found = format if format != "auto" else _FORMATS.get(inner)
    if found is None:
        raise InvalidInputError.at(
            "FILE",
            f"{path.name} is neither CSV (.csv, .tsv) nor NDJSON (.ndjson, .jsonl) nor Parquet (.parquet), plain, .gz or .zst",
        )
    if found == "parquet" and packing:
        raise InvalidInputError.at("FILE", f"{path.name}: a Parquet file is packed inside; unpack it first")
    return packing, found


def csv_rows(content: BinaryIO, delimiter: str | None = None) -> tuple[list[str], Iterator[Numbered]]:
    """Return the names in the header of a CSV file, and its rows; the delimiter is the one of , ; tab | in the header.

    Missing cells are None, surplus ones come as "column N". Bytes that are no UTF-8 make a row unreadable, not the file.
    Raises InvalidInputError where there is no header, one that is no text, or one that names a column twice.
    """
    text = io.TextIOWrapper(content, encoding="utf-8-sig", errors="surrogateescape", newline="")
    first = text.readline(MAX_LINE)
    if not is_text(first) or "\0" in first:
        raise InvalidInputError.at("$", f"the header is no text in UTF-8; {REMEDY}")
    rest = csv_table(_lines(first, text), delimiter or delimiter_of(first))
    _, header = next(rest, (0, list[str]()))
    if isinstance(header, BrokenRow):
        raise InvalidInputError.at("$", f"the header cannot be read as CSV: {header}")
    names = [name.strip() for name in header]
    if not any(names):
        raise InvalidInputError.at("$", "there is no header: the first line must name the columns")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInputError.at("$", f"the header names {', '.join(map(repr, twice))} more than once")
    return names, _csv_records(rest, names)


def _lines(first: str, text: io.TextIOWrapper) -> Iterator[str]:
    yield first
    yield from text


def _csv_records(rows: Iterator[tuple[int, list[str] | BrokenRow]], names: list[str]) -> Iterator[Numbered]:
    width = len(names)
    for line, cells in rows:
        if isinstance(cells, BrokenRow):
            yield (
                line,
                Unreadable(shown_text(cells.text) or f"line {line}", f"cannot be read as CSV: {cells}"),
            )
            continue
        row: dict[str, Any] = dict(zip(names, cells, strict=False))
        if len(cells) < width:
            row |= dict.fromkeys(names[len(cells) :])
        for place in range(width, len(cells)):
            row[f"column {place + 1}"] = cells[place]
        yield line, row


def ndjson_rows(content: BinaryIO) -> tuple[list[str], Iterator[Numbered]]:
    """Return the names in the first record of an NDJSON file, and its rows; a broken line is a row that is unreadable.

    There are no names where none of the first MAX_BEGINNING lines, or of those in the first MAX_LINE bytes, is a record.
    """
    rows = _ndjson_records(content)
    begun: list[Numbered] = []
    size = 0
    for line, row in rows:
        begun.append((line, row))
        if row and isinstance(row, dict):
            return list(cast("dict[str, object]", row)), chain(begun, rows)
        size += len(row.text) if isinstance(row, Unreadable) else 0
        if len(begun) == MAX_BEGINNING or size >= MAX_LINE:
            break
    return [], chain(begun, rows)


def _ndjson_records(content: BinaryIO) -> Iterator[Numbered]:
    number = 0
    while line := content.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            _skip_line(content, line)
            yield number, Unreadable(f"line {number}", f"is longer than {MAX_LINE:,} bytes")
            continue
        if not line.strip():
            continue
        value = json_line(line, number)
        if isinstance(value, orjson.JSONDecodeError):
            text = line.decode(errors="replace").rstrip("\r\n")
            value = Unreadable(shown_text(text), f"is not JSON: {value}")
        yield number, value


def is_text(value: str) -> bool:
    """Return whether a text has none of the marks that stand for bytes which are no UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def shown_text(value: str) -> str:
    """Return a text as quarantine can hold it: what is no UTF-8 is taken for Latin-1, and NUL is replaced."""
    if not value.isascii() and not is_text(value):
        value = value.encode("utf-8", "surrogateescape").decode("latin-1")
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _skip_line(content: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = content.readline(MAX_LINE)


def _refuse_foreign(content: io.BufferedReader[io.RawIOBase], path: Path) -> None:
    begin = content.peek(8)[:8]
    for mark, words in _FOREIGN.items():
        if begin.startswith(mark):
            remedy = "; convert it: iconv -f UTF-16 -t UTF-8" if words == "UTF-16" else ""
            raise InvalidInputError.at("FILE", f"{path.name} is {words}, not text in UTF-8{remedy}")


def _unpacked(file: HashedFile, packing: str) -> io.RawIOBase:
    if packing == ".gz":
        return cast("io.RawIOBase", gzip.GzipFile(fileobj=cast("BinaryIO", io.BufferedReader(file, CHUNK))))
    if packing == ".zst":
        return _Zstd(file)
    return file


class _Zstd(io.RawIOBase):
    """Unpacks zstd frames one after the other; raises EOFError where the last one is cut off."""

    def __init__(self, packed: HashedFile) -> None:
        self._packed = packed
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._is_begun = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Unpack the next bytes."""
        view = memoryview(buffer)
        while not self._ready:
            packed = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._is_begun = zstandard.ZstdDecompressor().decompressobj(), False
            packed = packed or self._packed.read(1 << 16) or b""
            if not packed:
                if self._is_begun:
                    raise EOFError
                return 0
            self._is_begun = True
            self._ready = memoryview(self._frame.decompress(packed))
        count = min(len(view), len(self._ready))
        view[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count


class _told_in_words(AbstractContextManager[None]):  # noqa: N801 - reads as a statement
    """Turns what packed files raise into InvalidInputError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raise InvalidInputError in place of an error of a packer."""
        if isinstance(error, EOFError):
            reason = f"{self._path.name} breaks off in the middle of its packed data"
            raise InvalidInputError.at("FILE", reason) from error
        if isinstance(error, gzip.BadGzipFile | zlib.error | zstandard.ZstdError):
            reason = f"{self._path.name} cannot be unpacked: {error}"
            raise InvalidInputError.at("FILE", reason) from error
