"""What the lake's Parquet files hold, as bytes: made from rows, and read back only where it is what was written."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import ConflictError, NotFoundError
from ingest.lake_storage import LakeStorage
from lineage.emitter import Column

_ARROW_TYPES = {
    "STRING": pa.string(),
    "INTEGER": pa.int32(),
    "LONG": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "DECIMAL(10,2)": pa.decimal128(10, 2),
    "TIMESTAMP": pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, in short: how many bytes, and their SHA-256."""

    size: int
    sha256: bytes


def schema_of(columns: Sequence[Column], required: Collection[str]) -> pa.Schema:
    """Return the schema of a file with these columns, each with its description; only the required ones are never empty."""
    return pa.schema(
        [
            pa.field(
                column.name,
                _ARROW_TYPES[column.type],
                nullable=column.name not in required,
                metadata={"description": column.description},
            )
            for column in columns
        ]
    )


def write(storage: LakeStorage, location: str, table: pa.Table, notes: dict[str, str]) -> Content:
    """Put a complete Parquet file at its place, there for good when this returns, and return what exactly was put there.

    Equal tables with equal notes give equal bytes.
    """
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(notes), buffer, compression="zstd")
    content = buffer.getbuffer()
    storage.write(location, content)
    return Content(len(content), hashlib.sha256(content).digest())


def read(storage: LakeStorage, location: str, sha256: bytes | None) -> pa.Table:
    """Return the rows of a file; raises ConflictError where it is gone or is not the one that was written."""
    try:
        content = storage.read(location)
    except NotFoundError as error:
        raise ConflictError(error.message) from None
    if hashlib.sha256(content).digest() != sha256:
        raise ConflictError(f"the lake's file {location} is not the one that was written")
    return pq.read_table(pa.BufferReader(content))


def read_any(storage: LakeStorage, location: str) -> pa.Table:
    """Return the rows of a file as it lies there now; raises NotFoundError where it does not."""
    return pq.read_table(pa.BufferReader(storage.read(location)))


def column_in(storage: LakeStorage, location: str, names: list[str]) -> list[dict[str, Any]] | None:
    """Return some columns of a file as rows, None where it is damaged; no rows, where it is gone."""
    try:
        return pq.read_table(pa.BufferReader(storage.read(location)), columns=names).to_pylist()
    except NotFoundError:
        return []
    except (pa.ArrowInvalid, OSError):
        return None
