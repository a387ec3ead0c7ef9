"""Names of datasets and jobs in GraphQL."""

from __future__ import annotations

import strawberry

from graph.identity import DatasetName, JobName
from lineage.naming import display_name


@strawberry.type(description="The OpenLineage name of a dataset or job.")
class LineageName:
    """The OpenLineage name of a dataset or job."""

    namespace: str = strawberry.field(
        description="The namespace: the store of a dataset, the scheduler of a job."
    )
    name: str = strawberry.field(description="The name within the namespace.")
    display_name: str = strawberry.field(description="The part of the name that people say.")

    @classmethod
    def of(cls, name: DatasetName | JobName) -> LineageName:
        """Return the name as GraphQL shows it."""
        return cls(namespace=name.namespace, name=name.name, display_name=display_name(name))


@strawberry.input(description="The whole name of a job.")
class JobInput:
    """The whole name of a job."""

    namespace: str = strawberry.field(description="Its namespace.")
    name: str = strawberry.field(description="Its name.")
