"""Names of datasets and jobs: their ids, which follow from the name alone, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from graph.identity import DatasetName, JobName, content_id

NodeKind = Literal["dataset", "job"]

LONGEST_NAME = 2_000
"""How many characters a namespace or a name may have."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a user calls a dataset or job who does not give the whole name: `customers`, `mart.revenue`."""

    name: str
    namespace: str | None = None
    kind: NodeKind | None = None


def dataset_id(name: DatasetName) -> UUID:
    """Return the id of a dataset; equal names have equal ids, whichever process asks first."""
    return content_id("dataset", name.namespace, name.name)


def job_id(name: JobName) -> UUID:
    """Return the id of a job; equal names have equal ids, whichever process asks first."""
    return content_id("job", name.namespace, name.name)


def display_name(name: DatasetName | JobName) -> str:
    """Return the part of a name that people say: `/x/lake/customers` → `customers`, `db.schema.table` → `schema.table`.

    A job keeps its dots: `dag.task` says which task, and the namespace alone does not say which dag.
    """
    last = name.name.rstrip("/").rpartition("/")[2] or name.name
    if isinstance(name, JobName) or "/" in name.name:
        return last
    parts = last.split(".")
    return ".".join(parts[-2:]) if len(parts) > 2 and all(parts) else last
