"""The golden records of a type as a dataset of lineage: what our own jobs write to and read from."""

from __future__ import annotations

from typing import Final

from graph.golden.entity_type import CUSTOMER
from graph.identity import DatasetName, JobName

NAMESPACE: Final = "goldthread"
"""The namespace of our own jobs, and of the datasets that lie in the catalog itself."""

_PREFIX: Final = "golden_records."


def golden_dataset(entity_type: str = CUSTOMER.name) -> DatasetName:
    """Return the name of the golden records of a type."""
    return DatasetName(NAMESPACE, _PREFIX + entity_type)


def entity_type_of(name: DatasetName | JobName) -> str | None:
    """Return the type whose golden records a dataset is; None: it is another dataset, or a job."""
    if isinstance(name, JobName) or name.namespace != NAMESPACE or not name.name.startswith(_PREFIX):
        return None
    return name.name.removeprefix(_PREFIX) or None
