"""Files of source systems: CSV, NDJSON and Parquet, packed or not, read row by row or refused in words."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidInputError
from graph.golden.record import Unreadable
from ingest.source_files import MAX_BEGINNING, MAX_LINE, SourceRows, kind_of

CSV = b"key,first_name\n1,Ann\n2,Ben\n"


def _file(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def _read(path: Path, delimiter: str | None = None) -> list[tuple[int, object]]:
    with SourceRows(path, delimiter=delimiter) as source:
        return list(source)


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("a.csv", CSV),
        ("a.csv.gz", gzip.compress(CSV[:20], mtime=0) + gzip.compress(CSV[20:], mtime=0)),
        ("a.csv.zst", zstandard.compress(CSV[:20]) + zstandard.compress(CSV[20:])),
    ],
)
def test_packed_files_are_read_like_plain_ones(tmp_path: Path, name: str, packed: bytes) -> None:
    """Also where they are packed in several parts; bytes are counted and hashed as they lie on the disk."""
    path = _file(tmp_path, name, packed)
    with SourceRows(path) as source:
        assert source.columns == ["key", "first_name"]
        assert list(source) == [
            (2, {"key": "1", "first_name": "Ann"}),
            (3, {"key": "2", "first_name": "Ben"}),
        ]
        assert (source.done, source.sha256) == (len(packed), hashlib.sha256(packed).digest())


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "a.csv.gz",
            gzip.compress(CSV, mtime=0)[:-12],
            "a.csv.gz breaks off in the middle of its packed data",
        ),
        ("a.csv.zst", zstandard.compress(CSV)[:-4], "a.csv.zst breaks off in the middle of its packed data"),
        ("a.csv.gz", CSV, "a.csv.gz cannot be unpacked"),
        ("a.csv.zst", CSV, "a.csv.zst cannot be unpacked"),
        ("a.csv", gzip.compress(CSV, mtime=0), "a.csv is gzip data; name it .gz, not text in UTF-8"),
        ("a.csv", CSV.decode().encode("utf-16"), "a.csv is UTF-16, not text in UTF-8; convert it: iconv"),
        ("a.csv", b"PK\x03\x04", "a.csv is a ZIP archive or a spreadsheet, not text in UTF-8"),
        ("a.csv", b"", "there is no header"),
        ("a.csv", b'"key\n', "the header cannot be read as CSV"),
        ("a.csv", b"\x89\x00\xff\xfe\n", "the header is no text in UTF-8; if the file is Latin-1"),
        ("a.csv", b"key,stra\xdfe\n", "the header is no text in UTF-8; if the file is Latin-1"),
        ("a.csv", b"k\0e\0y\0\n", "the header is no text in UTF-8"),
        ("a.parquet", CSV, "a.parquet is not a Parquet file"),
        ("a.xlsx", b"", "a.xlsx is neither CSV"),
        ("a.parquet.gz", b"", "a Parquet file is packed inside"),
    ],
)
def test_files_that_are_not_what_they_say_are_refused(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    """The reason names the file, and how to go on where there is a way."""
    path = _file(tmp_path, name, content)
    with pytest.raises(InvalidInputError, match=reason.replace("(", r"\(")):
        _read(path)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_of_the_header(tmp_path: Path, sign: str) -> None:
    """Others may be in quoted names and in cells; the user's word outranks the header."""
    content = f'key{sign}"a,;|"{sign}city\n1{sign}x{sign}"A{sign}B"\n'.encode()
    assert _read(_file(tmp_path, "a.csv", content)) == [(2, {"key": "1", "a,;|": "x", "city": f"A{sign}B"})]
    content = b"key;a,b,c\n1;2\n"
    assert _read(_file(tmp_path, "b.csv", content), ";") == [(2, {"key": "1", "a,b,c": "2"})]


def test_a_quote_that_never_ends_costs_its_row_alone(tmp_path: Path) -> None:
    """The row is kept as it was, and reading goes on behind it; bytes that are no UTF-8 are taken for Latin-1."""
    rows = _read(_file(tmp_path, "a.csv", b'key,first_name\n1,Ann\n2,"J\xfcr\0gen\n3,Cleo\n'))
    assert rows == [
        (2, {"key": "1", "first_name": "Ann"}),
        (3, Unreadable('2,"J\u00fcr\ufffdgen', "cannot be read as CSV: unexpected end of data")),
        (4, {"key": "3", "first_name": "Cleo"}),
    ]


def test_the_first_record_names_the_columns_wherever_it_is(tmp_path: Path) -> None:
    """What comes before it is yielded in its place; what begins with no record for long has no names, and is all read."""
    broken = [(1, Unreadable("{", "is not JSON: unexpected end of data: line 2 column 1 (char 2)")), (2, [3])]
    path = _file(tmp_path, "a.ndjson", b'{\n[3]\n{}\n{"key": "1", "city": "Bonn"}\n{"key": "2"}\n')
    with SourceRows(path) as source:
        assert source.columns == ["key", "city"]
        assert list(source) == [*broken, (3, {}), (4, {"key": "1", "city": "Bonn"}), (5, {"key": "2"})]
    long = _file(tmp_path, "b.ndjson", b"7\n" * MAX_BEGINNING + b'{"key": "1"}\n')
    for path, count in ((long, MAX_BEGINNING + 1), (_file(tmp_path, "c.ndjson", b"\n"), 0)):
        with SourceRows(path) as source:
            assert (source.columns, len(list(source))) == ([], count)


def test_lines_too_long_are_refused_without_being_held(tmp_path: Path) -> None:
    """The line after it is read as ever."""
    content = b'{"key": "' + b"x" * (MAX_LINE + 10) + b'"}\n{"key": "2"}\n'
    assert _read(_file(tmp_path, "a.ndjson", content)) == [
        (1, Unreadable("line 1", "is longer than 16,777,216 bytes")),
        (2, {"key": "2"}),
    ]


def test_parquet_columns_become_text(tmp_path: Path) -> None:
    """Whole numbers have no point, midnights without a zone are days, instants are in UTC, structs stay structs."""
    instant = datetime(2024, 1, 1, 12, 30, tzinfo=UTC)
    table = pa.table(
        {
            "key": pa.array([1, 2], pa.int64()),
            "postal_code": pa.array([50667.0, float("nan")]),
            "birth_date": pa.array([date(1980, 2, 1), None]),
            "day": pa.array(["1980-02-01", "1980-02-01T03:04"]).cast(pa.timestamp("ns")),
            "valid_from": pa.array([instant, None], pa.timestamp("us", "Europe/Berlin")),
            "amount": pa.array([Decimal("1.50"), None]),
            "first_name": pa.array(["Ann", None]).dictionary_encode(),
            "is_new": pa.array([True, None]),
            "address": pa.array([{"city": "Bonn", "number": 7}, None]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=1)
    with SourceRows(tmp_path / "a.parquet") as source:
        rows = list(source)
        size = (tmp_path / "a.parquet").stat().st_size
        assert (source.columns, source.done) == (table.column_names, size)
        assert source.sha256 == hashlib.sha256((tmp_path / "a.parquet").read_bytes()).digest()
    assert rows == [
        (
            1,
            {
                "key": "1",
                "postal_code": "50667",
                "birth_date": "1980-02-01",
                "day": "1980-02-01",
                "valid_from": "2024-01-01T12:30:00Z",
                "amount": "1.50",
                "first_name": "Ann",
                "is_new": "true",
                "address": {"city": "Bonn", "number": "7"},
            },
        ),
        (
            2,
            dict.fromkeys(table.column_names) | {"key": "2", "day": "1980-02-01T03:04:00"},
        ),
    ]


def test_parquet_columns_that_no_attribute_can_be_are_refused(tmp_path: Path) -> None:
    """Lists and bytes are told of by the names of their columns."""
    pq.write_table(pa.table({"key": ["1"], "tags": [["a"]], "photo": [b"x"]}), tmp_path / "a.parquet")
    with pytest.raises(InvalidInputError, match=r"the columns 'tags', 'photo' of a\.parquet hold lists"):
        _read(tmp_path / "a.parquet")


def test_a_parquet_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """Without its end it is no Parquet file at all."""
    pq.write_table(pa.table({"key": ["1"]}), tmp_path / "a.parquet")
    content = (tmp_path / "a.parquet").read_bytes()
    with pytest.raises(InvalidInputError, match=r"a\.parquet is not a Parquet file"):
        _read(_file(tmp_path, "a.parquet", content[: len(content) // 2]))


@given(st.sampled_from(["csv", "ndjson", "parquet"]), st.sampled_from(["", ".gz", ".zst"]))
def test_the_format_follows_from_the_name(format: str, packing: str) -> None:
    """Whatever the case, and a word of the user outranks it."""
    if format != "parquet" or not packing:
        assert kind_of(Path(f"A.{format.upper()}{packing.upper()}")) == (packing, format)
    assert kind_of(Path(f"a.txt{packing}"), "csv") == (packing, "csv")
