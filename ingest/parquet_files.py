"""The rows of a Parquet file as source systems' records have them: text, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import InvalidInputError
from ingest.hashed_file import HashedFile

BATCH_ROWS = 4_096
"""How many rows are turned into Python at once."""


def parquet_rows(file: HashedFile) -> tuple[list[str], Iterator[tuple[int, object]]]:
    """Return the column names of a Parquet file, and its rows with their numbers from 1, row group by row group.

    Numbers and dates become text: whole numbers without a point, also where a missing value made them floats; instants
    as ISO 8601. Raises InvalidInputError for a file that is no Parquet, and for columns that hold lists or bytes.
    """
    try:
        source = pq.ParquetFile(pa.OSFile(str(file.path), "rb"))
    except pa.ArrowInvalid as error:
        raise InvalidInputError.at("FILE", f"{file.path.name} is not a Parquet file: {error}") from error
    refused = [field.name for field in source.schema_arrow if not _is_usable(field.type)]
    if refused:
        reason = f"the columns {', '.join(map(repr, refused))} of {file.path.name} hold lists, maps or bytes, which no attribute is"
        raise InvalidInputError.at("$", reason)
    return list(source.schema_arrow.names), _rows(source, file)


def _rows(source: Any, file: HashedFile) -> Iterator[tuple[int, object]]:
    number, total = 0, max(1, source.metadata.num_rows)
    size = file.path.stat().st_size
    try:
        for batch in source.iter_batches(batch_size=BATCH_ROWS):
            names = batch.schema.names
            columns = [_texts(column) for column in batch.columns]
            for cells in zip(*columns, strict=True):
                number += 1
                yield number, dict(zip(names, cells, strict=True))
            file.size = size * number // total
    except (pa.ArrowInvalid, OSError) as error:
        raise InvalidInputError.at(
            "FILE", f"{file.path.name} cannot be read on after row {number:,}: {error}"
        ) from error
    file.hash_all()
    file.size = size


def _is_usable(kind: Any) -> bool:
    if pa.types.is_struct(kind):
        return all(_is_usable(field.type) for field in kind)
    if pa.types.is_dictionary(kind):
        return _is_usable(kind.value_type)
    return not (pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _texts(column: Any) -> list[object]:
    """Return the values of a column as text, None where there is none, dicts where it is nested."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return column.to_pylist()
    if pa.types.is_integer(column.type):
        return column.cast(pa.string()).to_pylist()
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return [_text(value) for value in column.to_pylist()]


def _text(value: object) -> object:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {name: _text(inner) for name, inner in cast("dict[str, object]", value).items()}
    for kind, words in _WORDS.items():
        if isinstance(value, kind):
            return words(value)
    return str(value)


def _number(value: float) -> str | None:
    if value != value:  # noqa: PLR0124 - a missing number of a data frame
        return None
    return str(int(value)) if value.is_integer() else repr(value)


def _instant(value: datetime) -> str:
    """Return a day for a midnight without a zone, which is how data frames keep days."""
    if value.tzinfo is None:
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


_WORDS: dict[type[object], Callable[[Any], str | None]] = {
    float: _number,
    datetime: _instant,
    date: date.isoformat,
    time: time.isoformat,
    Decimal: lambda value: format(value, "f"),
    bool: lambda value: str(value).lower(),
}
"""How the values of columns are written, the first kind that fits."""
