"""Rows of one width, as PostgreSQL sends them by COPY in binary form, in arrays."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from graph.store.database import Connection
from lineage.snapshot.spans import Columns

_HEADER = struct.Struct("!11sII")
_SIZES = {"V16": 16, "?": 1, ">i8": 8}


async def copied(connection: Connection, query: str) -> bytearray:
    """Return what a query sends; its text has no arguments."""
    told = bytearray()

    async def take(data: bytes) -> None:
        told.extend(data)

    await connection.copy_from_query(query, output=take, format="binary")
    return told


def rows_of(told: bytearray, columns: Mapping[str, str]) -> NDArray[np.void]:
    """Return the rows of what was sent, none of its values null; columns are V16 (ids and digests), ? or >i8 (instants)."""
    fields: list[tuple[str, str]] = [(" count", ">i2")]
    for name, form in columns.items():
        fields += [(f" size of {name}", ">i4"), (name, form)]
    row = np.dtype(fields)
    _, _, more = _HEADER.unpack_from(told)
    start = _HEADER.size + more
    count, rest = divmod(len(told) - start - 2, row.itemsize)
    if rest:
        raise ValueError("rows are not of one width")
    return np.frombuffer(told, row, count, start)


def native(rows: NDArray[np.void], names: tuple[str, ...]) -> Columns:
    """Return columns of rows as the machine computes with them."""
    return {name: rows[name].astype(rows[name].dtype.newbyteorder("=")) for name in names}
