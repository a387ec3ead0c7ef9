"""Rows on their way to PostgreSQL, which takes them as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from lineage import naming
from lineage.columns import column_edges
from lineage.facet_bodies import FacetBody


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Return the columns of rows, so many even of none.

    A column without any value is empty: `unnest` fills it up, and each element costs time to send.
    """
    given = list(rows)
    if not given:
        return [[] for _ in range(width)]
    return [[] if column.count(None) == len(column) else list(column) for column in zip(*given, strict=True)]


@lru_cache(20_000)
def array(ids: frozenset[UUID]) -> str:
    """Return ids as the text of an array, since arrays of arrays of different lengths cannot be sent."""
    return "{" + ",".join(map(str, sorted(ids))) + "}"


def edge_rows(body: FacetBody) -> set[tuple[bytes, UUID, str, str]]:
    """Return the rows of column_edge that a statement of column lineage makes."""
    return {
        (body.digest, naming.dataset_id(edge.dataset), edge.column or "", edge.output or "")
        for edge in column_edges(body.value)
    }
