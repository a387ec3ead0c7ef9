"""The rows of customers in the lake: one for each version, or one that says that nothing is believed any more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from graph.store.golden_records import Version
from ingest.datasets import VERSION_COLUMNS
from ingest.parquet_content import schema_of

REQUIRED = ("customer_id", "version", "is_deleted")
SCHEMA = schema_of(VERSION_COLUMNS, REQUIRED)
"""The columns of a customer file. Every customer in it comes with all versions, as known at the file's end."""


def version_row(customer: UUID, version: Version) -> dict[str, Any]:
    """Return the row of a version."""
    return {
        "customer_id": str(customer),
        "version": version.number,
        **version.attributes,
        "is_deleted": version.is_deleted,
        "source_system": version.provenance.get("systems"),
        "valid_from": version.period.start,
        "valid_to": version.period.end,
        "system_from": version.system_from,
    }


def tombstone(customer: UUID, target: UUID | None) -> dict[str, Any]:
    """Return the row of a customer of whom nothing is believed any more."""
    merged_into = None if target is None else str(target)
    return {"customer_id": str(customer), "version": 0, "is_deleted": True, "merged_into": merged_into}
